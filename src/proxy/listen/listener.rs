//! Connections as they arrive, so many at once.

use super::super::settings::{Listen, Settings};
use super::certificates::Certificates;
use super::stream::{Peer, Slot, Socket, Stream};
use super::tcp;
#[cfg(unix)]
use super::unix::Door;
use rustls::ServerConfig;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use std::{format, io};
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// How long to wait after a connection that could not be accepted, as for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// Where callers come in.
#[derive(Debug)]
pub(crate) struct Listener {
    door: At,
    certificates: Option<Certificates>,
    slots: Slots,
}

#[derive(Debug)]
enum At {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(Door),
}

/// Places for connections.
#[derive(Clone, Debug)]
pub(crate) struct Slots {
    all: usize,
    free: Arc<Semaphore>,
    taken: Arc<AtomicUsize>,
}

/// A connection that is accepted, before its handshake.
#[derive(Debug)]
pub(crate) struct Arriving {
    socket: Socket,
    peer: Peer,
    tls: Option<Arc<ServerConfig>>,
    slot: Slot,
}

impl Listener {
    /// Listens, within a runtime.
    ///
    /// # Errors
    /// What keeps it from listening; [`io::ErrorKind::PermissionDenied`] for an address beyond
    /// loopback that was not asked for; [`io::ErrorKind::AddrInUse`] where somebody listens;
    /// [`io::ErrorKind::InvalidInput`] for certificate files that cannot be used, and for a limit
    /// that lets nobody in.
    pub(crate) fn bind(settings: &Settings) -> io::Result<Self> {
        let slots = Slots::new(settings.limits.connections)?;
        // A certificate that is wrong is known before anybody can connect.
        let certificates = match &settings.tls {
            Some(files) => Some(Certificates::read(files)?),
            None => None,
        };
        let door = match &settings.listen {
            Listen::Tcp(address) => At::Tcp(tcp::bind(*address, settings.beyond_loopback)?),
            #[cfg(unix)]
            Listen::Unix(path) => At::Unix(Door::open(path)?),
            #[cfg(not(unix))]
            Listen::Unix(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::Unsupported,
                    "UNIX sockets are not supported on this system",
                ));
            }
        };
        Ok(Self {
            door,
            certificates,
            slots,
        })
    }

    /// Where it listens, with the port that was taken.
    pub(crate) fn address(&self) -> io::Result<Listen> {
        match &self.door {
            At::Tcp(listener) => listener.local_addr().map(Listen::Tcp),
            #[cfg(unix)]
            At::Unix(door) => Ok(Listen::Unix(door.path().into())),
        }
    }

    /// The places of its connections.
    pub(crate) fn slots(&self) -> &Slots {
        &self.slots
    }

    /// The next connection, once there is a place for it. What cannot be accepted is logged, a line
    /// each time that it begins to fail, and tried again.
    pub(crate) async fn accept(&self) -> Arriving {
        let permit = self.slots.free().await;
        let mut is_failing = false;
        let (socket, peer) = loop {
            match self.door.accept().await {
                Ok(accepted) => break accepted,
                Err(error) => {
                    // Out of file descriptors, or the caller is gone already.
                    if !is_failing {
                        log::warn!("accept: {error}");
                    }
                    is_failing = true;
                    sleep(PAUSE).await;
                }
            }
        };
        Arriving {
            socket,
            peer,
            tls: self.certificates.as_ref().map(Certificates::current),
            slot: Slot::new(permit, &self.slots.taken),
        }
    }
}

impl At {
    async fn accept(&self) -> io::Result<(Socket, Peer)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, address) = listener.accept().await?;
                // It makes answers faster, and is not needed for them to be right.
                let _ = stream.set_nodelay(true);
                Ok((Socket::Tcp(stream), Peer::Tcp(address)))
            }
            #[cfg(unix)]
            Self::Unix(door) => {
                let (stream, _) = door.listener.accept().await?;
                let process = stream.peer_cred().ok().and_then(|caller| caller.pid());
                Ok((Socket::Unix(stream), Peer::Unix(process)))
            }
        }
    }
}

impl Slots {
    pub(crate) fn new(all: usize) -> io::Result<Self> {
        if !(1..=Semaphore::MAX_PERMITS).contains(&all) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "{all} connections are not from 1 to {}",
                    Semaphore::MAX_PERMITS
                ),
            ));
        }
        Ok(Self {
            all,
            free: Arc::new(Semaphore::new(all)),
            taken: Arc::default(),
        })
    }

    /// As if so many were open.
    #[cfg(test)]
    pub(crate) fn with_taken(all: usize, taken: usize) -> Self {
        Self {
            all,
            free: Arc::new(Semaphore::new(all)),
            taken: Arc::new(AtomicUsize::new(taken)),
        }
    }

    async fn free(&self) -> OwnedSemaphorePermit {
        match self.free.clone().acquire_owned().await {
            Ok(permit) => permit,
            // Nobody closes it.
            Err(_) => std::future::pending().await,
        }
    }

    /// More than an eighth of them is taken: who comes now gets less than who came before.
    pub(crate) fn is_crowded(&self) -> bool {
        self.taken() > (self.all / 8).max(1)
    }

    /// How many connections are open.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Relaxed)
    }
}

impl Arriving {
    pub(crate) fn peer(&self) -> Peer {
        self.peer
    }

    /// After its handshake, where there is one.
    ///
    /// # Errors
    /// What came of the handshake; [`io::ErrorKind::TimedOut`] where it was not over in time.
    pub(crate) async fn established(self, patience: Duration) -> io::Result<Stream> {
        let Some(config) = self.tls else {
            return Ok(Stream::plain(self.socket, self.slot));
        };
        let handshake = TlsAcceptor::from(config).accept(self.socket);
        match timeout(patience, handshake).await {
            Ok(stream) => Ok(Stream::tls(stream?, self.slot)),
            Err(_) => Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("no TLS handshake within {patience:?}"),
            )),
        }
    }
}
