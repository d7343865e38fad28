//! What is signed: borrowed, plain data.

pub(crate) mod algorithm;
mod calendar;
pub(crate) mod credentials;
pub(crate) mod profile;
#[cfg(any(feature = "v4a", feature = "client"))]
pub(crate) mod region_set;
pub(crate) mod scope;
pub(crate) mod streaming;
pub(crate) mod timestamp;

use core::fmt;
use streaming::Streaming;

/// A header: name as it was written, value as raw bytes.
pub type Header<'a> = (&'a str, &'a [u8]);

/// An HTTP request, as far as SigV4 looks at it.
/// [Elements of a request signature](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html)
///
/// ```
/// use sigv4::{Payload, Request};
///
/// let request = Request {
///     method: "POST",
///     target: "/prod/items?dry-run=true",
///     headers: &[("host", b"example.com"), ("content-type", b"application/json")],
///     payload: Payload::Bytes(b"{}"),
/// };
/// # let _ = request;
/// ```
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// For example `GET`; signed as it is written, upper or lower case.
    pub method: &'a str,
    /// The request target: path, then optionally `?` and a query. Starts with `/`.
    pub target: &'a str,
    /// All headers in the order of the wire; equal names keep their order.
    /// One of them is `host`.
    pub headers: &'a [Header<'a>],
    /// The body, or what is known of it.
    pub payload: Payload<'a>,
}

impl fmt::Debug for Request<'_> {
    /// Without the query and the values of headers: a signed request has its signature
    /// and a session token there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.target.split('?').next().unwrap_or_default();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &path)
            .field("headers", &Names(self.headers))
            .finish_non_exhaustive()
    }
}

struct Names<'a>(&'a [Header<'a>]);

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// The body of a request. Its hash is the last line of the canonical request.
/// [Payload options](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html)
///
/// ```
/// use sigv4::{Hasher, Payload};
///
/// let body = Payload::Bytes(b"Welcome to Amazon S3.");
/// // The same, where the body is not in memory in one piece.
/// let mut hasher = Hasher::new();
/// hasher.put(b"Welcome to ");
/// hasher.put(b"Amazon S3.");
/// let hash = Payload::Sha256(hasher.finish());
/// # let _ = (body, hash);
/// ```
///
/// `Debug` shows how long a body is, and nothing of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Payload<'a> {
    /// The whole body; it is hashed.
    Bytes(&'a [u8]),
    /// The SHA-256 of the body, computed elsewhere (a stream, a file).
    Sha256([u8; 32]),
    /// The signature does not cover the body (`UNSIGNED-PAYLOAD`).
    /// Only where the [`Profile`](crate::Profile) allows it.
    Unsigned,
    /// The body is signed piece by piece, behind the request: `aws-chunked` or an event stream, see
    /// [`stream`](crate::stream). Only where the [`Profile`](crate::Profile) takes it, and in the
    /// header form.
    Streaming(Streaming),
}

impl Payload<'_> {
    /// No body.
    pub const EMPTY: Self = Self::Bytes(b"");
}

impl fmt::Debug for Payload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Sha256(_) => f.write_str("Sha256"),
            Self::Unsigned => f.write_str("Unsigned"),
            Self::Streaming(streaming) => write!(f, "Streaming({streaming:?})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Payload, Streaming};
    use alloc::format;

    #[test]
    fn debug_shows_no_body() {
        for (payload, shown) in [
            (Payload::Bytes(b"s3cr3t"), "Bytes(6 bytes)"),
            (Payload::Sha256([7; 32]), "Sha256"),
            (Payload::Unsigned, "Unsigned"),
            (Payload::Streaming(Streaming::Signed), "Streaming(Signed)"),
        ] {
            assert_eq!(format!("{payload:?}"), shown);
        }
    }
}
