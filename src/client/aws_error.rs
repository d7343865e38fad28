//! What a service means by an answer that is no success.

use crate::client::error::ClientError;
use crate::client::error_body::{self, Told};
use crate::client::evidence::{
    CANONICAL_STRING, FUNCTION_URL, HEADERS_NOT_SIGNED, NOT_AUTHORIZED, STRING_TO_SIGN,
    VALID_REGION, first_word, is_about_time, is_denial, is_mismatch, is_throttling,
    is_without_a_token, quoted, rejects_credentials, server_time,
};
use crate::client::redact::Secrets;
use crate::client::retry::retry_after;
use crate::request::region_set::contains;
use crate::request::timestamp::Timestamp;
use http::HeaderMap;
use http::header::LOCATION;
use std::prelude::rust_2024::*;

/// An answer, with what is known of the request.
pub(crate) struct Answer<'a> {
    pub status: u16,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
    /// What the request was signed with.
    pub signed_at: Timestamp,
    pub region: &'a str,
    pub service: &'a str,
    /// What must not come out again.
    pub secrets: &'a Secrets,
}

/// The services' own words, of which the most specific counts: a message says more than a
/// code, which stands for several faults or, as Neptune's `AccessDeniedException`, for any.
/// [Signature troubleshooting](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html)
///
/// It is read as it came; what goes into the error is cleaned after that.
pub(crate) fn classify(answer: &Answer<'_>) -> ClientError {
    let told = answer.read();
    let status = answer.status;
    if matches!(status, 301 | 302 | 303 | 307 | 308) {
        return ClientError::Redirect {
            status,
            location: answer.line(answer.header(LOCATION.as_str())),
            region: answer.line(told.region.as_deref()),
        };
    }
    // Elsewhere the same words are about something else.
    let refusal = matches!(status, 400 | 401 | 403).then(|| answer.refusal(&told));
    if let Some(error) = refusal.flatten() {
        return error;
    }
    let code = told.code();
    if status == 429 || is_throttling(code) {
        return ClientError::Throttled {
            retry_after: retry_after(answer.headers, answer.signed_at.unix()),
            message: answer.message(&told),
            request_id: answer.line(told.request_id.as_deref()),
        };
    }
    ClientError::Status {
        status,
        code: answer.line(told.code.as_deref()),
        request_id: answer.line(told.request_id.as_deref()),
        message: answer.message(&told),
    }
}

impl Answer<'_> {
    /// The body's fields, and those of the headers, which count more.
    fn read(&self) -> Told {
        let mut told = error_body::read(self.body);
        let query_error = self.header("x-amzn-query-error");
        let code = self.header("x-amzn-errortype");
        let code = code.or_else(|| Some(query_error?.split_once(';')?.0));
        told.code = code
            .map(Into::into)
            .or_else(|| told.code.take())
            .map(|code| bare_code(&code).into());
        for name in ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"] {
            let id = self.header(name).map(Into::into);
            told.request_id = id.or_else(|| told.request_id.take());
        }
        let region = self.header("x-amz-bucket-region").map(Into::into);
        told.region = region.or_else(|| told.region.take());
        told
    }

    /// What a refusal is about, where anything shows it.
    fn refusal(&self, told: &Told) -> Option<ClientError> {
        let message = || self.message(told);
        let request_id = self.line(told.request_id.as_deref());
        if is_mismatch(told) {
            let quoted = |marker| told.messages.iter().find_map(|text| quoted(text, marker));
            let canonical = told.canonical_string.as_deref();
            let to_sign = told.string_to_sign.as_deref();
            return Some(ClientError::SignatureMismatch {
                canonical_string: self.lines(canonical.or_else(|| quoted(CANONICAL_STRING))),
                string_to_sign: self.lines(to_sign.or_else(|| quoted(STRING_TO_SIGN))),
                request_id,
            });
        }
        if is_about_time(told) {
            return Some(ClientError::ClockSkew {
                server: server_time(told, self.headers),
                local: self.signed_at,
                message: message(),
            });
        }
        if told.says(VALID_REGION).is_some() || self.is_for_another_region(told) {
            let expected = told
                .says("; expecting '")
                .and_then(|after| after.split_once('\''));
            let region = expected
                .map(|(region, _)| region)
                .or(told.region.as_deref());
            return Some(ClientError::WrongRegion {
                region: self.line(region.filter(|region| !contains(self.region, region))),
                message: message(),
                request_id,
            });
        }
        if let Some(after) = (told.says("scoped to correct service: '"))
            .or_else(|| told.says("This endpoint belongs to \""))
        {
            let service = after.split_once(['\'', '"']).map(|(service, _)| service);
            return Some(ClientError::WrongService {
                service: self.line(service),
                message: message(),
                request_id,
            });
        }
        if told.headers_not_signed.is_some() || told.says(HEADERS_NOT_SIGNED).is_some() {
            let names = told.headers_not_signed.as_deref().unwrap_or_default();
            let names = names
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty());
            return Some(ClientError::HeadersNotSigned {
                headers: names.map(|name| self.secrets.line(name)).collect(),
                request_id,
            });
        }
        if let Some(expired) = rejects_credentials(told) {
            return Some(ClientError::CredentialsRejected {
                expired,
                message: message(),
                request_id,
            });
        }
        if is_without_a_token(told) {
            // API Gateway says so of a path or a method that it does not know.
            let is_gateway =
                self.service == "execute-api" || self.header("x-amz-apigw-id").is_some();
            return Some(if is_gateway {
                ClientError::UnknownRoute { request_id }
            } else {
                ClientError::SignatureLost {
                    message: message(),
                    request_id,
                }
            });
        }
        let action = told.says(NOT_AUTHORIZED).and_then(first_word);
        if action.is_some() || is_denial(told) || told.says(FUNCTION_URL).is_some() {
            let resource = told.says(" on resource: ").and_then(first_word);
            return Some(ClientError::NotAuthorized {
                action: self.line(action),
                resource: self.line(resource.filter(|_| action.is_some())),
                message: message(),
                request_id,
            });
        }
        None
    }

    /// S3 names the bucket's region, R2 and others say that they do not know the one that
    /// was signed for. To `HEAD` there is no body: the header alone tells.
    fn is_for_another_region(&self, told: &Told) -> bool {
        let is_named = told
            .region
            .as_deref()
            .is_some_and(|region| !contains(self.region, region));
        match told.code() {
            "AuthorizationHeaderMalformed" => is_named || told.says("; expecting '").is_some(),
            "InvalidRegionName" | "InvalidRegion" => true,
            "" => self.status == 400 && told.messages.is_empty() && is_named,
            _ => false,
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn line(&self, text: Option<&str>) -> Option<String> {
        text.map(|text| self.secrets.line(text))
    }

    fn lines(&self, text: Option<&str>) -> Option<String> {
        text.map(|text| self.secrets.lines(text))
    }

    /// All that is said, once.
    fn message(&self, told: &Told) -> String {
        let mut all = String::new();
        for message in &told.messages {
            if !all.contains(message.as_str()) {
                if !all.is_empty() {
                    all.push_str("; ");
                }
                all.push_str(message);
            }
        }
        self.secrets.line(&all)
    }
}

/// `com.amazon.coral.service#AccessDeniedException:http://…` is `AccessDeniedException`.
fn bare_code(code: &str) -> &str {
    let code = code.split_once(':').map_or(code, |(code, _)| code);
    code.rsplit_once('#').map_or(code, |(_, code)| code)
}
