//! Trailers whose values come of the data that they follow.

#[cfg(feature = "checksum")]
use crate::stream::checksum::{Checksum, ChecksumAlgorithm};
use crate::stream::encoder::ChunkEncoder;
use crate::stream::head::ChunkedBody;
use crate::stream::stream_error::StreamError;
use alloc::vec::Vec;

/// The checksums that a head announces, computed while its body goes by.
pub(crate) struct ComputedTrailers {
    #[cfg(feature = "checksum")]
    checksums: Vec<Checksum>,
}

impl ComputedTrailers {
    /// [`StreamError::WrongTrailers`] where the head announces one that is no checksum, or none
    /// that can be computed here.
    #[cfg(feature = "checksum")]
    pub(crate) fn of(body: &ChunkedBody<'_>) -> Result<Self, StreamError> {
        let checksum = |name| ChecksumAlgorithm::of_header(name).map(Checksum::new);
        let checksums = body.trailer_names().map(checksum).collect::<Option<_>>();
        let checksums = checksums.ok_or(StreamError::WrongTrailers)?;
        Ok(Self { checksums })
    }

    #[cfg(not(feature = "checksum"))]
    pub(crate) fn of(body: &ChunkedBody<'_>) -> Result<Self, StreamError> {
        match body.trailer_names().next() {
            None => Ok(Self {}),
            Some(_) => Err(StreamError::WrongTrailers),
        }
    }

    /// How long all values are together.
    #[cfg_attr(not(feature = "checksum"), allow(clippy::unused_self))]
    pub(crate) fn encoded_length(&self) -> usize {
        #[cfg(feature = "checksum")]
        let checksums = self.checksums.iter();
        #[cfg(feature = "checksum")]
        let length = checksums
            .map(|checksum| checksum.algorithm().encoded_length())
            .sum();
        #[cfg(not(feature = "checksum"))]
        let length = 0;
        length
    }

    #[cfg_attr(
        not(feature = "checksum"),
        allow(unused_variables, clippy::unused_self)
    )]
    pub(crate) fn put(&mut self, data: &[u8]) {
        #[cfg(feature = "checksum")]
        for checksum in &mut self.checksums {
            checksum.put(data);
        }
    }

    /// Ends the body with them.
    #[cfg_attr(not(feature = "checksum"), allow(clippy::unused_self))]
    pub(crate) fn finish(
        &mut self,
        encoder: &mut ChunkEncoder,
        out: &mut Vec<u8>,
    ) -> Result<(), StreamError> {
        #[cfg(feature = "checksum")]
        {
            let values: Vec<_> = self
                .checksums
                .iter()
                .map(|checksum| (checksum.algorithm().header(), checksum.clone().finish()))
                .collect();
            let trailers: Vec<_> = values
                .iter()
                .map(|(name, value)| (*name, &**value))
                .collect();
            encoder.finish(&trailers, out)
        }
        #[cfg(not(feature = "checksum"))]
        encoder.finish(&[], out)
    }
}
