//! Where a server is called.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// One that listens on every address is called on this machine by loopback: its own address is none to
/// connect to.
pub(crate) fn reached(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::reached;

    #[test]
    fn what_can_be_called() {
        for (listens, called) in [
            ("127.0.0.1:1", "127.0.0.1:1"),
            ("192.0.2.1:1", "192.0.2.1:1"),
            ("0.0.0.0:1", "127.0.0.1:1"),
            ("[::]:1", "[::1]:1"),
            ("[2001:db8::1]:1", "[2001:db8::1]:1"),
        ] {
            assert_eq!(reached(listens.parse().unwrap()), called.parse().unwrap());
        }
    }
}
