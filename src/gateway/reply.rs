//! What is answered, as API Gateway does.

use super::permission::Permission;
use super::pieces::Pieces;
use super::service::Service;
use crate::grammar::xml::push_escaped;
use crate::verify::refusal::answer::Refusal;
use crate::verify::refusal::api_gateway::{MISSING_TOKEN, of_service};
use crate::verify::refusal::reason::RefusalReason;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;
use std::borrow::ToOwned;
use std::boxed::Box;
use std::format;
use std::string::String;
use std::vec::Vec;

/// Status, error type and body of an answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// The code of a refusal, as the service names it.
    pub(crate) error_type: Option<&'static str>,
    pub(crate) form: Form,
    /// Beside those that every answer has.
    pub(crate) headers: Option<Box<HeaderMap>>,
    pub(crate) body: Pieces,
    /// Why, for those who may read the log; a line. Callers are told no more than AWS tells.
    pub(crate) reason: Box<str>,
    #[cfg_attr(not(feature = "inspect"), allow(dead_code))] // for the inspector
    pub(crate) why: Why,
}

/// Why it is what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "inspect"), allow(dead_code))] // for the inspector
pub(crate) enum Why {
    Served,
    Refused(Box<RefusalReason>),
    Denied(Denial),
    NoRoute,
    /// Something else is wrong with the request than its signature.
    Fault,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// API Gateway's, with the code in a header.
    Json,
    /// S3's.
    Xml,
    /// No body at all.
    Empty,
}

/// Why IAM says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    Explicit,
    NoIdentityPolicy,
    NoResourcePolicy,
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        let is_xml = |header| header == ("content-type", "application/xml");
        Self {
            why: Why::Refused(Box::new(refusal.reason())),
            status: refusal.status(),
            error_type: Some(refusal.code()),
            form: if refusal.headers().any(is_xml) {
                Form::Xml
            } else {
                Form::Json
            },
            headers: None,
            body: refusal.body().into(),
            reason: refusal.note().into(),
        }
    }
}

impl From<RefusalReason> for Reply {
    fn from(reason: RefusalReason) -> Self {
        of_service(reason).into()
    }
}

impl Reply {
    pub(crate) fn ok(status: u16, body: impl Into<Pieces>) -> Self {
        Self {
            status,
            error_type: None,
            form: Form::Json,
            headers: None,
            body: body.into(),
            reason: "".into(),
            why: Why::Served,
        }
    }

    fn fault(status: u16, error_type: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        let reason = message.lines().next().unwrap_or_default().to_owned();
        Self {
            status,
            error_type: Some(error_type),
            form: Form::Json,
            headers: None,
            body: json!({ "message": message }).into(),
            reason: reason.into(),
            why: Why::Fault,
        }
    }

    /// With a reason that says more than the answer.
    fn because(mut self, reason: &'static str) -> Self {
        self.reason = reason.into();
        self
    }

    pub(crate) fn bad_request(message: &str) -> Self {
        Self::fault(400, "BadRequestException", message)
    }

    pub(crate) fn too_deep() -> Self {
        Self::bad_request("Invalid request body: nested too deeply")
    }

    pub(crate) fn too_long() -> Self {
        RefusalReason::BodyTooLong.into()
    }

    /// An answer that repeats a body, escapes and all, is longer than a body may be.
    pub(crate) fn too_long_to_repeat() -> Self {
        Self::too_long().because("the answer would be longer than a body may be")
    }

    /// As for any caller who is throttled.
    pub(crate) fn too_many() -> Self {
        Self::fault(429, "TooManyRequestsException", "Too Many Requests")
    }

    pub(crate) fn full() -> Self {
        Self::fault(429, "LimitExceededException", "Limit Exceeded")
    }

    /// No such route: callers cannot tell it from a request without a signature.
    pub(crate) fn no_route() -> Self {
        let (code, message) = MISSING_TOKEN;
        Self {
            why: Why::NoRoute,
            ..Self::fault(403, code, message).because("no such route")
        }
    }

    /// What S3 serves.
    pub(crate) fn xml(text: String) -> Self {
        Self {
            form: Form::Xml,
            ..Self::ok(200, text)
        }
    }

    /// [Error responses](https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html) of
    /// S3's that have nothing to do with a signature.
    fn s3_fault(status: u16, code: &'static str, message: &str) -> Self {
        let mut body = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>");
        body.push_str(code);
        body.push_str("</Code><Message>");
        push_escaped(&mut body, message);
        body.push_str("</Message></Error>");
        Self {
            error_type: Some(code),
            reason: message.to_owned().into(),
            why: Why::Fault,
            ..Self::xml(body)
        }
        .with_status(status)
    }

    /// S3 took an upload and says nothing about it, or it does in XML.
    pub(crate) fn taken(
        status: u16,
        headers: Vec<(HeaderName, HeaderValue)>,
        xml: Option<String>,
    ) -> Self {
        let form = if xml.is_some() {
            Form::Xml
        } else {
            Form::Empty
        };
        Self {
            form,
            headers: Some(Box::new(headers.into_iter().collect())),
            ..Self::ok(status, xml.unwrap_or_default())
        }
    }

    /// A `POST` to a bucket that is no form (recorded of S3, 412).
    pub(crate) fn not_a_form() -> Self {
        let body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\
             <Code>PreconditionFailed</Code>\
             <Message>At least one of the pre-conditions you specified did not hold</Message>\
             <Condition>Bucket POST must be of the enclosure-type multipart/form-data</Condition>\
             </Error>";
        Self {
            error_type: Some("PreconditionFailed"),
            reason: "a POST to a bucket that is no multipart/form-data".into(),
            ..Self::xml(body.into())
        }
        .with_status(412)
    }

    pub(crate) fn malformed_form() -> Self {
        let message = "The body of your POST request is not well-formed multipart/form-data.";
        Self::s3_fault(400, "MalformedPOSTRequest", message)
    }

    fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn not_implemented(reason: &'static str) -> Self {
        let message = "A header you provided implies functionality that is not implemented";
        Self::s3_fault(501, "NotImplemented", message).because(reason)
    }

    pub(crate) fn method_not_allowed() -> Self {
        let message = "The specified method is not allowed against this resource.";
        Self::s3_fault(405, "MethodNotAllowed", message)
    }

    pub(crate) fn invalid_uri() -> Self {
        Self::s3_fault(400, "InvalidURI", "Couldn't parse the specified URI.")
    }

    pub(crate) fn invalid_bucket_name() -> Self {
        Self::s3_fault(
            400,
            "InvalidBucketName",
            "The specified bucket is not valid.",
        )
    }

    pub(crate) fn invalid_request() -> Self {
        Self::s3_fault(400, "InvalidRequest", "Invalid Request")
    }

    /// A checksum that cannot be one.
    pub(crate) fn invalid_header(name: &str) -> Self {
        let message = format!("Value for {name} header is invalid.");
        Self::s3_fault(400, "InvalidRequest", &message)
    }

    /// IAM says no. API Gateway leaves four digits of its API's account to see.
    pub(crate) fn denied(
        service: Service,
        caller: &str,
        permission: &Permission<'_>,
        denial: Denial,
    ) -> Self {
        let Permission { action, resource } = permission;
        let why = match denial {
            Denial::Explicit => "with an explicit deny in an identity-based policy".into(),
            Denial::NoIdentityPolicy => {
                format!("because no identity-based policy allows the {action} action")
            }
            Denial::NoResourcePolicy => {
                format!("because no resource-based policy allows the {action} action")
            }
        };
        let message = |resource: &str| {
            format!(
                "User: {caller} is not authorized to perform: {action} on resource: {resource} \
                 {why}"
            )
        };
        let reason = message(resource);
        let why = Why::Denied(denial);
        match service {
            Service::ApiGateway => Self {
                why,
                status: 403,
                error_type: Some("AccessDeniedException"),
                form: Form::Json,
                headers: None,
                body: json!({ "Message": message(&masked(resource)) }).into(),
                reason: reason.into(),
            },
            Service::S3 => Self {
                why,
                reason: reason.into(),
                ..Self::s3_fault(403, "AccessDenied", &message(&format!("\"{resource}\"")))
            },
        }
    }
}

/// `arn:aws:execute-api:region:********9012:…`
pub(crate) fn masked(resource: &str) -> String {
    let mut parts: std::vec::Vec<_> = resource.split(':').map(String::from).collect();
    if let Some(account) = parts.get_mut(4) {
        let seen: String = account.chars().skip(8).collect();
        *account = format!("********{seen}");
    }
    parts.join(":")
}
