//! A signature follows from the request, the key and the moment alone.

use super::case::{case, profile};
use super::config::{SERVICES, config};
use super::strategies::timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use sigv4::{CanonicalRequest, Scope, Signer, SigningKey, StringToSign, Timestamp};

proptest! {
    #![proptest_config(config(400))]

    /// What is shown is what is hashed, and what is signed.
    #[test]
    fn text_and_hash_agree(case in case(false, true), service in select(&SERVICES[..])) {
        if case.is_refused_by(service) { return Ok(()) }
        let headers = case.headers();
        let request = case.request(&headers);
        let profile = profile(service);
        let canonical = CanonicalRequest::new(&request, &profile).unwrap();
        let bytes = canonical.to_bytes();
        prop_assert_eq!(crate::reference::hex(&canonical.hash()), crate::reference::sha256(&bytes));
        prop_assert_eq!(canonical.to_string(), String::from_utf8_lossy(&bytes));
        let lines: Vec<_> = bytes.split(|&byte| byte == b'\n').collect();
        let names = canonical.signed_headers();
        prop_assert_eq!(names.as_bytes(), lines[lines.len() - 2]);

        let signer = case.signer(service);
        let signed = signer.sign(&request, case.at).unwrap();
        let stages = signer.stages(&request, case.at).unwrap();
        let scope = Scope::new(&case.at, &case.region, service).unwrap();
        let digest = crate::reference::sha256(&stages.canonical_request);
        let mut hash = [0; 32];
        for (place, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digest[2 * place..2 * place + 2], 16).unwrap();
        }
        let string_to_sign = StringToSign { at: case.at, scope, canonical_request_hash: hash };
        prop_assert_eq!(string_to_sign.to_string(), stages.string_to_sign);
        prop_assert_eq!(scope.to_string(), stages.scope);
        let key = SigningKey::derive(&case.secret, &scope);
        prop_assert_eq!(key.sign(&string_to_sign), signed.signature());
        let known: [u8; 32] = crate::reference::signing_key(&case.who(service)).try_into().unwrap();
        prop_assert_eq!(SigningKey::from_bytes(&known).sign(&string_to_sign), signed.signature());
    }

    /// Whatever a signer keeps between signatures, each is that of a new signer.
    #[test]
    fn a_signer_does_not_remember(
        case in case(false, true),
        stamps in vec(timestamp(), 1..4),
        order in vec((any::<Index>(), 0..2_i64), 1..6),
    ) {
        let signer = case.signer("s3");
        let headers = case.headers();
        let request = case.request(&headers);
        for (index, seconds) in order {
            let at = stamps[index.index(stamps.len())];
            let at = Timestamp::from_unix(at.unix() + seconds).unwrap_or(at);
            let sign = |signer: &Signer| {
                let signed = signer.sign(&request, at).unwrap();
                let url = signer.presign(&request, case.expires(), at).unwrap();
                (signed.authorization().to_owned(), url.target().to_owned())
            };
            prop_assert_eq!(sign(&signer), sign(&case.signer("s3")));
            prop_assert_eq!(sign(&signer.clone()), sign(&signer));
        }
    }

    /// The same bytes from other places in memory, one allocation for each piece.
    #[test]
    fn where_the_bytes_lie_does_not_matter(case in case(false, true)) {
        let one: String = case.headers.iter().map(|(name, _)| name.as_str()).collect();
        let mut rest = one.as_str();
        let mut headers = Vec::new();
        for (name, value) in &case.headers {
            let (name, after) = rest.split_at(name.len());
            headers.push((name, value.as_slice()));
            rest = after;
        }
        let apart = case.clone();
        for service in SERVICES {
            let others = apart.headers();
            let signer = case.signer(service);
            let left = signer.sign(&case.request(&headers), case.at).map(|signed| signed.signature());
            let right = signer.sign(&apart.request(&others), case.at).map(|signed| signed.signature());
            prop_assert_eq!(left, right);
        }
    }
}
