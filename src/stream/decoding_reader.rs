//! The data of an `aws-chunked` body as something to read from.

use crate::stream::decoder::ChunkDecoder;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use std::io::{ErrorKind, Read, Result};

/// How much of the encoded body is read at a time.
const INPUT: usize = 64 * 1_024;

/// Gives the verified data of an encoded body that it reads from another reader.
///
/// What it gives is good, as [`ChunkDecoder::decode`] has it. It says that there is no more (`0`)
/// only when the body is whole, and its last signature and its checksum have held: who stops
/// reading before that, for example since all bytes of a known length are there, does not know it.
/// The other reader has to end where the body does.
///
/// It holds what the decoder holds, and the data of one chunk.
///
/// ```
/// use sigv4::stream::{ChunkDecoder, ChunkedBody, DecodingReader, StreamError};
/// use sigv4::Streaming;
/// use std::io::Read;
///
/// let body = ChunkedBody::new(Streaming::UnsignedTrailer, 5);
/// let read = |encoded: &[u8]| {
///     let decoder = ChunkDecoder::unsigned(&body).unwrap();
///     let mut data = String::new();
///     DecodingReader::new(encoded, decoder).read_to_string(&mut data).map(|_| data)
/// };
/// assert_eq!(read(b"5\r\nhello\r\n0\r\n\r\n")?, "hello");
///
/// let error = read(b"5\r\nhello\r\n0\r\n").unwrap_err();
/// let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<StreamError>());
/// assert_eq!(inner, Some(&StreamError::Incomplete { chunk: 1, position: 13 }));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct DecodingReader<R> {
    inner: R,
    decoder: ChunkDecoder,
    input: Vec<u8>,
    /// Of `input`, what has not been decoded yet.
    start: usize,
    end: usize,
    /// Data that there was no room for.
    ready: Vec<u8>,
    given: usize,
}

impl<R: Read> DecodingReader<R> {
    /// Of a body whose head has been verified: see
    /// [`Verified::chunk_decoder`](crate::Verified::chunk_decoder).
    pub fn new(inner: R, decoder: ChunkDecoder) -> Self {
        Self {
            inner,
            decoder,
            input: vec![0; INPUT],
            start: 0,
            end: 0,
            ready: Vec::new(),
            given: 0,
        }
    }

    /// What it decodes with: how far it is, and, at the end, the trailers.
    pub fn decoder(&self) -> &ChunkDecoder {
        &self.decoder
    }

    /// The other reader, wherever it is.
    pub fn into_inner(self) -> R {
        self.inner
    }
}

impl<R: Read> Read for DecodingReader<R> {
    /// # Errors
    /// Those of the other reader, after which it can go on where it was; and, with a
    /// [`StreamError`](crate::stream::StreamError) inside, what is wrong with the body, which
    /// every later call says again: but that it was
    /// [cut](crate::stream::StreamError::Incomplete), if the other reader has more by then.
    fn read(&mut self, space: &mut [u8]) -> Result<usize> {
        if space.is_empty() {
            return Ok(0);
        }
        loop {
            let ready = self.ready.get(self.given..).unwrap_or_default();
            let length = ready.len().min(space.len());
            if let (Some(data), Some(space)) = (ready.get(..length), space.get_mut(..length))
                && length > 0
            {
                space.copy_from_slice(data);
                self.given = self.given.saturating_add(length);
                return Ok(length);
            }
            self.ready.clear();
            self.given = 0;
            if self.start == self.end {
                (self.start, self.end) = (0, 0);
                self.end = match self.inner.read(&mut self.input) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    read => read?.min(self.input.len()),
                };
                if self.end == 0 {
                    self.decoder.finish()?;
                    return Ok(0);
                }
            }
            let piece = self.input.get(self.start..self.end).unwrap_or_default();
            let decoded = self.decoder.decode(piece)?;
            self.start = self.start.saturating_add(decoded.consumed);
            let length = decoded.data.len().min(space.len());
            let (now, later) = decoded.data.split_at(length);
            self.ready.extend_from_slice(later);
            if let Some(space) = space.get_mut(..length).filter(|space| !space.is_empty()) {
                space.copy_from_slice(now);
                return Ok(length);
            }
        }
    }
}

impl<R> fmt::Debug for DecodingReader<R> {
    /// Without data, keys and signatures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodingReader")
            .field("decoder", &self.decoder)
            .finish_non_exhaustive()
    }
}
