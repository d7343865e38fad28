//! ECDSA over P-256 with SHA-256 (FIPS 186-5), for Signature Version 4A: its key pair, and
//! signatures in DER. The only file of the library that imports `p256`.
//!
//! A key pair depends on nothing but access key id and secret. AWS describes its derivation
//! nowhere but in the code of its signers (aws-c-auth, `key_derivation.c`): one block of
//! HMAC-SHA-256 in counter mode (NIST SP 800-108). Vectors: `test-vectors/sigv4a` and
//! `test-vectors/aws-v4a`.

use crate::request::algorithm::Algorithm;
use crate::signature::hash::HmacKey;
use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use p256::ecdsa::{self, VerifyingKey};
#[cfg(feature = "client")]
use p256::{SecretKey, pkcs8::der::pem};
use zeroize::Zeroizing;

/// The order of P-256, less 2: no candidate for a private key may be larger.
const ORDER_LESS_2: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
];

/// As many bytes as the DER of two numbers below the order can have.
const MAX_DER: usize = 72;

/// `r` and `s`, 32 bytes each.
pub(crate) type Fixed = [u8; 64];

/// A private key and its public key. The private one is wiped on drop.
pub(crate) struct KeyPair(ecdsa::SigningKey);

impl KeyPair {
    /// `key` is that of `AWS4A` and the secret. `None` if no counter gives a private key, which
    /// is not to be expected of any secret: each fails for one in 2³².
    pub(crate) fn derive(key: &HmacKey, access_key_id: &str) -> Option<Self> {
        let private = first_private_key(|counter| {
            Zeroizing::new(key.authenticate(|message| {
                message.put(&1_u32.to_be_bytes()); // the first block, and the only one
                message.put(Algorithm::SigV4a.name().as_bytes());
                message.put(&[0]);
                message.put(access_key_id.as_bytes());
                message.put(&[counter]);
                message.put(&256_u32.to_be_bytes()); // bits of output
            }))
        })?;
        ecdsa::SigningKey::from_slice(&*private).ok().map(Self)
    }

    /// Of a PEM text (RFC 7468) `EC PRIVATE KEY` (RFC 5915), as `aws login` writes its key; else what is
    /// wrong with the text.
    #[cfg(feature = "client")]
    pub(crate) fn from_sec1_pem(text: &str) -> Result<Self, &'static str> {
        // One of P-256 with all that may be in it has 121 bytes.
        let mut der = Zeroizing::new([0; 256]);
        let not_one = "is no EC private key of P-256";
        match pem::decode_label(text.as_bytes()) {
            Ok("EC PRIVATE KEY") => {}
            Ok(_) => return Err("is no PEM text `EC PRIVATE KEY`"),
            Err(_) => return Err("is no PEM text"),
        }
        let (_, der) =
            pem::decode(text.as_bytes(), der.as_mut_slice()).map_err(|error| match error {
                pem::Error::Length => not_one,
                _ => "is no PEM text",
            })?;
        let key = SecretKey::from_sec1_der(der).map_err(|_| not_one)?;
        Ok(Self(key.into()))
    }

    /// Repeatable (RFC 6979); `s` is as it comes, low or high.
    #[allow(clippy::expect_used)] // the length is all that could be refused
    pub(crate) fn sign(&self, digest: &[u8; 32]) -> Fixed {
        let signature: ecdsa::Signature = self.0.sign_prehash(digest).expect("32 bytes");
        signature.to_bytes().into()
    }

    pub(crate) fn public(&self) -> Point {
        Point(*self.0.verifying_key())
    }
}

/// Of the candidates for the counters 1 to 254, the first that will do.
fn first_private_key(candidate: impl Fn(u8) -> Zeroizing<[u8; 32]>) -> Option<Zeroizing<[u8; 32]>> {
    (1..=254).find_map(|counter| private_key(&candidate(counter)))
}

/// The candidate and 1, unless that is more than the order less 1. Each byte is treated alike,
/// whatever it is: a candidate is a secret.
fn private_key(candidate: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
    let mut private = Zeroizing::new(*candidate);
    let (mut borrow, mut carry) = (0_u16, 1_u16);
    for (byte, limit) in private.iter_mut().zip(ORDER_LESS_2).rev() {
        let difference = u16::from(limit)
            .wrapping_sub(u16::from(*byte))
            .wrapping_sub(borrow);
        borrow = difference >> 15;
        let [over, sum] = u16::from(*byte).wrapping_add(carry).to_be_bytes();
        (*byte, carry) = (sum, over.into());
    }
    (borrow == 0).then_some(private)
}

/// A public key: a point of the curve, not at infinity.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point(VerifyingKey);

impl Point {
    /// That of the private key 1.
    pub(crate) fn generator() -> Option<Self> {
        let point = VerifyingKey::from_affine(p256::AffinePoint::GENERATOR);
        point.ok().map(Self)
    }

    /// SEC 1, 2.3.4: compressed or not.
    pub(crate) fn from_sec1(bytes: &[u8]) -> Option<Self> {
        VerifyingKey::from_sec1_bytes(bytes).ok().map(Self)
    }

    /// SEC 1, 2.3.3, uncompressed: `04`, x, y.
    pub(crate) fn to_sec1(self) -> [u8; 65] {
        let mut bytes = [0; 65];
        let point = self.0.to_sec1_point(false);
        for (slot, byte) in bytes.iter_mut().zip(point.as_bytes()) {
            *slot = *byte;
        }
        bytes
    }

    /// Low and high `s` alike: signers of AWS's make both.
    pub(crate) fn verifies(self, digest: &[u8; 32], signature: &Fixed) -> bool {
        let signature = ecdsa::Signature::from_slice(signature);
        signature.is_ok_and(|signature| self.0.verify_prehash(digest, &signature).is_ok())
    }
}

/// Reads lower-case digits of DER (X.690, 8 and 10: the shortest form of everything, nothing
/// behind it) of `r` and `s`, each from 1 to the order less 1.
pub(crate) fn parse_der(digits: &str) -> Option<Fixed> {
    if digits.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let mut der = [0; MAX_DER];
    let der = der.get_mut(..digits.len() / 2)?;
    hex::decode_to_slice(digits, der).ok()?;
    let signature = ecdsa::Signature::from_der(der).ok()?;
    Some(signature.to_bytes().into())
}

/// The same as lower-case digits.
pub(crate) fn write_der(signature: &Fixed, out: &mut impl FnMut(&str)) {
    let Ok(signature) = ecdsa::Signature::from_slice(signature) else {
        return;
    };
    let mut digits = [0; 2 * MAX_DER];
    let der = signature.to_der();
    let digits = digits.get_mut(..der.as_bytes().len().saturating_mul(2));
    let digits = digits.unwrap_or_default();
    if hex::encode_to_slice(der.as_bytes(), digits).is_ok() {
        out(crate::grammar::text::ascii(digits));
    }
}

#[cfg(test)]
mod tests;
