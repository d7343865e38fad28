//! Requests that a service has to accept or to refuse, one flaw each.
//! See `test-vectors/README.md`.

use crate::support::RawRequest;
use crate::support::arriving::{Arriving as Vector, read};
use crate::support::example::{ACCESS_KEY_ID, SECRET};
use sigv4::{Claim, Error, Policy, Timestamp, Verified};
use std::collections::BTreeSet;

/// Verifies as a service would, and hands the outcome on.
fn verify<T>(vector: &Vector, outcome: impl FnOnce(Result<Verified<'_>, Error>) -> T) -> T {
    let raw = RawRequest::parse(&vector.request);
    let headers = raw.headers();
    let request = raw.request(&headers);
    let regions = [vector.region.as_str()];
    let policy = vector.policy(&regions);
    match Claim::from_request(&request) {
        Ok(claim) => {
            let key = (claim.access_key_id() == ACCESS_KEY_ID).then(|| claim.signing_key(SECRET));
            let now = Timestamp::parse(&vector.now).unwrap();
            outcome(claim.verify(key.as_ref(), &request, &policy, now))
        }
        Err(error) => outcome(Err(error)),
    }
}

#[test]
fn every_right_request_is_accepted() {
    for (name, vector) in read("accept") {
        assert!(vector.shows.is_some(), "{name} does not say what it shows");
        verify(&vector, |outcome| {
            let verified = outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(verified.access_key_id, ACCESS_KEY_ID);
            assert_eq!(verified.scope.service(), vector.service);
            assert_eq!(
                verified.session_token.is_some(),
                vector
                    .request
                    .iter()
                    .any(|line| line.contains("Security-Token")),
                "{name}"
            );
        });
    }
}

/// Each flaw of a folder is refused as it says; the layers that do it.
pub fn check_flaws(
    accepted: &str,
    refused: &str,
    error: impl Fn(&Vector) -> Error,
) -> BTreeSet<String> {
    let bases = read(accepted);
    let flaws = read(refused);
    assert!(flaws.len() >= 80, "only {} vectors", flaws.len());
    let mut layers = BTreeSet::new();
    for (name, vector) in &flaws {
        assert!(vector.flaw.is_some(), "{name} does not say what is wrong");
        let base = &bases[vector.base.as_ref().expect("a base")];
        assert!(
            base.request != vector.request
                || base.now != vector.now
                || vector.limits.max_headers.is_some()
                || vector.limits.max_parameters.is_some()
                || vector.limits.max_head.is_some(),
            "{name} does not differ from its base"
        );
        let error = error(vector);
        assert_eq!(
            format!("{error:?}"),
            vector.error.clone().expect("an error"),
            "{name}"
        );
        let layer = format!("{:?}", error.layer()).to_lowercase();
        assert!(
            name.starts_with(&format!("{layer}_")),
            "{name} fails in {layer}"
        );
        layers.insert(layer);
    }
    layers
}

#[test]
fn every_flaw_is_refused_for_its_reason() {
    let layers = check_flaws("accept", "reject", |vector| {
        verify(vector, |outcome| outcome.expect_err(&vector.case))
    });
    let expected = [
        "parse",
        "limit",
        "scope",
        "freshness",
        "header",
        "payload",
        "signature",
    ];
    assert_eq!(layers, expected.map(String::from).into());
}

/// The answer to an unknown key is the answer to a wrong signature.
#[test]
fn an_unknown_key_looks_like_a_wrong_signature() {
    let accepted = read("accept");
    let vector = &accepted["header"];
    let raw = RawRequest::parse(&vector.request);
    let headers = raw.headers();
    let request = raw.request(&headers);
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let now = Timestamp::parse(&vector.now).unwrap();
    let claim = Claim::from_request(&request).unwrap();
    let wrong = claim.signing_key("another secret");
    let unknown = claim.verify(None, &request, &policy, now).unwrap_err();
    assert_eq!(unknown, Error::SignatureMismatch);
    assert_eq!(
        unknown,
        claim.verify(&wrong, &request, &policy, now).unwrap_err()
    );
}
