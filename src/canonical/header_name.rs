//! The names of headers: their grammar, their order, which are never signed.

use crate::grammar::text::{LOWER_CASE_TOKEN, TOKEN, are_all_in, ascii, first_not_in};
use core::cmp::Ordering;

/// The header that carries the time of the signature.
pub(crate) const DATE_HEADER: &str = "x-amz-date";

/// The header that carries the payload hash.
pub(crate) const PAYLOAD_HASH_HEADER: &str = "x-amz-content-sha256";

/// The header that carries the region set of Signature Version 4A.
pub(crate) const REGION_SET_HEADER: &str = "x-amz-region-set";

/// How many headers signing adds that are signed: date, payload hash, session token, region set.
pub(crate) const MOST_ADDED: usize = if cfg!(feature = "v4a") { 4 } else { 3 };

/// What signing and verifying have to know of a header by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Known {
    #[default]
    Other,
    Host,
    ContentType,
    Authorization,
    Date,
    /// That of HTTP (RFC 9110, 6.6.1).
    HttpDate,
    PayloadHash,
    /// Under the names of the built-in profiles; another profile may have another name.
    SessionToken,
    /// Of Signature Version 4A; of no interest to Version 4.
    RegionSet,
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
        const REGION_SET: &[u8] = REGION_SET_HEADER.as_bytes();
        match name {
            b"host" => Self::Host,
            b"content-type" => Self::ContentType,
            b"authorization" => Self::Authorization,
            b"date" => Self::HttpDate,
            DATE => Self::Date,
            PAYLOAD_HASH => Self::PayloadHash,
            REGION_SET => Self::RegionSet,
            b"x-amz-security-token" | b"x-amz-s3session-token" => Self::SessionToken,
            // Never signed, since connections, proxies and tracing add them, change them or drop
            // them (the skip lists of AWS's C signer and of botocore, together).
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

/// What a name is known for, and whether it is a token without capital letters.
pub(crate) fn look_up(name: &str) -> (Known, bool) {
    // Those that are known are.
    match Known::of_lower_case(name.as_bytes()) {
        Known::Other if name.is_empty() => (Known::Other, false),
        Known::Other if are_all_in(&LOWER_CASE_TOKEN, name) => (Known::Other, true),
        Known::Other => (Known::of(name), false),
        known => (known, true),
    }
}

/// Where a text stops being an HTTP token (RFC 9110, 5.6.2).
pub(crate) fn no_token(text: &str) -> Option<usize> {
    if text.is_empty() {
        Some(0)
    } else {
        first_not_in(&TOKEN, text)
    }
}

/// Without regard to case; with each name, whether it is in lower case.
pub(crate) fn compare_names(left: (&str, bool), right: (&str, bool)) -> Ordering {
    if left.1 && right.1 {
        return left.0.cmp(right.0);
    }
    let lower = |byte: u8| byte.to_ascii_lowercase();
    left.0.bytes().map(lower).cmp(right.0.bytes().map(lower))
}

/// In lower case, if it is not already.
pub(crate) fn write_name(name: &str, lower_case: bool, out: &mut impl FnMut(&str)) {
    if lower_case {
        return out(name);
    }
    for piece in name.as_bytes().chunks(32) {
        let mut lower = [0; 32];
        for (slot, byte) in lower.iter_mut().zip(piece) {
            *slot = byte.to_ascii_lowercase();
        }
        out(ascii(lower.get(..piece.len()).unwrap_or_default()));
    }
}
