//! Key pairs and signatures, as AWS's C signer derives the ones and RFC 6979 makes the others.

use crate::support::suite::{Point, cases, read};
use crate::support::vectors;
use serde::Deserialize;
use sigv4::{Algorithm, Error, PublicKey, Scope, Signature, SigningKey, StringToSign, Timestamp};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    keys: Vec<Key>,
    #[serde(rename = "candidates")]
    _candidates: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    access_key_id: String,
    secret_access_key: String,
    private_key: String,
    public_key: Point,
    string_to_sign: Vec<String>,
    signature: String,
}

fn keys() -> Vec<Key> {
    let vectors: Vectors = read(&vectors().join("sigv4a-keys.json"));
    assert_eq!(vectors.keys.len(), 3);
    vectors.keys
}

#[test]
fn the_public_keys_come_out() {
    for key in keys() {
        let derived = PublicKey::derive(&key.access_key_id, &key.secret_access_key).unwrap();
        assert_eq!(derived.to_sec1(), key.public_key.sec1());
        // It is that of the private key.
        let private = p256::ecdsa::SigningKey::from_slice(&hex::decode(key.private_key).unwrap());
        let public = private.unwrap().verifying_key().to_sec1_point(false);
        assert_eq!(derived.to_sec1(), public.as_bytes());
    }
    let mut published = 0;
    for case in cases("aws-v4a") {
        let keys = &case.context.as_ref().unwrap().credentials;
        let derived = PublicKey::derive(&keys.access_key_id, &keys.secret_access_key).unwrap();
        assert_eq!(
            derived.to_sec1(),
            case.public_key.unwrap().sec1(),
            "{}",
            case.case
        );
        published += 1;
    }
    assert_eq!(published, 38);
}

#[test]
fn the_signatures_of_rfc_6979_come_out() {
    for key in keys() {
        let lines: [String; 4] = key.string_to_sign.try_into().unwrap();
        let at = Timestamp::parse(&lines[1]).unwrap();
        let scope = Scope::sigv4a(&at, "service").unwrap();
        let hash = hex::decode(&lines[3]).unwrap().try_into().unwrap();
        let text = StringToSign {
            at,
            scope,
            canonical_request_hash: hash,
        };
        assert_eq!(text.to_string(), lines.join("\n"));
        let pair = SigningKey::derive_sigv4a(&key.access_key_id, &key.secret_access_key).unwrap();
        let signature = pair.sign(&text);
        assert_eq!(signature.to_string(), key.signature);
        assert_eq!(Signature::parse_sigv4a(&key.signature), Some(signature));
        assert_eq!(Signature::parse(&key.signature), None);
    }
}

#[test]
fn a_key_of_version_4_has_no_public_half() {
    let at = Timestamp::EPOCH;
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    assert!(SigningKey::derive("secret", &scope).public_key().is_none());
    assert_eq!(scope.algorithm(), Algorithm::SigV4);
}

#[test]
fn a_scope_names_no_region() {
    let at = Timestamp::EPOCH;
    let scope = Scope::sigv4a(&at, "s3").unwrap();
    assert_eq!(scope.to_string(), "19700101/s3/aws4_request");
    assert_eq!((scope.region(), scope.service()), ("", "s3"));
    assert_eq!(scope.algorithm().name(), "AWS4-ECDSA-P256-SHA256");
    assert_ne!(scope, Scope::new(&at, "us-east-1", "s3").unwrap());
    assert_eq!(Scope::sigv4a(&at, ""), Err(Error::EmptyService));
    assert_eq!(
        Scope::sigv4a(&at, "s/3"),
        Err(Error::InvalidService { position: 1 })
    );
}

#[test]
fn a_public_key_is_a_point() {
    let key = &keys()[0].public_key.sec1();
    let read = PublicKey::from_sec1(key).unwrap();
    assert_eq!(read.to_sec1(), *key);
    let sign = 2 + (key[64] & 1);
    let compressed = [&[sign], &key[1..33]].concat();
    assert_eq!(PublicKey::from_sec1(&compressed), Ok(read));
    assert!(format!("{read:?}").starts_with("PublicKey(0415d242"));
    let mut off_the_curve = *key;
    off_the_curve[64] ^= 1;
    let bad: [&[u8]; 6] = [&[], &[0], &key[1..], &key[..64], &off_the_curve, &[4; 65]];
    for bytes in bad {
        assert_eq!(PublicKey::from_sec1(bytes), Err(Error::InvalidPublicKey));
    }
}
