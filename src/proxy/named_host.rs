//! The host that a request names.

use core::fmt;
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
fn without_user(host: &str) -> &str {
    host.rsplit_once('@').map_or(host, |(_, host)| host)
}

/// The longest name of a host (RFC 1035, 3.1, without lengths).
const LONGEST: usize = 253;

/// As much of that as a host can have.
pub(crate) struct ShownHost<'h>(pub(crate) &'h str);

impl fmt::Display for ShownHost<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = without_user(self.0);
        match host.char_indices().nth(LONGEST) {
            None => f.write_str(host),
            Some((end, _)) => write!(f, "{}…", host.get(..end).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ShownHost;
    use std::format;
    use std::prelude::rust_2024::*;
    use std::string::ToString;

    #[test]
    fn no_more_is_shown_than_a_host_can_have() {
        let longest = "a".repeat(253);
        assert_eq!(ShownHost(&longest).to_string(), longest);
        let longer = format!("user:password@{longest}aa");
        assert_eq!(ShownHost(&longer).to_string(), format!("{longest}…"));
    }
}
