//! What S3 answers, word for word
//! ([error responses](https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html);
//! recorded in `test-vectors/answers`).

use super::answer::{Refusal, Words};
use super::reason::{RefusalReason, shows_what_arrived};
use super::s3_details::{DENIED, Details, computed, hashes, of_time};
use super::s3_stream;
use crate::error::Error;
use crate::request::Request;
use crate::verify::claim::{Claim, Form as ClaimForm};
use crate::verify::policy::Policy;
use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;

const MALFORMED_HEADER: &str = "AuthorizationHeaderMalformed";
const MALFORMED_QUERY: &str = "AuthorizationQueryParametersError";

pub(super) fn refusal(
    reason: RefusalReason,
    request: &Request<'_>,
    policy: &Policy<'_>,
) -> Refusal {
    let (words, details) = match reason {
        RefusalReason::Error(error) => {
            let (words, mut details) = of_error(error, request, policy);
            if words.1 == MISMATCH.1 {
                details.extend(computed(error, request, policy));
            }
            (words, details)
        }
        RefusalReason::Stream(error) => {
            let (message, details) = s3_stream::words(error, request, MISMATCH.2);
            ((error.status(), error.code(), message), details)
        }
        RefusalReason::ChecksumDiffers { algorithm } => {
            let message = s3_stream::not_the_checksum(algorithm);
            ((400, "BadDigest", message.into()), Vec::new())
        }
        reason => of_service(reason, request),
    };
    Refusal::xml(reason, words, details)
}

fn of_service(reason: RefusalReason, request: &Request<'_>) -> (Words, Details) {
    let words = match reason {
        #[cfg(feature = "post-policy")]
        RefusalReason::Post(_) => (400, "InvalidRequest", "Invalid Request"),
        RefusalReason::Error(_)
        | RefusalReason::Stream(_)
        | RefusalReason::ChecksumDiffers { .. }
        | RefusalReason::BodyCutOff => (
            400,
            "IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header",
        ),
        RefusalReason::UnknownAccessKey => (
            403,
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        ),
        RefusalReason::WrongSessionToken => (
            400,
            "InvalidToken",
            "The provided token is malformed or otherwise invalid.",
        ),
        RefusalReason::ExpiredSessionToken => {
            (400, "ExpiredToken", "The provided token has expired.")
        }
        RefusalReason::BodyTooLong => (
            400,
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
        ),
        RefusalReason::BodyTooSlow => (
            400,
            "RequestTimeout",
            "Your socket connection to the server was not read from or written to within the \
             timeout period. Idle connections will be closed.",
        ),
        RefusalReason::NotAllowed => (403, DENIED, "Access Denied"),
        RefusalReason::Unavailable => (
            500,
            "InternalError",
            "We encountered an internal error. Please try again.",
        ),
    };
    let mut details = Vec::new();
    if reason == RefusalReason::UnknownAccessKey
        && let Ok(claim) = Claim::from_request(request)
    {
        details.push(("AWSAccessKeyId", claim.access_key_id().into()));
    }
    let (status, code, message) = words;
    ((status, code, message.into()), details)
}

pub(super) const MISMATCH: (u16, &str, &str) = (
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your \
     key and signing method.",
);

/// What is wrong with an `Authorization` header.
fn header(what: impl AsRef<str>) -> Words {
    let message = format!("The authorization header is malformed; {}", what.as_ref());
    (400, MALFORMED_HEADER, message.into())
}

/// Of a presigned URL.
fn query(message: impl Into<Cow<'static, str>>) -> Words {
    (400, MALFORMED_QUERY, message.into())
}

fn denied(message: &'static str) -> Words {
    (403, DENIED, message.into())
}

#[allow(clippy::too_many_lines)] // an arm for each error
fn of_error(error: Error, request: &Request<'_>, policy: &Policy<'_>) -> (Words, Details) {
    let in_header =
        (request.headers.iter()).any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let claim = Claim::from_request(request).ok();
    let mut details = Vec::new();
    let words = match error {
        // A chain of signatures begins with the request's.
        Error::NotSigned if !s3_stream::is_chain(request) => denied("Access Denied"),
        Error::MixedForms => (
            400,
            "InvalidArgument",
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature \
             query string parameter or the Authorization header should be specified"
                .into(),
        ),
        Error::UnsupportedAlgorithm if in_header => (
            400,
            "InvalidRequest",
            format!(
                "The authorization mechanism you have provided is not supported. Please use {}.",
                policy.profile.algorithm.name()
            )
            .into(),
        ),
        Error::UnsupportedAlgorithm => {
            let name = policy.profile.algorithm.name();
            query(format!("X-Amz-Algorithm only supports \"{name}\""))
        }
        Error::MissingDate if in_header => {
            denied("AWS authentication requires a valid Date or x-amz-date header")
        }
        Error::MissingAlgorithm
        | Error::MissingCredential
        | Error::MissingSignedHeaders
        | Error::MissingSignature
        | Error::MissingDate
        | Error::MissingExpires
            if !in_header =>
        {
            query(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, \
                 X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and \
                 X-Amz-Expires parameters.",
            )
        }
        Error::ExpiresOutOfRange { .. } => query(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given \
             X-Amz-Expires must be less than 604800 seconds",
        ),
        Error::MalformedExpires => query("X-Amz-Expires should be a number"),
        Error::MalformedCredential { expected: 4, .. } => of_credential(
            in_header,
            "the Credential is mal-formed; expecting \
             \"<YOUR-AKID>/YYYYMMDD/SERVICE/aws4_request\".",
        ),
        Error::MissingRegionSet => (
            400,
            "InvalidRequest",
            "Missing required header for this request: x-amz-region-set".into(),
        ),
        Error::InvalidRegionSet { .. } | Error::RegionNotInSet => {
            let expected = policy.regions.first().copied().unwrap_or_default();
            details.push(("Region", expected.into()));
            let what = format!("the region set is wrong; expecting one with '{expected}'");
            of_credential(in_header, &what)
        }
        Error::MalformedCredential { .. }
        | Error::EmptyAccessKeyId
        | Error::InvalidAccessKeyId { .. }
        | Error::EmptyRegion
        | Error::InvalidRegion { .. }
        | Error::EmptyService
        | Error::InvalidService { .. }
        | Error::InvalidScopeDate => of_credential(
            in_header,
            "the Credential is mal-formed; expecting \
             \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        ),
        Error::WrongRegion => {
            let expected = policy.regions.first().copied().unwrap_or_default();
            details.push(("Region", expected.into()));
            let given = claim.as_ref().map_or("", |claim| claim.scope().region());
            let what = format!("the region '{given}' is wrong; expecting '{expected}'");
            of_credential(in_header, &what)
        }
        Error::WrongService => {
            let given = claim.as_ref().map_or("", |claim| claim.scope().service());
            let what = format!(
                "incorrect service \"{given}\". This endpoint belongs to \"{}\".",
                policy.service
            );
            of_credential(in_header, &what)
        }
        Error::WrongTerminator => of_credential(
            in_header,
            "incorrect terminal. This endpoint uses \"aws4_request\".",
        ),
        Error::ScopeDateDiffers => of_credential(
            in_header,
            "Invalid credential date. This date is not the same as X-Amz-Date.",
        ),
        Error::MalformedAuthorization { .. }
        | Error::MissingCredential
        | Error::MissingSignedHeaders
        | Error::MissingSignature
        | Error::MalformedSignature
        | Error::MalformedEcdsaSignature
        | Error::InvalidSignedHeader { .. }
        | Error::UnsortedSignedHeaders { .. } => {
            of_credential(in_header, "the authorization component is malformed.")
        }
        Error::Expired { .. } | Error::NotYetCurrent { .. } => {
            let presigned = claim.is_some_and(|claim| claim.form() == ClaimForm::Query);
            let (code, message) = of_time(error, presigned, &mut details);
            (403, code, message.into())
        }
        Error::AmzHeaderNotSigned { index }
        | Error::RegionSetNotSigned { index }
        | Error::DateNotSigned { index } => {
            let name = request.headers.get(index).map_or("", |(name, _)| *name);
            details.push(("HeadersNotSigned", name.to_ascii_lowercase()));
            denied("There were headers present in the request which were not signed")
        }
        Error::HostNotSigned => {
            details.push(("HeadersNotSigned", "host".into()));
            denied("There were headers present in the request which were not signed")
        }
        Error::MissingContentSha256 => (
            400,
            "InvalidRequest",
            "Missing required header for this request: x-amz-content-sha256".into(),
        ),
        Error::UnsupportedContentSha256 => (
            400,
            "InvalidArgument",
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, or a valid sha256 value.".into(),
        ),
        Error::MissingDecodedContentLength | Error::MalformedDecodedContentLength { .. } => (
            411,
            "MissingContentLength",
            "You must provide the Content-Length HTTP header.".into(),
        ),
        Error::PayloadDiffers => {
            details.extend(hashes(request));
            (
                400,
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed."
                    .into(),
            )
        }
        error if shows_what_arrived(error) => {
            let (status, code, message) = MISMATCH;
            (status, code, message.into())
        }
        Error::TargetNotAbsolute | Error::MalformedEscape { .. } => (
            400,
            "InvalidURI",
            "Couldn't parse the specified URI.".into(),
        ),
        _ => (400, "InvalidRequest", "Invalid Request".into()),
    };
    (words, details)
}

fn of_credential(in_header: bool, what: &str) -> Words {
    if in_header {
        return header(what);
    }
    query(format!(
        "Error parsing the X-Amz-Credential parameter; {what}"
    ))
}
