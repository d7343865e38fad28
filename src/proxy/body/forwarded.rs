//! A body as it goes upstream.

use super::body_fault::BodyFault;
use super::read_hashed::{Content, Whole};
use super::spooled::Spooled;
use crate::adapter::tower::BoxError;
use crate::proxy::memory::Held;
use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use std::boxed::Box;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The body of a request that is sent. Its errors are [`BodyFault`]s.
pub(crate) struct Forwarded {
    content: Sent,
    /// Known before the body is sent, and sent behind it.
    trailers: Option<Box<HeaderMap>>,
    /// Of a body that was read before.
    _held: Option<Held>,
}

enum Sent {
    Memory(Bytes),
    File(Box<Spooled>),
    Streamed {
        body: Streamed,
        /// Trailers may follow, so that its length says nothing of its end.
        open: bool,
    },
}

/// As it comes, or as it is made of what comes.
pub(super) type Streamed = Pin<Box<dyn Body<Data = Bytes, Error = BodyFault> + Send>>;

impl Forwarded {
    pub(super) fn whole(whole: Whole) -> Self {
        let trailers = whole.trailers.filter(|trailers| !trailers.is_empty());
        let content = match whole.content {
            Content::Memory(bytes) => Sent::Memory(bytes),
            Content::File(written) => Sent::File(Box::new(Spooled::new(written))),
        };
        Self {
            content,
            trailers: trailers.map(Box::new),
            _held: Some(whole.held),
        }
    }

    pub(super) fn empty() -> Self {
        Self {
            content: Sent::Memory(Bytes::new()),
            trailers: None,
            _held: None,
        }
    }

    pub(super) fn streamed(body: Streamed, open: bool) -> Self {
        Self {
            content: Sent::Streamed { body, open },
            trailers: None,
            _held: None,
        }
    }

    /// What comes behind it, where that is known.
    pub(super) fn trailers(&self) -> Option<&HeaderMap> {
        self.trailers.as_deref()
    }
}

impl Body for Forwarded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let data = match &mut self.content {
            Sent::Streamed { body, .. } => {
                let frame = body.as_mut().poll_frame(context);
                return frame.map(|frame| frame.map(|frame| frame.map_err(Into::into)));
            }
            Sent::Memory(bytes) => {
                let bytes = core::mem::take(bytes);
                (!bytes.is_empty()).then_some(Ok(bytes))
            }
            Sent::File(file) => ready!(file.poll_piece(context)),
        };
        let frame = match data {
            Some(Ok(data)) => Some(Ok(Frame::data(data))),
            Some(Err(fault)) => {
                self.trailers = None;
                Some(Err(fault.into()))
            }
            None => self.trailers.take().map(|all| Ok(Frame::trailers(*all))),
        };
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        let ended = match &self.content {
            Sent::Memory(bytes) => bytes.is_empty(),
            Sent::File(file) => file.left() == 0,
            Sent::Streamed { body, .. } => body.is_end_stream(),
        };
        ended && self.trailers.is_none()
    }

    /// Nothing exact where trailers follow: a length would end the body before them.
    fn size_hint(&self) -> SizeHint {
        let length = match &self.content {
            Sent::Memory(bytes) => bytes.len() as u64,
            Sent::File(file) => file.left(),
            Sent::Streamed { open: true, .. } => return SizeHint::default(),
            Sent::Streamed { body, .. } => return body.size_hint(),
        };
        if self.trailers.is_some() {
            return SizeHint::default();
        }
        SizeHint::with_exact(length)
    }
}

impl core::fmt::Debug for Forwarded {
    /// Nothing of what is in it.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let kind = match &self.content {
            Sent::Memory(_) => "memory",
            Sent::File(_) => "file",
            Sent::Streamed { .. } => "streamed",
        };
        write!(f, "Forwarded({kind})")
    }
}
