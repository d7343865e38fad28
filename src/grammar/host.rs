//! Hosts, as far as a signature looks at them.

#[cfg(any(feature = "client", feature = "tower"))]
use core::net::{IpAddr, Ipv6Addr};

/// The port that a `host` header leaves off (RFC 9110, 4.2 and 7.2; RFC 6455, 3 and 4.1: a
/// WebSocket begins as a request of HTTP).
pub(crate) fn default_port(scheme: Option<&str>) -> Option<u16> {
    match scheme {
        Some("https" | "wss") => Some(443),
        Some("http" | "ws") => Some(80),
        _ => None,
    }
}

/// This machine, by the name `localhost` or by address.
#[cfg(any(feature = "client", feature = "tower"))]
pub(crate) fn is_loopback(host: &str) -> bool {
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    // In brackets stands an address of IPv6 (RFC 3986, 3.2.2), and nothing else.
    let bracketed = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    match bracketed {
        Some(host) => host.parse::<Ipv6Addr>().map(IpAddr::V6),
        None => host.parse::<IpAddr>(),
    }
    .is_ok_and(|address| address.is_loopback())
}
