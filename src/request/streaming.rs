//! Bodies that are signed piece by piece while they are sent.

use crate::request::algorithm::Algorithm;

/// How a body that comes as a stream is signed: a [`Payload`](crate::Payload), whose marker stands
/// in `x-amz-content-sha256` and is the last line of the canonical request.
/// [Payload options](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html)
///
/// ```
/// use sigv4::{Algorithm, Streaming};
///
/// let marker = Streaming::SignedTrailer.marker(Algorithm::SigV4);
/// assert_eq!(marker, Some("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"));
/// let (streaming, algorithm) = Streaming::parse(marker.unwrap()).unwrap();
/// assert_eq!((streaming, algorithm), (Streaming::SignedTrailer, Some(Algorithm::SigV4)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Streaming {
    /// `aws-chunked`, each chunk signed: `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`, with Signature
    /// Version 4A `STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD`.
    Signed,
    /// The same with a trailer, which is signed: `…-PAYLOAD-TRAILER`.
    SignedTrailer,
    /// `aws-chunked`, neither chunks nor trailer signed: `STREAMING-UNSIGNED-PAYLOAD-TRAILER`. The
    /// body's integrity then rests on TLS and on the checksum of the trailer.
    UnsignedTrailer,
    /// Messages of an event stream, each signed: `STREAMING-AWS4-HMAC-SHA256-EVENTS`. Signature
    /// Version 4A has none.
    Events,
}

/// Of each marker, what it stands for.
const MARKERS: &[(&str, Streaming, Option<Algorithm>)] = &[
    (
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        Streaming::Signed,
        Some(Algorithm::SigV4),
    ),
    (
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        Streaming::SignedTrailer,
        Some(Algorithm::SigV4),
    ),
    (
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        Streaming::UnsignedTrailer,
        None,
    ),
    (
        "STREAMING-AWS4-HMAC-SHA256-EVENTS",
        Streaming::Events,
        Some(Algorithm::SigV4),
    ),
    #[cfg(feature = "v4a")]
    (
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
        Streaming::Signed,
        Some(Algorithm::SigV4a),
    ),
    #[cfg(feature = "v4a")]
    (
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
        Streaming::SignedTrailer,
        Some(Algorithm::SigV4a),
    ),
];

impl Streaming {
    /// What `x-amz-content-sha256` says. `None` for [`Events`](Self::Events) with Signature
    /// Version 4A.
    #[must_use]
    pub fn marker(self, algorithm: Algorithm) -> Option<&'static str> {
        let fits = |of: Option<Algorithm>| of.is_none_or(|of| of == algorithm);
        MARKERS
            .iter()
            .find(|(_, streaming, of)| *streaming == self && fits(*of))
            .map(|(marker, ..)| *marker)
    }

    /// What a value of `x-amz-content-sha256` stands for, and of which algorithm it is; `None` of
    /// both where the signatures of chunks are no part of it.
    #[must_use]
    pub fn parse(marker: &str) -> Option<(Self, Option<Algorithm>)> {
        MARKERS
            .iter()
            .find(|(known, ..)| *known == marker)
            .map(|(_, streaming, of)| (*streaming, *of))
    }

    /// Whether the body is in the content encoding `aws-chunked`.
    #[must_use]
    pub const fn is_chunked(self) -> bool {
        !matches!(self, Self::Events)
    }

    /// Whether each chunk or event has a signature of its own.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        !matches!(self, Self::UnsignedTrailer)
    }

    /// Whether a trailer may follow the chunks.
    #[must_use]
    pub const fn has_trailer(self) -> bool {
        matches!(self, Self::SignedTrailer | Self::UnsignedTrailer)
    }
}
