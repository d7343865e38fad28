//! What S3 answers beside a code and a message.

use super::reason::what_follows;
use crate::canonical::header_name::PAYLOAD_HASH_HEADER;
use crate::error::Error;
use crate::grammar::hex::hex;
use crate::grammar::text::ascii;
use crate::request::timestamp::Timestamp;
use crate::request::{Payload, Request};
use crate::signature::hash::sha256;
use crate::verify::claim::Claim;
use crate::verify::policy::Policy;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Elements, and what stands in each.
pub(super) type Details = Vec<(&'static str, String)>;

pub(super) const DENIED: &str = "AccessDenied";

/// What S3 computed: the caller's own request. (It also gives both texts once more as bytes.)
pub(super) fn computed(error: Error, request: &Request<'_>, policy: &Policy<'_>) -> Details {
    let mut details = Vec::new();
    if let Ok(claim) = Claim::from_request(request) {
        details.push(("AWSAccessKeyId", claim.access_key_id().into()));
        details.push(("SignatureProvided", claim.signature.to_string()));
    }
    if let Some(stages) = what_follows(error, request, policy) {
        let canonical = String::from_utf8_lossy(&stages.canonical_request);
        details.push(("StringToSign", stages.string_to_sign));
        details.push(("CanonicalRequest", canonical.into_owned()));
    }
    details
}

/// Code and message for a request that is too old or too new, and the times that go with them.
pub(super) fn of_time(
    error: Error,
    presigned: bool,
    details: &mut Details,
) -> (&'static str, &'static str) {
    let (Error::Expired { signed, now, limit } | Error::NotYetCurrent { signed, now, limit }) =
        error
    else {
        return (DENIED, "Access Denied");
    };
    if !presigned {
        details.push(("RequestTime", signed.to_string()));
        details.push(("ServerTime", extended(now)));
        let milliseconds = limit.saturating_mul(1000);
        details.push(("MaxAllowedSkewMilliseconds", milliseconds.to_string()));
        let message = "The difference between the request time and the current time is too large.";
        return ("RequestTimeTooSkewed", message);
    }
    if matches!(error, Error::NotYetCurrent { .. }) {
        details.push(("ServerTime", extended(now)));
        return (DENIED, "Request is not yet valid");
    }
    details.push(("X-Amz-Expires", limit.to_string()));
    let seconds = i64::try_from(limit).unwrap_or(i64::MAX);
    if let Ok(end) = Timestamp::from_unix(signed.unix().saturating_add(seconds)) {
        details.push(("Expires", extended(end)));
    }
    details.push(("ServerTime", extended(now)));
    (DENIED, "Request has expired")
}

/// `2015-08-30T12:36:00Z`.
fn extended(at: Timestamp) -> String {
    let mut text = String::with_capacity(20);
    for (index, character) in at.as_str().chars().enumerate() {
        if let 4 | 6 = index {
            text.push('-');
        }
        if let 11 | 13 = index {
            text.push(':');
        }
        text.push(character);
    }
    text
}

/// That of the header, and that of the body.
pub(super) fn hashes(request: &Request<'_>) -> Details {
    let mut headers = request.headers.iter();
    let stated = headers.find(|(name, _)| name.eq_ignore_ascii_case(PAYLOAD_HASH_HEADER));
    let stated = stated.and_then(|(_, value)| core::str::from_utf8(value).ok());
    let actual = match request.payload {
        Payload::Bytes(bytes) => Some(sha256(bytes)),
        Payload::Sha256(hash) => Some(hash),
        Payload::Unsigned | Payload::Streaming(_) => None,
    };
    let stated = stated.map(|hash| ("ClientComputedContentSHA256", hash.into()));
    let actual = actual.map(|hash| ("S3ComputedContentSHA256", ascii(&hex(&hash)).into()));
    stated.into_iter().chain(actual).collect()
}
