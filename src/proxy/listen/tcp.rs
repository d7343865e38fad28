//! A port, on loopback unless told otherwise.

use std::net::SocketAddr;
use std::{format, io};
use tokio::net::{TcpListener, TcpSocket};

/// Connections that the kernel keeps until they are accepted: those that wait for one of
/// [`Limits::connections`](super::super::settings::Limits) to end are among them.
pub(crate) const BACKLOG: u32 = 1_024;

/// Other machines reach an address beyond loopback.
///
/// # Errors
/// [`io::ErrorKind::PermissionDenied`] for one that was not asked for; what keeps it from listening.
pub(crate) fn bind(address: SocketAddr, beyond_loopback: bool) -> io::Result<TcpListener> {
    if !address.ip().to_canonical().is_loopback() && !beyond_loopback {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("{} can be reached from other machines", address.ip()),
        ));
    }
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // Elsewhere it takes a port from somebody who listens on it.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
