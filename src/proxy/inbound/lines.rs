//! The lines of a head, or of trailers, however they arrive.

use super::wire_fault::WireFault;
use crate::grammar::text::find;

/// Each line is looked at once it is whole, and no byte is searched for its end twice.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lines {
    start: usize,
    searched: usize,
    number: usize,
}

impl Lines {
    /// The next whole line without its end. Lines end in CRLF; RFC 9112, 2.2 lets a recipient take LF
    /// for that, and others then see lines where this one sees none.
    ///
    /// `bytes` are all from the first line on; `None` where they do not have the next line's end yet,
    /// and may still within `limit`, or else `too_long`.
    pub(super) fn next<'a>(
        &mut self,
        bytes: &'a [u8],
        limit: usize,
        too_long: WireFault,
    ) -> Result<Option<&'a [u8]>, WireFault> {
        let unsearched = bytes.get(self.searched..).unwrap_or_default();
        let Some(found) = find(unsearched, b'\n') else {
            self.searched = bytes.len();
            return if bytes.len() < limit {
                Ok(None)
            } else {
                Err(too_long)
            };
        };
        let end = self.searched.saturating_add(found);
        if end >= limit {
            return Err(too_long);
        }
        self.number = self.number.saturating_add(1);
        let line = bytes.get(self.start..end).unwrap_or_default();
        let Some((b'\r', line)) = line.split_last() else {
            return Err(WireFault::BareLineFeed { line: self.number });
        };
        self.start = end.saturating_add(1);
        self.searched = self.start;
        Ok(Some(line))
    }

    /// Where the next line begins.
    pub(super) const fn start(&self) -> usize {
        self.start
    }

    /// That of the line that came last, from 1.
    pub(super) const fn number(&self) -> usize {
        self.number
    }

    /// The next line is the first.
    pub(super) const fn count_anew(&mut self) {
        self.number = 0;
    }
}
