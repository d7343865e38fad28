//! The names under which a signature and what belongs to it travel. Those of a session
//! token are in the [`Profile`](crate::Profile).

use crate::grammar::encode::decoded;
use crate::grammar::text::find;
use crate::request::profile::QueryPlus;

/// The header that carries the time of the signature.
pub(crate) const DATE_HEADER: &str = "x-amz-date";

/// The header that carries the payload hash.
pub(crate) const PAYLOAD_HASH_HEADER: &str = "x-amz-content-sha256";

/// Tells the service which payload hash was signed; without it S3 takes `UNSIGNED-PAYLOAD`.
pub(crate) const PAYLOAD_HASH_PARAMETER: &str = "X-Amz-Content-Sha256";

/// What signing and verifying have to know of a header by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Known {
    #[default]
    Other,
    Host,
    ContentType,
    Authorization,
    Date,
    PayloadHash,
    /// Under the names of the built-in profiles; another profile may have another name.
    SessionToken,
    /// Proxies and connections add it, change it or drop it.
    NeverSigned,
}

impl Known {
    /// Names are compared without regard to case, and most are in lower case.
    pub(crate) fn of(name: &str) -> Self {
        let known = Self::of_lower_case(name.as_bytes());
        if known != Self::Other || !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return known;
        }
        // No name below is longer.
        let mut lower = [0; 24];
        let Some(lower) = lower.get_mut(..name.len()) else {
            return Self::Other;
        };
        lower.copy_from_slice(name.as_bytes());
        lower.make_ascii_lowercase();
        Self::of_lower_case(lower)
    }

    pub(crate) fn of_lower_case(name: &[u8]) -> Self {
        const DATE: &[u8] = DATE_HEADER.as_bytes();
        const PAYLOAD_HASH: &[u8] = PAYLOAD_HASH_HEADER.as_bytes();
        match name {
            b"host" => Self::Host,
            b"content-type" => Self::ContentType,
            b"authorization" => Self::Authorization,
            DATE => Self::Date,
            PAYLOAD_HASH => Self::PayloadHash,
            b"x-amz-security-token" | b"x-amz-s3session-token" => Self::SessionToken,
            b"connection"
            | b"expect"
            | b"keep-alive"
            | b"proxy-authenticate"
            | b"proxy-authorization"
            | b"proxy-connection"
            | b"te"
            | b"trailer"
            | b"transfer-encoding"
            | b"upgrade"
            | b"user-agent"
            | b"x-amzn-trace-id"
            | b"sec-websocket-key"
            | b"sec-websocket-protocol"
            | b"sec-websocket-version" => Self::NeverSigned,
            _ => Self::Other,
        }
    }

    pub(crate) fn is_signable(self) -> bool {
        !matches!(self, Self::NeverSigned | Self::Authorization)
    }
}

/// What signing and verifying have to know of a query parameter by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parameter {
    Algorithm,
    Credential,
    Date,
    SignedHeaders,
    Expires,
    Signature,
    PayloadHash,
    /// Under the names of the built-in profiles; another profile may have another name.
    SessionToken,
    OtherAmz,
    Other,
}

impl Parameter {
    /// Keys are compared with regard to case, once they are decoded.
    pub(crate) fn of(key: &str) -> Self {
        if !matches!(key.as_bytes(), [b'X' | b'%', ..]) {
            return Self::Other;
        }
        if find(key.as_bytes(), b'%').is_none() {
            return Self::of_decoded(key.as_bytes());
        }
        // No name below is longer: what fills it is none.
        let mut name = [0; 24];
        let mut length = 0_usize;
        for (slot, byte) in name.iter_mut().zip(decoded(key, QueryPlus::Literal)) {
            *slot = byte;
            length = length.saturating_add(1);
        }
        Self::of_decoded(name.get(..length).unwrap_or_default())
    }

    fn of_decoded(name: &[u8]) -> Self {
        const PAYLOAD_HASH: &[u8] = PAYLOAD_HASH_PARAMETER.as_bytes();
        match name {
            b"X-Amz-Algorithm" => Self::Algorithm,
            b"X-Amz-Credential" => Self::Credential,
            b"X-Amz-Date" => Self::Date,
            b"X-Amz-SignedHeaders" => Self::SignedHeaders,
            b"X-Amz-Expires" => Self::Expires,
            b"X-Amz-Signature" => Self::Signature,
            PAYLOAD_HASH => Self::PayloadHash,
            b"X-Amz-Security-Token" | b"X-Amz-S3session-Token" => Self::SessionToken,
            _ if name.starts_with(b"X-Amz-") => Self::OtherAmz,
            _ => Self::Other,
        }
    }
}
