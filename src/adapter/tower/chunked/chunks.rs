//! How bodies are sent as `aws-chunked`.

use crate::request::streaming::Streaming;
#[cfg(feature = "checksum")]
use crate::stream::ChecksumAlgorithm;
use crate::stream::DEFAULT_CHUNK_SIZE;
use http::Uri;
use http::uri::Scheme;

/// How a [`SignLayer`](crate::tower::SignLayer::chunked) sends bodies in pieces.
///
/// ```
/// use sigv4::tower::{Chunks, SignLayer};
/// use sigv4::Credentials;
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrEXAMPLEKEY");
/// let layer = SignLayer::new(credentials, "eu-west-1", "s3").chunked(Chunks::signed().size(1 << 20));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunks {
    size: usize,
    unsigned_over_tls: bool,
    #[cfg(feature = "checksum")]
    checksum: Option<ChecksumAlgorithm>,
}

impl Chunks {
    /// Chunks of 64 KiB, each of which is signed.
    #[must_use]
    pub const fn signed() -> Self {
        Self {
            size: DEFAULT_CHUNK_SIZE,
            unsigned_over_tls: false,
            #[cfg(feature = "checksum")]
            checksum: None,
        }
    }

    /// What AWS's SDKs do: over https, chunks are not signed, and only the checksum in the trailer
    /// speaks for them; over plain http, chunks and trailer are signed. It costs less to compute
    /// than [`signed`](Self::signed).
    #[cfg(feature = "checksum")]
    #[must_use]
    pub const fn unsigned_over_tls(checksum: ChecksumAlgorithm) -> Self {
        Self {
            unsigned_over_tls: true,
            ..Self::signed().checksum(checksum)
        }
    }

    /// A checksum in a trailer, which is signed: the service keeps it with the object.
    #[cfg(feature = "checksum")]
    #[must_use]
    pub const fn checksum(self, algorithm: ChecksumAlgorithm) -> Self {
        Self {
            checksum: Some(algorithm),
            ..self
        }
    }

    /// The size of a chunk, in bytes: at least [`MIN_CHUNK_SIZE`](crate::stream::MIN_CHUNK_SIZE),
    /// else requests fail with
    /// [`StreamError::ChunkSizeTooSmall`](crate::stream::StreamError::ChunkSizeTooSmall). One is
    /// held in memory, here and by whoever verifies it: MinIO and this crate take up to 16 MiB.
    #[must_use]
    pub const fn size(self, bytes: usize) -> Self {
        Self {
            size: bytes,
            ..self
        }
    }

    pub(super) fn chunk_size(self) -> usize {
        self.size
    }

    /// The name of the trailer; empty where there is none.
    #[cfg_attr(not(feature = "checksum"), allow(clippy::unused_self))]
    pub(super) fn trailer(self) -> &'static str {
        #[cfg(feature = "checksum")]
        let name = self.checksum.map_or("", ChecksumAlgorithm::header);
        #[cfg(not(feature = "checksum"))]
        let name = "";
        name
    }

    /// How long its value is.
    #[cfg_attr(not(feature = "checksum"), allow(clippy::unused_self))]
    pub(super) fn trailer_length(self) -> usize {
        #[cfg(feature = "checksum")]
        let length = self.checksum.map_or(0, ChecksumAlgorithm::encoded_length);
        #[cfg(not(feature = "checksum"))]
        let length = 0;
        length
    }

    /// Without TLS, or where nobody says that there is, chunks are signed.
    pub(super) fn payload(self, uri: &Uri) -> Streaming {
        let tls = uri.scheme() == Some(&Scheme::HTTPS);
        if self.unsigned_over_tls && tls {
            Streaming::UnsignedTrailer
        } else if self.trailer().is_empty() {
            Streaming::Signed
        } else {
            Streaming::SignedTrailer
        }
    }
}
