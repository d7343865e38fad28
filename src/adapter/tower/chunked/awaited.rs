//! A body whose sender may not take for ever.

use crate::adapter::tower::BoxError;
use crate::adapter::tower::clock::{Sleep, Timer};
use alloc::boxed::Box;
use bytes::Buf;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use http_body::{Body, Frame, SizeHint};

/// What has to come in time: for less of it a sender gets no more time.
const PROGRESS: usize = 8_192;

/// Another's body, each 8 KiB of which have to come within a time. What its reader takes does not
/// count.
pub(super) struct Awaited<B> {
    inner: Pin<Box<B>>,
    sleep: Sleep,
    time: Duration,
    state: State,
    /// How many bytes have come since the timer began.
    came: usize,
    /// Whether the reader waits: what it does between two frames is no time of the sender's.
    waits: bool,
}

enum State {
    Ready,
    Running(Timer),
    /// And not to be polled again.
    Over,
}

/// A body that did not come in time.
#[derive(Debug)]
pub(super) struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body did not arrive in time")
    }
}

impl core::error::Error for TooSlow {}

impl<B> Awaited<B> {
    pub(super) fn new(inner: B, sleep: Sleep, time: Duration) -> Self {
        Self {
            inner: Box::pin(inner),
            sleep,
            time,
            state: State::Ready,
            came: 0,
            waits: false,
        }
    }

    fn came(&mut self, bytes: usize, context: &mut Context<'_>) {
        self.came = self.came.saturating_add(bytes);
        if self.came >= PROGRESS {
            self.begin();
        } else if self.waits {
            // Where the time was over before, the rest of what has arrived is still read.
            self.waits = self.is_over(context);
        }
    }

    fn waits_too_long(&mut self, context: &mut Context<'_>) -> bool {
        let mut over = self.is_over(context);
        if over && !self.waits {
            // While the reader was busy.
            self.begin();
            over = self.is_over(context);
        }
        self.waits = true;
        over
    }

    fn begin(&mut self) {
        self.state = State::Ready;
        self.came = 0;
        self.waits = false;
    }

    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        if let State::Ready = self.state {
            self.state = State::Running(self.sleep.timer(self.time));
        }
        if let State::Running(timer) = &mut self.state
            && timer.as_mut().poll(context).is_ready()
        {
            self.state = State::Over;
        }
        matches!(self.state, State::Over)
    }
}

impl<B> Body for Awaited<B>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    type Data = B::Data;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, BoxError>>> {
        match self.inner.as_mut().poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Buf::remaining);
                self.came(bytes, context);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending if self.waits_too_long(context) => Poll::Ready(Some(Err(TooSlow.into()))),
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
