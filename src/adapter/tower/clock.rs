//! What time it is, and when it is over.

use crate::request::timestamp::Timestamp;
use alloc::boxed::Box;
use alloc::sync::Arc;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::Poll;
use core::time::Duration;
use std::time::SystemTime;

/// The time, from the system or, in tests, from elsewhere.
#[derive(Clone)]
pub(crate) struct Now(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Now {
    pub(crate) fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn system() -> Self {
        Self::new(|| Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::EPOCH))
    }

    pub(crate) fn get(&self) -> Timestamp {
        (self.0)()
    }
}

pub(crate) type Timer = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A runtime's timers, without the runtime.
#[derive(Clone)]
pub(crate) struct Sleep(Arc<dyn Fn(Duration) -> Timer + Send + Sync>);

impl Sleep {
    pub(crate) fn new<T>(sleep: impl Fn(Duration) -> T + Send + Sync + 'static) -> Self
    where
        T: Future<Output = ()> + Send + 'static,
    {
        Self(Arc::new(move |time| Box::pin(sleep(time))))
    }

    pub(crate) fn timer(&self, time: Duration) -> Timer {
        (self.0)(time)
    }

    /// What comes of the work, unless the time is over first.
    ///
    /// Pinned where it is: a future that is moved into another one is in it twice.
    pub(crate) fn within<F: Future + ?Sized>(
        &self,
        time: Duration,
        mut work: Pin<&mut F>,
    ) -> impl Future<Output = Option<F::Output>> {
        let mut timer = None;
        poll_fn(move |context| {
            if let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(Some(done));
            }
            // Most work is done by now: no timer is made for it.
            let timer = timer.get_or_insert_with(|| self.timer(time));
            timer.as_mut().poll(context).map(|()| None)
        })
    }
}
