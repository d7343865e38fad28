//! Why a request is refused.

use crate::error::Error;
#[cfg(feature = "post-policy")]
use crate::post_policy::PostFault;
use crate::request::Request;
use crate::sign::stages::Stages;
use crate::stream::StreamError;
use crate::verify::claim::Claim;
use crate::verify::policy::Policy;
use alloc::borrow::ToOwned;
use core::fmt;

/// Why a request is refused: an [`Error`], or what a service finds beside its signature.
///
/// ```
/// use sigv4::{Error, RefusalReason};
///
/// assert_eq!(RefusalReason::from(Error::NotSigned), RefusalReason::Error(Error::NotSigned));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalReason {
    /// The claim cannot be read or does not hold.
    Error(Error),
    /// Nobody has this access key id.
    UnknownAccessKey,
    /// The session token is not the key's, or is missing, or came with a key that has none.
    WrongSessionToken,
    /// The session token is the key's, which has expired.
    ExpiredSessionToken,
    /// The body is longer than is taken.
    BodyTooLong,
    /// The body did not arrive in time.
    BodyTooSlow,
    /// The body ended early, or could not be read.
    BodyCutOff,
    /// The body is in pieces, and not what its head says.
    Stream(StreamError),
    /// The body is not the one of whose checksum a header speaks.
    ChecksumDiffers {
        /// Of which checksum, for example `CRC32`.
        algorithm: &'static str,
    },
    /// A form that uploads to S3 cannot be read, or does not meet its policy.
    #[cfg(feature = "post-policy")]
    Post(PostFault),
    /// The caller's policies do not allow it.
    NotAllowed,
    /// Keys could not be looked up.
    Unavailable,
}

impl RefusalReason {
    /// What AWS shows to the holder of a key, the strings that follow from what arrived, it shows
    /// to nobody whose access key id it does not know.
    #[cfg_attr(
        not(any(feature = "gateway", feature = "tower")),
        allow(dead_code, reason = "for those who serve")
    )]
    pub(crate) fn of_unknown_key(error: Error) -> Self {
        if shows_what_arrived(error) {
            Self::UnknownAccessKey
        } else {
            Self::Error(error)
        }
    }
}

impl From<Error> for RefusalReason {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

#[cfg(feature = "post-policy")]
impl From<PostFault> for RefusalReason {
    fn from(fault: PostFault) -> Self {
        Self::Post(fault)
    }
}

impl From<StreamError> for RefusalReason {
    fn from(error: StreamError) -> Self {
        Self::Stream(error)
    }
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error(error) => return error.fmt(f),
            Self::Stream(error) => return error.fmt(f),
            #[cfg(feature = "post-policy")]
            Self::Post(fault) => return fault.fmt(f),
            Self::ChecksumDiffers { algorithm } => {
                return write!(f, "the body's {algorithm} is not that of the header");
            }
            Self::UnknownAccessKey => "nobody has this access key id",
            Self::WrongSessionToken => "the session token is not the key's",
            Self::ExpiredSessionToken => "the session token has expired",
            Self::BodyTooLong => "the body is longer than is taken",
            Self::BodyTooSlow => "the body did not arrive in time",
            Self::BodyCutOff => "the body ended early",
            Self::NotAllowed => "the caller's policies do not allow it",
            Self::Unavailable => "keys could not be looked up",
        })
    }
}

/// Whether AWS answers with the strings that follow from what arrived, the body included.
pub(crate) fn shows_what_arrived(error: Error) -> bool {
    matches!(
        error,
        Error::SignatureMismatch
            | Error::PayloadDiffers
            | Error::UnsignedPayloadRefused
            | Error::UnsupportedContentSha256
            | Error::SignedHeaderMissing { .. }
    )
}

/// For a request whose signature is not the one that follows from what arrived: the strings
/// that do follow from it. Nothing where they depend on a body that was not read.
pub(crate) fn what_follows(
    error: Error,
    request: &Request<'_>,
    policy: &Policy<'_>,
) -> Option<Stages> {
    let mut claim = Claim::from_request(request).ok()?;
    let mut headers = request.headers.to_vec();
    let names = claim.signed_headers().to_owned();
    match error {
        // AWS computes with an empty value for a signed header that did not arrive.
        Error::SignedHeaderMissing { .. } => {
            let is_missing = |name: &&str| {
                !(request.headers.iter()).any(|(found, _)| found.eq_ignore_ascii_case(name))
            };
            let missing = names.split(';').filter(is_missing);
            headers.extend(missing.map(|name| (name, &b""[..])));
        }
        Error::SignatureMismatch => {}
        // AWS computes with the body that arrived, whatever hash came with it.
        _ => claim.content_sha256 = None,
    }
    let arrived = Request {
        headers: &headers,
        ..*request
    };
    let policy = Policy {
        max_headers: usize::MAX,
        ..*policy
    };
    claim.stages(&arrived, &policy).ok()
}
