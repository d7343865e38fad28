//! Bytes that pass through a tunnel, and its end where none do.

use super::drain::first;
use core::pin::{Pin, pin};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use core::task::{Context, Poll, ready};
use std::future::{Future, poll_fn};
use std::io;
use std::prelude::rust_2024::*;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, sleep};

/// One side of a tunnel. What is read from it or written to it counts.
#[derive(Debug)]
pub(crate) struct Passing<'c, IO> {
    io: IO,
    /// Pieces, of both sides.
    passed: &'c AtomicU64,
    read: u64,
    written: u64,
    /// It ended in an error.
    is_broken: bool,
}

impl<'c, IO> Passing<'c, IO> {
    pub(crate) fn new(io: IO, passed: &'c AtomicU64) -> Self {
        Self {
            io,
            passed,
            read: 0,
            written: 0,
            is_broken: false,
        }
    }

    /// How many bytes were read from it.
    pub(crate) fn read(&self) -> u64 {
        self.read
    }

    /// How many bytes were written to it.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// Whether it was this side that ended in an error.
    pub(crate) fn is_broken(&self) -> bool {
        self.is_broken
    }

    fn note<T>(&mut self, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        self.is_broken |= matches!(polled, Poll::Ready(Err(_)));
        polled
    }
}

/// What a future gives, or `None` once nothing has passed for so long.
pub(crate) async fn while_passing<F: Future>(
    tunnel: F,
    passed: &AtomicU64,
    idle: Duration,
) -> Option<F::Output> {
    let mut timer = pin!(sleep(idle));
    let mut seen = passed.load(Relaxed);
    let silence = poll_fn(move |context| {
        let now = passed.load(Relaxed);
        if now != seen {
            seen = now;
            // A time without an end is none.
            let end = Instant::now().checked_add(idle);
            let end = end.unwrap_or(timer.deadline());
            timer.as_mut().reset(end);
        }
        timer.as_mut().poll(context)
    });
    first(pin!(tunnel), silence).await
}

impl<IO: AsyncRead + Unpin> AsyncRead for Passing<'_, IO> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let polled = Pin::new(&mut this.io).poll_read(context, buffer);
        ready!(this.note(polled))?;
        let length = buffer.filled().len().saturating_sub(before);
        this.read = this.read.saturating_add(length as u64);
        this.passed.fetch_add(1, Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Passing<'_, IO> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.io).poll_write(context, bytes);
        let written = ready!(this.note(polled))?;
        this.written = this.written.saturating_add(written as u64);
        this.passed.fetch_add(1, Relaxed);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_flush(context);
        self.note(polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_shutdown(context);
        self.note(polled)
    }
}

#[cfg(test)]
mod tests {
    use super::{Passing, while_passing};
    use core::sync::atomic::AtomicU64;
    use std::prelude::rust_2024::*;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional, duplex};
    use tokio::time::{Instant, sleep};

    const IDLE: Duration = Duration::from_secs(600);

    #[tokio::test(start_paused = true)]
    async fn a_tunnel_ends_where_nothing_passes() {
        let (mut caller, here) = duplex(64);
        let (mut upstream, there) = duplex(64);
        let began = Instant::now();
        let tunnel = tokio::spawn(async move {
            let passed = AtomicU64::new(0);
            let mut here = Passing::new(here, &passed);
            let mut there = Passing::new(there, &passed);
            let joined = copy_bidirectional(&mut here, &mut there);
            let is_idle = while_passing(joined, &passed, IDLE).await.is_none();
            assert_eq!((here.read(), here.written()), (4 + 4, 4 + 4));
            is_idle
        });
        // Either way keeps it, as long as something passes now and then.
        for round in 0..4 {
            sleep(IDLE / 3 * 2).await;
            let (from, to) = if round % 2 == 0 {
                (&mut caller, &mut upstream)
            } else {
                (&mut upstream, &mut caller)
            };
            from.write_all(b"here").await.unwrap();
            let mut came = [0; 4];
            to.read_exact(&mut came).await.unwrap();
            assert_eq!(&came, b"here");
        }
        assert!(tunnel.await.unwrap());
        assert_eq!(began.elapsed().as_secs(), 4 * 400 + 600);
        // Both are told.
        assert_eq!(caller.read(&mut [0; 4]).await.unwrap(), 0);
        assert_eq!(upstream.read(&mut [0; 4]).await.unwrap(), 0);
    }
}
