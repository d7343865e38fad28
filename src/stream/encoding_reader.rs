//! An `aws-chunked` body as something to read from, for HTTP clients that send what they read.

use crate::stream::chain::ChunkSigner;
use crate::stream::computed_trailers::ComputedTrailers;
use crate::stream::encoder::ChunkEncoder;
use crate::stream::head::ChunkedBody;
use crate::stream::stream_error::StreamError;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use std::io::{ErrorKind, Read, Result};

const LINE_BREAK: &[u8] = b"\r\n";

/// Gives the encoded body of what it reads from another reader.
///
/// The checksums that the head announces as trailers are computed on the way (feature
/// `checksum`). The other reader has to give exactly as many bytes as the head says, and is read
/// to its end to be sure of it: with fewer or more, or an error of its own, the body stays
/// without its end, which whoever reads it refuses.
///
/// It keeps one chunk in memory, and asks for no more after the first.
///
/// ```
/// use sigv4::stream::{ChunkedBody, DEFAULT_CHUNK_SIZE, EncodingReader};
/// # use sigv4::{Credentials, Payload, Request, Signer, Streaming, Timestamp};
/// use std::io::Read;
///
/// # let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "s3");
/// let file = &b"hello"[..]; // or a `File`
/// let body = ChunkedBody::new(Streaming::Signed, 5);
/// # let added = body.headers();
/// # let headers: Vec<_> = added.iter().chain([("host", &b"a.s3.amazonaws.com"[..])]).collect();
/// # let request = Request { method: "PUT", target: "/a", headers: &headers, payload: Payload::Streaming(body.payload) };
/// let signed = signer.sign(&request, Timestamp::parse("20130524T000000Z")?)?;
/// let signer = signer.chunk_signer(&signed);
/// let mut reader = EncodingReader::new(file, &body, DEFAULT_CHUNK_SIZE, signer)?;
/// let length = reader.encoded_length(); // `content-length`
/// let mut sent = Vec::new();
/// reader.read_to_end(&mut sent)?;
/// assert!(sent.starts_with(b"5;chunk-signature="));
/// assert_eq!(Some(sent.len() as u64), length);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct EncodingReader<R> {
    inner: R,
    encoder: ChunkEncoder,
    trailers: ComputedTrailers,
    encoded_length: Option<u64>,
    decoded_length: u64,
    /// How many bytes have been read from `inner`.
    taken: u64,
    /// What goes in front of the chunk, or the end of the body.
    front: Vec<u8>,
    chunk: Vec<u8>,
    /// How much of the chunk is there.
    filled: usize,
    /// How much of front, chunk and line break has been given out.
    given: usize,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    Collecting,
    Giving,
    GivingEnd,
    Ended,
    Failed(StreamError),
}

impl<R: Read> EncodingReader<R> {
    /// Of a body whose head has been signed; `signer` is
    /// [`Signer::chunk_signer`](crate::Signer::chunk_signer) of that signature.
    ///
    /// # Errors
    /// What [`ChunkEncoder::new`] says; [`StreamError::WrongTrailers`] where a trailer is no
    /// checksum that this build computes.
    pub fn new(
        inner: R,
        body: &ChunkedBody<'_>,
        chunk_size: usize,
        signer: ChunkSigner,
    ) -> core::result::Result<Self, StreamError> {
        let algorithm = signer.algorithm();
        let encoder = ChunkEncoder::new(body, chunk_size, signer)?;
        let trailers = ComputedTrailers::of(body)?;
        Ok(Self {
            inner,
            encoded_length: body.encoded_length(algorithm, chunk_size, trailers.encoded_length()),
            chunk: vec![0; encoder.next_chunk()],
            encoder,
            trailers,
            decoded_length: body.decoded_length,
            taken: 0,
            front: Vec::new(),
            filled: 0,
            given: 0,
            state: State::Collecting,
        })
    }

    /// The length of the encoded body, in bytes: what `content-length` says. `None` where it is
    /// 2⁶⁴ or more.
    #[must_use]
    pub fn encoded_length(&self) -> Option<u64> {
        self.encoded_length
    }

    /// The other reader, wherever it is.
    pub fn into_inner(self) -> R {
        self.inner
    }

    /// Reads a chunk as a whole, or sees that there is nothing behind the last.
    fn collect(&mut self) -> Result<()> {
        let wanted = self.encoder.next_chunk();
        if wanted == 0 {
            if self.take(&mut [0])? > 0 {
                let limit = self.decoded_length;
                return Err(self.fail(StreamError::TooMuchData { limit }));
            }
            self.front.clear();
            let ended = self.trailers.finish(&mut self.encoder, &mut self.front);
            ended.map_err(|error| self.fail(error))?;
            self.state = State::GivingEnd;
            return Ok(());
        }
        while self.filled < wanted {
            let mut chunk = core::mem::take(&mut self.chunk);
            let space = chunk.get_mut(self.filled..wanted).unwrap_or_default();
            let read = self.take(space);
            self.chunk = chunk;
            match read? {
                0 => {
                    let (length, expected) = (self.taken, self.decoded_length);
                    return Err(self.fail(StreamError::DataMissing { length, expected }));
                }
                read => self.filled = self.filled.saturating_add(read),
            }
        }
        let data = self.chunk.get(..wanted).unwrap_or_default();
        self.trailers.put(data);
        self.front.clear();
        match self.encoder.chunk_line(data) {
            Ok(line) => self.front.extend_from_slice(line),
            Err(error) => return Err(self.fail(error)),
        }
        self.state = State::Giving;
        Ok(())
    }

    fn take(&mut self, space: &mut [u8]) -> Result<usize> {
        loop {
            match self.inner.read(space) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(read) => {
                    let read = read.min(space.len());
                    self.taken = self.taken.saturating_add(read as u64);
                    return Ok(read);
                }
            }
        }
    }

    fn fail(&mut self, error: StreamError) -> std::io::Error {
        self.state = State::Failed(error);
        error.into()
    }

    /// As much as there is room for; nothing once all has been given out.
    fn give(&mut self, mut space: &mut [u8]) -> usize {
        let line_break = match self.state {
            State::Giving => LINE_BREAK,
            _ => b"",
        };
        let data = self.chunk.get(..self.filled).unwrap_or_default();
        let mut before = self.given;
        let mut copied = 0_usize;
        for part in [self.front.as_slice(), data, line_break] {
            let rest = part.get(before..).unwrap_or_default();
            before = before.saturating_sub(part.len());
            let length = rest.len().min(space.len());
            let (front, tail) = space.split_at_mut(length);
            front.copy_from_slice(rest.get(..length).unwrap_or_default());
            space = tail;
            copied = copied.saturating_add(length);
        }
        self.given = self.given.saturating_add(copied);
        copied
    }
}

impl<R: Read> Read for EncodingReader<R> {
    /// # Errors
    /// Those of the other reader, after which it can go on where it was; and, with a
    /// [`StreamError`] inside, [`StreamError::DataMissing`] and [`StreamError::TooMuchData`],
    /// which every later call says again.
    fn read(&mut self, space: &mut [u8]) -> Result<usize> {
        if space.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state {
                State::Collecting => self.collect()?,
                State::Giving | State::GivingEnd => {
                    let copied = self.give(space);
                    if copied > 0 {
                        return Ok(copied);
                    }
                    (self.given, self.filled) = (0, 0);
                    self.state = match self.state {
                        State::Giving => State::Collecting,
                        _ => State::Ended,
                    };
                }
                State::Ended => return Ok(0),
                State::Failed(error) => return Err(error.into()),
            }
        }
    }
}

impl<R> fmt::Debug for EncodingReader<R> {
    /// Without data, keys and signatures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodingReader")
            .field("encoder", &self.encoder)
            .finish_non_exhaustive()
    }
}
