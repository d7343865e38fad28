//! What API Gateway answers, word for word.
//!
//! Texts as captured from REST APIs with IAM authorization; AWS documents only some of
//! them ([Gateway responses](https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html)).

use super::answer::{Form, Refusal};
use super::facts::Facts;
use super::reason::{RefusalReason, shows_what_arrived, what_follows};
use crate::error::Error;
use crate::request::Request;
use crate::request::timestamp::Timestamp;
use crate::verify::policy::Policy;
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

const INCOMPLETE: &str = "IncompleteSignatureException";
const INVALID: &str = "InvalidSignatureException";

const MISMATCH: &str = "The request signature we calculated does not match the signature you \
                        provided. Check your AWS Secret Access Key and signing method. Consult \
                        the service documentation for details.";

pub(super) fn refusal(
    reason: RefusalReason,
    request: &Request<'_>,
    policy: &Policy<'_>,
) -> Refusal {
    match reason {
        RefusalReason::Error(error) if shows_what_arrived(error) => {
            mismatch(error, request, policy)
        }
        RefusalReason::Error(error) => of_error(error, request, policy),
        reason => of_service(reason),
    }
}

/// The answers for which the request need not be known. No [`RefusalReason::Error`] is one.
pub(crate) fn of_service(reason: RefusalReason) -> Refusal {
    let (status, code, message) = match reason {
        RefusalReason::UnknownAccessKey | RefusalReason::WrongSessionToken => (
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
        RefusalReason::ExpiredSessionToken => (
            403,
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
        RefusalReason::BodyTooLong => (413, "BadRequestException", "Request Too Long"),
        RefusalReason::BodyTooSlow => (408, "BadRequestException", "Request Timeout"),
        // It takes no forms.
        #[cfg(feature = "post-policy")]
        RefusalReason::Post(_) => (400, "BadRequestException", "Bad Request"),
        // It takes no bodies in pieces and no checksums, and has no words for them.
        RefusalReason::Error(_)
        | RefusalReason::BodyCutOff
        | RefusalReason::Stream(_)
        | RefusalReason::ChecksumDiffers { .. } => (400, "BadRequestException", "Bad Request"),
        RefusalReason::NotAllowed => (
            403,
            "AccessDeniedException",
            "User is not authorized to access this resource",
        ),
        RefusalReason::Unavailable => {
            (500, "InternalServerErrorException", "Internal server error")
        }
    };
    let note = match reason {
        RefusalReason::UnknownAccessKey => Some("no principal has this access key id"),
        RefusalReason::WrongSessionToken => Some("the session token is not the key's"),
        _ => None,
    };
    Refusal {
        note,
        ..fault(reason, status, code, message)
    }
}

/// No signature.
pub(crate) const MISSING_TOKEN: (&str, &str) = (
    "MissingAuthenticationTokenException",
    "Missing Authentication Token",
);

fn fault(
    reason: RefusalReason,
    status: u16,
    code: &'static str,
    message: impl Into<Cow<'static, str>>,
) -> Refusal {
    Refusal {
        reason,
        status,
        code,
        message: message.into(),
        form: Form::Json,
        details: Vec::new(),
        note: None,
    }
}

/// A wrong signature. AWS prints what it computed: the caller's own request.
fn mismatch(error: Error, request: &Request<'_>, policy: &Policy<'_>) -> Refusal {
    let mut message = Cow::Borrowed(MISMATCH);
    if let Some(stages) = what_follows(error, request, policy) {
        let canonical = String::from_utf8_lossy(&stages.canonical_request);
        message = format!(
            "{MISMATCH}\n\nThe Canonical String for this request should have been\n'{canonical}'\n\n\
             The String-to-Sign should have been\n'{}'\n",
            stages.string_to_sign
        )
        .into();
    }
    fault(error.into(), 403, INVALID, message)
}

/// The answer to a claim that cannot be read or does not hold.
fn of_error(error: Error, request: &Request<'_>, policy: &Policy<'_>) -> Refusal {
    let facts = Facts::of(request);
    let missing_token = |note| {
        let (code, message) = MISSING_TOKEN;
        Refusal {
            note: Some(note),
            ..fault(error.into(), 403, code, message)
        }
    };
    let (code, message) = match error {
        Error::NotSigned => return missing_token("no signature arrived"),
        Error::UnsupportedAlgorithm if !facts.names_an_aws_algorithm() => {
            match facts.no_key_value() {
                Some(message) => (INCOMPLETE, message.into()),
                None => return missing_token("the Authorization header is of another scheme"),
            }
        }
        _ => match words(error, &facts, policy) {
            Some(words) => words,
            None => return fault(error.into(), 400, "BadRequestException", "Bad Request"),
        },
    };
    fault(error.into(), 403, code, message)
}

#[allow(clippy::too_many_lines)] // an arm for each error
fn words(
    error: Error,
    facts: &Facts<'_>,
    policy: &Policy<'_>,
) -> Option<(&'static str, Cow<'static, str>)> {
    Some(match error {
        Error::MixedForms => (
            INVALID,
            "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as \
             HTTP header."
                .into(),
        ),
        Error::UnsupportedAlgorithm => (
            INCOMPLETE,
            format!(
                "Unsupported AWS 'algorithm' (only {} for now). ",
                policy.profile.algorithm.name()
            )
            .into(),
        ),
        Error::MalformedAuthorization { .. }
        | Error::MissingAlgorithm
        | Error::MissingCredential
        | Error::MissingSignedHeaders
        | Error::MissingSignature
        | Error::MissingDate
        | Error::MissingExpires => {
            let message = facts.no_key_value();
            (
                INCOMPLETE,
                message.unwrap_or_else(|| facts.incomplete()).into(),
            )
        }
        Error::InvalidTimestamp { .. } => (
            INCOMPLETE,
            "Date must be in ISO-8601 'basic format'. See http://en.wikipedia.org/wiki/ISO_8601"
                .into(),
        ),
        // API Gateway takes no Version 4A, and has no words for these.
        Error::MissingRegionSet => (
            INCOMPLETE,
            "A signature of AWS4-ECDSA-P256-SHA256 requires 'X-Amz-Region-Set'. ".into(),
        ),
        Error::MalformedCredential { expected: 4, .. } => (
            INCOMPLETE,
            "Credential must have exactly 4 slash-delimited elements, e.g. \
             keyid/date/service/term"
                .into(),
        ),
        Error::MalformedCredential { .. }
        | Error::EmptyAccessKeyId
        | Error::InvalidAccessKeyId { .. } => (
            INCOMPLETE,
            "Credential must have exactly 5 slash-delimited elements, e.g. \
             keyid/date/region/service/term"
                .into(),
        ),
        Error::WrongRegion
        | Error::RegionNotInSet
        | Error::EmptyRegion
        | Error::InvalidRegion { .. }
        | Error::InvalidRegionSet { .. } => (
            INVALID,
            "Credential should be scoped to a valid region. ".into(),
        ),
        Error::WrongService | Error::EmptyService | Error::InvalidService { .. } => (
            INVALID,
            format!(
                "Credential should be scoped to correct service: '{}'. ",
                policy.service
            )
            .into(),
        ),
        Error::WrongTerminator => (
            INVALID,
            "Credential should be scoped with a valid terminator: 'aws4_request'. ".into(),
        ),
        Error::ScopeDateDiffers | Error::InvalidScopeDate => (
            INVALID,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
             from HTTP."
                .into(),
        ),
        Error::Expired { signed, now, limit } => (
            INVALID,
            format!(
                "Signature expired: {signed} is now earlier than {} ({now} - {}.)",
                shifted(now, limit, i64::checked_sub),
                duration(limit)
            )
            .into(),
        ),
        Error::NotYetCurrent { signed, now, limit } => (
            INVALID,
            format!(
                "Signature not yet current: {signed} is still later than {} ({now} + {}.)",
                shifted(now, limit, i64::checked_add),
                duration(limit)
            )
            .into(),
        ),
        Error::HostNotSigned => (
            INVALID,
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".into(),
        ),
        Error::AmzHeaderNotSigned { index }
        | Error::RegionSetNotSigned { index }
        | Error::DateNotSigned { index } => (
            INVALID,
            format!(
                "'{}' must be a 'SignedHeader' in the AWS Authorization.",
                facts.header_name(index)
            )
            .into(),
        ),
        Error::MalformedSignature | Error::MalformedEcdsaSignature => (INVALID, MISMATCH.into()),
        _ => return None,
    })
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
