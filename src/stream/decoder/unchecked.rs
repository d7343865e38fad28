//! What a decoder is told to leave to others: checksums that it does not compute, and signatures.

use super::{ChunkDecoder, State, is_unchecked_checksum};
#[cfg(feature = "proxy")]
use crate::request::algorithm::Algorithm;
#[cfg(feature = "proxy")]
use crate::stream::head::ChunkedBody;
use crate::stream::stream_error::StreamError;

impl ChunkDecoder {
    /// Of a body whose signatures are not verified, for who takes it from anybody: they have to be
    /// there, and may be any.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    #[cfg(feature = "proxy")]
    pub(crate) fn unverified(
        body: &ChunkedBody<'_>,
        algorithm: Algorithm,
    ) -> Result<Self, StreamError> {
        let skipped = body.payload.is_signed().then_some(algorithm);
        Self::with(body, None, skipped)
    }

    /// Takes a body whose trailer announces a checksum that is not computed here (MD5 and XXHASH;
    /// without feature `checksum`, every one), which is refused otherwise
    /// ([`StreamError::UncheckedChecksum`]). It is for the caller to compare:
    /// [`unchecked`](Self::unchecked).
    #[must_use]
    pub fn with_unchecked_checksums(self) -> Self {
        match self.state {
            State::Failed(StreamError::UncheckedChecksum { .. }) => Self {
                state: State::ChunkLine,
                ..self
            },
            _ => self,
        }
    }

    /// The trailers with a checksum that was not compared, name and value, once the body is whole:
    /// none but [where that is allowed](Self::with_unchecked_checksums).
    pub fn unchecked(&self) -> impl Iterator<Item = (&str, &str)> {
        self.trailers()
            .filter(|(name, _)| is_unchecked_checksum(name))
    }
}
