//! The lines between the data: of chunks, and of the trailer.

use super::{ChunkDecoder, State, Step};
use crate::stream::chain::ChunkVerifier;
use crate::stream::head::{MIN_CHUNK_SIZE, TRAILER_SIGNATURE};
use crate::stream::line::{ChunkLine, signature, trailer};
use crate::stream::stream_error::StreamError;

/// How long a line may be, CR and LF left out. Public servers take 1,024 or 4,096 bytes.
const MAX_LINE: usize = 1_024;

impl ChunkDecoder {
    /// Collects a line up to its CR LF, and reads it when it is there.
    pub(super) fn line(&mut self, next: &[u8]) -> Result<Step, StreamError> {
        let begin = self.position.saturating_sub(self.line.len() as u64);
        let end = next.iter().position(|byte| *byte == b'\n');
        let read = end.map_or(next.len(), |end| end.saturating_add(1));
        let length = self.line.len().saturating_add(read);
        let limit = MAX_LINE;
        // Without its end, it has room for CR.
        if length > limit.saturating_add(if end.is_some() { 2 } else { 1 }) {
            return Err(StreamError::LineTooLong {
                chunk: self.chunk,
                position: begin,
                limit,
            });
        }
        self.line
            .extend_from_slice(next.get(..read).unwrap_or_default());
        self.position = self.position.saturating_add(read as u64);
        if end.is_some() {
            let mut line = core::mem::take(&mut self.line);
            let text = line
                .strip_suffix(b"\r\n")
                .ok_or(self.no_line_break(self.position.saturating_sub(1)))?;
            match self.state {
                State::Trailer { signature_seen } => self.trailer(text, begin, signature_seen)?,
                _ => self.chunk_line(text, begin)?,
            }
            line.clear();
            self.line = line;
        }
        Ok(Step::Read(read))
    }

    /// The length of a chunk and its signature; of the empty one, what is known with it.
    fn chunk_line(&mut self, text: &[u8], begin: u64) -> Result<(), StreamError> {
        let chunk = self.chunk;
        let algorithm = self.verifier.as_ref().map(ChunkVerifier::algorithm);
        let algorithm = algorithm.or(self.skipped);
        let ChunkLine { length, signature } = ChunkLine::parse(text, algorithm, chunk, begin)?;
        let expected = self.decoded_length;
        if length > expected.saturating_sub(self.begun) {
            return Err(StreamError::DecodedLengthExceeded { chunk, expected });
        }
        if length > 0 {
            let limit = MIN_CHUNK_SIZE as u64;
            if let Some(before) = self.before.filter(|before| *before < limit) {
                return Err(StreamError::ChunkTooSmall {
                    chunk: chunk.saturating_sub(1),
                    length: before,
                    limit,
                });
            }
            if self.verifier.is_some() && length > self.max_chunk {
                return Err(StreamError::ChunkTooLarge {
                    chunk,
                    length,
                    limit: self.max_chunk,
                });
            }
            self.begun = self.begun.saturating_add(length);
            self.state = State::Data {
                length,
                rest: length,
                signature,
            };
            return Ok(());
        }
        self.verify(signature)?;
        if self.begun < expected {
            return Err(StreamError::DecodedLengthDiffers {
                length: self.begun,
                expected,
            });
        }
        self.state = State::Trailer {
            signature_seen: false,
        };
        Ok(())
    }

    /// Behind the empty chunk: exactly the trailers that are announced, each once, then their
    /// signature where they are signed, then an empty line.
    fn trailer(
        &mut self,
        text: &[u8],
        position: u64,
        signature_seen: bool,
    ) -> Result<(), StreamError> {
        let unexpected = StreamError::UnexpectedTrailer { position };
        let missing = self.trailers.missing();
        let all_there = missing.map_or(Ok(()), |index| Err(StreamError::MissingTrailer { index }));
        if text.is_empty() {
            all_there?;
            if self.trailer_signed && !signature_seen {
                return Err(StreamError::MalformedTrailerSignature { position });
            }
            #[cfg(feature = "checksum")]
            self.checksums.check(&self.trailers)?;
            self.state = State::End;
            return Ok(());
        }
        let (name, value) = trailer(text).ok_or(StreamError::MalformedTrailer { position })?;
        if signature_seen {
            return Err(unexpected);
        }
        if name != TRAILER_SIGNATURE {
            return self
                .trailers
                .set(name, value)
                .then_some(())
                .ok_or(unexpected);
        }
        let algorithm = self.verifier.as_ref().map(ChunkVerifier::algorithm);
        let algorithm = algorithm.or(self.skipped);
        let algorithm = algorithm
            .filter(|_| self.trailer_signed)
            .ok_or(unexpected)?;
        all_there?;
        let signature = signature(value, algorithm)
            .ok_or(StreamError::MalformedTrailerSignature { position })?;
        if let Some(verifier) = &mut self.verifier
            && !verifier.verify_trailer(&self.trailers.sha256(), &signature)
        {
            return Err(StreamError::TrailerSignatureMismatch);
        }
        self.state = State::Trailer {
            signature_seen: true,
        };
        Ok(())
    }
}
