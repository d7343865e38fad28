//! Memory for bodies: so much for all of them together.

use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Shared by all requests of a proxy. Who finds none waits for it, in the order of arrival.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    free: Arc<Semaphore>,
    limit: u32,
}

/// What a body has of it, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Held(OwnedSemaphorePermit);

impl Memory {
    /// So many bytes.
    pub(crate) fn new(limit: usize) -> Self {
        let limit = of(limit as u64);
        Self {
            free: Arc::new(Semaphore::new(limit as usize)),
            limit,
        }
    }

    /// The same where the limit is, with what has been taken of it; else another.
    pub(crate) fn or_new(former: Option<&Self>, limit: usize) -> Self {
        let same = former.filter(|former| former.limit == of(limit as u64));
        same.cloned().unwrap_or_else(|| Self::new(limit))
    }

    pub(crate) fn limit(&self) -> u64 {
        u64::from(self.limit)
    }

    /// So many bytes once they are free, or all there are where that is less. `None` where that takes too
    /// long.
    pub(crate) async fn hold(&self, amount: u64, patience: Duration) -> Option<Held> {
        let permit = Arc::clone(&self.free).acquire_many_owned(of(amount).min(self.limit));
        timeout(patience, permit).await.ok()?.ok().map(Held)
    }
}

impl Held {
    /// Gives back what is more than this.
    pub(crate) fn shrink_to(&mut self, amount: u64) {
        let most = usize::try_from(amount).unwrap_or(usize::MAX);
        drop(self.0.split(self.0.num_permits().saturating_sub(most)));
    }
}

fn of(amount: u64) -> u32 {
    // No machine has as much to give away as a semaphore can count.
    let amount = usize::try_from(amount).unwrap_or(usize::MAX);
    u32::try_from(amount.min(Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Memory;
    use std::prelude::rust_2024::*;
    use std::time::Duration;
    use tokio::time::Instant;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn who_finds_none_waits_for_it() {
        let memory = Memory::new(10);
        let mut first = memory.hold(7, SECOND).await.unwrap();
        let began = Instant::now();
        assert!(memory.hold(4, SECOND).await.is_none());
        assert_eq!(began.elapsed(), SECOND);
        let waits = memory.hold(4, SECOND);
        let shrinks = async {
            tokio::time::sleep(SECOND / 2).await;
            first.shrink_to(6);
            first.shrink_to(8);
        };
        let (second, ()) = tokio::join!(waits, shrinks);
        assert_eq!(began.elapsed(), SECOND + SECOND / 2);
        assert!(memory.hold(1, SECOND).await.is_none());
        drop((first, second));
        // More than there is is all of it.
        let all = memory.hold(u64::MAX, SECOND).await.unwrap();
        assert!(memory.hold(1, SECOND).await.is_none());
        drop(all);
        assert!(memory.hold(10, SECOND).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_reload_keeps_what_is_taken() {
        let memory = Memory::new(10);
        let _held = memory.hold(10, SECOND).await.unwrap();
        let same = Memory::or_new(Some(&memory), 10);
        assert!(same.hold(1, SECOND).await.is_none());
        let other = Memory::or_new(Some(&memory), 11);
        assert!(other.hold(11, SECOND).await.is_some());
    }
}
