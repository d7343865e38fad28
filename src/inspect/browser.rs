//! Requests of browsers: whose page asks, and by which name.

use http::HeaderMap;
use http::header::{HeaderName, ORIGIN};
use std::net::IpAddr;
use std::prelude::rust_2024::*;

/// Where a request of a browser comes from
/// ([Fetch Metadata](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header)).
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Its browser says that another site asks.
pub(crate) fn is_of_other_site(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    sites.any(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"))
}

/// Its origin (RFC 6454, 7) is another one than that of the host, by any of these schemes.
pub(crate) fn is_of_other_origin(headers: &HeaderMap, host: &str, schemes: &[&str]) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    origins.any(|origin| !is_origin_of(origin.as_bytes(), host, schemes))
}

/// It says whose page asks, whatever it says.
#[cfg(feature = "proxy")]
pub(crate) fn says_who_asks(headers: &HeaderMap) -> bool {
    headers.contains_key(SEC_FETCH_SITE) || headers.contains_key(ORIGIN)
}

/// Whether an origin is that of a host, by one of these schemes.
pub(crate) fn is_origin_of(origin: &[u8], host: &str, schemes: &[&str]) -> bool {
    let behind = |scheme: &&str| origin.strip_prefix(scheme.as_bytes());
    let origin = schemes.iter().find_map(behind);
    origin.is_some_and(|origin| origin.eq_ignore_ascii_case(host.as_bytes()))
}

/// A name, without a port, that is this machine's for itself: `localhost`, one below it, or an address of
/// loopback.
#[cfg(any(test, feature = "proxy"))]
pub(crate) fn is_of_this_machine(name: &str) -> bool {
    is_own(name, |address| address.to_canonical().is_loopback())
}

/// A name, without a port, that no stranger can point at this machine: an address of such a kind,
/// `localhost`, and what is below that.
pub(crate) fn is_own(name: &str, is_own_address: impl Fn(IpAddr) -> bool) -> bool {
    let label = name.len().checked_sub(".localhost".len());
    let below_localhost = label.and_then(|at| name.get(at..));
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || below_localhost.is_some_and(|end| end.eq_ignore_ascii_case(".localhost"))
        || address.parse().is_ok_and(is_own_address)
}

#[cfg(test)]
mod tests {
    use super::{is_of_other_origin, is_of_this_machine, is_own};
    use http::HeaderMap;

    #[test]
    fn names_of_this_machine() {
        for (name, by_loopback, by_any) in [
            ("127.0.0.1", true, true),
            ("127.0.0.2", true, true),
            ("[::1]", true, true),
            ("[::ffff:127.0.0.1]", true, true),
            ("[::ffff:192.0.2.1]", false, true),
            ("192.0.2.1", false, true),
            ("LocalHost", true, true),
            ("inspector.localhost", true, true),
            (".localhost", true, true),
            ("evil.example", false, false),
            ("127.0.0.1.evil.example", false, false),
            ("localhost.evil.example", false, false),
            ("evillocalhost", false, false),
            ("", false, false),
        ] {
            assert_eq!(is_of_this_machine(name), by_loopback, "{name}");
            assert_eq!(is_own(name, |_| true), by_any, "{name}");
        }
    }

    #[test]
    fn origins_of_a_host() {
        let (plain, both) = (&["http://"][..], &["http://", "https://"][..]);
        for (origin, schemes, is_other) in [
            ("http://localhost:80", plain, false),
            ("http://LOCALHOST:80", plain, false),
            ("https://localhost:80", plain, true),
            ("https://localhost:80", both, false),
            ("http://localhost:81", both, true),
            ("http://evil.example", both, true),
            ("null", both, true),
        ] {
            let mut headers = HeaderMap::new();
            assert!(!is_of_other_origin(&headers, "localhost:80", schemes));
            headers.insert("origin", origin.parse().unwrap());
            let found = is_of_other_origin(&headers, "localhost:80", schemes);
            assert_eq!(found, is_other, "{origin}");
        }
    }
}
