//! A connection on which hyper sees one well-formed message after the other.

use super::framing::{Framing, Judged, Then};
use super::request_line;
use super::slow::Slow;
use super::wire::Wire;
use super::wire_fault::WireFault;
use crate::proxy::settings::Limits;
use core::ops::Range;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io::{self, IoSlice};
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf, Take};

/// What is read at a time where the reader has no room for it; and the least room to read into without
/// a copy.
const PIECE: usize = 2_048;
const ROOM: usize = 1_024;
/// What is handed over at once. hyper's buffer grows to twice of what it gets, and stays so for as long as
/// the connection does.
const AT_ONCE: u64 = 32 << 10;
/// What is read of an unfinished message after its answer, so that a reset does not overtake the
/// answer (RFC 9112, 9.6): bytes and time.
const LINGER: usize = 1 << 18;
const LINGER_TIME: Duration = Duration::from_secs(1);

/// A connection of a caller. It gives hyper the bytes of one message, and judges the next when it is
/// asked for more. Over HTTP/2 all passes: its frames know where messages end.
///
/// A head that is refused is answered as every other, after the answers before it: hyper gets a head in
/// its place that [`Wire::refused`] knows, and nothing more. A body that is refused ends in an
/// error that [`WireFault::of`] finds the fault in.
#[derive(Debug)]
pub(crate) struct Guarded<IO> {
    io: Take<IO>,
    framing: Framing,
    wire: Arc<Wire>,
    /// What has arrived and did not pass yet begins at `at`, and `ready` bytes of it can.
    held: Vec<u8>,
    at: usize,
    ready: usize,
    end: End,
    slow: Slow,
    /// No message was here yet.
    is_fresh: bool,
    linger: Linger,
    /// Runs while the caller does not take what is written.
    untaken: Slow,
}

/// What comes behind the bytes that are ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// More of them.
    Open,
    /// Nothing.
    Refused,
    /// An error.
    Broken(WireFault),
}

/// Reading on after the last answer.
#[derive(Debug)]
struct Linger {
    slow: Slow,
    left: usize,
    is_shut: bool,
}

impl<IO: AsyncRead> Guarded<IO> {
    pub(crate) fn new(io: IO, limits: &Limits) -> Self {
        Self {
            io: io.take(AT_ONCE),
            framing: Framing::new(limits),
            wire: Arc::default(),
            held: Vec::new(),
            at: 0,
            ready: 0,
            end: End::Open,
            slow: Slow::new(limits.read),
            is_fresh: true,
            linger: Linger {
                slow: Slow::new(LINGER_TIME),
                left: LINGER,
                is_shut: false,
            },
            untaken: Slow::new(limits.keep_alive),
        }
    }

    /// For the connection's service.
    pub(crate) fn wire(&self) -> Arc<Wire> {
        Arc::clone(&self.wire)
    }

    /// Where nothing is waited for, no memory is held.
    #[cfg(test)]
    pub(super) fn is_frugal(&self) -> bool {
        !self.held().is_empty() || self.held.capacity() == 0
    }

    /// An error where the caller has taken nothing for too long: nothing more can be told to it, and what
    /// the answer holds is needed.
    fn in_time<T>(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.untaken.stop();
            return polled;
        }
        if let Some(patience) = self.wire.patience() {
            self.untaken.set_limit(patience);
        }
        ready!(self.untaken.poll(cx));
        self.wire.give_up(self.untaken.limit());
        let why = "the caller took nothing for too long";
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, why)))
    }

    fn held(&self) -> &[u8] {
        self.held.get(self.at..).unwrap_or_default()
    }

    /// Gives what is ready, and forgets it.
    fn give(&mut self, buf: &mut ReadBuf<'_>) {
        let length = self.ready.min(buf.remaining());
        buf.put_slice(self.held().get(..length).unwrap_or_default());
        self.ready = self.ready.saturating_sub(length);
        self.at = self.at.saturating_add(length);
        if self.held().is_empty() {
            (self.held, self.at) = (Vec::new(), 0);
        }
    }

    /// What was judged of the bytes that are held.
    fn take(&mut self, Judged { pass, then }: Judged) {
        self.ready = pass;
        match then {
            Then::More | Then::End => {}
            Then::Escape { head, target } => self.escape(head, target),
            Then::Refused(fault) => self.refuse(fault),
            Then::Broken(fault) => self.end = End::Broken(fault),
        }
        if self.ready != 0 {
            self.head_is_there();
        }
    }

    fn head_is_there(&mut self) {
        self.slow.stop();
        self.is_fresh = false;
    }

    fn escape(&mut self, head: usize, target: Range<usize>) {
        let bytes = self.held();
        let part = |range: Range<usize>| bytes.get(range).unwrap_or_default();
        let mut escaped = Vec::with_capacity(bytes.len().saturating_add(64));
        escaped.extend_from_slice(part(0..target.start));
        request_line::escape(part(target.clone()), &mut escaped);
        escaped.extend_from_slice(part(target.end..head));
        let ready = escaped.len();
        escaped.extend_from_slice(part(head..bytes.len()));
        (self.held, self.at, self.ready) = (escaped, 0, ready);
    }

    fn refuse(&mut self, fault: WireFault) {
        self.wire.refuse(fault);
        (self.held, self.at) = (Wire::REFUSED.to_vec(), 0);
        self.ready = Wire::REFUSED.len();
        self.end = End::Refused;
    }
}

impl<IO: AsyncRead + Unpin> Guarded<IO> {
    /// Reads into the reader's own buffer, and takes back what may not pass. Ready with whether the
    /// reader has something now, be it the end.
    fn poll_direct(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<bool>> {
        let before = buf.filled().len();
        self.io.set_limit(AT_ONCE);
        if Pin::new(&mut self.io).poll_read(cx, buf)?.is_pending() {
            return self.poll_slow(cx);
        }
        let fresh = buf.filled().get(before..).unwrap_or_default();
        if fresh.is_empty() {
            return Poll::Ready(Ok(true));
        }
        let judged = self.framing.judge(fresh);
        let pass = match judged.then {
            Then::More | Then::End => judged.pass,
            _ => 0,
        };
        if let Some(rest) = fresh.get(pass..).filter(|rest| !rest.is_empty()) {
            self.held.extend_from_slice(rest);
        }
        buf.set_filled(before.saturating_add(pass));
        if pass == 0 {
            self.take(judged);
        } else {
            self.head_is_there();
        }
        Poll::Ready(Ok(pass != 0))
    }

    /// Reads more of a head that is held in part. Ready with whether that is the end.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        self.held.drain(..self.at);
        self.at = 0;
        let length = self.held.len();
        let room = PIECE.max(length.min(PIECE.saturating_mul(8)));
        self.held.resize(length.saturating_add(room), 0);
        let mut piece = ReadBuf::new(self.held.get_mut(length..).unwrap_or_default());
        let polled = Pin::new(self.io.get_mut()).poll_read(cx, &mut piece);
        let read = piece.filled().len();
        self.held.truncate(length.saturating_add(read));
        if self.held.is_empty() {
            self.held = Vec::new();
        }
        match polled? {
            Poll::Ready(()) => Poll::Ready(Ok(read == 0)),
            Poll::Pending => self.poll_slow(cx),
        }
    }

    /// Nothing has arrived. Ready with whether it is too late for that.
    fn poll_slow(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let has_begun = !self.held().is_empty();
        if !self.framing.is_before_body() || !(has_begun || self.is_fresh) {
            return Poll::Pending;
        }
        ready!(self.slow.poll(cx));
        if has_begun {
            let limit = self.slow.limit();
            self.refuse(WireFault::SlowHead { limit });
        }
        Poll::Ready(Ok(!has_begun))
    }

    /// Ready once nothing more has to be read before the connection is closed.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.end == End::Open && (self.framing.is_before_body() || self.framing.is_tunnel()) {
            return Poll::Ready(());
        }
        let mut bytes = [0; PIECE];
        while self.linger.left != 0 {
            let mut piece = ReadBuf::new(&mut bytes);
            match Pin::new(self.io.get_mut()).poll_read(cx, &mut piece) {
                Poll::Pending => return self.linger.slow.poll(cx),
                Poll::Ready(Ok(())) if !piece.filled().is_empty() => {
                    self.linger.left = self.linger.left.saturating_sub(piece.filled().len());
                }
                Poll::Ready(_) => break,
            }
        }
        Poll::Ready(())
    }
}

impl<IO: AsyncRead + Unpin> AsyncRead for Guarded<IO> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.ready != 0 {
                this.give(buf);
                return Poll::Ready(Ok(()));
            }
            match this.end {
                End::Open => {}
                // Its end would tell hyper that nobody waits for the answer any more.
                End::Refused => return Poll::Pending,
                End::Broken(fault) => {
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, fault)));
                }
            }
            if this.framing.is_held() {
                let tunnel = ready!(this.wire.poll_decided(cx));
                this.framing.decide(tunnel);
            }
            if this.held().is_empty() {
                if this.framing.is_tunnel() {
                    return Pin::new(this.io.get_mut()).poll_read(cx, buf);
                }
                if buf.remaining() >= ROOM {
                    if ready!(this.poll_direct(cx, buf))? {
                        return Poll::Ready(Ok(()));
                    }
                    continue;
                }
            } else {
                let judged = this
                    .framing
                    .judge(this.held.get(this.at..).unwrap_or_default());
                let is_new = judged.then != Then::More || judged.pass != 0;
                this.take(judged);
                if is_new {
                    continue;
                }
            }
            if ready!(this.poll_more(cx))? {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guarded<IO> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(this.io.get_mut()).poll_write(cx, bytes);
        this.in_time(cx, polled)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(this.io.get_mut()).poll_write_vectored(cx, pieces);
        this.in_time(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.get_ref().is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let polled = Pin::new(this.io.get_mut()).poll_flush(cx);
        this.in_time(cx, polled)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.linger.is_shut {
            ready!(Pin::new(this.io.get_mut()).poll_shutdown(cx))?;
            this.linger.is_shut = true;
        }
        this.poll_linger(cx).map(Ok)
    }
}
