//! A body that is encoded as `aws-chunked` while it is sent.

use crate::adapter::tower::BoxError;
use crate::stream::computed_trailers::ComputedTrailers;
use crate::stream::{ChunkEncoder, ChunkSigner, ChunkedBody, StreamError};
use alloc::boxed::Box;
use alloc::vec::Vec;
use bytes::{Buf, Bytes, BytesMut};
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use http_body::{Body, Frame, SizeHint};

const LINE_BREAK: &[u8] = b"\r\n";

/// Another body in the content encoding `aws-chunked`: what [`SignLayer`](crate::tower::SignLayer)
/// sends where it is told [`chunked`](crate::tower::SignLayer::chunked). Alone it is for those who
/// sign a head themselves.
///
/// - Checksums that the head announces as trailers are computed on the way (feature `checksum`).
/// - The other body has to have exactly as many bytes as the head says. With more or fewer the
///   error is a [`StreamError`] in a [`BoxError`], and the body stays without its end, which
///   whoever reads it refuses.
/// - Its length is known ([`size_hint`](Body::size_hint)). One chunk is held, and none that
///   arrives in one piece. Its frames are chunks, and what stands between two chunks.
/// - Trailers of HTTP are dropped, as no signature covers them.
///
/// ```
/// use http_body::Body;
/// use http_body_util::Full;
/// use sigv4::stream::{ChunkSigner, ChunkedBody, DEFAULT_CHUNK_SIZE};
/// use sigv4::tower::EncodedBody;
/// use sigv4::{Credentials, Payload, Scope, Signer, SigningKey, Streaming, Timestamp};
///
/// let body = ChunkedBody::new(Streaming::Signed, 5);
/// let mut request = http::Request::put("https://examplebucket.s3.amazonaws.com/hello.txt");
/// for (name, value) in body.headers().iter() {
///     request = request.header(name, value);
/// }
/// let mut request = request.body(Full::<bytes::Bytes>::from("hello"))?;
/// let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "s3");
/// let at = Timestamp::parse("20130524T000000Z")?;
/// let payload = Payload::Streaming(body.payload);
/// let seed = signer.sign_http_selected(&mut request, payload, at, sigv4::is_safe_to_sign)?;
///
/// let scope = Scope::new(&at, "us-east-1", "s3")?;
/// let chunks = ChunkSigner::new(SigningKey::derive("secret", &scope), at, &scope, seed);
/// let (head, inner) = request.into_parts();
/// let encoded = EncodedBody::new(inner, &body, DEFAULT_CHUNK_SIZE, chunks)?;
/// assert_eq!(encoded.size_hint().exact(), Some(177)); // `content-length`
/// let request = http::Request::from_parts(head, encoded);
/// # let _ = request;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct EncodedBody<B> {
    inner: Pin<Box<B>>,
    encoder: ChunkEncoder,
    trailers: ComputedTrailers,
    /// Of the last frame, what is in no chunk yet.
    piece: Bytes,
    /// A chunk that is not whole yet.
    begun: BytesMut,
    /// A chunk whose line has been handed on.
    chunk: Option<Bytes>,
    /// What is due behind the chunk that has been handed on, if any.
    line_break: &'static [u8],
    decoded_length: u64,
    /// How many bytes of data have come.
    taken: u64,
    /// How many encoded bytes have not been handed on.
    rest: u64,
    ended: bool,
}

impl<B> EncodedBody<B> {
    /// Of a body whose head has been signed; `signer` begins with that signature. Chunks have
    /// `chunk_size` bytes, but for the last.
    ///
    /// # Errors
    /// What [`ChunkEncoder::new`] says; [`StreamError::WrongTrailers`] where a trailer is no
    /// checksum that this build computes.
    pub fn new(
        inner: B,
        head: &ChunkedBody<'_>,
        chunk_size: usize,
        signer: ChunkSigner,
    ) -> Result<Self, StreamError> {
        let algorithm = signer.algorithm();
        let encoder = ChunkEncoder::new(head, chunk_size, signer)?;
        let trailers = ComputedTrailers::of(head)?;
        let length = head.encoded_length(algorithm, chunk_size, trailers.encoded_length());
        Ok(Self {
            inner: Box::pin(inner),
            encoder,
            trailers,
            piece: Bytes::new(),
            begun: BytesMut::new(),
            chunk: None,
            line_break: b"",
            decoded_length: head.decoded_length,
            taken: 0,
            // Nobody ever comes to the end of one that is longer.
            rest: length.unwrap_or(u64::MAX),
            ended: false,
        })
    }

    /// The next chunk, once it is there as a whole. It is copied where it came in several frames.
    fn next_chunk(&mut self) -> Result<Option<Bytes>, StreamError> {
        if self.piece.is_empty() {
            return Ok(None);
        }
        let length = self.encoder.next_chunk();
        if length == 0 {
            let limit = self.decoded_length;
            return Err(StreamError::TooMuchData { limit });
        }
        let missing = length.saturating_sub(self.begun.len());
        let whole = self.piece.len() >= missing;
        let front = self.piece.split_to(missing.min(self.piece.len()));
        if whole && self.begun.is_empty() {
            return Ok(Some(front));
        }
        if self.begun.is_empty() {
            // Where earlier chunks are gone, their memory is used again.
            self.begun.reserve(length);
        }
        self.begun.extend_from_slice(&front);
        Ok(whole.then(|| self.begun.split().freeze()))
    }

    /// What stands in front of a chunk: the line break of the one before, and its own line.
    fn front(&mut self, chunk: &[u8]) -> Result<Bytes, StreamError> {
        self.trailers.put(chunk);
        let line = self.encoder.chunk_line(chunk)?;
        Ok([self.line_break, line].concat().into())
    }

    fn end(&mut self) -> Result<Bytes, StreamError> {
        let (length, expected) = (self.taken, self.decoded_length);
        if length < expected {
            return Err(StreamError::DataMissing { length, expected });
        }
        let mut out = Vec::from(self.line_break);
        self.trailers.finish(&mut self.encoder, &mut out)?;
        Ok(out.into())
    }

    fn hand_on(&mut self, bytes: Bytes) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.rest = self.rest.saturating_sub(bytes.len() as u64);
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn fail(&mut self, error: impl Into<BoxError>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.ended = true;
        Poll::Ready(Some(Err(error.into())))
    }
}

impl<B> Body for EncodedBody<B>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(chunk) = self.chunk.take() {
            self.line_break = LINE_BREAK;
            return self.hand_on(chunk);
        }
        if self.ended {
            return Poll::Ready(None);
        }
        loop {
            match self.next_chunk() {
                Ok(None) => {}
                Ok(Some(chunk)) => {
                    return match self.front(&chunk) {
                        Ok(front) => {
                            self.chunk = Some(chunk);
                            self.hand_on(front)
                        }
                        Err(error) => self.fail(error),
                    };
                }
                Err(error) => return self.fail(error),
            }
            if !self.piece.is_empty() {
                continue;
            }
            match ready!(self.inner.as_mut().poll_frame(context)) {
                Some(Ok(frame)) => {
                    if let Ok(mut data) = frame.into_data() {
                        self.taken = self.taken.saturating_add(data.remaining() as u64);
                        self.piece = data.copy_to_bytes(data.remaining());
                    }
                }
                Some(Err(error)) => return self.fail(error),
                None => {
                    self.ended = true;
                    return match self.end() {
                        Ok(end) => self.hand_on(end),
                        Err(error) => self.fail(error),
                    };
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended && self.chunk.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest)
    }
}

impl<B> fmt::Debug for EncodedBody<B> {
    /// Without data, keys and signatures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedBody")
            .field("decoded_length", &self.decoded_length)
            .field("rest", &self.rest)
            .finish_non_exhaustive()
    }
}
