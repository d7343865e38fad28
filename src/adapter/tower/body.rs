//! Bodies that layers hand on.

use super::BoxError;
use bytes::{Buf, Bytes};
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use http_body::{Frame, SizeHint};

/// The body of a request, as a layer hands it on.
///
/// `Debug` shows how long it is, and nothing of it.
pub struct Body {
    whole: Option<Bytes>,
}

impl Body {
    /// A body in memory.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self {
            whole: Some(bytes.into()).filter(|bytes| !bytes.is_empty()),
        }
    }

    /// All of it, where none of it was taken yet: what a layer has verified, without waiting.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.whole.unwrap_or_default()
    }

    fn left(&self) -> u64 {
        self.whole
            .as_ref()
            .map_or(0, |bytes| bytes.remaining() as u64)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.left())
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(self.whole.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.whole.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left())
    }
}
