//! What a policy allows a request to cost, to the byte; and that signing has no limit.

use crate::arrived::Arrived;
use crate::support::example::{HOST, at, credentials, get, signer};
use sigv4::{Claim, Error, Header, Policy, Request};
use std::time::Duration;

#[test]
fn limits_come_before_everything_else() {
    let arrived = Arrived::new("execute-api", "GET", "/?a=1&b=2&&c")
        .signed(&signer("execute-api"))
        .header("bad name", "\0");
    let policy = arrived.policy();
    assert_eq!((policy.max_headers, policy.max_parameters), (100, 1_000));
    assert_eq!(policy.max_head, 65_536);
    assert_eq!(policy.clock_skew, Duration::from_secs(300));
    let expected = Err(Error::TooManyHeaders { count: 4, limit: 3 });
    let outcome = arrived.outcome_where(|policy| policy.max_headers = 3);
    assert_eq!(outcome, expected);
    let expected = Err(Error::TooManyParameters { count: 3, limit: 2 });
    let outcome = arrived.outcome_where(|policy| policy.max_parameters = 2);
    assert_eq!(outcome, expected);
    let bytes = arrived.target.len()
        + arrived
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum::<usize>();
    let expected = Err(Error::HeadTooLarge { bytes, limit: 9 });
    let outcome = arrived.outcome_where(|policy| policy.max_head = 9);
    assert_eq!(outcome, expected);
}

/// What is exactly at the limits is within them.
#[test]
fn limits_are_what_is_allowed() {
    let arrived = Arrived::new("execute-api", "GET", "/?a=1&b=2&&c").signed(&signer("execute-api"));
    let headers = arrived.headers.iter();
    let bytes: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
    let outcome = arrived.outcome_where(|policy| {
        policy.max_headers = arrived.headers.len();
        policy.max_parameters = 3;
        policy.max_head = arrived.target.len() + bytes;
    });
    assert_eq!(outcome, Ok(()));
}

/// Ten times the input takes about ten times as long: counted in bytes, not seconds, it
/// is enough that these finish at all in a test.
#[test]
fn long_requests_are_signed() {
    let number = |count: usize| (0..count).rev().map(|number| format!("p{number}=%2F"));
    let query: Vec<_> = number(50_000).collect();
    let target = format!("/{}?{}", "a/../".repeat(100_000), query.join("&"));
    let names: Vec<_> = (0..20_000).map(|number| format!("X-{number}")).collect();
    let value = " a".repeat(50);
    let mut headers: Vec<Header<'_>> = names
        .iter()
        .map(|name| (name.as_str(), value.as_bytes()))
        .collect();
    headers.push(HOST);
    let request = get(&target, &headers);
    let (signer, at) = (signer("execute-api"), at());
    let signed = signer.sign(&request, at).unwrap();
    assert!(signed.target().starts_with("/?p49999=%2F&"));

    let mut headers = headers.clone();
    headers.extend(
        signed
            .headers()
            .map(|(name, value)| (name, value.as_bytes())),
    );
    let arrived = get(signed.target(), &headers);
    let arrived = Request {
        headers: &headers,
        ..arrived
    };
    let claim = Claim::from_request(&arrived).unwrap();
    let mut policy = Policy::new(&["us-east-1"], "execute-api");
    policy.max_headers = usize::MAX;
    policy.max_parameters = usize::MAX;
    policy.max_head = usize::MAX;
    let key = claim.signing_key(credentials().secret_access_key());
    claim.verify(&key, &arrived, &policy, at).unwrap();
}
