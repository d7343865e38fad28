//! An `aws-chunked` body, written.
//! [Chunked upload](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html)

use crate::grammar::text::ascii;
use crate::request::streaming::Streaming;
use crate::signature::hash::{Hasher, sha256};
use crate::stream::chain::ChunkSigner;
use crate::stream::head::{
    CHUNK_SIGNATURE, ChunkedBody, MIN_CHUNK_SIZE, TRAILER_SIGNATURE, wire_length,
};
use crate::stream::stream_error::StreamError;
use crate::stream::trailers::Trailers;
use alloc::vec::Vec;
use core::fmt;

/// 16 digits, `;chunk-signature=`, the longest signature, CR, LF.
const MAX_LINE: usize = 16 + CHUNK_SIGNATURE.len() + 144 + 2;

/// What follows the data of a chunk.
const LINE_BREAK: &[u8] = b"\r\n";

/// What is hashed, and then copied.
const BLOCK: usize = 4_096;

/// Encodes the body of one request.
///
/// Pieces of any length go through [`encode`](Self::encode). Who has whole chunks at hand needs no
/// copy of them: [`next_chunk`](Self::next_chunk) says how long each has to be, and
/// [`chunk_line`](Self::chunk_line) what goes in front of it.
///
/// ```
/// use sigv4::stream::{ChunkEncoder, ChunkedBody, MIN_CHUNK_SIZE};
/// # use sigv4::{Credentials, Payload, Request, Signer, Streaming, Timestamp};
///
/// # let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "s3");
/// let body = ChunkedBody::new(Streaming::Signed, 10_000);
/// # let added = body.headers();
/// # let headers: Vec<_> = added.iter().chain([("host", &b"a.s3.amazonaws.com"[..])]).collect();
/// # let request = Request { method: "PUT", target: "/a", headers: &headers, payload: Payload::Streaming(body.payload) };
/// let signed = signer.sign(&request, Timestamp::parse("20130524T000000Z")?)?;
/// let mut encoder = ChunkEncoder::new(&body, MIN_CHUNK_SIZE, signer.chunk_signer(&signed))?;
/// let (mut out, mut sent) = (Vec::new(), 0);
/// for piece in [0; 10_000].chunks(777) {
///     encoder.encode(piece, &mut out)?;
///     sent += out.len(); // send it
///     out.clear();
/// }
/// encoder.finish(&[], &mut out)?;
/// sent += out.len();
/// let length = body.encoded_length(signer.profile().algorithm, MIN_CHUNK_SIZE, 0);
/// assert_eq!(Some(sent as u64), length);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ChunkEncoder {
    /// None where chunks are not signed.
    signer: Option<ChunkSigner>,
    trailers: Trailers,
    trailer_signed: bool,
    chunk_size: usize,
    decoded_length: u64,
    /// How much of it is not in chunks yet.
    rest: u64,
    /// Of a chunk that is not whole yet.
    collected: Vec<u8>,
    line: [u8; MAX_LINE],
    finished: bool,
}

impl ChunkEncoder {
    /// Of a body whose head has been signed; `signer` is
    /// [`Signer::chunk_signer`](crate::Signer::chunk_signer) of that signature. Chunks have
    /// `chunk_size` bytes, but for the last.
    ///
    /// # Errors
    /// [`StreamError::ChunkSizeTooSmall`] below [`MIN_CHUNK_SIZE`], [`StreamError::WrongPayload`]
    /// for an event stream; for trailers that such a body cannot have
    /// [`StreamError::NoTrailerNames`], [`StreamError::UnexpectedTrailerNames`],
    /// [`StreamError::InvalidTrailerName`], [`StreamError::TooManyTrailerNames`].
    pub fn new(
        body: &ChunkedBody<'_>,
        chunk_size: usize,
        signer: ChunkSigner,
    ) -> Result<Self, StreamError> {
        body.check()?;
        if chunk_size < MIN_CHUNK_SIZE {
            return Err(StreamError::ChunkSizeTooSmall {
                size: chunk_size,
                limit: MIN_CHUNK_SIZE,
            });
        }
        Ok(Self {
            signer: Some(signer).filter(|_| body.payload.is_signed()),
            trailers: Trailers::announced(body),
            trailer_signed: body.payload == Streaming::SignedTrailer,
            chunk_size,
            decoded_length: body.decoded_length,
            rest: body.decoded_length,
            collected: Vec::new(),
            line: [0; MAX_LINE],
            finished: false,
        })
    }

    /// How many bytes the next chunk has; 0 after the last.
    #[must_use]
    pub fn next_chunk(&self) -> usize {
        usize::try_from(self.rest).map_or(self.chunk_size, |rest| rest.min(self.chunk_size))
    }

    /// What goes in front of these data, which are the next chunk as a whole; CR and LF go behind
    /// them. The chunk counts as written.
    ///
    /// # Errors
    /// [`StreamError::WrongChunkLength`] unless they are as long as
    /// [`next_chunk`](Self::next_chunk) says, and that is not 0. Nothing is written then.
    pub fn chunk_line(&mut self, data: &[u8]) -> Result<&[u8], StreamError> {
        let expected = self.next_chunk();
        if data.len() != expected || data.is_empty() || !self.collected.is_empty() {
            let length = data.len();
            return Err(StreamError::WrongChunkLength { length, expected });
        }
        self.rest = self.rest.saturating_sub(data.len() as u64);
        let sha256 = self.signer.as_ref().map(|_| sha256(data));
        Ok(self.write_line(data.len(), sha256))
    }

    /// Appends to `out` what the next piece of the data gives: the chunks that it completes. What
    /// is left of it is kept, less than a chunk. Empty `out` between two calls rather than making
    /// a new one, and no memory is asked for after the first chunks.
    ///
    /// # Errors
    /// [`StreamError::TooMuchData`] if it is more than the head says. Nothing is written then.
    pub fn encode(&mut self, mut piece: &[u8], out: &mut Vec<u8>) -> Result<(), StreamError> {
        let open = self.rest.saturating_sub(self.collected.len() as u64);
        if piece.len() as u64 > open {
            let limit = self.decoded_length;
            return Err(StreamError::TooMuchData { limit });
        }
        while !piece.is_empty() {
            let missing = self.next_chunk().saturating_sub(self.collected.len());
            let Some((front, tail)) = piece.split_at_checked(missing) else {
                // All that the chunk is going to have: its size is the caller's own choice.
                let next = self.next_chunk();
                self.collected
                    .reserve_exact(next.saturating_sub(self.collected.len()));
                self.collected.extend_from_slice(piece);
                break;
            };
            piece = tail;
            if self.collected.is_empty() {
                self.write_chunk(front, out);
            } else {
                let mut whole = core::mem::take(&mut self.collected);
                whole.extend_from_slice(front);
                self.write_chunk(&whole, out);
                whole.clear();
                self.collected = whole;
            }
        }
        Ok(())
    }

    /// Appends the end of the body: the empty chunk and the trailers, which are those that the head
    /// announces, in any order.
    ///
    /// # Errors
    /// [`StreamError::DataMissing`] if there were fewer data than the head says,
    /// [`StreamError::WrongTrailers`], [`StreamError::InvalidTrailerValue`],
    /// [`StreamError::AlreadyFinished`]. Nothing is written then.
    pub fn finish(
        &mut self,
        trailers: &[(&str, &str)],
        out: &mut Vec<u8>,
    ) -> Result<(), StreamError> {
        if self.rest > 0 {
            let collected = self.collected.len() as u64;
            return Err(StreamError::DataMissing {
                length: self
                    .decoded_length
                    .saturating_sub(self.rest)
                    .saturating_add(collected),
                expected: self.decoded_length,
            });
        }
        if self.finished {
            return Err(StreamError::AlreadyFinished);
        }
        if trailers.len() != self.trailers.count() {
            return Err(StreamError::WrongTrailers);
        }
        for (index, (_, value)) in trailers.iter().enumerate() {
            if value.is_empty() || value.bytes().any(|byte| !byte.is_ascii_graphic()) {
                return Err(StreamError::InvalidTrailerValue { index });
            }
        }
        if !trailers
            .iter()
            .all(|(name, value)| self.trailers.set(name, value))
        {
            self.trailers.clear();
            return Err(StreamError::WrongTrailers);
        }
        self.finished = true;
        let sha256 = self.signer.as_ref().map(|_| sha256(b""));
        out.extend_from_slice(self.write_line(0, sha256));
        for (name, value) in trailers {
            for part in [*name, ":", value, "\r\n"] {
                out.extend_from_slice(part.as_bytes());
            }
        }
        if let Some(signer) = self.signer.as_mut().filter(|_| self.trailer_signed) {
            let signature = signer.sign_trailer(&self.trailers.sha256());
            out.extend_from_slice(TRAILER_SIGNATURE.as_bytes());
            out.push(b':');
            let end = out.len().saturating_add(wire_length(signer.algorithm()));
            signature.write(&mut |digits| out.extend_from_slice(digits.as_bytes()));
            out.resize(end, b'*');
            out.extend_from_slice(LINE_BREAK);
        }
        out.extend_from_slice(LINE_BREAK);
        Ok(())
    }

    /// Hashes and copies a block at a time, while it is in the nearest cache; the line in front of
    /// them is known behind the last.
    fn write_chunk(&mut self, data: &[u8], out: &mut Vec<u8>) {
        self.rest = self.rest.saturating_sub(data.len() as u64);
        let begin = out.len();
        let line = self.line_length(data.len());
        let rest = data.len().saturating_add(LINE_BREAK.len());
        out.reserve(line.saturating_add(rest));
        out.resize(begin.saturating_add(line), 0);
        let sha256 = self.signer.as_ref().map(|_| {
            let mut hasher = Hasher::new();
            for block in data.chunks(BLOCK) {
                hasher.put(block);
                out.extend_from_slice(block);
            }
            hasher.finish()
        });
        if sha256.is_none() {
            out.extend_from_slice(data);
        }
        let line = self.write_line(data.len(), sha256);
        for (slot, byte) in out.iter_mut().skip(begin).zip(line) {
            *slot = *byte;
        }
        out.extend_from_slice(LINE_BREAK);
    }

    fn line_length(&self, length: usize) -> usize {
        let signature = self.signer.as_ref().map_or(0, |signer| {
            CHUNK_SIGNATURE
                .len()
                .saturating_add(wire_length(signer.algorithm()))
        });
        hexadecimal(length, &mut [0; 16])
            .len()
            .saturating_add(signature)
            .saturating_add(LINE_BREAK.len())
    }

    /// Length, signature, CR and LF; where chunks are signed, of data of that hash.
    fn write_line(&mut self, length: usize, sha256: Option<[u8; 32]>) -> &[u8] {
        let mut writer = Writer {
            line: &mut self.line,
            length: 0,
        };
        let mut digits = [0; 16];
        writer.put(hexadecimal(length, &mut digits));
        if let Some((signer, sha256)) = self.signer.as_mut().zip(sha256) {
            let signature = signer.sign_chunk(&sha256);
            writer.put(CHUNK_SIGNATURE);
            let end = writer
                .length
                .saturating_add(wire_length(signer.algorithm()));
            signature.write(&mut |digits| writer.put(digits));
            while writer.length < end {
                writer.put("*");
            }
        }
        writer.put("\r\n");
        let length = writer.length;
        self.line.get(..length).unwrap_or_default()
    }
}

/// A line that has room for all that is put into it.
struct Writer<'a> {
    line: &'a mut [u8; MAX_LINE],
    length: usize,
}

impl Writer<'_> {
    fn put(&mut self, text: &str) {
        let free = self.line.get_mut(self.length..).unwrap_or_default();
        for (slot, byte) in free.iter_mut().zip(text.bytes()) {
            *slot = byte;
        }
        self.length = self.length.saturating_add(text.len()).min(MAX_LINE);
    }
}

/// In lower case, without zeros in front, as botocore and the S3 API reference write it.
fn hexadecimal(mut number: usize, digits: &mut [u8; 16]) -> &str {
    let mut start = digits.len();
    for slot in digits.iter_mut().rev() {
        // Below 16.
        let digit = char::from_digit(u32::try_from(number % 16).unwrap_or_default(), 16);
        *slot = digit.map_or(b'0', |digit| u8::try_from(digit).unwrap_or(b'0'));
        number /= 16;
        start = start.saturating_sub(1);
        if number == 0 {
            break;
        }
    }
    ascii(digits.get(start..).unwrap_or_default())
}

impl fmt::Debug for ChunkEncoder {
    /// Without data, keys and signatures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkEncoder")
            .field("chunk_size", &self.chunk_size)
            .field("decoded_length", &self.decoded_length)
            .field("rest", &self.rest)
            .finish_non_exhaustive()
    }
}
