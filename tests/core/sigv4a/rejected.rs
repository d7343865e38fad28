//! Requests of Version 4A that a service has to accept or to refuse, one flaw each.
//! See `test-vectors/README.md`.

use crate::reject::check_flaws;
use crate::support::RawRequest;
use crate::support::arriving::{Arriving as Vector, read};
use crate::support::example::{ACCESS_KEY_ID, SECRET};
use sigv4::{Claim, Error, Policy, PublicKey, SigningKey, Timestamp, Verified};

/// By the secret and by the public key alone, to one outcome.
fn verify<T>(vector: &Vector, outcome: impl FnOnce(Result<Verified<'_>, Error>) -> T) -> T {
    let raw = RawRequest::parse(&vector.request);
    let headers = raw.headers();
    let request = raw.request(&headers);
    let regions = [vector.region.as_str()];
    let mut policy = Policy::new(&regions, &vector.service);
    policy.profile = policy.profile.with_sigv4a();
    let claim = match Claim::from_request(&request) {
        Ok(claim) => claim,
        Err(error) => return outcome(Err(error)),
    };
    let is_known = claim.access_key_id() == ACCESS_KEY_ID;
    let now = Timestamp::parse(&vector.now).unwrap();
    let key = is_known.then(|| claim.signing_key(SECRET));
    let public = key.as_ref().and_then(SigningKey::public_key);
    let by_secret = claim.verify(key.as_ref(), &request, &policy, now);
    let by_public_key = claim.verify_with_public_key(public.as_ref(), &request, &policy, now);
    assert_eq!(by_secret, by_public_key, "{}", vector.case);
    outcome(by_secret)
}

#[test]
fn every_right_request_is_accepted() {
    let accepted = read("accept-v4a");
    assert!(accepted.len() >= 15);
    for (name, vector) in accepted {
        assert!(vector.shows.is_some(), "{name} does not say what it shows");
        verify(&vector, |outcome| {
            let verified = outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(verified.access_key_id, ACCESS_KEY_ID);
            assert_eq!(verified.scope.service(), vector.service);
            let text = vector.request.join("\n");
            assert_eq!(
                verified.session_token.is_some(),
                text.contains("Security-Token"),
                "{name}"
            );
            // As the request says it, in one form or the other.
            let set = verified.region_set.unwrap();
            let escaped = set.replace(',', "%2C").replace('*', "%2A");
            assert!(
                text.contains(&format!("X-Amz-Region-Set:{set}\n"))
                    || text.contains(&format!("X-Amz-Region-Set={escaped}&")),
                "{name}"
            );
        });
    }
}

#[test]
fn every_flaw_is_refused_for_its_reason() {
    let layers = check_flaws("accept-v4a", "reject-v4a", |vector| {
        verify(vector, |outcome| outcome.expect_err(&vector.case))
    });
    let expected = [
        "parse",
        "scope",
        "freshness",
        "header",
        "payload",
        "signature",
    ];
    assert_eq!(layers, expected.map(String::from).into());
}

/// A key store of public keys alone.
#[test]
fn a_public_key_from_a_store_is_enough() {
    let stored = PublicKey::derive(ACCESS_KEY_ID, SECRET).unwrap().to_sec1();
    let key = PublicKey::from_sec1(&stored).unwrap();
    let vector = &read("accept-v4a")["header"];
    let raw = RawRequest::parse(&vector.request);
    let headers = raw.headers();
    let request = raw.request(&headers);
    let claim = Claim::from_request(&request).unwrap();
    let mut policy = Policy::new(&["us-east-1"], "execute-api");
    policy.profile = policy.profile.with_sigv4a();
    let now = Timestamp::parse(&vector.now).unwrap();
    let verified = claim.verify_with_public_key(&key, &request, &policy, now);
    assert_eq!(verified.unwrap().access_key_id, ACCESS_KEY_ID);
}
