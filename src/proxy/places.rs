//! How much there may be of something at the same time.

use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Shared by all requests of a proxy, from one reload to the next.
#[derive(Clone, Debug)]
pub(crate) struct Places(Arc<Room>);

#[derive(Debug)]
struct Room {
    limit: AtomicU64,
    taken: AtomicU64,
}

/// What one has taken, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    room: Arc<Room>,
    amount: u64,
}

impl Places {
    pub(crate) fn new(limit: u64) -> Self {
        Self(Arc::new(Room {
            limit: AtomicU64::new(limit),
            taken: AtomicU64::new(0),
        }))
    }

    pub(crate) fn limit(&self) -> u64 {
        self.0.limit.load(Ordering::Relaxed)
    }

    /// What is taken stays so; where that is more than the limit now, nothing more is until there is
    /// room.
    pub(crate) fn limit_to(&self, limit: u64) {
        self.0.limit.store(limit, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(crate) fn taken(&self) -> u64 {
        self.0.taken.load(Ordering::Relaxed)
    }

    /// Of nothing yet.
    pub(crate) fn share(&self) -> Share {
        let room = Arc::clone(&self.0);
        Share { room, amount: 0 }
    }
}

impl Share {
    /// Takes more, where there is as much.
    pub(crate) fn take(&mut self, amount: u64) -> bool {
        let limit = self.limit();
        let more = |taken: u64| taken.checked_add(amount).filter(|sum| *sum <= limit);
        let taken = &self.room.taken;
        let is_there = taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        if is_there.is_ok() {
            self.amount = self.amount.saturating_add(amount);
        }
        is_there.is_ok()
    }

    pub(crate) fn limit(&self) -> u64 {
        self.room.limit.load(Ordering::Relaxed)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.room.taken.fetch_sub(self.amount, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn what_is_dropped_is_given_back() {
        let places = Places::new(10);
        let (mut one, mut other) = (places.share(), places.share());
        assert!(one.take(4) && other.take(6) && !one.take(1));
        assert_eq!(places.taken(), 10);
        drop(one);
        assert_eq!(places.taken(), 6);
        assert!(!other.take(5) && !other.take(u64::MAX) && other.take(4));
        drop(other);
        assert_eq!(places.taken(), 0);
    }

    #[test]
    fn another_limit_leaves_what_is_taken() {
        let places = Places::new(10);
        let (mut one, mut other) = (places.share(), places.share());
        assert!(one.take(8));
        places.limit_to(5);
        assert!(!other.take(1));
        drop(one);
        assert!(other.take(5) && !other.take(1));
        places.limit_to(6);
        assert!(other.take(1));
        assert_eq!(places.taken(), 6);
    }
}
