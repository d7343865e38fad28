//! The host that a request names.

use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use std::net::IpAddr;

/// With its port; empty where there is none. HTTP/2 has it in the target.
pub(crate) fn named_host(head: &Parts) -> &str {
    let named = head.headers.get(HOST);
    let named = named.and_then(|value| value.to_str().ok());
    let of_uri = head.uri.authority().map(Authority::as_str);
    of_uri.or(named).unwrap_or_default()
}

pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// What may be shown of it: what stands before an `@` could be a password.
pub(crate) fn without_user(host: &str) -> &str {
    host.rsplit_once('@').map_or(host, |(_, host)| host)
}

/// Whether a name without a port is this machine's for itself: `localhost`, one below it, or an address of loopback.
pub(crate) fn is_of_this_machine(name: &str) -> bool {
    let below = name.len().checked_sub(".localhost".len());
    let below = below.and_then(|at| name.get(at..));
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || below.is_some_and(|end| end.eq_ignore_ascii_case(".localhost"))
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_of_this_machine;

    #[test]
    fn names_of_this_machine() {
        for (name, is_own) in [
            ("localhost", true),
            ("LocalHost", true),
            ("search.localhost", true),
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("[::1]", true),
            ("", false),
            ("notlocalhost", false),
            ("localhost.example", false),
            ("127.0.0.1.example", false),
            ("192.0.2.1", false),
            ("[2001:db8::1]", false),
        ] {
            assert_eq!(is_of_this_machine(name), is_own, "{name}");
        }
    }
}
