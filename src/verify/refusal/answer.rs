//! An answer, and how it is written.

use super::reason::RefusalReason;
use crate::grammar::json::push_quoted;
use crate::grammar::xml::push_escaped;
use alloc::borrow::{Cow, ToOwned};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// The answer of a service that refuses a request: status, headers and body, word for word as
/// AWS's own services answer. JSON as
/// [API Gateway](https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html)
/// writes it, and for S3
/// [its XML](https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
///
/// What clients know of AWS (retries, the clock's correction, `sigv4 explain`) works with it. Of
/// what a service knows it says no more than AWS does: never a secret or the signature that was
/// expected, but, after a wrong signature, what follows from the caller's own request. That is its
/// canonical request, with a session token where one was signed, and for S3 the signature that came.
/// It is the caller's alone: `Debug` and [`note`](Self::note) show none of it, [`body`](Self::body)
/// and [`message`](Self::message) do.
///
/// ```
/// use sigv4::{Claim, Payload, Policy, Refusal, Request, Timestamp};
///
/// let request = Request {
///     method: "GET",
///     target: "/prod/items",
///     headers: &[("host", b"example.com")],
///     payload: Payload::EMPTY,
/// };
/// let policy = Policy::new(&["us-east-1"], "execute-api");
/// if let Err(error) = Claim::from_request(&request) {
///     let refusal = Refusal::of(error, &request, &policy);
///     assert_eq!(refusal.status(), 403);
///     assert_eq!(refusal.body(), r#"{"message":"Missing Authentication Token"}"#);
///     for (name, value) in refusal.headers() {
///         println!("{name}: {value}");
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    pub(super) reason: RefusalReason,
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: Cow<'static, str>,
    pub(super) form: Form,
    /// Elements of S3's answers beside code and message.
    pub(super) details: Vec<(&'static str, String)>,
    pub(super) note: Option<&'static str>,
}

/// Status, code and message.
pub(super) type Words = (u16, &'static str, Cow<'static, str>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    /// As IAM's denials are written, in API Gateway and elsewhere.
    #[cfg(feature = "proxy")]
    JsonOfIam,
    Xml,
}

impl Refusal {
    /// As S3 writes it: status, code and message, and elements beside them.
    pub(super) fn xml(
        reason: RefusalReason,
        (status, code, message): Words,
        details: Vec<(&'static str, String)>,
    ) -> Self {
        Self {
            reason,
            status,
            code,
            message,
            form: Form::Xml,
            details,
            note: None,
        }
    }

    /// Why, as it is known here; a caller may be told less.
    #[must_use]
    pub fn reason(&self) -> RefusalReason {
        self.reason
    }

    /// The status, for example 403.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// AWS's name for the error, for example `InvalidSignatureException`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What is said to the caller, and is for nobody else. It can have several lines.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// A line for a log, with no more of the request than its header names and times. It says
    /// more than callers are told.
    #[must_use]
    pub fn note(&self) -> Cow<'static, str> {
        match self.reason {
            RefusalReason::Stream(_) | RefusalReason::ChecksumDiffers { .. } => {
                return self.reason.to_string().into();
            }
            #[cfg(feature = "post-policy")]
            RefusalReason::Post(_) => return self.reason.to_string().into(),
            // Of what S3 has no words for.
            RefusalReason::Error(error) if *self.message == *"Invalid Request" => {
                return error.to_string().into();
            }
            _ => {}
        }
        match (self.note, &self.message) {
            (Some(note), _) => note.into(),
            (None, Cow::Borrowed(message)) => message.lines().next().unwrap_or_default().into(),
            (None, Cow::Owned(message)) => {
                let line = message.lines().next().unwrap_or_default();
                line.to_owned().into()
            }
        }
    }

    /// The headers that go with the body, names in lower case: `content-type` and, beside JSON,
    /// `x-amzn-errortype`. AWS also gives each answer an id (`x-amzn-requestid`,
    /// `x-amz-request-id`), which is the server's to make.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let (content_type, error_type) = match self.form {
            Form::Json => ("application/json", Some(("x-amzn-errortype", self.code))),
            #[cfg(feature = "proxy")]
            Form::JsonOfIam => ("application/json", Some(("x-amzn-errortype", self.code))),
            Form::Xml => ("application/xml", None),
        };
        [("content-type", content_type)]
            .into_iter()
            .chain(error_type)
    }

    /// The body. To `HEAD` none is sent.
    #[must_use]
    pub fn body(&self) -> String {
        let length = self.message.len().saturating_add(64);
        let mut body = String::with_capacity(length);
        match self.form {
            Form::Json => {
                body.push_str("{\"message\":");
                push_quoted(&mut body, &self.message);
                body.push('}');
            }
            #[cfg(feature = "proxy")]
            Form::JsonOfIam => {
                body.push_str("{\"Message\":");
                push_quoted(&mut body, &self.message);
                body.push('}');
            }
            Form::Xml => {
                body.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>");
                let details = self.details.iter();
                let details = details.map(|(name, text)| (*name, text.as_str()));
                let first = [("Code", self.code), ("Message", &*self.message)];
                for (name, text) in first.into_iter().chain(details) {
                    for piece in ["<", name, ">"] {
                        body.push_str(piece);
                    }
                    push_escaped(&mut body, text);
                    for piece in ["</", name, ">"] {
                        body.push_str(piece);
                    }
                }
                body.push_str("</Error>");
            }
        }
        body
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("reason", &self.reason)
            .field("status", &self.status)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}
