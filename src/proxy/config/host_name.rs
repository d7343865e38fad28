//! Hosts in settings: what a caller's `host` is compared with, and what stands for several.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::prelude::rust_2024::*;

/// A name of DNS or an address, in lower case, without a port (RFC 1123, 2.1; underscores, which
/// names in networks of containers have, may stand in it).
pub(super) fn host(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let address = lower
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let good = match address {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => is_name(&lower),
    };
    good.then_some(lower)
}

/// A host, or `*.` and the name that it ends with.
pub(super) fn pattern(text: &str) -> Option<String> {
    match text.strip_prefix("*.") {
        Some(rest) => host(rest)
            .filter(|rest| !rest.starts_with('[') && rest.parse::<Ipv4Addr>().is_err())
            .map(|rest| ["*.", &rest].concat()),
        None => host(text),
    }
}

/// Whether a pattern, or a host, is among what another allows.
pub(in crate::proxy) fn covers(pattern: &str, other: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(end) => other.trim_start_matches('*').ends_with(end) && other.len() > end.len(),
        None => pattern == other,
    }
}

fn is_name(text: &str) -> bool {
    let label = |label: &str| {
        let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=63).contains(&label.len())
            && label.bytes().all(inside)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    let numeric = last.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 253
        && text.split('.').all(label)
        // What ends with a number is an address, or nothing.
        && (!numeric || text.parse::<Ipv4Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::{covers, host, pattern};
    use std::prelude::rust_2024::*;

    #[test]
    fn hosts() {
        for (text, expected) in [
            ("Search.LocalHost", Some("search.localhost")),
            ("a_b", Some("a_b")),
            ("127.0.0.1", Some("127.0.0.1")),
            ("[::1]", Some("[::1]")),
            ("", None),
            (".", None),
            ("a.", None),
            ("a..b", None),
            ("-a", None),
            ("a-", None),
            ("a:80", None),
            ("::1", None),
            ("[::1", None),
            ("[::1]:80", None),
            ("1.2.3", None),
            ("256.1.1.1", None),
            ("*.a", None),
            ("a b", None),
            ("\u{fc}.example", None),
            ("a/b", None),
        ] {
            assert_eq!(host(text).as_deref(), expected, "{text}");
        }
        assert_eq!(host(&"a".repeat(64)), None);
        assert_eq!(host(&"a.".repeat(130)), None);
    }

    #[test]
    fn patterns() {
        for (text, expected) in [
            ("*.AmazonAws.com", Some("*.amazonaws.com")),
            ("a.example", Some("a.example")),
            ("*", None),
            ("*.", None),
            ("*a.example", None),
            ("a.*.example", None),
            ("*.*.example", None),
            ("*.1.2.3.4", None),
            ("*.[::1]", None),
        ] {
            assert_eq!(pattern(text).as_deref(), expected, "{text}");
        }
        for (pattern, other, expected) in [
            ("a.example", "a.example", true),
            ("a.example", "b.a.example", false),
            ("*.example", "a.example", true),
            ("*.example", "b.a.example", true),
            ("*.example", "example", false),
            ("*.example", "an.other-example", false),
            ("*.example", "*.example", true),
            ("*.example", "*.a.example", true),
            ("*.a.example", "*.example", false),
            ("a.example", "*.example", false),
        ] {
            assert_eq!(covers(pattern, other), expected, "{pattern} {other}");
        }
    }
}
