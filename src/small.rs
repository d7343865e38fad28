//! A list that lives on the stack while it is short.

use alloc::vec::Vec;

/// Up to `N` items without an allocation; more move to the heap.
///
/// Signing keeps its sorted headers and query pairs in these, because a typical
/// request has a handful of each.
pub(crate) struct Small<T, const N: usize> {
    inline: [T; N],
    len: usize,
    heap: Vec<T>,
}

impl<T: Copy + Default, const N: usize> Small<T, N> {
    pub(crate) fn new() -> Self {
        Self {
            inline: [T::default(); N],
            len: 0,
            heap: Vec::new(),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.len = 0;
        self.heap.clear();
    }

    pub(crate) fn push(&mut self, item: T) {
        if !self.heap.is_empty() {
            self.heap.push(item);
        } else if let Some(free) = self.inline.get_mut(self.len) {
            *free = item;
            self.len = self.len.saturating_add(1);
        } else {
            self.heap.reserve(N.saturating_mul(4));
            self.heap.extend_from_slice(&self.inline);
            self.heap.push(item);
        }
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        if self.heap.is_empty() {
            self.inline.get(..self.len).unwrap_or_default()
        } else {
            &self.heap
        }
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        if self.heap.is_empty() {
            self.inline.get_mut(..self.len).unwrap_or_default()
        } else {
            &mut self.heap
        }
    }
}
