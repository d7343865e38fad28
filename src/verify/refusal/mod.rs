//! What a service answers to a request that it refuses.

pub(crate) mod answer;
pub(crate) mod api_gateway;
mod facts;
pub(crate) mod reason;
mod s3;
mod s3_details;
#[cfg(feature = "post-policy")]
mod s3_post;
mod s3_stream;

#[cfg(feature = "proxy")]
use self::answer::Form;
use self::answer::Refusal;
use self::reason::RefusalReason;
use crate::request::Request;
use crate::verify::policy::Policy;

impl Refusal {
    /// The answer to a request: S3's where the policy is for S3, otherwise that of API Gateway.
    /// The reason is an [`Error`](crate::Error) of this crate, or another [`RefusalReason`].
    ///
    /// A body that has not been read is [`Payload::Unsigned`](crate::Payload::Unsigned).
    #[must_use]
    pub fn of(
        reason: impl Into<RefusalReason>,
        request: &Request<'_>,
        policy: &Policy<'_>,
    ) -> Self {
        let reason = reason.into();
        match policy.service {
            "s3" | "s3express" | "s3-object-lambda" | "s3-outposts" => {
                s3::refusal(reason, request, policy)
            }
            _ => api_gateway::refusal(reason, request, policy),
        }
    }

    /// What IAM's denials say, as the service of the policy writes them.
    #[cfg(feature = "proxy")]
    pub(crate) fn denied(
        message: alloc::string::String,
        request: &Request<'_>,
        policy: &Policy<'_>,
    ) -> Self {
        let refusal = Self::of(RefusalReason::NotAllowed, request, policy);
        Self {
            message: message.into(),
            form: match refusal.form {
                Form::Xml => Form::Xml,
                Form::Json | Form::JsonOfIam => Form::JsonOfIam,
            },
            ..refusal
        }
    }
}
