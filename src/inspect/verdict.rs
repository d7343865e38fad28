//! What became of a request, in one of five words.

use crate::error::{Error, Layer};
use crate::explain::Cause;
use crate::gateway::reply::Why;
use crate::post_policy::PostFault;
use crate::stream::StreamError;
use crate::verify::refusal::reason::RefusalReason;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// By signature and policies, whatever the answer says beside that.
    Allowed,
    Policy,
    Signature,
    Freshness,
    /// There is no signature, or none that can be read; or the request is none that is served.
    Malformed,
}

impl Verdict {
    pub(crate) const ALL: [Self; 5] = [
        Self::Allowed,
        Self::Policy,
        Self::Signature,
        Self::Freshness,
        Self::Malformed,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Policy => "policy",
            Self::Signature => "signature",
            Self::Freshness => "freshness",
            Self::Malformed => "malformed",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == word)
    }

    /// `proven`: signature and policies were found right before the answer was made.
    pub(crate) fn of(why: &Why, proven: bool) -> Self {
        match why {
            Why::Served => Self::Allowed,
            Why::Fault if proven => Self::Allowed,
            Why::Denied(_) => Self::Policy,
            Why::NoRoute | Why::Fault => Self::Malformed,
            Why::Refused(reason) => Self::of_reason(**reason),
        }
    }

    fn of_reason(reason: RefusalReason) -> Self {
        match reason {
            RefusalReason::Error(error) | RefusalReason::Post(PostFault::Claim(error)) => {
                Self::of_error(error)
            }
            RefusalReason::ExpiredSessionToken
            | RefusalReason::Post(PostFault::PolicyExpired { .. }) => Self::Freshness,
            // The signed policy is not the caller's: it is what the signer allows.
            RefusalReason::Post(
                PostFault::ConditionFailed { .. }
                | PostFault::ExtraField { .. }
                | PostFault::UnboundBucket
                | PostFault::FileTooShort { .. }
                | PostFault::FileTooLong { .. },
            ) => Self::Policy,
            RefusalReason::UnknownAccessKey
            | RefusalReason::WrongSessionToken
            | RefusalReason::Stream(
                StreamError::ChunkSignatureMismatch { .. } | StreamError::TrailerSignatureMismatch,
            ) => Self::Signature,
            _ => Self::Malformed,
        }
    }

    pub(crate) fn of_error(error: Error) -> Self {
        match error.layer() {
            Layer::Freshness => Self::Freshness,
            // There is no host to sign.
            Layer::Header if matches!(error, Error::MissingHost | Error::RepeatedHost) => {
                Self::Malformed
            }
            Layer::Scope | Layer::Header | Layer::Payload | Layer::Signature => Self::Signature,
            _ => Self::Malformed,
        }
    }

    /// Of another service's answer.
    pub(crate) fn of_cause(cause: &Cause) -> Self {
        match cause {
            Cause::Nothing => Self::Allowed,
            Cause::NotAuthorized(_) | Cause::NoSuchObject | Cause::Forbidden => Self::Policy,
            Cause::Clock { .. }
            | Cause::ClockUnshown
            | Cause::PresignedExpired
            | Cause::SessionTokenExpired => Self::Freshness,
            Cause::MalformedSignature
            | Cause::OtherScheme { .. }
            | Cause::TwoSignatures
            | Cause::UnsupportedAlgorithm
            | Cause::NotSigned
            | Cause::NoSuchRoute
            | Cause::NoSuchOperation
            | Cause::HeaderMissing { .. }
            | Cause::NoBody
            | Cause::Other { .. }
            | Cause::Unknown => Self::Malformed,
            _ => Self::Signature,
        }
    }
}
