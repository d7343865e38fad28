//! Why a signed call of `GetCallerIdentity` is refused.

use crate::error::Error;
use crate::request::timestamp::Timestamp;
use core::fmt;

/// Why a signed call of `GetCallerIdentity`, sent in as a proof of identity, is refused before STS
/// is asked.
///
/// Flat, `Copy` and comparable. Places are byte offsets, counted from zero, and so are headers;
/// nothing of what was sent in is in any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StsIdentityError {
    /// A part is longer than any that is made.
    TooLong {
        /// `url`, `body` or `headers`.
        part: &'static str,
        /// Its length.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// A field of the envelope is no base64 in the standard alphabet with padding.
    InvalidBase64 {
        /// `url`, `body` or `headers`.
        part: &'static str,
        /// Where in the field.
        position: usize,
    },
    /// The headers of the envelope are no JSON object of texts, or of lists of one.
    InvalidHeaders,
    /// The method is not `POST`.
    WrongMethod,
    /// The URL has a byte that no URL has.
    InvalidUrl {
        /// Where in the URL.
        position: usize,
    },
    /// The URL does not begin with `https://`.
    NotHttps,
    /// A user stands in front of the host.
    UserInUrl,
    /// A port stands behind the host.
    PortInUrl,
    /// The host is none of the endpoints that are allowed.
    EndpointNotAllowed,
    /// The path is not `/`, or a query follows it.
    WrongPath,
    /// The URL has a fragment.
    FragmentInUrl {
        /// Of the `#` in the URL.
        position: usize,
    },
    /// The body is not the one of `GetCallerIdentity`.
    WrongBody,
    /// More headers than such a call has.
    TooManyHeaders {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A header that such a call has not, and that is not allowed beside.
    HeaderNotAllowed {
        /// Which one.
        index: usize,
    },
    /// A header for the second time, whether in the same case or not.
    RepeatedHeader {
        /// Which one.
        index: usize,
    },
    /// A header's value has a byte that is no visible ASCII and no space.
    InvalidHeaderValue {
        /// Which header.
        index: usize,
        /// Where in its value.
        position: usize,
    },
    /// The `host` header is not the host of the URL.
    HostDiffers,
    /// `content-length` is not the length of the body.
    WrongContentLength,
    /// The body is not said to be a form (`application/x-www-form-urlencoded`, in UTF-8).
    WrongContentType,
    /// The header that names the server is not there.
    MissingServerId,
    /// The header names another server.
    WrongServerId,
    /// The header that names the server is not signed: it could have been put in afterwards.
    ServerIdNotSigned,
    /// What the headers say of the signature is not what one for STS has.
    Signature(Error),
    /// Older than allowed.
    Expired {
        /// When it was signed.
        signed: Timestamp,
        /// When it was looked at.
        now: Timestamp,
        /// How old it may be, in seconds.
        limit: u64,
    },
    /// From the future.
    NotYetCurrent {
        /// When it says that it was signed.
        signed: Timestamp,
        /// When it was looked at.
        now: Timestamp,
        /// How far ahead it may be, in seconds.
        limit: u64,
    },
}

impl fmt::Display for StsIdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { part, bytes, limit } => {
                write!(f, "{part}: {bytes} bytes, more than {limit}")
            }
            Self::InvalidBase64 { part, position } => {
                write!(f, "{part}: no base64 with padding at byte {position}")
            }
            Self::InvalidHeaders => {
                f.write_str("headers: no JSON object of texts, or of lists of one")
            }
            Self::WrongMethod => f.write_str("the method is not POST"),
            Self::InvalidUrl { position } => write!(f, "the URL is none at byte {position}"),
            Self::NotHttps => f.write_str("the URL does not begin with https://"),
            Self::UserInUrl => f.write_str("the URL names a user"),
            Self::PortInUrl => f.write_str("the URL names a port"),
            Self::EndpointNotAllowed => {
                f.write_str("the host of the URL is none of the endpoints that are allowed")
            }
            Self::WrongPath => f.write_str("the URL has another path than /, or a query"),
            Self::FragmentInUrl { position } => {
                write!(f, "the URL has a fragment at byte {position}")
            }
            Self::WrongBody => f.write_str("the body is not that of GetCallerIdentity"),
            Self::TooManyHeaders { count, limit } => {
                write!(f, "{count} headers, more than {limit}")
            }
            Self::HeaderNotAllowed { index } => write!(f, "header {index} is not allowed"),
            Self::RepeatedHeader { index } => {
                write!(f, "header {index} is there for the second time")
            }
            Self::InvalidHeaderValue { index, position } => write!(
                f,
                "header {index}: a byte that is not allowed in the value, at {position}"
            ),
            Self::HostDiffers => f.write_str("the host header is not the host of the URL"),
            Self::WrongContentLength => f.write_str("content-length is not the length of the body"),
            Self::WrongContentType => {
                f.write_str("content-type is not application/x-www-form-urlencoded")
            }
            Self::MissingServerId => f.write_str("no header names the server"),
            Self::WrongServerId => f.write_str("the header that names the server names another"),
            Self::ServerIdNotSigned => {
                f.write_str("the header that names the server is not signed")
            }
            Self::Signature(error) => write!(f, "the signature: {error}"),
            Self::Expired { signed, now, limit } => {
                write!(
                    f,
                    "signed at {signed}, and at {now} older than {limit} seconds"
                )
            }
            Self::NotYetCurrent { signed, now, limit } => write!(
                f,
                "said to be signed at {signed}, more than {limit} seconds after {now}"
            ),
        }
    }
}

impl core::error::Error for StsIdentityError {}
