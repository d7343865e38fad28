//! What is answered, as API Gateway does.

use super::pieces::Pieces;
use crate::verify::refusal::answer::Refusal;
use crate::verify::refusal::api_gateway::{MISSING_TOKEN, of_service};
use crate::verify::refusal::reason::RefusalReason;
use serde_json::json;
use std::borrow::{Cow, ToOwned};
use std::format;
use std::string::String;

/// Status, error type and body of an answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// The value of `x-amzn-ErrorType`.
    pub(crate) error_type: Option<&'static str>,
    pub(crate) body: Pieces,
    /// Why, for those who may read the log; a line. Callers are told no more than AWS tells.
    pub(crate) reason: Cow<'static, str>,
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
        Self {
            status: refusal.status(),
            error_type: Some(refusal.code()),
            body: refusal.body().into(),
            reason: refusal.note(),
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
            body: body.into(),
            reason: "".into(),
        }
    }

    fn fault(status: u16, error_type: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        let reason = message.lines().next().unwrap_or_default().to_owned();
        Self {
            status,
            error_type: Some(error_type),
            body: json!({ "message": message }).into(),
            reason: reason.into(),
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
        Self::fault(403, code, message).because("no such route")
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
        let message = |resource: &str| {
            format!(
                "User: {caller} is not authorized to perform: {action} on resource: {resource} \
                 {why}"
            )
        };
        Self {
            status: 403,
            error_type: Some("AccessDeniedException"),
            body: json!({ "Message": message(&masked(resource)) }).into(),
            reason: message(resource).into(),
        }
    }
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
