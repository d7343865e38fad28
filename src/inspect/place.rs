//! Where a reader of the page calls the gateway.

use crate::gateway::reached::reached;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::prelude::rust_2024::*;

/// Where the gateway listens, and what its reader calls this machine.
#[derive(Clone, Copy)]
pub(super) struct Place<'h> {
    address: SocketAddr,
    host: Option<&'h str>,
}

impl<'h> Place<'h> {
    /// `host` is what a request to the inspector names, with its port. It counts where the gateway
    /// listens on every address of the machine.
    pub(super) fn new(address: SocketAddr, host: &'h str) -> Self {
        let host = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let is_callable = address.ip().is_unspecified() && is_of(host, address.is_ipv4());
        Self {
            address: reached(address),
            host: is_callable.then_some(host),
        }
    }
}

/// A name, or an address of this kind; nothing that a shell would read in another way.
fn is_of(host: &str, is_ipv4: bool) -> bool {
    let inside = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    if let Some(inside) = inside {
        return !is_ipv4 && inside.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv6());
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    !host.is_empty()
        && !host.starts_with('-')
        && host.bytes().all(is_plain)
        && host
            .parse::<IpAddr>()
            .map_or(true, |ip| ip.is_ipv4() == is_ipv4)
}

impl fmt::Display for Place<'_> {
    /// As in a URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host {
            Some(host) => write!(f, "{host}:{}", self.address.port()),
            None => write!(f, "{}", self.address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Place;
    use std::prelude::rust_2024::*;

    #[test]
    fn by_the_readers_own_name() {
        for (address, host, called) in [
            ("127.0.0.1:80", "box.example:8025", "127.0.0.1:80"),
            ("192.0.2.1:80", "box.example:8025", "192.0.2.1:80"),
            ("0.0.0.0:80", "box.example:8025", "box.example:80"),
            ("0.0.0.0:80", "box.example", "box.example:80"),
            ("0.0.0.0:80", "192.0.2.1:8025", "192.0.2.1:80"),
            ("[::]:80", "[2001:db8::1]:8025", "[2001:db8::1]:80"),
            ("[::]:80", "box:8025", "box:80"),
            // Where it does not listen.
            ("0.0.0.0:80", "[::1]:8025", "127.0.0.1:80"),
            ("[::]:80", "192.0.2.1:8025", "[::1]:80"),
            // What is no name.
            ("0.0.0.0:80", "", "127.0.0.1:80"),
            ("0.0.0.0:80", "-K:8025", "127.0.0.1:80"),
            ("0.0.0.0:80", "a$(id):8025", "127.0.0.1:80"),
            ("0.0.0.0:80", "a/b@c:8025", "127.0.0.1:80"),
            ("[::]:80", "[a;b]:8025", "[::1]:80"),
        ] {
            let place = Place::new(address.parse().unwrap(), host);
            assert_eq!(place.to_string(), called, "{address} {host}");
        }
    }
}
