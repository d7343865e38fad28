//! What each version of HTTP lets a caller do, and what a connection can hold of the proxy's memory.

use super::listen::listener::Slots;
use super::settings::Limits;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto;
use std::prelude::rust_2024::*;
use std::time::Duration;

/// Over HTTP/2: how often a caller is asked whether it is there, and how long it has to say so.
const PING: Duration = Duration::from_secs(20);
/// Over HTTP/2: bytes of one answer that its caller does not take yet: a frame.
const UNSENT: usize = 16 << 10;
/// Of what hyper takes, in bytes.
const LONGEST_TARGET: usize = 65_534;

/// For a connection that comes now.
pub(crate) fn protocols(limits: &Limits, slots: &Slots) -> auto::Builder<TokioExecutor> {
    let share = Share::of(slots);
    let mut server = auto::Builder::new(TokioExecutor::new());
    server
        .http1()
        .timer(TokioTimer::new())
        // The guard has the time of a head, and who asks nothing is let go by `Asked`: a third timer, made anew
        // for each request, would tell nothing more.
        .header_read_timeout(None)
        // The guard holds to the limit; what it hands over may be longer, with its target escaped.
        .max_buf_size(limits.head.saturating_add(LONGEST_TARGET))
        .max_headers(limits.headers);
    server
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .max_concurrent_streams(share.streams)
        .initial_connection_window_size(share.window)
        .initial_stream_window_size(WINDOW)
        .max_send_buf_size(UNSENT)
        .max_header_list_size(u32::try_from(limits.head).unwrap_or(u32::MAX));
    server
}

/// Over HTTP/2: what one can hold.
#[derive(Clone, Copy)]
struct Share {
    /// Requests at the same time.
    streams: u32,
    /// Bytes of all their bodies that have come and are not asked for yet.
    window: u32,
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
/// Over HTTP/2: bytes of one body that have come and are not asked for yet.
const WINDOW: u32 = 65_535;

impl Share {
    fn of(slots: &Slots) -> Self {
        if slots.is_crowded() { LEAN } else { FULL }
    }
}
