//! What a service means by an answer that is no success.

use crate::client::clock::{parse_http_date, parse_iso_8601};
use crate::client::error::ClientError;
use crate::client::error_body::{self, Told};
use crate::client::redact::Secrets;
use crate::client::retry::retry_after;
use crate::request::timestamp::Timestamp;
use http::HeaderMap;
use http::header::{DATE, LOCATION};
use std::prelude::rust_2024::*;

/// An answer, with what is known of the request.
pub(crate) struct Answer<'a> {
    pub status: u16,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
    /// The time that the request was signed with.
    pub signed_at: Timestamp,
    /// What must not come out again.
    pub secrets: &'a Secrets,
}

/// The services' own words.
/// [Signature troubleshooting](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html)
pub(crate) fn classify(answer: &Answer<'_>) -> ClientError {
    let told = answer.read();
    let status = answer.status;
    let request_id = told.request_id;
    let message = told.message.unwrap_or_default();
    let code = told.code.as_deref().unwrap_or_default();
    if matches!(status, 301 | 302 | 303 | 307 | 308) {
        return ClientError::Redirect {
            status,
            location: answer.header(LOCATION.as_str()),
            region: told.region,
        };
    }
    if code == "AuthorizationHeaderMalformed"
        && let Some(region) = told.region
    {
        return ClientError::WrongRegion { region };
    }
    if is_about_time(code, &message) {
        return ClientError::ClockSkew {
            server: server_time(&message, told.server_time.as_deref(), answer.headers),
            local: answer.signed_at,
            message,
        };
    }
    if is_mismatch(code, &message) || told.string_to_sign.is_some() {
        return ClientError::SignatureMismatch {
            canonical_string: told
                .canonical_string
                .or_else(|| quoted(&message, CANONICAL_STRING)),
            string_to_sign: told
                .string_to_sign
                .or_else(|| quoted(&message, STRING_TO_SIGN)),
            request_id,
        };
    }
    if message == "Missing Authentication Token" {
        return ClientError::UnknownRoute { request_id };
    }
    if let Some(expired) = rejects_credentials(code, &message) {
        return ClientError::CredentialsRejected {
            expired,
            message,
            request_id,
        };
    }
    if status == 429 || is_throttling(code) {
        return ClientError::Throttled {
            retry_after: retry_after(answer.headers, answer.signed_at.unix()),
            message,
            request_id,
        };
    }
    if is_denial(code) || message.contains(NOT_AUTHORIZED) {
        return ClientError::NotAuthorized {
            action: word_after(&message, NOT_AUTHORIZED),
            resource: word_after(&message, " on resource: "),
            message,
            request_id,
        };
    }
    ClientError::Status {
        status,
        code: told.code,
        request_id,
        message,
    }
}

impl Answer<'_> {
    /// The body's fields, headers where it has none; without secrets, and bounded.
    fn read(&self) -> Told {
        let mut told = error_body::read(self.body);
        told.code = self
            .header("x-amzn-errortype")
            .or_else(|| told.code.take())
            .map(|code| bare_code(&code).into());
        for name in ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"] {
            told.request_id = self.header(name).or_else(|| told.request_id.take());
        }
        told.region = self
            .header("x-amz-bucket-region")
            .or_else(|| told.region.take());
        for field in [
            &mut told.code,
            &mut told.message,
            &mut told.request_id,
            &mut told.region,
            &mut told.server_time,
            &mut told.canonical_string,
            &mut told.string_to_sign,
        ] {
            *field = field.take().map(|text| self.secrets.remove_from(&text));
        }
        told
    }

    fn header(&self, name: &str) -> Option<String> {
        let text = self.headers.get(name)?.to_str().ok()?;
        Some(self.secrets.remove_from(text))
    }
}

/// `com.amazon.coral.service#AccessDeniedException:http://…` is `AccessDeniedException`.
fn bare_code(code: &str) -> &str {
    let code = code.split_once(':').map_or(code, |(code, _)| code);
    code.rsplit_once('#').map_or(code, |(_, code)| code)
}

fn is_about_time(code: &str, message: &str) -> bool {
    matches!(
        code,
        "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture"
    ) || message.contains("Signature expired")
        || message.contains("Signature not yet current")
}

/// The code alone says little: it stands for any fault of a signature, such as a scope
/// for another region.
fn is_mismatch(code: &str, message: &str) -> bool {
    let by_code = matches!(code, "SignatureDoesNotMatch" | "InvalidSignatureException");
    by_code && message.is_empty()
        || message.contains("The request signature we calculated does not match")
}

/// `… (20240425T102138Z - 5 min.)`, S3's `ServerTime`, else the `Date` header.
fn server_time(message: &str, told: Option<&str>, headers: &HeaderMap) -> Option<Timestamp> {
    let in_message = || {
        let (_, after) = message.rsplit_once('(')?;
        Timestamp::parse(after.get(..16)?).ok()
    };
    let in_body = || Timestamp::try_from(parse_iso_8601(told?)?).ok();
    let in_header = || {
        let date = parse_http_date(headers.get(DATE)?.to_str().ok()?)?;
        Timestamp::from_unix(date).ok()
    };
    in_message().or_else(in_body).or_else(in_header)
}

/// Whether the credentials themselves are refused, and if so, whether they were good once.
fn rejects_credentials(code: &str, message: &str) -> Option<bool> {
    match code {
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => Some(true),
        _ if message.starts_with("The security token included in the request is expired") => {
            Some(true)
        }
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "InvalidToken" => Some(false),
        _ if message.starts_with("The security token included in the request is invalid") => {
            Some(false)
        }
        _ => None,
    }
}

fn is_throttling(code: &str) -> bool {
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

fn is_denial(code: &str) -> bool {
    matches!(
        code,
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation"
    )
}

const NOT_AUTHORIZED: &str = "is not authorized to perform: ";
const CANONICAL_STRING: &str = "The Canonical String for this request should have been\n'";
const STRING_TO_SIGN: &str = "The String-to-Sign should have been\n'";

fn word_after(message: &str, marker: &str) -> Option<String> {
    let (_, after) = message.split_once(marker)?;
    let word = after.split_whitespace().next()?;
    let word = word.trim_matches('"').trim_end_matches(['.', ',']);
    (!word.is_empty()).then(|| word.into())
}

/// Up to the quote that stands at the end of a line.
fn quoted(message: &str, marker: &str) -> Option<String> {
    let (_, after) = message.split_once(marker)?;
    let end = after
        .find("'\n")
        .or_else(|| after.strip_suffix('\'').map(str::len))?;
    after.get(..end).map(Into::into)
}
