//! A connection to an upstream, counted while it is open.

use super::metrics::shared::Counted;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::OwnedSemaphorePermit;

/// Any connection, and its count.
#[derive(Debug)]
pub(crate) struct CountedStream<S> {
    inner: S,
    _counted: Counted,
    _place: Option<OwnedSemaphorePermit>,
    /// It does not end with its request.
    is_kept: bool,
}

impl<S> CountedStream<S> {
    /// With its place among those that are kept, where there are only so many.
    pub(crate) fn new(
        inner: S,
        counted: Counted,
        place: Option<OwnedSemaphorePermit>,
        is_kept: bool,
    ) -> Self {
        Self {
            inner,
            _counted: counted,
            _place: place,
            is_kept,
        }
    }
}

impl<S: Connection> Connection for CountedStream<S> {
    fn connected(&self) -> Connected {
        let connected = self.inner.connected();
        if !self.is_kept {
            // Its pool takes no such connection back.
            connected.poison();
        }
        connected
    }
}

impl<S: Read + Unpin> Read for CountedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: Write + Unpin> Write for CountedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
