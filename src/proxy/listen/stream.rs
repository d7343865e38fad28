//! A caller's connection, whatever it came through.

use std::boxed::Box;
use std::fmt;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio_rustls::server::TlsStream;

/// Who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// An address and a port.
    Tcp(SocketAddr),
    /// A process of this machine, where the system tells which.
    Unix(Option<i32>),
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(Some(process)) => write!(f, "unix:{process}"),
            Self::Unix(None) => f.write_str("unix"),
        }
    }
}

/// A connection, and its place among those that may be open.
#[derive(Debug)]
pub(crate) struct Stream {
    carrier: Carrier,
    /// Given back when the last of it is dropped, as after an upgrade.
    _slot: Slot,
}

/// A connection's place: counted while it is open.
#[derive(Debug)]
pub(super) struct Slot {
    _permit: OwnedSemaphorePermit,
    taken: Arc<AtomicUsize>,
}

impl Slot {
    pub(super) fn new(permit: OwnedSemaphorePermit, taken: &Arc<AtomicUsize>) -> Self {
        taken.fetch_add(1, Relaxed);
        Self {
            _permit: permit,
            taken: taken.clone(),
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.taken.fetch_sub(1, Relaxed);
    }
}

#[derive(Debug)]
enum Carrier {
    Plain(Socket),
    Tls(Box<TlsStream<Socket>>),
}

/// What bytes go through.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Stream {
    pub(super) fn plain(socket: Socket, slot: Slot) -> Self {
        Self {
            carrier: Carrier::Plain(socket),
            _slot: slot,
        }
    }

    pub(super) fn tls(stream: TlsStream<Socket>, slot: Slot) -> Self {
        Self {
            carrier: Carrier::Tls(Box::new(stream)),
            _slot: slot,
        }
    }

    /// What was agreed upon (ALPN); `None` without TLS, or where the caller named nothing.
    #[cfg(test)]
    pub(super) fn protocol(&self) -> Option<&[u8]> {
        match &self.carrier {
            Carrier::Plain(_) => None,
            Carrier::Tls(stream) => stream.get_ref().1.alpn_protocol(),
        }
    }
}

/// Goes on with what is inside.
macro_rules! inside {
    ($carrier:expr, $inner:ident => $call:expr) => {
        match $carrier {
            Carrier::Plain(Socket::Tcp($inner)) => $call,
            #[cfg(unix)]
            Carrier::Plain(Socket::Unix($inner)) => $call,
            Carrier::Tls($inner) => $call,
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        inside!(&mut self.carrier, inner => Pin::new(inner).poll_read(context, buffer))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        inside!(&mut self.carrier, inner => Pin::new(inner).poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        inside!(&mut self.carrier, inner => Pin::new(inner).poll_write_vectored(context, pieces))
    }

    fn is_write_vectored(&self) -> bool {
        inside!(&self.carrier, inner => inner.is_write_vectored())
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        inside!(&mut self.carrier, inner => Pin::new(inner).poll_flush(context))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        inside!(&mut self.carrier, inner => Pin::new(inner).poll_shutdown(context))
    }
}

/// Goes on with what is inside, below TLS.
macro_rules! below {
    ($socket:expr, $inner:ident => $call:expr) => {
        match $socket {
            Socket::Tcp($inner) => $call,
            #[cfg(unix)]
            Socket::Unix($inner) => $call,
        }
    };
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        below!(self.get_mut(), inner => Pin::new(inner).poll_read(context, buffer))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        below!(self.get_mut(), inner => Pin::new(inner).poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        below!(self.get_mut(), inner => Pin::new(inner).poll_write_vectored(context, pieces))
    }

    fn is_write_vectored(&self) -> bool {
        below!(self, inner => inner.is_write_vectored())
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        below!(self.get_mut(), inner => Pin::new(inner).poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        below!(self.get_mut(), inner => Pin::new(inner).poll_shutdown(context))
    }
}
