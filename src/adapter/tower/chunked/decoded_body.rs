//! A body that is decoded from `aws-chunked`, and verified, while it is read.

use crate::adapter::tower::BoxError;
use crate::stream::{ChunkDecoder, StreamError};
use alloc::boxed::Box;
use bytes::{Buf, Bytes};
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::{Body, Frame, SizeHint};

/// The data of an `aws-chunked` body, each as far as it is verified: what a handler behind
/// [`VerifyLayer`](crate::tower::VerifyLayer) reads where the policy says
/// [`streaming`](crate::Policy::streaming). Alone it is for those who verify a head themselves.
///
/// - Nothing of a chunk is handed on before its signature holds, and the last data not before the
///   end of the body does, with its length, its trailers and their checksums: whoever has as many
///   bytes as [`size_hint`](Body::size_hint) says has a body that is whole (of one without data, its
///   head says all). Of a body without signatures nothing but the head is authenticated.
/// - Where the body is not what it has to be, the error is a
///   [`StreamError`](crate::stream::StreamError) in a [`BoxError`]; other errors are those of the
///   other body. Nothing follows behind an error.
/// - At the end there is a frame of trailers, where the body has some: its own. Trailers of HTTP,
///   which no signature covers, are dropped.
/// - Signed chunks that come in several frames are held, up to
///   [`with_max_chunk`](ChunkDecoder::with_max_chunk) bytes and never more than has arrived; others
///   are not copied.
///
/// ```
/// use http_body_util::{BodyExt, Full};
/// use sigv4::Streaming;
/// use sigv4::stream::{ChunkDecoder, ChunkedBody, StreamError};
/// use sigv4::tower::DecodedBody;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let head = ChunkedBody::new(Streaming::UnsignedTrailer, 5);
/// let read = |text: &'static str| {
///     let body = Full::<bytes::Bytes>::from(text); // as it arrives
///     DecodedBody::new(body, ChunkDecoder::unsigned(&head).unwrap()).collect()
/// };
/// assert_eq!(read("5\r\nhello\r\n0\r\n\r\n").await?.to_bytes(), "hello");
/// let error = read("5\r\nhello\r\n").await.unwrap_err();
/// let cut = StreamError::Incomplete { chunk: 1, position: 10 };
/// assert_eq!(error.downcast_ref(), Some(&cut));
/// # Ok::<(), sigv4::tower::BoxError>(())
/// # })?;
/// # Ok::<(), sigv4::tower::BoxError>(())
/// ```
pub struct DecodedBody<B> {
    inner: Pin<Box<B>>,
    decoder: ChunkDecoder,
    /// Of the last frame, what is not decoded yet.
    piece: Bytes,
    /// The last data, while it is not known that the body is whole.
    last: Bytes,
    /// How much of the data has not been handed on.
    rest: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    /// Trailers are to come.
    Whole,
    Ended,
}

impl<B> DecodedBody<B> {
    /// Of a body whose head has been verified: the decoder is
    /// [`Verified::chunk_decoder`](crate::Verified::chunk_decoder), and has read nothing yet.
    pub fn new(inner: B, decoder: ChunkDecoder) -> Self {
        Self {
            inner: Box::pin(inner),
            rest: decoder.decoded_length(),
            decoder,
            piece: Bytes::new(),
            last: Bytes::new(),
            state: State::Reading,
        }
    }

    /// The trailers, name and value, once the body is whole; none before.
    pub fn trailers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.decoder.trailers()
    }

    /// The other body, wherever it is.
    pub(super) fn into_inner(self) -> Pin<Box<B>> {
        self.inner
    }

    /// The next data of the last frame. Empty where there are none.
    fn decode(&mut self) -> Result<Bytes, StreamError> {
        let decoded = self.decoder.decode(&self.piece)?;
        let (consumed, length) = (decoded.consumed, decoded.data.len());
        let mut read = self.piece.split_to(consumed.min(self.piece.len()));
        Ok(match self.decoder.take_handed_on() {
            Some(held) => held.into(),
            // The last bytes of what has been read.
            None => read.split_off(read.len().saturating_sub(length)),
        })
    }

    fn hand_on(&mut self, data: Bytes) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.rest = self.rest.saturating_sub(data.len() as u64);
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    fn fail(&mut self, error: impl Into<BoxError>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.state = State::Ended;
        self.piece = Bytes::new();
        self.last = Bytes::new();
        Poll::Ready(Some(Err(error.into())))
    }

    fn end(&mut self) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.state = State::Ended;
        let trailers = self.decoder.trailers().filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_str(value).ok()?))
        });
        let trailers: HeaderMap = trailers.collect();
        let frame = (!trailers.is_empty()).then(|| Ok(Frame::trailers(trailers)));
        Poll::Ready(frame)
    }
}

impl<B> Body for DecodedBody<B>
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
        match self.state {
            State::Reading => {}
            State::Whole => return self.end(),
            State::Ended => return Poll::Ready(None),
        }
        loop {
            while !self.piece.is_empty() {
                match self.decode() {
                    Ok(data) if data.is_empty() => {}
                    Ok(data) if data.len() as u64 == self.rest => self.last = data,
                    Ok(data) => return self.hand_on(data),
                    Err(error) => return self.fail(error),
                }
            }
            match ready!(self.inner.as_mut().poll_frame(context)) {
                Some(Ok(frame)) => {
                    if let Ok(mut data) = frame.into_data() {
                        self.piece = data.copy_to_bytes(data.remaining());
                    }
                }
                Some(Err(error)) => return self.fail(error),
                None => {
                    if let Err(error) = self.decoder.finish() {
                        return self.fail(error);
                    }
                    let last = core::mem::take(&mut self.last);
                    if last.is_empty() {
                        return self.end();
                    }
                    self.state = State::Whole;
                    return self.hand_on(last);
                }
            }
        }
    }

    /// Not before all has been verified.
    fn is_end_stream(&self) -> bool {
        self.state == State::Ended
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest)
    }
}

impl<B> fmt::Debug for DecodedBody<B> {
    /// Without data, keys and signatures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("DecodedBody");
        shown
            .field("decoder", &self.decoder)
            .finish_non_exhaustive()
    }
}
