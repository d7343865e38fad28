//! Where secrets may travel in clear: nowhere that somebody else could listen.

use crate::sources::credentials_error::CredentialsError;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use std::format;
use std::io;
use std::net::ToSocketAddrs;
use std::prelude::rust_2024::*;
use std::sync::mpsc;
use std::thread;

/// Of ECS, of EKS Pod Identity in both versions.
const CONTAINERS: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
];

/// Nothing in std resolves a name with a time limit: a thread does, and may outlive the question.
const RESOLVES_WITHIN: Duration = Duration::from_secs(2);

pub(crate) fn is_trusted(address: IpAddr) -> bool {
    address.is_loopback() || CONTAINERS.contains(&address)
}

/// The address that a host of a URL is, if it is one; in brackets stands one of IPv6.
pub(crate) fn literal(host: &str) -> Option<IpAddr> {
    let bracketed = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    match bracketed {
        Some(host) => host.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.parse().ok(),
    }
}

/// All addresses of a name, each of which has to be trusted: what is asked next is one of these,
/// not whatever the name means then.
pub(crate) fn resolved(
    name: &str,
    host: &str,
    port: u16,
    look_up: impl FnOnce(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + 'static,
) -> Result<Vec<SocketAddr>, CredentialsError> {
    let failed = |problem: String| CredentialsError::failed(name, problem);
    let (sender, receiver) = mpsc::channel();
    let wanted = String::from(host);
    thread::Builder::new()
        .name("resolve".into())
        .spawn(move || {
            // Nobody listens any more after the time limit.
            let _ = sender.send(look_up(&wanted, port));
        })
        .map_err(|error| failed(format!("cannot start a thread: {error}")))?;
    let found = receiver.recv_timeout(RESOLVES_WITHIN);
    let found =
        found.map_err(|_| failed(format!("{host} was not resolved in {RESOLVES_WITHIN:?}")))?;
    let found = found.map_err(|error| failed(format!("{host} cannot be resolved: {error}")))?;
    match found.iter().find(|address| !is_trusted(address.ip())) {
        Some(other) => Err(failed(format!(
            "is plain http to {host}, which is {}: neither loopback nor ECS's or EKS's",
            other.ip()
        ))),
        None if found.is_empty() => Err(failed(format!("{host} has no address"))),
        None => Ok(found),
    }
}

/// As the system does it.
pub(crate) fn look_up(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    Ok((host, port).to_socket_addrs()?.collect())
}

#[cfg(test)]
mod tests {
    use super::{is_trusted, literal, resolved};
    use std::format;
    use std::io;
    use std::net::SocketAddr;
    use std::prelude::rust_2024::*;
    use std::vec;

    #[test]
    fn addresses() {
        for host in [
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
            "169.254.170.2",
            "169.254.170.23",
            "[fd00:ec2::23]",
        ] {
            assert!(literal(host).is_some_and(is_trusted), "{host}");
        }
        for host in [
            "169.254.170.3",
            "169.254.169.254",
            "10.0.0.1",
            "[fd00:ec2::254]",
            "[::ffff:127.0.0.1]",
            "::1",
            "localhost",
            "",
        ] {
            let trusted = literal(host).is_some_and(is_trusted);
            assert!(!trusted || host == "::1", "{host}");
        }
    }

    /// One address that is not trusted is enough.
    #[test]
    fn names() {
        let at = |text: &str| -> SocketAddr { text.parse().unwrap() };
        let lookup = |addresses: Vec<SocketAddr>| move |_: &str, _: u16| Ok(addresses);
        let good = vec![at("127.0.0.1:80"), at("[::1]:80")];
        assert_eq!(resolved("n", "a", 80, lookup(good.clone())).unwrap(), good);
        let mut bad = good;
        bad.push(at("192.0.2.1:80"));
        for (outcome, problem) in [
            (
                Ok(bad),
                "n: is plain http to a, which is 192.0.2.1: neither loopback nor ECS's or EKS's",
            ),
            (Ok(vec![]), "n: a has no address"),
            (
                Err(io::Error::other("no such name")),
                "n: a cannot be resolved: no such name",
            ),
        ] {
            let error = resolved("n", "a", 80, move |_, _| outcome).unwrap_err();
            assert_eq!(format!("{error}"), problem);
        }
    }
}
