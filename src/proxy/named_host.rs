//! The host that a request names.

use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;

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
