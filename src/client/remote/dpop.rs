//! The proof that whoever renews a token has the key that it was handed out for.
//! [RFC 9449](https://www.rfc-editor.org/rfc/rfc9449) (DPoP), a JSON Web Signature
//! ([RFC 7515](https://www.rfc-editor.org/rfc/rfc7515)) by ES256
//! ([RFC 7518, 3.4](https://www.rfc-editor.org/rfc/rfc7518#section-3.4)).

use crate::grammar::base64::base64_url;
use crate::grammar::json::push_quoted;
#[cfg(feature = "v4a")]
use crate::signature::ecdsa::KeyPair;
use crate::signature::hash::sha256;
use http::Uri;
#[cfg(not(feature = "v4a"))]
use nobodys::KeyPair;
use std::format;
use std::prelude::rust_2024::*;

/// The header that a proof is sent as (RFC 9449, 4.1).
pub(crate) const HEADER: &str = "dpop";

/// A key of P-256, wiped on drop.
pub(crate) struct ProofKey(KeyPair);

/// What is proved.
pub(crate) struct Claims<'a> {
    /// The request's.
    pub method: &'a str,
    /// The request's.
    pub url: &'a Uri,
    /// In seconds since 1970.
    pub issued_at: i64,
    /// Of this proof and no other.
    pub id: &'a str,
}

impl ProofKey {
    /// Of a PEM text `EC PRIVATE KEY`; else what is wrong with it.
    pub(crate) fn from_pem(text: &str) -> Result<Self, &'static str> {
        KeyPair::from_sec1_pem(text).map(Self)
    }

    /// RFC 9449, 4.2: type, algorithm and public key in the header; `htm`, `htu`, which is without query,
    /// `iat` and `jti` in the payload. In the order in which botocore writes them.
    pub(crate) fn proof(&self, claims: &Claims<'_>) -> String {
        let point = self.0.public().to_sec1();
        // `04`, then 32 bytes each.
        let (x, y) = point.get(1..).unwrap_or_default().split_at(32);
        let (x, y) = (base64_url(x), base64_url(y));
        let header = format!(
            r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{{"kty":"EC","x":"{x}","y":"{y}","crv":"P-256"}}}}"#
        );
        let Claims { issued_at, url, .. } = claims;
        let mut payload = String::from(r#"{"htm":"#);
        push_quoted(&mut payload, claims.method);
        payload.push_str(r#","htu":"#);
        let scheme = url.scheme_str().unwrap_or_default();
        let authority = url.authority().map_or("", |authority| authority.as_str());
        push_quoted(
            &mut payload,
            &format!("{scheme}://{authority}{}", url.path()),
        );
        payload.push_str(&format!(r#","iat":{issued_at},"jti":"#));
        push_quoted(&mut payload, claims.id);
        payload.push('}');
        let mut proof = format!(
            "{}.{}",
            base64_url(header.as_bytes()),
            base64_url(payload.as_bytes())
        );
        let signature = self.0.sign(&sha256(proof.as_bytes()));
        proof.push('.');
        proof.push_str(&base64_url(&signature));
        proof
    }
}

/// Without P-256 nobody has a key.
#[cfg(not(feature = "v4a"))]
mod nobodys {
    pub(super) enum KeyPair {}

    impl KeyPair {
        pub(super) fn from_sec1_pem(_: &str) -> Result<Self, &'static str> {
            Err(
                "is of no use to a program that has sigv4-kit without its feature v4a, which has P-256",
            )
        }

        pub(super) fn public(&self) -> &Self {
            self
        }

        pub(super) fn to_sec1(&self) -> [u8; 65] {
            match *self {}
        }

        pub(super) fn sign(&self, _: &[u8; 32]) -> [u8; 64] {
            match *self {}
        }
    }
}

#[cfg(all(test, feature = "v4a"))]
mod tests;
