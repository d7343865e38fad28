//! What API Gateway answers, word for word.
//!
//! Texts as captured from REST APIs with IAM authorization; AWS documents only some of
//! them ([Gateway responses](https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html)).

use crate::error::Error;
use crate::request::timestamp::Timestamp;
use crate::sign::stages::Stages;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use std::format;
use std::string::{String, ToString};

/// Status, error type and body of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The value of `x-amzn-ErrorType`.
    pub(crate) error_type: Option<&'static str>,
    pub(crate) body: Value,
}

/// Why IAM says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    Explicit,
    NoIdentityPolicy,
    NoResourcePolicy,
}

const INCOMPLETE: &str = "IncompleteSignatureException";
const INVALID: &str = "InvalidSignatureException";

const MISMATCH: &str = "The request signature we calculated does not match the signature you \
                        provided. Check your AWS Secret Access Key and signing method. Consult \
                        the service documentation for details.";

impl Answer {
    pub(crate) fn ok(status: u16, body: Value) -> Self {
        Self {
            status,
            error_type: None,
            body,
        }
    }

    fn fault(status: u16, error_type: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            error_type: Some(error_type),
            body: json!({ "message": message.into() }),
        }
    }

    fn forbidden(error_type: &'static str, message: impl Into<String>) -> Self {
        Self::fault(403, error_type, message)
    }

    pub(crate) fn bad_request(message: &str) -> Self {
        Self::fault(400, "BadRequestException", message)
    }

    pub(crate) fn too_deep() -> Self {
        Self::bad_request("Invalid request body: nested too deeply")
    }

    pub(crate) fn too_long() -> Self {
        Self::fault(413, "BadRequestException", "Request Too Long")
    }

    pub(crate) fn request_timeout() -> Self {
        Self::fault(408, "BadRequestException", "Request Timeout")
    }

    pub(crate) fn full() -> Self {
        Self::fault(429, "LimitExceededException", "Limit Exceeded")
    }

    /// No signature, and also no such route: the two cannot be told apart.
    pub(crate) fn missing_token() -> Self {
        Self::forbidden(
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        )
    }

    /// An unknown access key, or a session token that is not the key's.
    pub(crate) fn invalid_token() -> Self {
        Self::forbidden(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
    }

    pub(crate) fn expired_token() -> Self {
        Self::forbidden(
            "ExpiredTokenException",
            "The security token included in the request is expired",
        )
    }

    /// A wrong signature. AWS prints what it computed: the caller's own request.
    pub(crate) fn mismatch(stages: Option<&Stages>) -> Self {
        let mut message = String::from(MISMATCH);
        if let Some(stages) = stages {
            let canonical = String::from_utf8_lossy(&stages.canonical_request);
            message.push_str(&format!(
                "\n\nThe Canonical String for this request should have been\n'{canonical}'\n\n\
                 The String-to-Sign should have been\n'{}'\n",
                stages.string_to_sign
            ));
        }
        Self::forbidden(INVALID, message)
    }

    /// IAM says no. Four digits of the API's account are left to see.
    pub(crate) fn denied(caller: &str, action: &str, resource: &str, denial: Denial) -> Self {
        let why = match denial {
            Denial::Explicit => "with an explicit deny in an identity-based policy".into(),
            Denial::NoIdentityPolicy => {
                format!("because no identity-based policy allows the {action} action")
            }
            Denial::NoResourcePolicy => {
                format!("because no resource-based policy allows the {action} action")
            }
        };
        let resource = masked(resource);
        Self {
            status: 403,
            error_type: Some("AccessDeniedException"),
            body: json!({
                "Message": format!(
                    "User: {caller} is not authorized to perform: {action} on resource: \
                     {resource} {why}"
                )
            }),
        }
    }

    /// The answer to a claim that cannot be read or does not hold.
    pub(crate) fn refusal(error: Error, facts: &Facts<'_>) -> Self {
        match error {
            Error::NotSigned => Self::missing_token(),
            Error::MixedForms => Self::forbidden(
                INVALID,
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as \
                 HTTP header.",
            ),
            Error::UnsupportedAlgorithm if !facts.names_an_aws_algorithm() => {
                facts.no_key_value().unwrap_or_else(Self::missing_token)
            }
            Error::UnsupportedAlgorithm => Self::forbidden(
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
            Error::InvalidTimestamp { .. } => Self::forbidden(
                INCOMPLETE,
                "Date must be in ISO-8601 'basic format'. See http://en.wikipedia.org/wiki/ISO_8601",
            ),
            Error::MalformedCredential { .. }
            | Error::EmptyAccessKeyId
            | Error::InvalidAccessKeyId { .. } => Self::forbidden(
                INCOMPLETE,
                "Credential must have exactly 5 slash-delimited elements, e.g. \
                 keyid/date/region/service/term",
            ),
            Error::WrongRegion | Error::EmptyRegion | Error::InvalidRegion { .. } => {
                Self::forbidden(INVALID, "Credential should be scoped to a valid region. ")
            }
            Error::WrongService | Error::EmptyService | Error::InvalidService { .. } => {
                Self::forbidden(
                    INVALID,
                    format!(
                        "Credential should be scoped to correct service: '{}'. ",
                        facts.service
                    ),
                )
            }
            Error::WrongTerminator => Self::forbidden(
                INVALID,
                "Credential should be scoped with a valid terminator: 'aws4_request'. ",
            ),
            Error::ScopeDateDiffers | Error::InvalidScopeDate => Self::forbidden(
                INVALID,
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
                 from HTTP.",
            ),
            Error::Expired { signed, now, limit } => Self::forbidden(
                INVALID,
                format!(
                    "Signature expired: {signed} is now earlier than {} ({now} - {}.)",
                    shifted(now, limit, i64::checked_sub),
                    duration(limit)
                ),
            ),
            Error::NotYetCurrent { signed, now, limit } => Self::forbidden(
                INVALID,
                format!(
                    "Signature not yet current: {signed} is still later than {} ({now} + {}.)",
                    shifted(now, limit, i64::checked_add),
                    duration(limit)
                ),
            ),
            Error::HostNotSigned => Self::forbidden(
                INVALID,
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
            ),
            Error::AmzHeaderNotSigned { index } => Self::forbidden(
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
            | Error::SignatureMismatch => Self::mismatch(None),
            _ => Self::bad_request("Bad Request"),
        }
    }
}

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
    fn no_key_value(&self) -> Option<Answer> {
        let value = self.authorization?;
        let (_, parameters) = value.split_once(' ').unwrap_or(("", value));
        let mut pieces = parameters
            .split([',', ' '])
            .filter(|piece| !piece.is_empty());
        pieces.any(|piece| !piece.contains('=')).then(|| {
            Answer::forbidden(
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
    fn incomplete(&self) -> Answer {
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
        Answer::forbidden(INCOMPLETE, message)
    }
}

fn hashed(text: &str) -> String {
    BASE64_STANDARD.encode(crate::signature::hash::sha256(text.as_bytes()))
}

/// `arn:aws:execute-api:region:********9012:…`
fn masked(resource: &str) -> String {
    let mut parts: std::vec::Vec<_> = resource.split(':').map(String::from).collect();
    if let Some(account) = parts.get_mut(4) {
        let seen: String = account.chars().skip(8).collect();
        *account = format!("********{seen}");
    }
    parts.join(":")
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
