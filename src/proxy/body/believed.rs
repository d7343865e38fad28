//! A body whose hash the caller has said.

use super::body_fault::BodyFault;
use crate::signature::hash::Hasher;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::prelude::rust_2024::*;
use std::task::{Context, Poll, ready};

/// Hashed while it goes by. Where it is another than was said, it ends in an error before its last
/// piece (of a known length) or before its end (of an unknown one), and so is not whole upstream.
pub(super) struct Believed<B> {
    inner: B,
    sha256: [u8; 32],
    /// What comes; none once it is known what came.
    hasher: Option<Hasher>,
    is_it: bool,
    /// What is to come, where that is known.
    left: Option<u64>,
}

impl<B: Body> Believed<B> {
    pub(super) fn new(inner: B, sha256: [u8; 32]) -> Self {
        Self {
            left: inner.size_hint().exact(),
            inner,
            sha256,
            hasher: Some(Hasher::new()),
            is_it: false,
        }
    }

    /// All has come.
    fn check(&mut self) -> Result<(), BodyFault> {
        if let Some(hasher) = self.hasher.take() {
            self.is_it = hasher.finish() == self.sha256;
        }
        self.is_it.then_some(()).ok_or(BodyFault::HashDiffers)
    }
}

impl<B> Body for Believed<B>
where
    B: Body<Data = Bytes, Error = BodyFault> + Unpin,
{
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        let data = match &frame {
            Some(Err(_)) => return Poll::Ready(frame),
            Some(Ok(frame)) => frame.data_ref(),
            None => None,
        };
        let Some(data) = data else {
            return Poll::Ready(match self.check() {
                Ok(()) => frame,
                Err(fault) => Some(Err(fault)),
            });
        };
        if let Some(hasher) = &mut self.hasher {
            hasher.put(data);
        }
        let left = self.left.map(|left| left.saturating_sub(data.len() as u64));
        self.left = left;
        if left == Some(0)
            && let Err(fault) = self.check()
        {
            return Poll::Ready(Some(Err(fault)));
        }
        Poll::Ready(frame)
    }

    /// Not before all is known.
    fn is_end_stream(&self) -> bool {
        self.is_it && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
