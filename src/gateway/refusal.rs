//! What API Gateway answers to a claim that cannot be read or does not hold, word for word.

use super::reply::{INCOMPLETE, INVALID, Reply};
use crate::error::Error;
use crate::request::timestamp::Timestamp;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::format;
use std::string::{String, ToString};

/// The answer to a claim that cannot be read or does not hold.
pub(crate) fn refusal(error: Error, facts: &Facts<'_>) -> Reply {
    match error {
        Error::NotSigned => Reply::missing_token(NOT_SIGNED),
        Error::MixedForms => Reply::forbidden(
            INVALID,
            "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as \
             HTTP header.",
        ),
        Error::UnsupportedAlgorithm if !facts.names_an_aws_algorithm() => {
            facts.no_key_value().unwrap_or_else(|| {
                Reply::missing_token("the Authorization header is of another scheme")
            })
        }
        Error::UnsupportedAlgorithm => Reply::forbidden(
            INCOMPLETE,
            "Unsupported AWS 'algorithm' (only AWS4-HMAC-SHA256 for now). ",
        ),
        Error::MalformedAuthorization { .. }
        | Error::MissingAlgorithm
        | Error::MissingCredential
        | Error::MissingSignedHeaders
        | Error::MissingSignature
        | Error::MissingDate
        | Error::MissingExpires => facts.no_key_value().unwrap_or_else(|| facts.incomplete()),
        Error::InvalidTimestamp { .. } => Reply::forbidden(
            INCOMPLETE,
            "Date must be in ISO-8601 'basic format'. See http://en.wikipedia.org/wiki/ISO_8601",
        ),
        Error::MalformedCredential { .. }
        | Error::EmptyAccessKeyId
        | Error::InvalidAccessKeyId { .. } => Reply::forbidden(
            INCOMPLETE,
            "Credential must have exactly 5 slash-delimited elements, e.g. \
             keyid/date/region/service/term",
        ),
        Error::WrongRegion | Error::EmptyRegion | Error::InvalidRegion { .. } => {
            Reply::forbidden(INVALID, "Credential should be scoped to a valid region. ")
        }
        Error::WrongService | Error::EmptyService | Error::InvalidService { .. } => {
            Reply::forbidden(
                INVALID,
                format!(
                    "Credential should be scoped to correct service: '{}'. ",
                    facts.service
                ),
            )
        }
        Error::WrongTerminator => Reply::forbidden(
            INVALID,
            "Credential should be scoped with a valid terminator: 'aws4_request'. ",
        ),
        Error::ScopeDateDiffers | Error::InvalidScopeDate => Reply::forbidden(
            INVALID,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
             from HTTP.",
        ),
        Error::Expired { signed, now, limit } => Reply::forbidden(
            INVALID,
            format!(
                "Signature expired: {signed} is now earlier than {} ({now} - {}.)",
                shifted(now, limit, i64::checked_sub),
                duration(limit)
            ),
        ),
        Error::NotYetCurrent { signed, now, limit } => Reply::forbidden(
            INVALID,
            format!(
                "Signature not yet current: {signed} is still later than {} ({now} + {}.)",
                shifted(now, limit, i64::checked_add),
                duration(limit)
            ),
        ),
        Error::HostNotSigned => Reply::forbidden(
            INVALID,
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        ),
        Error::AmzHeaderNotSigned { index } | Error::DateNotSigned { index } => Reply::forbidden(
            INVALID,
            format!(
                "'{}' must be a 'SignedHeader' in the AWS Authorization.",
                facts.header_name(index)
            ),
        ),
        Error::SignedHeaderMissing { .. }
        | Error::MalformedSignature
        | Error::PayloadDiffers
        | Error::UnsignedPayloadRefused
        | Error::UnsupportedContentSha256
        | Error::SignatureMismatch => Reply::mismatch(None),
        _ => Reply::bad_request("Bad Request"),
    }
}

const NOT_SIGNED: &str = "no signature arrived";

/// What of a request is needed to word an answer.
pub(crate) struct Facts<'a> {
    pub(crate) service: &'a str,
    pub(crate) authorization: Option<&'a str>,
    pub(crate) query: &'a str,
    pub(crate) dated: bool,
    pub(crate) header_names: &'a [&'a str],
}

impl Facts<'_> {
    fn header_name(&self, index: usize) -> &str {
        self.header_names.get(index).copied().unwrap_or("x-amz-*")
    }

    fn names_an_aws_algorithm(&self) -> bool {
        self.authorization
            .is_none_or(|value| value.starts_with("AWS4-"))
    }

    /// For a header with a piece that has no equals sign.
    fn no_key_value(&self) -> Option<Reply> {
        let value = self.authorization?;
        let (_, parameters) = value.split_once(' ').unwrap_or(("", value));
        let mut pieces = parameters
            .split([',', ' '])
            .filter(|piece| !piece.is_empty());
        pieces.any(|piece| !piece.contains('=')).then(|| {
            Reply::forbidden(
                INCOMPLETE,
                format!(
                    "Invalid key=value pair (missing equal-sign) in Authorization header (hashed \
                     with SHA-256 and encoded with Base64): '{}'.",
                    hashed(value)
                ),
            )
        })
    }

    /// Names every parameter that is missing, not only the first.
    fn incomplete(&self) -> Reply {
        let mut message = String::new();
        if let Some(value) = self.authorization {
            for name in ["Credential", "Signature", "SignedHeaders"] {
                if !value.contains(&format!("{name}=")) {
                    message.push_str(&format!(
                        "Authorization header requires '{name}' parameter. "
                    ));
                }
            }
            if !self.dated {
                message.push_str(
                    "Authorization header requires existence of either a 'X-Amz-Date' or a \
                     'Date' header. ",
                );
            }
            message.push_str(&format!(
                "(Hashed with SHA-256 and encoded with Base64) Authorization={}",
                hashed(value)
            ));
        } else {
            for name in [
                "X-Amz-Algorithm",
                "X-Amz-Credential",
                "X-Amz-Signature",
                "X-Amz-SignedHeaders",
                "X-Amz-Date",
            ] {
                if !self.query.contains(&format!("{name}=")) {
                    message.push_str(&format!(
                        "AWS query-string parameters must include '{name}'. "
                    ));
                }
            }
            message.push_str("Re-examine the query-string parameters.");
        }
        Reply::forbidden(INCOMPLETE, message)
    }
}

fn hashed(text: &str) -> String {
    BASE64_STANDARD.encode(crate::signature::hash::sha256(text.as_bytes()))
}

fn shifted(now: Timestamp, seconds: u64, shift: fn(i64, i64) -> Option<i64>) -> String {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| shift(now.unix(), seconds))
        .and_then(|moment| Timestamp::from_unix(moment).ok())
        .map_or_else(|| "the limit".to_string(), |moment| moment.to_string())
}

fn duration(seconds: u64) -> String {
    if seconds.is_multiple_of(60) {
        format!("{} min", seconds / 60)
    } else {
        format!("{seconds} s")
    }
}
