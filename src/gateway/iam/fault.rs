//! What is wrong with a policy document.

use crate::gateway::located::{At, JsonFault};
use core::fmt;

/// What is wrong with a policy document, and where.
pub type PolicyError = At<PolicyFault>;

/// What is wrong with a policy document. No variant has text from the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyFault {
    /// It is not JSON, or not of the right shape.
    Json(JsonFault),
    /// The version is neither `2012-10-17` nor `2008-10-17`.
    UnsupportedVersion,
    /// `Condition` is not evaluated here; `Principal` and `NotPrincipal` do not belong into an
    /// identity-based policy.
    UnsupportedElement,
    /// A `Sid` has other characters than letters and digits.
    InvalidSid,
    /// Another statement of the document has the same `Sid`.
    RepeatedSid,
    /// The effect is neither `Allow` nor `Deny`.
    InvalidEffect,
    /// A statement has an element and its negation.
    Both {
        /// `Action` or `Resource`.
        plain: &'static str,
        /// `NotAction` or `NotResource`.
        not: &'static str,
    },
    /// A statement has neither an element nor its negation.
    Neither {
        /// `Action` or `Resource`.
        plain: &'static str,
        /// `NotAction` or `NotResource`.
        not: &'static str,
    },
    /// An action is neither `*` nor of the form `service:Name`, wildcards in the name only.
    InvalidAction,
    /// A resource is neither `*` nor `arn:partition:service:region:account:resource`.
    InvalidArn,
    /// The partition or the service of a resource has a wildcard.
    WildcardInArn,
    /// A resource has a policy variable other than `${*}`, `${?}` and `${$}`.
    UnsupportedVariable,
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json(fault) => return fault.fmt(f),
            Self::Both { plain, not } => return write!(f, "both {plain} and {not}"),
            Self::Neither { plain, not } => return write!(f, "neither {plain} nor {not}"),
            Self::UnsupportedVersion => "neither \"2012-10-17\" nor \"2008-10-17\"",
            Self::UnsupportedElement => "this element is not supported, and cannot be ignored",
            Self::InvalidSid => "a Sid has only letters and digits",
            Self::RepeatedSid => "another statement has the same Sid",
            Self::InvalidEffect => "neither \"Allow\" nor \"Deny\"",
            Self::InvalidAction => "neither \"*\" nor of the form \"service:Name\"",
            Self::InvalidArn => {
                "neither \"*\" nor of the form \"arn:partition:service:region:account:resource\""
            }
            Self::WildcardInArn => "a wildcard in the partition or the service of an ARN",
            Self::UnsupportedVariable => {
                "policy variables are not supported, and cannot be ignored"
            }
        })
    }
}

impl core::error::Error for PolicyFault {}

impl From<At<JsonFault>> for PolicyError {
    fn from(At { place, fault }: At<JsonFault>) -> Self {
        Self {
            place,
            fault: PolicyFault::Json(fault),
        }
    }
}
