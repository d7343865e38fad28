//! How long nothing is asked on a connection.

use crate::sources::lock::lock;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The requests of one connection.
#[derive(Clone, Debug)]
pub(crate) struct Asked(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    open: usize,
    /// When the last of them was over.
    since: Instant,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Open(Asked);

impl Asked {
    /// None yet.
    pub(crate) fn new() -> Self {
        let since = Instant::now();
        Self(Arc::new(Mutex::new(State { open: 0, since })))
    }

    pub(crate) fn open(&self) -> Open {
        let mut state = lock(&self.0);
        state.open = state.open.saturating_add(1);
        drop(state);
        Open(self.clone())
    }

    /// Until no request was open for so long, from now on. It looks when that could be, not with every
    /// request.
    pub(crate) async fn idle(&self, limit: Duration) {
        let began = Instant::now();
        // What cannot be told never comes.
        let mut next = began.checked_add(limit);
        while let Some(at) = next {
            sleep_until(at).await;
            let state = lock(&self.0);
            let since = match state.open {
                0 => state.since.max(began),
                _ => Instant::now(),
            };
            next = since.checked_add(limit);
            if next.is_some_and(|next| next <= at) {
                return;
            }
        }
        std::future::pending::<()>().await;
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut state = lock(&self.0.0);
        state.open = state.open.saturating_sub(1);
        state.since = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{sleep, timeout};

    const LIMIT: Duration = Duration::from_secs(60);
    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn it_counts_from_the_end_of_the_last_request() {
        let (asked, began) = (Asked::new(), Instant::now());
        asked.idle(LIMIT).await;
        assert_eq!(began.elapsed(), LIMIT);

        let (began, one) = (Instant::now(), asked.open());
        assert!(timeout(LIMIT * 10, asked.idle(LIMIT)).await.is_err());
        let other = asked.open();
        drop(one);
        assert!(timeout(LIMIT * 10, asked.idle(LIMIT)).await.is_err());
        assert_eq!(began.elapsed(), LIMIT * 20);
        let end = async {
            sleep(SECOND).await;
            drop(other);
            Instant::now()
        };
        let ((), ended) = tokio::join!(asked.idle(LIMIT), end);
        assert_eq!(ended.elapsed(), LIMIT);
        // One that comes and goes counts, too.
        let between = async {
            sleep(LIMIT.saturating_sub(SECOND)).await;
            drop(asked.open());
            Instant::now()
        };
        let ((), ended) = tokio::join!(asked.idle(LIMIT), between);
        assert_eq!(ended.elapsed(), LIMIT);
        assert!(timeout(LIMIT, asked.idle(Duration::MAX)).await.is_err());
    }
}
