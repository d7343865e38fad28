//! Why no form was made.

use crate::error::Error;
use crate::request::timestamp::Timestamp;
use core::fmt;

/// Why a POST policy was not signed. Places are those of the calls of
/// [`PostPolicy`](super::PostPolicy) that added fields and conditions, counted from zero.
///
/// ```
/// use core::time::Duration;
/// use sigv4::post_policy::{PostPolicy, PostPolicyError};
/// use sigv4::{Credentials, Signer, Timestamp};
///
/// let policy = PostPolicy::new("examplebucket", "${filename}.jpg", Duration::from_secs(60));
/// let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "s3");
/// let error = signer.sign_post_policy(&policy, Timestamp::EPOCH).unwrap_err();
/// assert_eq!(error, PostPolicyError::KeyFilenameNotLast);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PostPolicyError {
    /// Credentials, region or lifetime cannot be signed with.
    Signing(Error),
    /// The signer is not one for `s3`, or is one of Signature Version 4A, by which S3 takes no
    /// forms.
    NotS3,
    /// The bucket is empty or has a character that no bucket's name has.
    InvalidBucket {
        /// Byte offset in the name.
        position: usize,
    },
    /// The key is empty.
    EmptyKey,
    /// The key is longer than any of S3's, without the name of the file.
    KeyTooLong {
        /// In bytes.
        limit: usize,
    },
    /// The key has a line break or a NUL, which forms cannot carry unchanged.
    InvalidKey {
        /// Byte offset in the key.
        position: usize,
    },
    /// The key has `${filename}` elsewhere than at its end: no condition could name the rest.
    KeyFilenameNotLast,
    /// A field's value has `${filename}` elsewhere than at its end.
    FilenameNotLast {
        /// Which field or condition.
        index: usize,
    },
    /// The name is empty or no HTTP token.
    InvalidFieldName {
        /// Which field or condition.
        index: usize,
    },
    /// A value has a line break or a NUL, which forms cannot carry unchanged.
    InvalidFieldValue {
        /// Which field or condition.
        index: usize,
        /// Byte offset in the value.
        position: usize,
    },
    /// The field is written by signing, is the key, which is given by itself, or is the file.
    ReservedField {
        /// Which field or condition.
        index: usize,
    },
    /// A second field of its name.
    RepeatedField {
        /// Which field.
        index: usize,
    },
    /// A condition that nothing meets beside the field of its name or an earlier condition on it, so
    /// that no upload would be taken.
    Unmet {
        /// Which condition.
        index: usize,
    },
    /// Names and values are together longer than a form may be, the policy among them.
    FormTooLong {
        /// In bytes.
        limit: usize,
    },
    /// A second `content-length-range`.
    RepeatedRange {
        /// Which condition.
        index: usize,
    },
    /// A `content-length-range` whose minimum is above its maximum.
    EmptyRange {
        /// In bytes.
        minimum: u64,
        /// In bytes.
        maximum: u64,
    },
    /// The credentials are good no longer.
    CredentialsEnded {
        /// When they ended.
        ended: Timestamp,
        /// When the form was to be made.
        at: Timestamp,
    },
}

impl From<Error> for PostPolicyError {
    fn from(error: Error) -> Self {
        Self::Signing(error)
    }
}

impl fmt::Display for PostPolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Signing(error) => error.fmt(f),
            Self::NotS3 => f.write_str("forms are signed for s3, by AWS4-HMAC-SHA256"),
            Self::InvalidBucket { position } => {
                write!(
                    f,
                    "bucket: empty, or a character not allowed at byte {position}"
                )
            }
            Self::EmptyKey => f.write_str("the key is empty"),
            Self::KeyTooLong { limit } => {
                write!(f, "the key is longer than the {limit} bytes that S3 takes")
            }
            Self::InvalidKey { position } => {
                write!(f, "key: line break or NUL at byte {position}")
            }
            Self::KeyFilenameNotLast => f.write_str("key: ${filename} is not at its end"),
            Self::FilenameNotLast { index } => {
                write!(
                    f,
                    "field {index}: ${{filename}} is not at the end of the value"
                )
            }
            Self::InvalidFieldName { index } => {
                write!(f, "field {index}: the name is no HTTP token")
            }
            Self::InvalidFieldValue { index, position } => {
                write!(
                    f,
                    "field {index}: line break or NUL in the value at byte {position}"
                )
            }
            Self::ReservedField { index } => {
                write!(
                    f,
                    "field {index}: it is written by signing, or is key or file"
                )
            }
            Self::RepeatedField { index } => write!(f, "field {index}: a second one of its name"),
            Self::Unmet { index } => {
                write!(
                    f,
                    "condition {index}: what else is asked of that field contradicts it"
                )
            }
            Self::FormTooLong { limit } => {
                write!(f, "the form is longer than the {limit} bytes that S3 takes")
            }
            Self::RepeatedRange { index } => {
                write!(f, "condition {index}: a second content-length-range")
            }
            Self::EmptyRange { minimum, maximum } => {
                write!(f, "content-length-range: {minimum} is above {maximum}")
            }
            Self::CredentialsEnded { ended, at } => {
                write!(f, "the credentials ended at {ended}, before {at}")
            }
        }
    }
}

impl core::error::Error for PostPolicyError {}
