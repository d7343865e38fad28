//! Whole requests that claim a signature of Version 4A.

use super::claims::arrived;
use super::example::{ACCESS_KEY_ID, SECRET};
use sigv4::{
    Algorithm, Authorization, Claim, Error, Form, Hasher, Header, Policy, PublicKey, Request,
    Signature, SigningKey, StringToSign,
};
use std::sync::LazyLock;

const REGION: &str = "us-east-1";

/// Deriving one takes as long as a signature.
static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys {
    own: SigningKey::derive_sigv4a(ACCESS_KEY_ID, SECRET).unwrap(),
    public: PublicKey::derive(ACCESS_KEY_ID, SECRET).unwrap(),
    anothers: PublicKey::derive(ACCESS_KEY_ID, "another").unwrap(),
});

struct Keys {
    own: SigningKey,
    public: PublicKey,
    anothers: PublicKey,
}

/// The secret and the public key come to the same verdict; a request that is refused for its
/// signature alone is accepted with the right one, and no request without a key, by another key,
/// or outside its region set.
pub fn sigv4a_claims(data: &[u8]) {
    arrived(data, |request| {
        let Ok(claim) = Claim::from_request(request) else {
            return;
        };
        if claim.algorithm() != Algorithm::SigV4a {
            return;
        }
        let scope = claim.scope();
        let mut policy = Policy::new(&[REGION], scope.service());
        policy.profile = policy.profile.with_sigv4a();
        judge(&claim, request, &policy);
    });
}

fn judge(claim: &Claim<'_>, request: &Request<'_>, policy: &Policy<'_>) {
    let before = verdict(claim, request, policy);
    if before.is_err_and(|error| error != Error::SignatureMismatch) {
        return;
    }
    let stages = claim.stages(request, policy).unwrap();
    let mut hasher = Hasher::new();
    hasher.put(&stages.canonical_request);
    let string_to_sign = StringToSign {
        at: claim.at(),
        scope: claim.scope(),
        canonical_request_hash: hasher.finish(),
    };
    assert_eq!(string_to_sign.to_string(), stages.string_to_sign);
    let right = KEYS.own.sign(&string_to_sign).to_string();
    with_signature(claim.form(), request, &right, |request| {
        let claim = Claim::from_request(request).unwrap();
        verdict(&claim, request, policy).unwrap();
    });
}

/// Of the key of the examples, by its secret and by its public half.
fn verdict(claim: &Claim<'_>, request: &Request<'_>, policy: &Policy<'_>) -> Result<(), Error> {
    let now = claim.at();
    let by_secret = claim.verify(&KEYS.own, request, policy, now);
    let by_public_key = claim.verify_with_public_key(&KEYS.public, request, policy, now);
    assert!(by_secret == by_public_key);
    for none in [None, Some(&KEYS.anothers)] {
        assert!(
            claim
                .verify_with_public_key(none, request, policy, now)
                .is_err()
        );
    }
    let verified = by_public_key?;
    let set = verified.region_set.unwrap();
    let mut elements = set.split(',');
    assert!(elements.any(|element| match element.strip_suffix('*') {
        Some(start) => REGION.starts_with(start),
        None => element == REGION,
    }));
    // No region has a slash in it: it is in a set only by a lone star.
    let mut elsewhere = *policy;
    elsewhere.regions = &["/"];
    let elsewhere = claim.verify_with_public_key(&KEYS.public, request, &elsewhere, now);
    assert_eq!(
        elsewhere.is_ok(),
        set.split(',').any(|element| element == "*")
    );
    Ok(())
}

/// The same request with another signature. One whose parameter has escapes in its name is left.
fn with_signature(
    form: Form,
    request: &Request<'_>,
    signature: &str,
    look: impl FnOnce(&Request<'_>),
) {
    match form {
        Form::Header => {
            let is_it = |header: &&mut Header<'_>| header.0.eq_ignore_ascii_case("authorization");
            let mut headers = request.headers.to_vec();
            let header = headers.iter_mut().find(is_it).unwrap();
            let text = std::str::from_utf8(header.1).unwrap().trim();
            let text = Authorization {
                signature: Signature::parse_sigv4a(signature).unwrap(),
                ..Authorization::parse(text).unwrap()
            };
            let text = text.to_string();
            header.1 = text.as_bytes();
            look(&Request {
                headers: &headers,
                ..*request
            });
        }
        Form::Query => {
            const NAME: &str = "X-Amz-Signature=";
            let (path, query) = request.target.split_once('?').unwrap();
            let pairs = query.split('&');
            if !pairs.clone().any(|pair| pair.starts_with(NAME)) {
                return;
            }
            let right = [NAME, signature].concat();
            let pairs = pairs.map(|pair| match pair.starts_with(NAME) {
                true => &right,
                false => pair,
            });
            let target = [path, &pairs.collect::<Vec<_>>().join("&")].join("?");
            look(&Request {
                target: &target,
                ..*request
            });
        }
    }
}
