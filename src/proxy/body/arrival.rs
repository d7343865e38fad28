//! A body as it comes from the caller, each piece in time.

use super::body_fault::BodyFault;
use crate::adapter::tower::BoxError;
use crate::proxy::hop::keep_request_trailers;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::boxed::Box;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// The caller's body. Its reader's own time does not count: what is not asked for need not come.
pub(super) struct Arrival<B> {
    inner: B,
    idle: Duration,
    /// Made when something has to be waited for.
    timer: Option<Pin<Box<Sleep>>>,
    waits: bool,
}

impl<B> Arrival<B> {
    pub(super) fn new(inner: B, idle: Duration) -> Self {
        Self {
            inner,
            idle,
            timer: None,
            waits: false,
        }
    }

    fn is_too_slow(&mut self, context: &mut Context<'_>) -> bool {
        let idle = self.idle;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(idle)));
        if !self.waits {
            // A time without an end is none.
            let end = Instant::now().checked_add(idle);
            let end = end.unwrap_or(timer.deadline());
            timer.as_mut().reset(end);
            self.waits = true;
        }
        timer.as_mut().poll(context).is_ready()
    }
}

impl<B> Body for Arrival<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match Pin::new(&mut self.inner).poll_frame(context) {
            Poll::Ready(frame) => {
                self.waits = false;
                Poll::Ready(frame.map(|frame| {
                    let mut frame = frame.map_err(|error| BodyFault::CutOff(error.into()))?;
                    if let Some(trailers) = frame.trailers_mut() {
                        keep_request_trailers(trailers);
                    }
                    Ok(frame)
                }))
            }
            Poll::Pending if self.is_too_slow(context) => {
                let idle = self.idle;
                Poll::Ready(Some(Err(BodyFault::TooSlow { idle })))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
