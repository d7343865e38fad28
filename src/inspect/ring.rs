//! The latest requests.

use super::record::{Record, Seen};
use std::collections::VecDeque;
use std::fmt;
use std::prelude::rust_2024::*;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::watch;

/// How many requests are kept at the most, and how many bytes of all of them.
pub(crate) const MOST: usize = 500;
const BYTES: usize = 16 << 20;

/// The latest requests; the oldest leave when new ones come.
pub(crate) struct Ring {
    kept: Mutex<Kept>,
    /// Something has changed.
    changed: watch::Sender<Mark>,
}

impl fmt::Debug for Ring {
    /// Nothing of what is kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring").finish_non_exhaustive()
    }
}

/// How far it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The newest request there has been.
    pub(crate) last: u64,
    /// The newest that was there when all were forgotten.
    pub(crate) cleared: u64,
}

#[derive(Default)]
struct Kept {
    records: VecDeque<Arc<Record>>,
    bytes: usize,
    mark: Mark,
}

impl Ring {
    pub(crate) fn new() -> Self {
        Self {
            kept: Mutex::default(),
            changed: watch::channel(Mark::default()).0,
        }
    }

    /// Keeps it, and says under which number.
    pub(crate) fn put(&self, seen: Seen) -> u64 {
        let bytes = seen.bytes();
        let mut kept = self.kept();
        let id = kept.mark.last.saturating_add(1);
        kept.mark.last = id;
        kept.bytes = kept.bytes.saturating_add(bytes);
        kept.records.push_back(Arc::new(Record {
            id,
            bytes,
            seen,
            row: OnceLock::new(),
        }));
        // What leaves is wiped, which nobody has to wait for.
        let mut left = None;
        while kept.records.len() > MOST || kept.bytes > BYTES && kept.records.len() > 1 {
            left = kept.records.pop_front();
            let bytes = left.as_ref().map_or(0, |record| record.bytes);
            kept.bytes = kept.bytes.saturating_sub(bytes);
        }
        let mark = kept.mark;
        drop(kept);
        drop(left);
        self.changed.send_replace(mark);
        id
    }

    /// Those that are kept of what came after this number, oldest first, and how far it has come.
    pub(crate) fn after(&self, id: u64) -> (Vec<Arc<Record>>, Mark) {
        let kept = self.kept();
        let newer = kept.records.iter().filter(|record| record.id > id);
        (newer.cloned().collect(), kept.mark)
    }

    pub(crate) fn get(&self, id: u64) -> Option<Arc<Record>> {
        let kept = self.kept();
        kept.records.iter().find(|record| record.id == id).cloned()
    }

    /// The oldest that is kept; 0 where none is.
    pub(crate) fn oldest(&self) -> u64 {
        self.kept().records.front().map_or(0, |record| record.id)
    }

    pub(crate) fn clear(&self) -> Mark {
        let mut kept = self.kept();
        kept.mark.cleared = kept.mark.last;
        kept.bytes = 0;
        let records = core::mem::take(&mut kept.records);
        let mark = kept.mark;
        drop(kept);
        drop(records);
        self.changed.send_replace(mark);
        mark
    }

    /// Says when something changes from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<Mark> {
        self.changed.subscribe()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // It is whole at every moment at which a thread could have stopped.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::head::Head;
    use super::super::record::{Body, By, Judged, Seen};
    use super::super::verdict::Verdict;
    use super::{BYTES, MOST, Mark, Ring};
    use crate::gateway::reply::Why;
    use crate::request::timestamp::Timestamp;
    use std::prelude::rust_2024::*;
    use std::time::Duration;
    use std::vec;
    use zeroize::Zeroizing;

    fn seen(body: usize) -> Seen {
        let head = http::Request::get("/a").body(()).unwrap().into_parts().0;
        Seen {
            at: Timestamp::EPOCH,
            took: Duration::ZERO,
            status: Some(200),
            from: None,
            head: Head::of(&head),
            body: Body::Kept(Zeroizing::new(vec![0; body])),
            by: By::Gateway(Judged {
                verdict: Verdict::Allowed,
                why: Why::Served,
                note: "".into(),
                proven: true,
                form: None,
                body: None,
            }),
        }
    }

    #[test]
    fn the_latest_are_kept() {
        let ring = Ring::new();
        let mut watch = ring.watch();
        for id in 1..=600 {
            assert_eq!(ring.put(seen(0)), id);
        }
        assert_eq!((ring.after(0).0.len(), ring.oldest()), (MOST, 101));
        assert_eq!(ring.after(598).0.len(), 2);
        assert!(ring.get(100).is_none() && ring.get(101).is_some());
        let mark = Mark {
            last: 600,
            cleared: 0,
        };
        assert_eq!(*watch.borrow_and_update(), mark);
        assert_eq!(ring.clear().cleared, 600);
        assert!(watch.has_changed().unwrap());
        assert_eq!((ring.after(0).0.len(), ring.oldest()), (0, 0));
        assert_eq!(ring.put(seen(0)), 601);
    }

    #[test]
    fn all_of_them_take_so_many_bytes() {
        let ring = Ring::new();
        for _ in 0..40 {
            ring.put(seen(1 << 20));
        }
        assert!(ring.after(0).0.len() < 16);
        let bytes = ring.kept().bytes;
        assert!(bytes <= BYTES && bytes > BYTES - (2 << 20), "{bytes}");
        let (records, _) = ring.after(0);
        let taken = records.iter().map(|record| record.bytes);
        assert_eq!(bytes, taken.sum::<usize>());
    }
}
