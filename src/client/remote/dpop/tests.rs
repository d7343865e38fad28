//! `test-vectors/dpop`, and what holds of any proof.

use super::{Claims, ProofKey};
use crate::signature::ecdsa::Point;
use crate::signature::hash::sha256;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use serde::Deserialize;
use serde_json::{Value, json};
use std::format;
use std::prelude::rust_2024::*;

const VECTORS: &str = include_str!("../../../../test-vectors/dpop/proofs.json");

#[derive(Deserialize)]
struct Vectors {
    proofs: Vec<Vector>,
    refused: Vec<Refused>,
}

#[derive(Deserialize)]
struct Vector {
    case: String,
    pem: String,
    url: String,
    iat: i64,
    jti: String,
    proof: String,
}

#[derive(Deserialize)]
struct Refused {
    case: String,
    pem: String,
    problem: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(VECTORS).unwrap()
}

fn proof(vector: &Vector, url: &str) -> String {
    let key = ProofKey::from_pem(&vector.pem).expect(&vector.case);
    key.proof(&Claims {
        method: "POST",
        url: &url.parse().unwrap(),
        issued_at: vector.iat,
        id: &vector.jti,
    })
}

/// botocore's texts, byte for byte, and signatures by RFC 6979.
#[test]
fn byte_for_byte() {
    let vectors = vectors().proofs;
    assert_eq!(vectors.len(), 12);
    for vector in &vectors {
        assert_eq!(proof(vector, &vector.url), vector.proof, "{}", vector.case);
    }
    // RFC 9449, 4.2: the URL of the request, without query and fragment.
    let vector = &vectors[0];
    let with_query = format!("{}?a=b", vector.url);
    assert_eq!(proof(vector, &with_query), vector.proof);
}

#[test]
fn keys_that_are_none() {
    let refused = vectors().refused;
    assert_eq!(refused.len(), 22);
    for Refused { case, pem, problem } in refused {
        let found = ProofKey::from_pem(&pem).err();
        assert_eq!(found, Some(problem.as_str()), "{case}");
    }
}

/// Each text that a byte less or another byte makes of a key is refused, or is the same key: nothing
/// panics.
#[test]
fn keys_with_a_flaw() {
    let vector = &vectors().proofs[0];
    let mut refused = 0;
    for place in 0..vector.pem.len() {
        for byte in ["", "A", "-", "\n", " ", "\u{e4}"] {
            let mut pem = vector.pem.clone();
            pem.replace_range(place..=place, byte);
            match ProofKey::from_pem(&pem) {
                Ok(_) => {
                    let other = Vector {
                        pem,
                        ..vectors().proofs.remove(0)
                    };
                    assert_eq!(proof(&other, &other.url), vector.proof, "{place} {byte:?}");
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 1000, "{refused}");
}

proptest! {
    /// Whatever is proved by whatever key: it is what the header's key signed, and JSON says it again.
    #[test]
    fn any_proof(
        number in any::<[u8; 32]>(),
        path in "(/[!-~&&[^\"#<>?\\\\^`{|}]]{0,20}){1,3}",
        issued_at in any::<i64>(),
        id in any::<String>(),
    ) {
        let oid = b"\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
        let der = [b"\x30\x31\x02\x01\x01\x04\x20", &number[..], oid].concat();
        let text = STANDARD.encode(der);
        let (first, second) = text.split_at(64);
        let pem = format!("-----BEGIN EC PRIVATE KEY-----\n{first}\n{second}\n-----END EC PRIVATE KEY-----");
        // The order of the curve is a little less than what 32 bytes hold.
        let Ok(key) = ProofKey::from_pem(&pem) else {
            prop_assert!(number.starts_with(&[0xff; 4]) || number == [0; 32]);
            return Ok(());
        };
        let url = format!("https://h.example:8443{path}");
        let proof = key.proof(&Claims {
            method: "POST",
            url: &url.parse().unwrap(),
            issued_at,
            id: &id,
        });
        let (signed, signature) = proof.rsplit_once('.').unwrap();
        let (header, payload) = signed.split_once('.').unwrap();
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
        let json = |part| serde_json::from_slice::<Value>(&bytes(part)).unwrap();
        let payload = json(payload);
        let expected = json!({"htm": "POST", "htu": url, "iat": issued_at, "jti": id});
        prop_assert_eq!(payload, expected);
        let jwk = &json(header)["jwk"];
        let coordinate = |name: &str| bytes(jwk[name].as_str().unwrap());
        let point = [vec![4], coordinate("x"), coordinate("y")].concat();
        let public = Point::from_sec1(&point).unwrap();
        let signature = bytes(signature).try_into().unwrap();
        prop_assert!(public.verifies(&sha256(signed.as_bytes()), &signature));
    }
}
