//! The key pairs of Signature Version 4A, kept: deriving one takes as long as a signature.

use super::principals::{Key, Principals};
use crate::signature::key::SigningKey;
use crate::verify::claim::Claim;
use alloc::collections::BTreeMap;
use alloc::string::String;
use std::sync::OnceLock;

/// One for each access key that there is, by its id, from its first use on: no stranger makes it
/// grow. They are wiped with the gateway.
pub(crate) struct KeyPairs(BTreeMap<String, OnceLock<SigningKey>>);

impl KeyPairs {
    /// None is derived yet.
    pub(crate) fn of(principals: &Principals) -> Self {
        let keys = principals.iter().flat_map(|principal| &principal.keys);
        let ids = keys.map(|key| key.credentials.access_key_id().into());
        Self(ids.map(|id| (id, OnceLock::new())).collect())
    }

    /// That of one of the keys, which a claim of Version 4A names.
    pub(crate) fn get(&self, claim: &Claim<'_>, key: &Key) -> Option<&SigningKey> {
        let kept = self.0.get(key.credentials.access_key_id())?;
        Some(kept.get_or_init(|| claim.signing_key(key.credentials.secret_access_key())))
    }
}

#[cfg(test)]
mod tests {
    use super::KeyPairs;
    use crate::gateway::principals::Principals;
    use crate::request::credentials::Credentials;
    use crate::request::profile::Profile;
    use crate::request::timestamp::Timestamp;
    use crate::request::{Payload, Request};
    use crate::sign::signer::Signer;
    use crate::verify::claim::Claim;

    const PRINCIPALS: &str = r#"{ "principals": [{
        "arn": "arn:aws:iam::123456789012:user/alice",
        "keys": [
            { "access_key_id": "AKIDONE", "secret_access_key": "first" },
            { "access_key_id": "AKIDTWO", "secret_access_key": "second" }],
        "policies": [] }]}"#;

    #[test]
    fn one_for_each_key_derived_once() {
        let principals = Principals::from_json(PRINCIPALS).unwrap();
        let pairs = KeyPairs::of(&principals);
        assert_eq!(pairs.0.len(), 2);
        let unsigned = Request {
            method: "GET",
            target: "/prod/items",
            headers: &[("host", b"example.com")],
            payload: Payload::EMPTY,
        };
        for (id, secret) in [("AKIDONE", "first"), ("AKIDTWO", "second")] {
            let signer = Signer::new(Credentials::new(id, secret), "*", "execute-api")
                .with_profile(Profile::DEFAULT.with_sigv4a());
            let at = Timestamp::parse("20150830T123600Z").unwrap();
            let output = signer.sign(&unsigned, at).unwrap();
            let mut headers = unsigned.headers.to_vec();
            headers.extend(
                output
                    .headers()
                    .map(|(name, value)| (name, value.as_bytes())),
            );
            let request = Request {
                headers: &headers,
                ..unsigned
            };
            let claim = Claim::from_request(&request).unwrap();
            let (_, key) = principals.find(id).unwrap();
            let pair = pairs.get(&claim, key).unwrap();
            let right = claim.signing_key(secret).public_key();
            assert!(right.is_some());
            assert_eq!(pair.public_key(), right);
            assert!(core::ptr::eq(pairs.get(&claim, key).unwrap(), pair));
        }
    }
}
