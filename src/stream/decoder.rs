//! An `aws-chunked` body, read and verified.
//! [Chunked upload](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html),
//! [with a trailer](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html);
//! vectors `test-vectors/streaming` and `streaming-reject`.

mod lines;
mod unchecked;

use crate::request::algorithm::Algorithm;
use crate::request::streaming::Streaming;
use crate::signature::Signature;
use crate::signature::hash::Hasher;
use crate::stream::chain::{ChunkVerifier, VerifyingKey};
#[cfg(feature = "checksum")]
use crate::stream::checksum::{Announced, ChecksumAlgorithm};
use crate::stream::head::{CHECKSUM_PREFIX, ChunkedBody};
use crate::stream::held::hold;
use crate::stream::stream_error::StreamError;
use crate::stream::trailers::Trailers;
use crate::verify::verdict::Verified;
use alloc::vec::Vec;
use core::fmt;

/// How long a signed chunk may be unless told otherwise, as MinIO has it: 16 MiB.
pub(crate) const MAX_CHUNK: u64 = 16 * 1_024 * 1_024;

/// Decodes and verifies one body, in pieces of any length.
///
/// What [`decode`](Self::decode) hands on is good: of signed chunks, their signatures have been
/// verified. But the body is whole only when [`finish`](Self::finish) says so. Of an unsigned body
/// nothing is authenticated but its head; what is left is the checksum of the trailer, which is
/// known at the end (feature `checksum`).
///
/// It holds as much of a signed chunk as has arrived, up to [`with_max_chunk`](Self::with_max_chunk)
/// bytes (and a quarter of the chunk while that grows), and nothing of a chunk that arrives in one
/// piece.
///
/// ```
/// # use sigv4::{Claim, Credentials, Payload, Policy, Request, Signer, Streaming, Timestamp};
/// # use sigv4::stream::{ChunkEncoder, ChunkedBody, DEFAULT_CHUNK_SIZE};
/// # let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "s3");
/// # let now = Timestamp::parse("20130524T000000Z")?;
/// # let body = ChunkedBody::new(Streaming::Signed, 5);
/// # let added = body.headers();
/// # let mut headers: Vec<_> = added.iter().chain([("host", &b"a.s3.amazonaws.com"[..])]).collect();
/// # let unsigned = Request { method: "PUT", target: "/a", headers: &headers.clone(), payload: Payload::Streaming(body.payload) };
/// # let signed = signer.sign(&unsigned, now)?;
/// # headers.extend(signed.headers().map(|(name, value)| (name, value.as_bytes())));
/// # let mut encoder = ChunkEncoder::new(&body, DEFAULT_CHUNK_SIZE, signer.chunk_signer(&signed))?;
/// # let mut encoded = Vec::new();
/// # encoder.encode(b"hello", &mut encoded)?;
/// # encoder.finish(&[], &mut encoded)?;
/// # let request = Request { headers: &headers, payload: Payload::Unsigned, ..unsigned };
/// let mut policy = Policy::new(&["us-east-1"], "s3");
/// policy.streaming = true;
/// let claim = Claim::from_request(&request)?;
/// let key = claim.signing_key("secret");
/// let verified = claim.verify(&key, &request, &policy, now)?; // the head
/// let mut decoder = verified.chunk_decoder(&key).expect("an aws-chunked body");
/// let mut data = Vec::new();
/// for mut piece in encoded.chunks(7) {
///     while !piece.is_empty() {
///         let decoded = decoder.decode(piece)?;
///         data.extend_from_slice(decoded.data);
///         piece = &piece[decoded.consumed..];
///     }
/// }
/// decoder.finish()?;
/// assert_eq!(data, b"hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ChunkDecoder {
    state: State,
    /// None where chunks are not signed, or nobody can say whether they are as they have to be.
    verifier: Option<ChunkVerifier>,
    /// Of signatures that are read and not verified.
    skipped: Option<Algorithm>,
    trailers: Trailers,
    trailer_signed: bool,
    #[cfg(feature = "checksum")]
    checksums: Announced,
    decoded_length: u64,
    max_chunk: u64,
    /// Data of all chunks that have been begun.
    begun: u64,
    /// Which chunk it is in or behind.
    chunk: u64,
    /// How long the chunk before is.
    before: Option<u64>,
    /// How many bytes of the encoded body were read.
    position: u64,
    /// Of a line that is not whole yet.
    line: Vec<u8>,
    /// Of the data of a signed chunk that is not whole yet, or was handed on last.
    held: Vec<u8>,
    handed_on: bool,
    hasher: Hasher,
}

#[derive(Clone, Copy)]
enum State {
    /// In the line of a chunk.
    ChunkLine,
    /// In its data, of which so much is to come.
    Data {
        length: u64,
        rest: u64,
        signature: Option<Signature>,
    },
    /// Behind them: CR, then LF.
    DataEnd {
        length: u64,
        cr: bool,
    },
    /// In a line of the trailer, or in the empty one behind it.
    Trailer {
        signature_seen: bool,
    },
    End,
    Failed(StreamError),
}

/// What [`ChunkDecoder::decode`] made of a piece.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded<'a> {
    /// How many bytes of the piece have been read; the rest has to be given again.
    pub consumed: usize,
    /// Data that are good. Empty where there are none yet; then all of the piece has been read.
    pub data: &'a [u8],
}

/// Without the data.
impl fmt::Debug for Decoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (read, data) = (self.consumed, self.data.len());
        write!(f, "Decoded({read} bytes read, {data} of data)")
    }
}

/// What was made of the next bytes.
enum Step {
    /// So many were read.
    Read(usize),
    /// So many were read, and are data.
    Data(usize),
    /// So many were read, and what is held is data.
    Held(usize),
}

impl Verified<'_> {
    /// Who decodes the body of this request, where it is `aws-chunked`
    /// ([`Policy::streaming`](crate::Policy::streaming)). `key` is the one that it was verified
    /// with.
    pub fn chunk_decoder(&self, key: impl Into<VerifyingKey>) -> Option<ChunkDecoder> {
        let verifier = ChunkVerifier::new(key, self.at, &self.scope, self.signature);
        ChunkDecoder::new(&self.chunked_body?, verifier).ok()
    }
}

impl ChunkDecoder {
    /// Of a body whose head has been verified. The verifier begins with the request's signature.
    ///
    /// # Errors
    /// [`StreamError::WrongPayload`] for an event stream; for trailers that such a body cannot have
    /// [`StreamError::NoTrailerNames`], [`StreamError::UnexpectedTrailerNames`],
    /// [`StreamError::InvalidTrailerName`], [`StreamError::TooManyTrailerNames`].
    pub fn new(body: &ChunkedBody<'_>, verifier: ChunkVerifier) -> Result<Self, StreamError> {
        Self::with(body, Some(verifier), None)
    }

    /// Of a body that is [not signed](Streaming::UnsignedTrailer), without a key: for a request
    /// that is anonymous, or was verified elsewhere.
    ///
    /// # Errors
    /// [`StreamError::WrongPayload`] for every other body; as [`new`](Self::new) for its trailers.
    pub fn unsigned(body: &ChunkedBody<'_>) -> Result<Self, StreamError> {
        Self::with(body, None, None)
    }

    fn with(
        body: &ChunkedBody<'_>,
        verifier: Option<ChunkVerifier>,
        skipped: Option<Algorithm>,
    ) -> Result<Self, StreamError> {
        body.check()?;
        let signed = body.payload.is_signed();
        if signed && verifier.is_none() && skipped.is_none() {
            return Err(StreamError::WrongPayload);
        }
        let unchecked = body.trailer_names().position(is_unchecked_checksum);
        Ok(Self {
            state: match unchecked {
                Some(index) => State::Failed(StreamError::UncheckedChecksum { index }),
                None => State::ChunkLine,
            },
            verifier: verifier.filter(|_| signed),
            skipped,
            trailers: Trailers::announced(body),
            trailer_signed: body.payload == Streaming::SignedTrailer,
            #[cfg(feature = "checksum")]
            checksums: Announced::new(body),
            decoded_length: body.decoded_length,
            max_chunk: MAX_CHUNK,
            begun: 0,
            chunk: 0,
            before: None,
            position: 0,
            line: Vec::new(),
            held: Vec::new(),
            handed_on: false,
            hasher: Hasher::new(),
        })
    }

    /// With another limit to the length of a signed chunk, in bytes. 16 MiB. Chunks that are not
    /// signed are not held, and may have any length.
    #[must_use]
    pub fn with_max_chunk(self, max_chunk: u64) -> Self {
        Self { max_chunk, ..self }
    }

    /// Reads the next piece, up to the first data that are good; call it again with the rest of
    /// the piece.
    ///
    /// # Errors
    /// [`StreamError`], where the body is not what it has to be. Every later call gives the same.
    pub fn decode<'a>(&'a mut self, piece: &'a [u8]) -> Result<Decoded<'a>, StreamError> {
        if core::mem::take(&mut self.handed_on) {
            self.held.clear();
        }
        let mut consumed = 0_usize;
        loop {
            let rest = piece.get(consumed..).unwrap_or_default();
            if rest.is_empty() {
                let data = b"";
                return Ok(Decoded { consumed, data });
            }
            match self.step(rest) {
                Ok(Step::Read(read)) => consumed = consumed.saturating_add(read),
                Ok(Step::Data(read)) => {
                    consumed = consumed.saturating_add(read);
                    let data = rest.get(..read).unwrap_or_default();
                    return Ok(Decoded { consumed, data });
                }
                Ok(Step::Held(read)) => {
                    consumed = consumed.saturating_add(read);
                    self.handed_on = true;
                    let data = &self.held;
                    return Ok(Decoded { consumed, data });
                }
                Err(error) => {
                    self.state = State::Failed(error);
                    self.held = Vec::new();
                    return Err(error);
                }
            }
        }
    }

    /// That the body is whole: its last byte has been read, and everything in it was right, but for
    /// what is [`unchecked`](Self::unchecked).
    ///
    /// # Errors
    /// [`StreamError::Incomplete`], or what [`decode`](Self::decode) said.
    pub fn finish(&self) -> Result<(), StreamError> {
        match self.state {
            State::End => Ok(()),
            State::Failed(error) => Err(error),
            _ => Err(StreamError::Incomplete {
                chunk: self.chunk,
                position: self.position,
            }),
        }
    }

    /// The trailers, name and value, once the body is whole; none before. Those of an unsigned body
    /// are not authenticated.
    pub fn trailers(&self) -> impl Iterator<Item = (&str, &str)> {
        let whole = matches!(self.state, State::End);
        self.trailers.iter().filter(move |_| whole)
    }

    /// How many bytes of the encoded body have been read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// How many chunks with data have been read, up to the last byte behind them.
    #[must_use]
    pub fn chunks(&self) -> u64 {
        self.chunk
    }

    /// What the head says of the length of the data, in bytes.
    #[cfg(feature = "tower")]
    pub(crate) fn decoded_length(&self) -> u64 {
        self.decoded_length
    }

    /// What [`decode`](Self::decode) has handed on of its own memory, to be kept; `None` where that
    /// were the last bytes of what it has read.
    #[cfg(feature = "tower")]
    pub(crate) fn take_handed_on(&mut self) -> Option<Vec<u8>> {
        core::mem::take(&mut self.handed_on).then(|| core::mem::take(&mut self.held))
    }

    fn step(&mut self, next: &[u8]) -> Result<Step, StreamError> {
        match self.state {
            State::ChunkLine | State::Trailer { .. } => self.line(next),
            State::Data {
                length,
                rest,
                signature,
            } => self.data(next, length, rest, signature),
            State::DataEnd { length, cr } => {
                let wanted = if cr { b'\n' } else { b'\r' };
                if next.first() != Some(&wanted) {
                    return Err(self.no_line_break(self.position));
                }
                self.position = self.position.saturating_add(1);
                self.state = if cr {
                    self.chunk = self.chunk.saturating_add(1);
                    self.before = Some(length);
                    State::ChunkLine
                } else {
                    State::DataEnd { length, cr: true }
                };
                Ok(Step::Read(1))
            }
            State::End => Err(StreamError::DataAfterEnd {
                position: self.position,
            }),
            State::Failed(error) => Err(error),
        }
    }

    fn no_line_break(&self, position: u64) -> StreamError {
        let chunk = self.chunk;
        StreamError::MissingLineBreak { chunk, position }
    }

    /// Of a chunk that is not signed, what is there is handed on; of a signed one, all of it, once
    /// it is there and its signature holds.
    fn data(
        &mut self,
        next: &[u8],
        length: u64,
        rest: u64,
        signature: Option<Signature>,
    ) -> Result<Step, StreamError> {
        let read = usize::try_from(rest).map_or(next.len(), |rest| rest.min(next.len()));
        let data = next.get(..read).unwrap_or_default();
        let rest = rest.saturating_sub(read as u64);
        self.position = self.position.saturating_add(read as u64);
        let whole_piece = read as u64 == length;
        let held = self.verifier.is_some() && !whole_piece;
        if self.verifier.is_some() {
            self.hasher.put(data);
        }
        if held {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            hold(&mut self.held, data, length);
        }
        if rest > 0 {
            self.state = State::Data {
                length,
                rest,
                signature,
            };
        } else {
            self.verify(signature)?;
            self.state = State::DataEnd { length, cr: false };
        }
        Ok(match (held, rest) {
            (true, 1..) => Step::Read(read),
            (true, 0) => {
                #[cfg(feature = "checksum")]
                self.checksums.put(&self.held);
                Step::Held(read)
            }
            (false, _) => {
                #[cfg(feature = "checksum")]
                self.checksums.put(data);
                Step::Data(read)
            }
        })
    }

    /// Of the chunk whose data have been hashed.
    fn verify(&mut self, signature: Option<Signature>) -> Result<(), StreamError> {
        let Some(verifier) = &mut self.verifier else {
            return Ok(());
        };
        let sha256 = core::mem::take(&mut self.hasher).finish();
        let holds = signature.is_some_and(|signature| verifier.verify_chunk(&sha256, &signature));
        let chunk = self.chunk;
        holds
            .then_some(())
            .ok_or(StreamError::ChunkSignatureMismatch { chunk })
    }
}

/// Whether a trailer is a checksum that is not computed here.
fn is_unchecked_checksum(name: &str) -> bool {
    #[cfg(feature = "checksum")]
    let computed = ChecksumAlgorithm::of_header(name).is_some();
    #[cfg(not(feature = "checksum"))]
    let computed = false;
    name.starts_with(CHECKSUM_PREFIX) && !computed
}

impl fmt::Debug for ChunkDecoder {
    /// Without data, keys and signatures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkDecoder")
            .field("decoded_length", &self.decoded_length)
            .field("chunk", &self.chunk)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
