//! A body on its way, and whether it gets anywhere.

use super::body::Forwarded;
use crate::adapter::tower::BoxError;
use bytes::Bytes;
use core::pin::Pin;
use core::task::{Context, Poll};
use http_body::{Body, Frame, SizeHint};
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Up to this length, in bytes, a body is gone as soon as the head is.
const AT_ONCE: u64 = 65_536;

/// A body whose pieces are counted as they are taken.
#[derive(Debug)]
pub(crate) struct Sending {
    body: Forwarded,
    pieces: Option<Arc<AtomicU64>>,
}

/// How many pieces of a body have been taken so far.
#[derive(Debug)]
pub(crate) struct Progress(Option<Arc<AtomicU64>>);

impl Progress {
    pub(crate) fn pieces(&self) -> u64 {
        self.0.as_ref().map_or(0, |pieces| pieces.load(Relaxed))
    }
}

impl Sending {
    pub(crate) fn new(body: Forwarded) -> (Self, Progress) {
        let is_short = body.size_hint().exact().is_some_and(|all| all <= AT_ONCE);
        let pieces = (!is_short).then(Arc::<AtomicU64>::default);
        let progress = Progress(pieces.clone());
        (Self { body, pieces }, progress)
    }
}

impl Body for Sending {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let (Some(pieces), true) = (&self.pieces, frame.is_ready()) {
            pieces.fetch_add(1, Relaxed);
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
