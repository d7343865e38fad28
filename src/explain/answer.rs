//! What the service sent back.

use super::said::Said;
use super::strings::{Canonical, ToSign};
use crate::request::Header;
use crate::request::timestamp::Timestamp;
use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

/// What the service sent back.
///
/// ```
/// use sigv4::explain::{Answer, Cause, explain_answer};
///
/// let answer = Answer {
///     status: 403,
///     headers: &[("x-amzn-errortype", b"ExpiredTokenException")],
///     body: b"",
/// };
/// assert_eq!(*explain_answer(&answer).cause(), Cause::SessionTokenExpired);
/// ```
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// For example 403; 0 where it is not known.
    pub status: u16,
    /// All headers; among others `x-amzn-errortype`, `x-amz-bucket-region` and `server` are
    /// looked at.
    pub headers: &'a [Header<'a>],
    /// JSON of API Gateway and others, XML of S3 and others, CBOR, or a pasted message.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// The time in the strings that the service shows: when the request that it answers
    /// was signed.
    #[must_use]
    pub fn signed_at(&self) -> Option<Timestamp> {
        let said = self.read();
        let to_sign = said.string_to_sign.as_deref().and_then(ToSign::parse);
        let canonical = said.canonical_request.as_deref().and_then(Canonical::parse);
        let time = to_sign.map(|to_sign| to_sign.time);
        let time = time.or_else(|| canonical?.header("x-amz-date"))?;
        Timestamp::parse(time).ok()
    }

    /// The canonical request and the string to sign that the service shows.
    #[cfg(feature = "inspect")]
    pub(crate) fn shown(&self) -> (Option<String>, Option<String>) {
        let said = self.read();
        (said.canonical_request, said.string_to_sign)
    }

    /// Other statuses say something else, whatever the words; 0 is none.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self.status, 0 | 400 | 401 | 403)
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
        let mut said = Said::read(self.body);
        if let Some(code) = self.header("x-amzn-errortype") {
            said.add_code(&code);
        }
        if said.region.is_none() {
            said.region = self.header("x-amz-bucket-region").map(Cow::into_owned);
        }
        said.service = self.service(&said);
        said
    }

    /// Which service answered, where only one sends such an answer.
    fn service(&self, said: &Said) -> Option<&'static str> {
        let has = |name| self.header(name).is_some();
        let server = self.header("server").unwrap_or_default();
        if server == "AmazonS3" || has("x-amz-id-2") || said.host_id {
            Some("s3")
        } else if has("x-amz-apigw-id") || has("apigw-requestid") {
            Some("execute-api")
        } else {
            None
        }
    }
}

impl fmt::Debug for Answer<'_> {
    /// Without the body, which can quote a session token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
