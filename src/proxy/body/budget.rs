//! How long all bodies in files may be together.

use super::body_fault::BodyFault;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Shared by all requests of a proxy.
#[derive(Clone, Debug)]
pub(crate) struct SpoolBudget(Arc<Room>);

#[derive(Debug)]
struct Room {
    limit: u64,
    taken: AtomicU64,
}

impl SpoolBudget {
    /// [`Limits::spooled`](crate::proxy::Limits::spooled) bytes.
    pub(crate) fn new(limit: u64) -> Self {
        let taken = AtomicU64::new(0);
        Self(Arc::new(Room { limit, taken }))
    }

    pub(crate) fn limit(&self) -> u64 {
        self.0.limit
    }

    /// What the files that are there have, in bytes.
    pub(crate) fn taken(&self) -> u64 {
        self.0.taken.load(Ordering::Relaxed)
    }

    /// Of nothing yet.
    pub(super) fn share(&self) -> Share {
        let room = Arc::clone(&self.0);
        Share { room, bytes: 0 }
    }
}

/// What one file has taken, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    room: Arc<Room>,
    bytes: u64,
}

impl Share {
    /// Takes more, where there is as much. A body takes as it arrives: who only announces a long
    /// one keeps nobody out.
    pub(super) fn take(&mut self, bytes: u64) -> bool {
        let limit = self.room.limit;
        let more = |taken: u64| taken.checked_add(bytes).filter(|sum| *sum <= limit);
        let taken = &self.room.taken;
        let is_there = taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        if is_there.is_ok() {
            self.bytes = self.bytes.saturating_add(bytes);
        }
        is_there.is_ok()
    }

    pub(super) fn no_room(&self) -> BodyFault {
        let limit = self.room.limit;
        BodyFault::NoRoom { limit }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.room.taken.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::SpoolBudget;

    #[test]
    fn what_is_dropped_is_given_back() {
        let budget = SpoolBudget::new(10);
        let (mut one, mut other) = (budget.share(), budget.share());
        assert!(one.take(4) && other.take(6) && !one.take(1));
        assert_eq!(budget.taken(), 10);
        drop(one);
        assert_eq!(budget.taken(), 6);
        assert!(!other.take(5) && !other.take(u64::MAX) && other.take(4));
        drop(other);
        assert_eq!(budget.taken(), 0);
    }
}
