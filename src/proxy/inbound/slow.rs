//! The time that something may take.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::boxed::Box;
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// Runs while a head arrives, or an answer is not taken. The timer is moved when it has run out, not with every head.
#[derive(Debug)]
pub(super) struct Slow {
    limit: Duration,
    deadline: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Slow {
    /// Ready once a head has taken longer than this.
    pub(super) const fn new(limit: Duration) -> Self {
        Self {
            limit,
            deadline: None,
            timer: None,
        }
    }

    pub(super) const fn limit(&self) -> Duration {
        self.limit
    }

    /// Another, from the next beginning on.
    pub(super) fn set_limit(&mut self, limit: Duration) {
        self.limit = limit;
    }

    /// The head is there.
    pub(super) fn stop(&mut self) {
        self.deadline = None;
    }

    /// Ready when a head that began at the first call since it was [stopped](Self::stop) takes too long.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let limit = self.limit;
        // A deadline beyond what can be told is none.
        let Some(deadline) = self.deadline.or_else(|| Instant::now().checked_add(limit)) else {
            return Poll::Pending;
        };
        self.deadline = Some(deadline);
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        loop {
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            if timer.deadline() >= deadline {
                return Poll::Ready(());
            }
            timer.as_mut().reset(deadline);
        }
    }
}
