//! How targets are spelt: on the wire, canonically, encoded and decoded.

use super::case::{case, profile};
use super::config::{SERVICES, config};
use crate::reference::{Plain, Rules};
use proptest::collection::vec;
use proptest::prelude::*;
use sigv4::{CanonicalRequest, Error, Payload, Profile, QueryPlus, Request};

/// Which bytes RFC 3986 allows, and which of them nobody reads differently.
fn is_legal(target: &str, service: &str) -> bool {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~%!$&'()*,;=:@/".contains(&byte);
    let plus = !service.starts_with("s3");
    path.bytes()
        .all(|byte| plain(byte) || (plus && byte == b'+'))
        && query.bytes().all(|byte| plain(byte) || byte == b'?')
}

proptest! {
    #![proptest_config(config(400))]

    /// What signing returns stays as it is when it is signed again, by default and as
    /// given, and signs to the same signature.
    #[test]
    fn the_wire_target_is_its_own_wire_target(case in case(true, false)) {
        for service in SERVICES {
            let headers = case.headers();
            let first = case.request(&headers);
            let signer = case.signer(service);
            let Ok(signed) = signer.sign(&first, case.at) else { continue };
            let again = Request { target: signed.target(), ..first };
            for signer in [signer.clone(), signer.clone().with_target_as_given()] {
                let repeated = signer.sign(&again, case.at).unwrap();
                prop_assert_eq!(repeated.target(), signed.target());
                prop_assert_eq!(repeated.authorization(), signed.authorization());
                let url = signer.presign(&again, case.expires(), case.at).unwrap();
                prop_assert!(is_legal(url.target(), service), "{:?}", url.target());
            }
            prop_assert!(is_legal(signed.target(), service), "{:?}", signed.target());
            if Rules::of(service).normalize_path {
                let path = signed.target().split('?').next().unwrap();
                prop_assert_eq!(crate::reference::normalize(path), path);
            }
        }
    }

    /// A canonical path or query, given as a target that is encoded once, is canonical.
    #[test]
    fn the_canonical_form_is_idempotent(case in case(false, false)) {
        let headers = case.headers();
        let request = Request { payload: Payload::EMPTY, ..case.request(&headers) };
        for normalize_path in [false, true] {
            for query_plus in [QueryPlus::Literal, QueryPlus::Space] {
                let profile = Profile { normalize_path, query_plus, ..Profile::S3 };
                let text = CanonicalRequest::new(&request, &profile).unwrap().to_string();
                let mut lines = text.split('\n').skip(1);
                let (path, query) = (lines.next().unwrap(), lines.next().unwrap());
                let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte);
                prop_assert!(path.bytes().all(|byte| allowed(byte) || byte == b'/'));
                prop_assert!(query.bytes().all(|byte| allowed(byte) || b"&=".contains(&byte)));
                let target = format!("{path}?{query}");
                // Decoding may have brought new dot segments and slashes into the path.
                let profile = Profile { normalize_path: false, ..profile };
                let again = Request { target: &target, ..request };
                let again = CanonicalRequest::new(&again, &profile).unwrap().to_string();
                prop_assert_eq!(again, text);
            }
        }
    }

    /// Encoding loses nothing, however the bytes are spelled.
    #[test]
    fn what_is_encoded_decodes_to_itself(bytes in vec(any::<u8>(), 0..60), spelling in vec(0..3_u8, 60)) {
        let spell = |(byte, way): (&u8, &u8)| match (way, char::from(*byte)) {
            (0, plain) if plain.is_ascii_graphic() && !"%&=+#".contains(plain) => plain.to_string(),
            (1, _) => format!("%{byte:02x}"),
            _ => format!("%{byte:02X}"),
        };
        let spelled: String = bytes.iter().zip(&spelling).map(spell).collect();
        let target = format!("/?{spelled}={spelled}");
        let request = Request {
            method: "GET",
            target: &target,
            headers: &[("host", b"h")],
            payload: Payload::EMPTY,
        };
        let text = CanonicalRequest::new(&request, &Profile::DEFAULT).unwrap().to_string();
        let query = text.split('\n').nth(2).unwrap();
        let (key, value) = query.split_once('=').unwrap();
        prop_assert_eq!(key, value);
        prop_assert_eq!(crate::reference::decode(value, false), Some(bytes.clone()));
        prop_assert_eq!(value, crate::reference::encode(&bytes, ""));
    }

    /// A raw `+` is what the profile says, and gone from the wire.
    #[test]
    fn plus_is_read_as_the_profile_says(case in case(true, false)) {
        let headers = case.headers();
        let request = Request { payload: Payload::EMPTY, ..case.request(&headers) };
        for service in SERVICES {
            let profile = Profile { query_plus: QueryPlus::Space, ..profile(service) };
            let rules = Rules { plus_is_space: true, ..Rules::of(service) };
            let plain = Plain {
                payload_hash: crate::reference::sha256(b""),
                hash_is_given: false,
                ..case.plain()
            };
            let theirs = crate::reference::sign(&plain, &case.who(service), rules);
            let signer = case.signer(service).with_profile(profile);
            match (signer.sign(&request, case.at), theirs) {
                (Ok(ours), Some(theirs)) => {
                    prop_assert_eq!(ours.target(), theirs.target);
                    prop_assert_eq!(ours.signature().to_string(), theirs.signature);
                }
                (Err(Error::MalformedEscape { .. }), None) => {}
                (ours, theirs) => panic!("{ours:?} {theirs:?}"),
            }
        }
    }
}
