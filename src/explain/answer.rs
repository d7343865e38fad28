//! What the service sent back, and the texts in it that mean something.

use super::extract;
use super::strings::{Canonical, ToSign};
use crate::canonical::header_name::DATE_HEADER;
use crate::request::Header;
use crate::request::timestamp::Timestamp;
use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

/// What the service sent back.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// For example 403.
    pub status: u16,
    /// All headers; `x-amzn-errortype` and `x-amz-bucket-region` are looked at.
    pub headers: &'a [Header<'a>],
    /// JSON of API Gateway and others, XML of S3 and others, or a pasted message.
    pub body: &'a [u8],
}

/// The texts of an answer.
#[derive(Default)]
pub(super) struct Said {
    /// For example `SignatureDoesNotMatch`.
    pub code: String,
    pub message: String,
    pub canonical_request: Option<String>,
    pub string_to_sign: Option<String>,
    /// What the service says that the region should have been.
    pub region: Option<String>,
    /// When the request was signed and when it arrived, as the service says.
    pub request_time: Option<String>,
    pub server_time: Option<String>,
}

/// How API Gateway and others quote the canonical request and the string to sign.
const CANONICAL: &str = "The Canonical String for this request should have been";
const TO_SIGN: &str = "The String-to-Sign should have been";

impl Answer<'_> {
    /// The time in the strings that the service shows: when the request that it answers
    /// was signed.
    #[must_use]
    pub fn signed_at(&self) -> Option<Timestamp> {
        let said = self.read();
        let to_sign = said.string_to_sign.as_deref().and_then(ToSign::parse);
        let canonical = said.canonical_request.as_deref().and_then(Canonical::parse);
        let time = to_sign.map(|to_sign| to_sign.time);
        let time = time.or_else(|| canonical?.header(DATE_HEADER))?;
        Timestamp::parse(time).ok()
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(super) fn header(&self, wanted: &str) -> Option<Cow<'_, str>> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| String::from_utf8_lossy(value))
    }

    pub(super) fn read(&self) -> Said {
        let text = String::from_utf8_lossy(self.body);
        let text = text.trim_start_matches('\u{feff}').trim();
        let mut said = if text.starts_with('<') {
            from_xml(text)
        } else {
            from_json(text)
        };
        if said.code.is_empty() {
            let header = self.header("x-amzn-errortype").unwrap_or_default();
            said.code = error_name(&header).into();
        }
        if said.region.is_none() {
            said.region = self.header("x-amz-bucket-region").map(Cow::into_owned);
        }
        if said.canonical_request.is_none() {
            said.canonical_request = quoted(&said.message, CANONICAL, TO_SIGN);
        }
        if said.string_to_sign.is_none() {
            said.string_to_sign = quoted(&said.message, TO_SIGN, "\n\n");
        }
        said
    }
}

/// S3 and the query protocol of IAM, STS and others.
fn from_xml(text: &str) -> Said {
    let element = |name| extract::xml(text, name);
    Said {
        code: element("Code").unwrap_or_default(),
        message: element("Message").unwrap_or_default(),
        canonical_request: element("CanonicalRequest"),
        string_to_sign: element("StringToSign"),
        region: element("Region"),
        request_time: element("RequestTime"),
        server_time: element("ServerTime"),
    }
}

/// API Gateway and the JSON protocols; a text that has no `message` is one itself.
fn from_json(text: &str) -> Said {
    let code = extract::json(text, "__type").or_else(|| extract::json(text, "code"));
    Said {
        code: code.map_or_else(String::new, |code| error_name(&code).into()),
        message: extract::json(text, "message").unwrap_or_else(|| text.into()),
        ..Said::default()
    }
}

/// `com.amazon.coral.service#Name` and `Name:http://…` as `Name`.
fn error_name(text: &str) -> &str {
    let (_, name) = text.rsplit_once('#').unwrap_or(("", text));
    let (name, _) = name.split_once(':').unwrap_or((name, ""));
    name.trim()
}

/// What stands in single quotes after `title`, up to `next`. The quotes themselves can
/// be in the text, so the last one counts.
fn quoted(message: &str, title: &str, next: &str) -> Option<String> {
    let (_, after) = message.split_once(title)?;
    let (_, text) = after.split_once('\'')?;
    let (text, _) = text.split_once(next).unwrap_or((text, ""));
    let (text, _) = text.rsplit_once('\'')?;
    Some(text.into())
}

impl fmt::Debug for Answer<'_> {
    /// Without the body, which can quote a session token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
