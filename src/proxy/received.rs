//! The body of a request on its way in.

use bytes::Bytes;
use core::pin::Pin;
use core::task::{Context, Poll};
use http_body::{Body, Frame, SizeHint};
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// The body of a request, whose bytes are counted.
#[derive(Debug)]
pub(crate) struct Received<B> {
    body: B,
    /// Where there is anything to count.
    count: Option<Arc<AtomicU64>>,
}

impl<B> Received<B> {
    pub(crate) fn new(body: B, count: Option<Arc<AtomicU64>>) -> Self {
        Self { body, count }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Received<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let (Some(count), Poll::Ready(Some(Ok(frame)))) = (&self.count, &frame) {
            count.fetch_add(length(frame), Relaxed);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// In bytes, of its data.
pub(crate) fn length(frame: &Frame<Bytes>) -> u64 {
    frame.data_ref().map_or(0, |data| data.len() as u64)
}
