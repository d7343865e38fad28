//! What guard and service of a connection tell each other.

use super::wire_fault::WireFault;
use crate::sources::lock::lock;
use core::task::{Context, Poll, Waker};
use http::header::UPGRADE;
use http::{HeaderMap, Uri, Version};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One connection's.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    state: Mutex<State>,
    /// How long the caller may leave what was written, in milliseconds; 0 where no route has said.
    patience: AtomicU64,
    /// How long the caller left it until the connection was given up, in milliseconds; 0 where it was not.
    untaken: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    fault: Option<WireFault>,
    /// Whether bytes pass, once that is decided.
    tunnel: Option<bool>,
    waker: Option<Waker>,
}

/// Whether another protocol follows a message that asked for one. Dropped, the next message follows.
#[derive(Debug)]
#[must_use = "the connection is held until it is dropped"]
pub(crate) struct Decision {
    wire: Arc<Wire>,
    tunnel: bool,
}

impl Wire {
    /// What the guard puts in the place of a head that it refuses. No caller can send an absolute target,
    /// as that is refused, too.
    pub(super) const REFUSED: &[u8] =
        b"GET http://refused/ HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n";

    /// Why a request is not to be served, but refused, and the connection closed. To be asked before
    /// anything else is done with it.
    pub(crate) fn refused(&self, version: Version, uri: &Uri) -> Option<WireFault> {
        if version > Version::HTTP_11 || uri.scheme().is_none() {
            return None;
        }
        // There is a fault where there is the mark.
        Some(lock(&self.state).fault.unwrap_or(WireFault::AbsoluteTarget))
    }

    /// Of a request that asks for another protocol, to be decided: not a byte of what follows it is read
    /// until then. To be taken from each request.
    pub(crate) fn decision(
        self: &Arc<Self>,
        version: Version,
        headers: &HeaderMap,
    ) -> Option<Decision> {
        let asks = version == Version::HTTP_11 && headers.contains_key(UPGRADE);
        asks.then(|| Decision {
            wire: Arc::clone(self),
            tunnel: false,
        })
    }

    /// The caller may take so long for a piece of an answer; the longest counts.
    pub(crate) fn may_wait(&self, time: Duration) {
        self.patience.fetch_max(in_millis(time), Relaxed);
    }

    pub(super) fn patience(&self) -> Option<Duration> {
        of_millis(self.patience.load(Relaxed))
    }

    /// The caller took nothing for so long.
    pub(super) fn give_up(&self, time: Duration) {
        self.untaken.store(in_millis(time), Relaxed);
    }

    /// How long the caller took nothing, where the connection ended of that.
    pub(crate) fn untaken(&self) -> Option<Duration> {
        of_millis(self.untaken.load(Relaxed))
    }

    pub(super) fn refuse(&self, fault: WireFault) {
        lock(&self.state).fault = Some(fault);
    }

    /// Whether bytes pass from here on.
    pub(super) fn poll_decided(&self, cx: &mut Context<'_>) -> Poll<bool> {
        let mut state = lock(&self.state);
        if let Some(tunnel) = state.tunnel.take() {
            return Poll::Ready(tunnel);
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// At least one: none is no time.
fn in_millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}

fn of_millis(time: u64) -> Option<Duration> {
    (time != 0).then(|| Duration::from_millis(time))
}

impl Decision {
    /// The other protocol was agreed to (status 101): all bytes pass.
    pub(crate) fn tunnel(mut self) {
        self.tunnel = true;
    }
}

impl Drop for Decision {
    fn drop(&mut self) {
        let mut state = lock(&self.wire.state);
        state.tunnel = Some(self.tunnel);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
