//! What shows which fault an answer is about: the words and codes that AWS's services use.

use crate::client::error_body::Told;
use crate::client::http_date::parse_http_date;
use crate::request::timestamp::Timestamp;
use crate::sources::clock::parse_iso_8601;
use http::HeaderMap;
use http::header::DATE;
use std::prelude::rust_2024::*;

/// `InvalidSignatureException` alone says little: with words, it stands for any fault of a
/// signature, such as a scope for another region. So does `SignatureDoesNotMatch` at the
/// services that speak the query protocol; S3-compatible ones say it in words of their own.
pub(crate) fn is_mismatch(told: &Told) -> bool {
    let by_code = match told.code() {
        "SignatureDoesNotMatch" => {
            let is_other = |words: &&str| told.says(words).is_some();
            !is_about_time(told)
                && !SCOPE.iter().any(is_other)
                && rejects_credentials(told).is_none()
        }
        "InvalidSignatureException" | "InvalidSignature" => told.messages.is_empty(),
        _ => false,
    };
    by_code || told.string_to_sign.is_some() || told.says(MISMATCH).is_some()
}

pub(crate) fn is_about_time(told: &Told) -> bool {
    matches!(
        told.code(),
        "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture"
    ) || told.says("Signature expired").is_some()
        || told.says("Signature not yet current").is_some()
        || told.code() == "AccessDenied" && PRESIGNED.iter().any(|words| told.is_all(words))
}

/// `… (20240425T102138Z - 5 min.)`, S3's `ServerTime`, else the `Date` header.
pub(crate) fn server_time(told: &Told, headers: &HeaderMap) -> Option<Timestamp> {
    let in_message = || {
        told.messages.iter().find_map(|message| {
            let (_, after) = message.rsplit_once('(')?;
            Timestamp::parse(after.get(..16)?).ok()
        })
    };
    let in_body = || Timestamp::try_from(parse_iso_8601(told.server_time.as_deref()?)?).ok();
    let in_header = || {
        let date = parse_http_date(headers.get(DATE)?.to_str().ok()?)?;
        Timestamp::from_unix(date).ok()
    };
    in_message().or_else(in_body).or_else(in_header)
}

/// Whether the credentials themselves are refused, and if so, whether they were good once.
pub(crate) fn rejects_credentials(told: &Told) -> Option<bool> {
    if told
        .says("The security token included in the request is expired")
        .is_some()
    {
        return Some(true);
    }
    if told
        .says("The security token included in the request is invalid")
        .is_some()
    {
        return Some(false);
    }
    match told.code() {
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => Some(true),
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "InvalidToken" => Some(false),
        _ => None,
    }
}

pub(crate) fn is_without_a_token(told: &Told) -> bool {
    let words = [
        "Missing Authentication Token",
        "Request is missing Authentication Token",
    ];
    words.iter().any(|words| told.is_all(words))
        || matches!(
            told.code(),
            "MissingAuthenticationToken" | "MissingAuthenticationTokenException"
        )
}

pub(crate) fn is_throttling(code: &str) -> bool {
    matches!(
        code,
        "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "RequestLimitExceeded"
            | "TooManyRequestsException"
            | "ProvisionedThroughputExceededException"
            | "SlowDown"
    )
}

/// `security_exception` is OpenSearch's. The others stand beside faults of the request, too.
pub(crate) fn is_denial(told: &Told) -> bool {
    let is_other = |words: &&str| told.says(words).is_some();
    matches!(
        told.code(),
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "security_exception"
    ) && !NO_DENIAL.iter().any(is_other)
}

pub(crate) const MISMATCH: &str = "The request signature we calculated does not match";
/// What is wrong is the scope, not the secret.
const SCOPE: [&str; 2] = [
    "should be scoped to",
    "Date in Credential scope does not match",
];
/// S3's words for a presigned URL, beside the code of a denial.
const PRESIGNED: [&str; 2] = ["Request has expired", "Request is not yet valid"];
/// There is no such operation; the time is missing or none.
const NO_DENIAL: [&str; 2] = [
    "Unable to determine service/operation name to be authorized",
    "AWS authentication requires a valid Date or x-amz-date header",
];
pub(crate) const VALID_REGION: &str = "Credential should be scoped to a valid region";
pub(crate) const HEADERS_NOT_SIGNED: &str =
    "There were headers present in the request which were not signed";
pub(crate) const NOT_AUTHORIZED: &str = "is not authorized to perform: ";
/// What a Lambda function URL says, with no code beside it.
pub(crate) const FUNCTION_URL: &str =
    "Forbidden. For troubleshooting Function URL authorization issues";
pub(crate) const CANONICAL_STRING: &str =
    "The Canonical String for this request should have been\n'";
pub(crate) const STRING_TO_SIGN: &str = "The String-to-Sign should have been\n'";

impl Told {
    pub(crate) fn code(&self) -> &str {
        self.code.as_deref().unwrap_or_default()
    }

    /// What follows these words in the first message that has them.
    pub(crate) fn says(&self, words: &str) -> Option<&str> {
        let mut messages = self.messages.iter();
        messages.find_map(|message| Some(message.split_once(words)?.1))
    }

    /// Whether a message consists of these words.
    fn is_all(&self, words: &str) -> bool {
        self.messages.iter().any(|message| message == words)
    }
}

pub(crate) fn first_word(text: &str) -> Option<&str> {
    let word = text.split_whitespace().next()?;
    let word = word.trim_matches('"').trim_end_matches(['.', ',']);
    (!word.is_empty()).then_some(word)
}

/// Up to the quote that stands at the end of a line.
pub(crate) fn quoted<'a>(message: &'a str, marker: &str) -> Option<&'a str> {
    let (_, after) = message.split_once(marker)?;
    let end = after
        .find("'\n")
        .or_else(|| after.strip_suffix('\'').map(str::len))?;
    after.get(..end)
}
