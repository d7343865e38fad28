//! Why an EKS token is refused.

use crate::error::Error;
use crate::request::timestamp::Timestamp;
use core::fmt;

/// Why an EKS token is refused before STS is asked.
///
/// Flat, `Copy` and comparable. Places are byte offsets, counted from zero; nothing of the token
/// is in any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EksTokenError {
    /// The verifier's own cluster name is empty or has a byte that is no visible ASCII.
    InvalidCluster {
        /// Where in the name.
        position: usize,
    },
    /// The verifier's own region is of no partition that is known.
    UnknownRegion,

    /// The token is longer than any that is made.
    TooLong {
        /// Of the token.
        bytes: usize,
        /// 4,096.
        limit: usize,
    },
    /// The token does not begin with `k8s-aws-v1.`.
    MissingPrefix,
    /// What follows is no base64 in the alphabet of URLs without padding.
    InvalidBase64 {
        /// Where in the token.
        position: usize,
    },
    /// The URL has a byte that no URL has, or in its query one that servers read differently (`;`).
    InvalidUrl {
        /// Where in the URL.
        position: usize,
    },
    /// A `%` in the query is not followed by two hexadecimal digits.
    MalformedEscape {
        /// Where in the URL.
        position: usize,
    },
    /// The URL does not begin with `https://`.
    NotHttps,
    /// A user stands in front of the host.
    UserInUrl,
    /// A port stands behind the host.
    PortInUrl,
    /// The host is no endpoint of STS in the verifier's partition.
    NotStsHost,
    /// The path is not `/`.
    WrongPath,
    /// The URL has a fragment.
    FragmentInUrl {
        /// Of the `#` in the URL.
        position: usize,
    },
    /// A parameter that no token has.
    UnexpectedParameter {
        /// Where it starts in the URL.
        position: usize,
    },
    /// A parameter for the second time, whether in the same case or not.
    RepeatedParameter {
        /// Where the second starts in the URL.
        position: usize,
    },
    /// A parameter that each token has is not there.
    MissingParameter {
        /// Its name.
        name: &'static str,
    },
    /// The action is not `GetCallerIdentity`.
    WrongAction,
    /// There is a version, and it is not `2011-06-15`.
    WrongVersion,
    /// `X-Amz-Algorithm`, `X-Amz-Credential`, `X-Amz-Date`, `X-Amz-SignedHeaders` or
    /// `X-Amz-Signature` is not what a signature for STS has.
    Signature(Error),
    /// `x-k8s-aws-id` is not among the signed headers: the token would be good for every cluster.
    ClusterNotSigned,
    /// A header is signed that STS is not going to get.
    OtherHeaderSigned {
        /// Which of the signed headers, counted from zero.
        index: usize,
    },
    /// `X-Amz-Expires` is no decimal number from 0 to 900.
    InvalidExpires,
    /// Older than STS takes it.
    Expired {
        /// When it was made.
        signed: Timestamp,
        /// When it was looked at.
        now: Timestamp,
        /// 900 seconds, whatever `X-Amz-Expires` says.
        limit: u64,
    },
    /// From the future.
    NotYetCurrent {
        /// When it says that it was made.
        signed: Timestamp,
        /// When it was looked at.
        now: Timestamp,
        /// How far ahead it may be, in seconds.
        limit: u64,
    },
}

impl fmt::Display for EksTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidCluster { position } => {
                write!(f, "the name of the cluster is no name at byte {position}")
            }
            Self::UnknownRegion => f.write_str("no partition is known that has the region"),
            Self::TooLong { bytes, limit } => {
                write!(f, "the token has {bytes} bytes, more than {limit}")
            }
            Self::MissingPrefix => f.write_str("the token does not begin with k8s-aws-v1."),
            Self::InvalidBase64 { position } => write!(
                f,
                "the token is no base64 of URLs without padding at byte {position}"
            ),
            Self::InvalidUrl { position } => {
                write!(f, "the token's URL is none at byte {position}")
            }
            Self::MalformedEscape { position } => write!(
                f,
                "the % at byte {position} of the token's URL has no two hexadecimal digits after it"
            ),
            Self::NotHttps => f.write_str("the token's URL does not begin with https://"),
            Self::UserInUrl => f.write_str("the token's URL names a user"),
            Self::PortInUrl => f.write_str("the token's URL names a port"),
            Self::NotStsHost => f.write_str(
                "the host of the token's URL is no endpoint of STS in the cluster's partition",
            ),
            Self::WrongPath => f.write_str("the path of the token's URL is not /"),
            Self::FragmentInUrl { position } => {
                write!(f, "the token's URL has a fragment at byte {position}")
            }
            Self::UnexpectedParameter { position } => write!(
                f,
                "the parameter at byte {position} of the token's URL is none that a token has"
            ),
            Self::RepeatedParameter { position } => write!(
                f,
                "the parameter at byte {position} of the token's URL is there for the second time"
            ),
            Self::MissingParameter { name } => write!(f, "the token's URL has no {name}"),
            Self::WrongAction => f.write_str("the token's action is not GetCallerIdentity"),
            Self::WrongVersion => f.write_str("the token's version is not 2011-06-15"),
            Self::Signature(error) => write!(f, "the token's signature: {error}"),
            Self::ClusterNotSigned => f.write_str("the token's signature is for no cluster"),
            Self::OtherHeaderSigned { index } => write!(
                f,
                "the token's signed header {} is none that a token has",
                index.saturating_add(1)
            ),
            Self::InvalidExpires => {
                f.write_str("the token's X-Amz-Expires is no number from 0 to 900")
            }
            Self::Expired { signed, now, limit } => write!(
                f,
                "the token was signed at {signed}, and at {now} is older than {limit} seconds"
            ),
            Self::NotYetCurrent { signed, now, limit } => write!(
                f,
                "the token says that it was signed at {signed}, more than {limit} seconds after {now}"
            ),
        }
    }
}

impl core::error::Error for EksTokenError {}
