//! What API Gateway answers, word for word.
//!
//! Texts as captured from REST APIs with IAM authorization; AWS documents only some of
//! them ([Gateway responses](https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html)).

use super::pieces::Pieces;
use crate::sign::stages::Stages;
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

pub(crate) const INCOMPLETE: &str = "IncompleteSignatureException";
pub(crate) const INVALID: &str = "InvalidSignatureException";

const MISMATCH: &str = "The request signature we calculated does not match the signature you \
                        provided. Check your AWS Secret Access Key and signing method. Consult \
                        the service documentation for details.";

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

    pub(crate) fn forbidden(error_type: &'static str, message: impl Into<String>) -> Self {
        Self::fault(403, error_type, message)
    }

    pub(crate) fn bad_request(message: &str) -> Self {
        Self::fault(400, "BadRequestException", message)
    }

    pub(crate) fn too_deep() -> Self {
        Self::bad_request("Invalid request body: nested too deeply")
    }

    pub(crate) fn too_long() -> Self {
        Self::fault(413, "BadRequestException", "Request Too Long")
    }

    /// An answer that repeats a body, escapes and all, is longer than a body may be.
    pub(crate) fn too_long_to_repeat() -> Self {
        Self::too_long().because("the answer would be longer than a body may be")
    }

    /// As for any caller who is throttled.
    pub(crate) fn too_many() -> Self {
        Self::fault(429, "TooManyRequestsException", "Too Many Requests")
    }

    pub(crate) fn request_timeout() -> Self {
        Self::fault(408, "BadRequestException", "Request Timeout")
    }

    pub(crate) fn full() -> Self {
        Self::fault(429, "LimitExceededException", "Limit Exceeded")
    }

    /// No signature, and also no such route: callers cannot tell the two apart.
    pub(crate) fn missing_token(reason: &'static str) -> Self {
        Self::forbidden(
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        )
        .because(reason)
    }

    /// An unknown access key, or a session token that is not the key's.
    pub(crate) fn invalid_token(reason: &'static str) -> Self {
        Self::forbidden(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
        .because(reason)
    }

    pub(crate) fn expired_token() -> Self {
        Self::forbidden(
            "ExpiredTokenException",
            "The security token included in the request is expired",
        )
    }

    /// A wrong signature. AWS prints what it computed: the caller's own request.
    pub(crate) fn mismatch(stages: Option<&Stages>) -> Self {
        let mut message = String::from(MISMATCH);
        if let Some(stages) = stages {
            let canonical = String::from_utf8_lossy(&stages.canonical_request);
            message.push_str(&format!(
                "\n\nThe Canonical String for this request should have been\n'{canonical}'\n\n\
                 The String-to-Sign should have been\n'{}'\n",
                stages.string_to_sign
            ));
        }
        Self::forbidden(INVALID, message)
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
