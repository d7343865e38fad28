//! The latest requests.

use super::kept::{Kept, LEFT, Mark};
use super::record::{Record, Seen};
use std::fmt;
use std::prelude::rust_2024::*;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

/// Fewer than [`LEFT`] are wiped after so long.
const SOON: Duration = Duration::from_secs(1);

/// The latest requests; the oldest leave when new ones come.
pub(crate) struct Ring {
    kept: Mutex<Kept>,
    /// Something has changed.
    changed: watch::Sender<()>,
    /// There is something to wipe.
    left: Notify,
}

impl fmt::Debug for Ring {
    /// Nothing of what is kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring").finish_non_exhaustive()
    }
}

impl Ring {
    pub(crate) fn new() -> Self {
        Self {
            kept: Mutex::default(),
            changed: watch::channel(()).0,
            left: Notify::new(),
        }
    }

    /// Keeps it, and says under which number.
    pub(crate) fn put(&self, seen: Seen) -> u64 {
        let bytes = seen.bytes();
        let mut record = Record {
            id: 0,
            bytes,
            seen,
            row: OnceLock::new(),
            counted: AtomicUsize::new(0),
        };
        let mut kept = self.kept();
        let id = kept.mark.last.saturating_add(1);
        record.id = id;
        kept.mark.last = id;
        kept.bytes = kept.bytes.saturating_add(bytes);
        kept.records.push_back(Arc::new(record));
        self.make_room(kept);
        // Who begins to look now finds it.
        if self.changed.receiver_count() > 0 {
            self.changed.send_replace(());
        }
        id
    }

    /// Wipes what has left, some at a time, for ever.
    pub(crate) async fn wipe(&self) {
        loop {
            // Where no more come, the few are not left waiting.
            let _ = timeout(SOON, self.left.notified()).await;
            let left = self.kept().take_left();
            drop(left);
        }
    }

    /// Counts what a row takes that was found out meanwhile.
    pub(crate) fn count(&self, record: &Record, bytes: usize) {
        let mut kept = self.kept();
        let at = kept.behind(record.id.saturating_sub(1));
        let is_kept = |kept: &Arc<Record>| kept.id == record.id;
        if record.counted.load(Relaxed) == 0 && kept.records.get(at).is_some_and(is_kept) {
            record.counted.store(bytes, Relaxed);
            kept.bytes = kept.bytes.saturating_add(bytes);
            self.make_room(kept);
        }
    }

    fn make_room(&self, mut kept: MutexGuard<'_, Kept>) {
        let left = kept.make_room();
        let waiting = kept.left.len();
        drop(kept);
        drop(left);
        if waiting >= LEFT {
            self.left.notify_one();
        }
    }

    /// The oldest that is kept of what came after this number, and how far the ring has come.
    pub(crate) fn after(&self, id: u64) -> (Option<Arc<Record>>, Mark) {
        let kept = self.kept();
        (kept.records.get(kept.behind(id)).cloned(), kept.mark)
    }

    /// The newest that is kept of what came before this number.
    pub(crate) fn before(&self, id: u64) -> Option<Arc<Record>> {
        let kept = self.kept();
        let at = kept.behind(id.saturating_sub(1)).checked_sub(1)?;
        kept.records.get(at).cloned()
    }

    pub(crate) fn get(&self, id: u64) -> Option<Arc<Record>> {
        let (record, _) = self.after(id.checked_sub(1)?);
        record.filter(|record| record.id == id)
    }

    /// The oldest that is kept; 0 where none is.
    pub(crate) fn oldest(&self) -> u64 {
        self.kept().records.front().map_or(0, |record| record.id)
    }

    pub(crate) fn mark(&self) -> Mark {
        self.kept().mark
    }

    pub(crate) fn clear(&self) -> Mark {
        let mut kept = self.kept();
        kept.mark.cleared = kept.mark.last;
        kept.bytes = 0;
        let records = core::mem::take(&mut kept.records);
        let left = kept.take_left();
        let mark = kept.mark;
        drop(kept);
        drop((records, left));
        self.changed.send_replace(());
        mark
    }

    /// Says when something changes from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.kept().bytes
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // It is whole at every moment at which a thread could have stopped.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::head::Head;
    use super::super::kept::{BYTES, LEFT, LEFT_BYTES, MOST, Mark};
    use super::super::record::{Body, By, Judged, Record, Seen};
    use super::super::verdict::Verdict;
    use super::{Ring, SOON};
    use crate::gateway::reply::Why;
    use crate::request::timestamp::Timestamp;
    use std::prelude::rust_2024::*;
    use std::sync::Arc;
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
        assert_eq!((all(&ring).len(), ring.oldest()), (MOST, 101));
        assert_eq!(ring.after(598).0.map(|record| record.id), Some(599));
        assert!(ring.after(600).0.is_none());
        assert_eq!(ring.before(u64::MAX).map(|record| record.id), Some(600));
        assert_eq!(ring.before(102).map(|record| record.id), Some(101));
        assert!(ring.before(101).is_none());
        assert!(ring.get(100).is_none() && ring.get(101).is_some());
        let mark = Mark {
            last: 600,
            cleared: 0,
        };
        assert_eq!(ring.mark(), mark);
        assert!(watch.has_changed().unwrap());
        watch.mark_unchanged();
        assert_eq!(ring.clear().cleared, 600);
        assert!(watch.has_changed().unwrap());
        assert_eq!((all(&ring).len(), ring.oldest()), (0, 0));
        assert_eq!(ring.put(seen(0)), 601);
    }

    #[test]
    fn all_of_them_take_so_many_bytes() {
        let ring = Ring::new();
        for _ in 0..40 {
            ring.put(seen(1 << 20));
        }
        assert!(all(&ring).len() < 16);
        let bytes = ring.kept().bytes;
        assert!(bytes <= BYTES && bytes > BYTES - (2 << 20), "{bytes}");
        let taken = all(&ring).into_iter().map(|record| record.bytes);
        assert_eq!(bytes, taken.sum::<usize>());
    }

    #[test]
    fn rows_are_counted_once() {
        let ring = Ring::new();
        for _ in 0..MOST {
            ring.put(seen(0));
        }
        let before = ring.kept().bytes;
        let records = all(&ring);
        ring.count(&records[0], 1_000);
        ring.count(&records[0], 1_000);
        assert_eq!(ring.kept().bytes, before + 1_000);
        // Who has left takes nothing, and takes it along.
        ring.put(seen(0));
        assert_eq!(ring.kept().bytes, before);
        ring.count(&records[0], 1_000);
        assert_eq!(ring.kept().bytes, before);
        // Long ones make others leave.
        for record in &records {
            ring.count(record, BYTES / 100);
        }
        let kept = ring.kept();
        assert!(
            kept.bytes <= BYTES && kept.records.len() < MOST,
            "{}",
            kept.bytes
        );
    }

    /// Those that leave are not wiped by whoever puts a new one, unless they get too many.
    #[test]
    fn what_leaves_waits_to_be_wiped() {
        let ring = Ring::new();
        for _ in 0..MOST + LEFT {
            ring.put(seen(0));
        }
        assert_eq!(ring.kept().left.len(), LEFT);
        let ring = Arc::new(ring);
        wipes(&ring, Duration::ZERO);
        assert_eq!(ring.kept().left.len(), 0);
        for _ in 0..10 * LEFT {
            ring.put(seen(0));
            assert!(ring.kept().left.len() <= 4 * LEFT);
        }
        for _ in 0..100 {
            ring.put(seen(1 << 20));
            let kept = ring.kept();
            assert!(kept.left_bytes <= LEFT_BYTES, "{}", kept.left_bytes);
        }
    }

    /// Of a few nobody hears; they are wiped all the same.
    #[test]
    fn the_last_that_left_do_not_wait_for_others() {
        let ring = Arc::new(Ring::new());
        for _ in 0..=MOST {
            ring.put(seen(0));
        }
        wipes(&ring, SOON / 2);
        assert_eq!(ring.kept().left.len(), 1);
        wipes(&ring, 2 * SOON);
        let kept = ring.kept();
        assert_eq!((kept.left.len(), kept.left_bytes), (0, 0));
    }

    /// Whoever finds out a long row makes others leave, too.
    #[test]
    fn what_a_row_drives_out_is_wiped() {
        let ring = Arc::new(Ring::new());
        for _ in 0..MOST + LEFT - 4 {
            ring.put(seen(0));
        }
        let last = ring.before(u64::MAX).unwrap();
        let free = BYTES - ring.kept().bytes;
        ring.count(&last, free + 10 * last.bytes);
        assert_eq!(ring.kept().left.len(), LEFT + 6);
        wipes(&ring, Duration::ZERO);
        assert_eq!(ring.kept().left.len(), 0);
    }

    /// Wipes for so long, by a clock that nobody waits for.
    fn wipes(ring: &Arc<Ring>, time: Duration) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        let ring = Arc::clone(ring);
        runtime.unwrap().block_on(async {
            tokio::spawn(async move { ring.wipe().await });
            tokio::task::yield_now().await;
            if !time.is_zero() {
                tokio::time::sleep(time).await;
            }
        });
    }

    fn all(ring: &Ring) -> Vec<Arc<Record>> {
        let mut last = 0;
        let next = core::iter::from_fn(|| {
            let (record, _) = ring.after(last);
            last = record.as_ref()?.id;
            record
        });
        next.collect()
    }
}
