//! Why a form is refused.

use crate::error::Error;
use crate::request::timestamp::Timestamp;
use core::fmt;

/// Why a form is refused. Fields are counted from zero in the order in which they came, conditions
/// in that of the policy. What S3 answers: `Refusal::of_post`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PostFault {
    /// More fields than are taken.
    TooManyFields {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// What stands before the file is too long, as it came or with the name of the file put in.
    FormTooLong {
        /// In bytes.
        limit: usize,
    },
    /// A second field of its name, in whatever case.
    RepeatedField {
        /// The second one.
        index: usize,
    },
    /// More files than one.
    RepeatedFile,
    /// No file.
    MissingFile,
    /// The value is no UTF-8.
    InvalidField {
        /// Which field.
        index: usize,
    },
    /// A field that every form has is not there.
    MissingField {
        /// As S3 spells it.
        name: &'static str,
    },
    /// None of the fields of a signature is there.
    NotSigned,
    /// The form is signed by Signature Version 2, as boto3 signs forms for some regions by default.
    SignatureVersion2,
    /// What the signature says of itself cannot be read, or does not hold: algorithm, credential,
    /// date, scope, age and the signature.
    Claim(Error),

    /// The policy is no base64 with padding (RFC 4648, 4).
    NotBase64,
    /// The policy is no JSON, or nested too deeply.
    NotJson,
    /// The policy is no object.
    NotObject,
    /// The policy has another member than `expiration` and `conditions`.
    UnknownMember {
        /// Which member, counted from zero.
        index: usize,
    },
    /// The policy has a member twice.
    RepeatedMember {
        /// The second one, counted from zero.
        index: usize,
    },
    /// The policy has no `expiration`.
    MissingExpiration,
    /// The `expiration` is no time in UTC, as `2015-12-30T12:00:00Z` or `2015-12-30T12:00:00.000Z`.
    InvalidExpiration,
    /// The policy has no `conditions`.
    MissingConditions,
    /// The `conditions` are no list.
    ConditionsNotList,
    /// A condition is neither a list nor an object.
    NotCondition {
        /// Which condition.
        index: usize,
    },
    /// A list that does not begin with an operator.
    MissingOperator {
        /// Which condition.
        index: usize,
    },
    /// An operator that is none.
    UnknownOperator {
        /// Which condition.
        index: usize,
    },
    /// An operator has two operands.
    WrongCount {
        /// Which condition.
        index: usize,
    },
    /// An object has exactly one property.
    NotOneProperty {
        /// Which condition.
        index: usize,
    },
    /// A field's value is a text.
    NotText {
        /// Which condition.
        index: usize,
    },
    /// A bound of `content-length-range` is an integer, zero or more.
    NotInteger {
        /// Which condition.
        index: usize,
    },
    /// The minimum of a `content-length-range` is above its maximum.
    EmptyRange {
        /// Which condition.
        index: usize,
    },

    /// The policy has expired.
    PolicyExpired {
        /// When.
        expired: Timestamp,
        /// When it was looked at.
        now: Timestamp,
    },
    /// The form does not meet a condition.
    ConditionFailed {
        /// Which condition.
        index: usize,
    },
    /// No condition is about a field.
    ExtraField {
        /// Which field.
        index: usize,
    },
    /// No condition is about the bucket.
    UnboundBucket,
    /// The key is longer than any of S3's, with the name of the file in it.
    KeyTooLong {
        /// In bytes.
        length: usize,
        /// In bytes.
        limit: usize,
    },
    /// The file is shorter than a condition allows.
    FileTooShort {
        /// In bytes.
        length: u64,
        /// In bytes.
        minimum: u64,
    },
    /// The file is longer than a condition allows.
    FileTooLong {
        /// In bytes.
        maximum: u64,
    },
}

impl From<Error> for PostFault {
    fn from(error: Error) -> Self {
        Self::Claim(error)
    }
}

impl fmt::Display for PostFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::TooManyFields { count, limit } => {
                write!(f, "{count} fields: allowed are {limit}")
            }
            Self::FormTooLong { limit } => {
                write!(
                    f,
                    "more before the file than the {limit} bytes that are allowed"
                )
            }
            Self::RepeatedField { index } => write!(f, "field {index}: a second one of its name"),
            Self::RepeatedFile => f.write_str("more files than one"),
            Self::MissingFile => f.write_str("no file"),
            Self::InvalidField { index } => write!(f, "field {index}: no UTF-8"),
            Self::MissingField { name } => write!(f, "no field {name} before the file"),
            Self::NotSigned => f.write_str("the form carries no signature"),
            Self::SignatureVersion2 => {
                f.write_str("the form is signed by Signature Version 2, not by Version 4")
            }
            Self::Claim(error) => error.fmt(f),
            Self::NotBase64 => f.write_str("policy: no base64"),
            Self::NotJson => f.write_str("policy: no JSON"),
            Self::NotObject => f.write_str("policy: no object"),
            Self::UnknownMember { index } => {
                write!(
                    f,
                    "policy: member {index} is neither expiration nor conditions"
                )
            }
            Self::RepeatedMember { index } => {
                write!(f, "policy: member {index} is there a second time")
            }
            Self::MissingExpiration => f.write_str("policy: no expiration"),
            Self::InvalidExpiration => f.write_str("policy: the expiration is no time in UTC"),
            Self::MissingConditions => f.write_str("policy: no conditions"),
            Self::ConditionsNotList => f.write_str("policy: the conditions are no list"),
            Self::NotCondition { index } => {
                write!(f, "condition {index}: neither a list nor an object")
            }
            Self::MissingOperator { index } => write!(f, "condition {index}: no operator"),
            Self::UnknownOperator { index } => write!(f, "condition {index}: unknown operator"),
            Self::WrongCount { index } => {
                write!(f, "condition {index}: not two operands")
            }
            Self::NotOneProperty { index } => {
                write!(f, "condition {index}: not exactly one property")
            }
            Self::NotText { index } => write!(f, "condition {index}: an operand is no text"),
            Self::NotInteger { index } => {
                write!(f, "condition {index}: a bound is no integer from zero on")
            }
            Self::EmptyRange { index } => {
                write!(f, "condition {index}: the minimum is above the maximum")
            }
            Self::PolicyExpired { expired, now } => {
                write!(f, "the policy expired at {expired}, it is {now}")
            }
            Self::ConditionFailed { index } => write!(f, "condition {index} is not met"),
            Self::ExtraField { index } => write!(f, "field {index}: no condition is about it"),
            Self::UnboundBucket => f.write_str("no condition is about the bucket"),
            Self::KeyTooLong { length, limit } => {
                write!(
                    f,
                    "the key has {length} bytes: more than the {limit} that are allowed"
                )
            }
            Self::FileTooShort { length, minimum } => {
                write!(
                    f,
                    "the file has {length} bytes: at least {minimum} are wanted"
                )
            }
            Self::FileTooLong { maximum } => {
                write!(
                    f,
                    "the file has more than the {maximum} bytes that are allowed"
                )
            }
        }
    }
}

impl core::error::Error for PostFault {}
