//! What the ring has, behind its lock.

use super::record::Record;
use std::collections::VecDeque;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// How many requests are kept at the most, and how many bytes of all of them.
pub(crate) const MOST: usize = 500;
pub(super) const BYTES: usize = 16 << 20;

/// So many that have left are wiped at a time, by a thread that answers nobody; with so many bytes that
/// is not waited for.
pub(super) const LEFT: usize = 64;
pub(super) const LEFT_BYTES: usize = 2 << 20;

/// How far it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The newest request there has been.
    pub(crate) last: u64,
    /// The newest that was there when all were forgotten.
    pub(crate) cleared: u64,
}

#[derive(Default)]
pub(super) struct Kept {
    pub(super) records: VecDeque<Arc<Record>>,
    pub(super) bytes: usize,
    pub(super) mark: Mark,
    /// To be wiped.
    pub(super) left: Vec<Arc<Record>>,
    pub(super) left_bytes: usize,
}

impl Kept {
    /// What has no place any more leaves. To be dropped behind the lock: what nobody waits for.
    pub(super) fn make_room(&mut self) -> Vec<Arc<Record>> {
        while self.records.len() > MOST || self.bytes > BYTES && self.records.len() > 1 {
            let Some(record) = self.records.pop_front() else {
                break; // never: there are some
            };
            let bytes = record.bytes.saturating_add(record.counted.load(Relaxed));
            self.bytes = self.bytes.saturating_sub(bytes);
            self.left_bytes = self.left_bytes.saturating_add(bytes);
            self.left.push(record);
        }
        // Whoever wipes them cannot follow.
        if self.left.len() > LEFT.saturating_mul(4) || self.left_bytes > LEFT_BYTES {
            return self.take_left();
        }
        Vec::new()
    }

    pub(super) fn take_left(&mut self) -> Vec<Arc<Record>> {
        self.left_bytes = 0;
        core::mem::take(&mut self.left)
    }

    /// Where the first stands that came after this one.
    pub(super) fn behind(&self, id: u64) -> usize {
        self.records.partition_point(|record| record.id <= id)
    }
}
