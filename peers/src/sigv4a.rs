//! Signature Version 4A by nobody who is compared: proof that a canonical request is the one that
//! was signed.

use crate::case::{ACCESS_KEY_ID, SECRET, TIME};
use crate::outcome::Outcome;
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

pub const ALGORITHM: &str = "AWS4-ECDSA-P256-SHA256";

/// The key pair that follows from the credentials, as aws-c-auth derives it (`key_derivation.c`):
/// for these the first candidate will do.
pub static KEY: LazyLock<SigningKey> = LazyLock::new(|| {
    let secret = format!("AWS4A{SECRET}");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    let input = [
        "\0\0\0\x01",
        ALGORITHM,
        "\0",
        ACCESS_KEY_ID,
        "\x01\0\0\x01\0",
    ];
    mac.update(input.concat().as_bytes());
    let mut private: [u8; 32] = mac.finalize().into_bytes().into();
    let last = private.last_mut().expect("32 bytes");
    *last = last.checked_add(1).expect("no byte is carried");
    SigningKey::from_slice(&private).expect("a private key")
});

#[must_use]
pub fn string_to_sign(canonical_request: &str, service: &str, time: &str) -> String {
    let digest = hex::encode(Sha256::digest(canonical_request));
    let date = &time[..8];
    format!("{ALGORITHM}\n{time}\n{date}/{service}/aws4_request\n{digest}")
}

/// What is signed of a string to sign.
#[must_use]
pub fn digest(string_to_sign: &str) -> [u8; 32] {
    Sha256::digest(string_to_sign).into()
}

/// Steps 2 to 4 from the canonical request.
#[must_use]
pub fn verifies(signature: &str, canonical_request: &str, service: &str, time: &str) -> bool {
    let der = hex::decode(signature).unwrap_or_default();
    let digest = digest(&string_to_sign(canonical_request, service, time));
    let key = KEY.verifying_key();
    Signature::from_der(&der).is_ok_and(|signature| key.verify_prehash(&digest, &signature).is_ok())
}

/// As [`Outcome::is_consistent`].
#[must_use]
pub fn is_consistent(outcome: &Outcome, service: &str) -> bool {
    match outcome {
        Outcome::Refused { .. } => true,
        Outcome::Signed {
            signature,
            canonical_request,
        } => verifies(signature, canonical_request, service, TIME),
    }
}
