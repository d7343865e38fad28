//! A caller's body that nobody reads to its end.

use crate::adapter::tower::collect::discard;
use bytes::Bytes;
use core::pin::Pin;
use core::task::{Context, Poll};
use http::HeaderMap;
use http::header::EXPECT;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::time::Duration;
use tokio::time::timeout;

/// So much of it is taken, in bytes, and for so long, after what was refused is answered.
const MOST: usize = 1 << 20;
const LONGEST: Duration = Duration::from_secs(5);

/// A caller's body. What is left of it when it is dropped is read away, up to a limit, so that its
/// sender gets to read the answer: a connection that is closed on unread bytes is reset.
#[derive(Debug)]
pub(crate) struct Unread {
    body: Option<Incoming>,
    /// Its sender waits for a `100 Continue`, and will not have one after an answer.
    waits: bool,
}

impl Unread {
    pub(crate) fn new(body: Incoming, headers: &HeaderMap) -> Self {
        Self {
            body: Some(body),
            waits: headers.contains_key(EXPECT),
        }
    }
}

impl Body for Unread {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.waits = false;
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let frame = Pin::new(body).poll_frame(context);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or(SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        let Some(body) = self.body.take() else { return };
        if self.waits || body.is_end_stream() {
            return;
        }
        // Outside of a runtime nothing arrives.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(timeout(LONGEST, discard(body, MOST)));
        }
    }
}
