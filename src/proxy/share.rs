//! What a connection of HTTP/2 can hold of the proxy's memory.

use super::listen::listener::Slots;

/// What one can hold.
#[derive(Clone, Copy)]
pub(crate) struct Share {
    /// Requests at the same time.
    pub(crate) streams: u32,
    /// Bytes of all their bodies that have come and are not asked for yet.
    pub(crate) window: u32,
}

/// As many streams as RFC 9113 (6.5.2) wants at the least, and more bytes than some stalled bodies hold.
const FULL: Share = Share {
    streams: 100,
    window: 4 * WINDOW,
};
/// Where there are many connections already, what all of them can hold counts for more.
const LEAN: Share = Share {
    streams: 8,
    window: WINDOW,
};
/// Bytes of one body that have come and are not asked for yet.
pub(crate) const WINDOW: u32 = 65_535;

impl Share {
    /// For one that comes now.
    pub(crate) fn of(slots: &Slots) -> Self {
        if slots.is_crowded() { LEAN } else { FULL }
    }
}
