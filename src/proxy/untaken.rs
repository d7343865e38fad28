//! What an answer holds, given back where its caller does not take it.

use crate::sources::lock::lock;
use core::task::Poll;
use std::prelude::rust_2024::*;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

/// Something that its user has to ask on for. While it is not asked, nobody polls it: where that may
/// take for ever, a task [watches](Self::watch).
#[derive(Debug)]
pub(crate) struct Untaken<T> {
    shared: Arc<Mutex<Shared<T>>>,
    watch: Option<AbortHandle>,
}

#[derive(Debug)]
struct Shared<T> {
    held: Option<T>,
    /// Since when nothing more was asked for; none while the other side is waited for.
    since: Option<Instant>,
}

impl<T: Send + 'static> Untaken<T> {
    pub(crate) fn new(held: T) -> Self {
        let shared = Shared {
            held: Some(held),
            since: None,
        };
        Self {
            shared: Arc::new(Mutex::new(shared)),
            watch: None,
        }
    }

    /// Drops it once it was not asked for so long.
    pub(crate) fn watch(&mut self, limit: Duration) {
        lock(&self.shared).since = Some(Instant::now());
        let watch = tokio::spawn(drop_late(Arc::downgrade(&self.shared), limit));
        self.watch = Some(watch.abort_handle());
    }

    /// `None` where it is gone.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&T) -> R) -> Option<R> {
        lock(&self.shared).held.as_ref().map(look)
    }

    /// Asks for more. `None` where it is gone.
    pub(crate) fn ask<R>(&mut self, ask: impl FnOnce(&mut T) -> Poll<R>) -> Option<Poll<R>> {
        let mut shared = lock(&self.shared);
        let polled = ask(shared.held.as_mut()?);
        if self.watch.is_some() {
            shared.since = polled.is_ready().then(Instant::now);
        }
        Some(polled)
    }
}

impl<T> Drop for Untaken<T> {
    fn drop(&mut self) {
        if let Some(watch) = &self.watch {
            watch.abort();
        }
    }
}

async fn drop_late<T>(shared: Weak<Mutex<Shared<T>>>, limit: Duration) {
    while let Some(end) = next_look(&shared, limit) {
        sleep_until(end).await;
    }
}

/// When it can be too late for the next time; none where it is, or nobody has it any more.
fn next_look<T>(shared: &Weak<Mutex<Shared<T>>>, limit: Duration) -> Option<Instant> {
    let shared = shared.upgrade()?;
    let mut state = lock(&shared);
    let now = Instant::now();
    // A time without an end is none.
    let end = state.since.unwrap_or(now).checked_add(limit)?;
    if end > now || state.since.is_none() {
        return Some(end);
    }
    let late = state.held.take();
    drop(state);
    drop(late);
    None
}

#[cfg(test)]
mod tests {
    use super::Untaken;
    use core::task::Poll;
    use std::prelude::rust_2024::*;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::time::{Instant, sleep};

    const LIMIT: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn what_is_not_asked_for_is_given_back() {
        let place = Arc::new(());
        let mut untaken = Untaken::new(Arc::clone(&place));
        untaken.watch(LIMIT);
        for _ in 0..3 {
            sleep(LIMIT / 3 * 2).await;
            assert_eq!(untaken.ask(|_| Poll::Ready(1)), Some(Poll::Ready(1)));
        }
        // Who waits for the other side has not left.
        assert_eq!(untaken.ask(|_| Poll::<()>::Pending), Some(Poll::Pending));
        sleep(LIMIT * 10).await;
        assert_eq!(untaken.ask(|_| Poll::Ready(2)), Some(Poll::Ready(2)));
        let asked = Instant::now();
        while Arc::strong_count(&place) == 2 {
            sleep(Duration::from_secs(1)).await;
        }
        assert!(asked.elapsed() >= LIMIT && asked.elapsed() <= LIMIT + LIMIT / 30);
        assert_eq!(untaken.look(|_| ()), None);
        assert_eq!(untaken.ask(|_| Poll::Ready(3)), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_watches_stays() {
        let untaken = Untaken::new(Arc::new(()));
        sleep(LIMIT * 10).await;
        assert_eq!(untaken.look(Arc::strong_count), Some(1));
    }
}
