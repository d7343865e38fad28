//! What a signature proves of a target, for whoever routes by it.

use crate::support::example::{HOST, SECRET, at, get, signer};
use sigv4::{Claim, Error, Header, Policy, Request};

/// Signed for one target, and verified with another: path and query that are proven.
fn proven(
    service: &str,
    signed: &str,
    arrived: &str,
    change: fn(&mut Policy<'_>),
) -> Result<(String, String), Error> {
    let headers = [HOST];
    let request = get(signed, &headers);
    let signer = signer(service);
    let signed = signer.sign(&request, at()).unwrap();
    let added = signed
        .headers()
        .map(|(name, value)| (name, value.as_bytes()));
    let headers: Vec<Header<'_>> = request.headers.iter().copied().chain(added).collect();
    let request = Request {
        target: arrived,
        headers: &headers,
        ..request
    };
    let claim = Claim::from_request(&request)?;
    let mut policy = Policy::new(&["us-east-1"], service);
    change(&mut policy);
    let key = claim.signing_key(SECRET);
    let verified = claim.verify(&key, &request, &policy, at())?;
    let pairs: Vec<_> = verified
        .pairs()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    assert_eq!(pairs.join("&"), verified.query);
    Ok((
        verified.path.clone().into_owned(),
        verified.query.clone().into_owned(),
    ))
}

#[test]
fn other_spellings_have_one_path_and_one_query() {
    for (service, signed, arrived, path, query) in [
        (
            "execute-api",
            "/admin/delete?sum=1%2B1",
            "//admin/delete?sum=1+1",
            "/admin/delete",
            "sum=1%2B1",
        ),
        (
            "execute-api",
            "/admin/delete",
            "/public/../admin/delete",
            "/admin/delete",
            "",
        ),
        ("execute-api", "/a%20b", "/./a%20b", "/a%20b", ""),
        ("execute-api", "/?b=2&a=1", "/?a=1&&b=2&", "/", "a=1&b=2"),
        (
            "s3",
            "/bucket/a%2Bb?x",
            "/bucket/a+b?x=",
            "/bucket/a%2Bb",
            "x=",
        ),
        ("s3", "/bucket/%7Ea", "/bucket/~a", "/bucket/~a", ""),
    ] {
        let proven = proven(service, signed, arrived, |_| ());
        assert_eq!(proven, Ok((path.to_owned(), query.to_owned())), "{arrived}");
    }
}

#[test]
fn a_policy_may_take_targets_only_as_they_are_sent() {
    let only = |policy: &mut Policy<'_>| policy.only_as_sent = true;
    for (service, signed, arrived, position) in [
        (
            "execute-api",
            "/admin/delete?sum=1%2B1",
            "/admin/delete?sum=1+1",
            19,
        ),
        ("execute-api", "/admin/delete", "//admin/delete", 1),
        ("execute-api", "/admin/delete", "/public/../admin/delete", 1),
        ("execute-api", "/?a=1", "/?a=1&", 5),
        ("execute-api", "/?a=%2F", "/?a=%2f", 6),
        ("s3", "/bucket/a%2Bb", "/bucket/a+b", 9),
    ] {
        let sent = proven(service, signed, signed, only);
        assert!(sent.is_ok(), "{signed}: {sent:?}");
        let other = proven(service, signed, arrived, only);
        assert_eq!(other, Err(Error::TargetNotAsSent { position }), "{arrived}");
    }
}
