//! Hosts, as far as a signature looks at them.

/// The port that a `host` header leaves off (RFC 9110, 4.2 and 7.2).
pub(crate) fn default_port(scheme: Option<&str>) -> Option<u16> {
    match scheme {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    }
}
