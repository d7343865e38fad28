//! What belongs to one connection, and what is left of an older signature: neither goes on.

use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, EXPECT, Entry, HOST,
    HeaderName, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderValue};
use smallvec::SmallVec;
use std::prelude::rust_2024::*;

/// What an answer may be asked for beside its data.
const TRAILERS: &str = "trailers";

/// What signing writes, in whatever form: what a caller has of it was made for another host. And the wish
/// for a `100 Continue`, which was answered here.
const OF_SIGNATURE: [HeaderName; 6] = [
    EXPECT,
    AUTHORIZATION,
    HeaderName::from_static("x-amz-date"),
    HeaderName::from_static("x-amz-security-token"),
    HeaderName::from_static("x-amz-s3session-token"),
    HeaderName::from_static("x-amz-region-set"),
];

/// What is of a connection and never named by `Connection`, as it is since before that header was.
const OF_CONNECTION: [HeaderName; 5] = [
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("http2-settings"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
];

/// What ends with the connection, beside these.
const NAMED: [HeaderName; 4] = [CONNECTION, TE, TRANSFER_ENCODING, UPGRADE];

/// What a head says of its own connection, taken off it.
#[derive(Debug, Default)]
pub(crate) struct OfConnection {
    /// The protocol that it asks for or agrees to, where `Connection` names it.
    pub upgrade: Option<HeaderValue>,
    /// The caller takes trailers.
    pub takes_trailers: bool,
}

/// Takes off what ends at this hop (RFC 9110, 7.6.1): what `Connection` names, and what has
/// always been of one connection.
///
/// `Trailer` stays: it says what comes behind the body, which passes.
pub(crate) fn take_off(headers: &mut HeaderMap) -> OfConnection {
    let mut found = OfConnection::default();
    if !has_any(headers, &NAMED) && !has_any(headers, &OF_CONNECTION) {
        return found;
    }
    if let Entry::Occupied(te) = headers.entry(TE) {
        let (_, mut values) = te.remove_entry_mult();
        found.takes_trailers = values.any(|te| {
            let mut tokens = tokens(te.to_str().unwrap_or_default());
            tokens.any(|token| token.eq_ignore_ascii_case(TRAILERS))
        });
    }
    if headers.contains_key(CONNECTION) {
        let mut named = SmallVec::<[HeaderName; 4]>::new();
        for value in headers.get_all(CONNECTION) {
            let tokens = tokens(value.to_str().unwrap_or_default());
            named.extend(tokens.filter_map(|name| HeaderName::from_bytes(name.as_bytes()).ok()));
        }
        headers.remove(CONNECTION);
        for name in named {
            match headers.remove(&name) {
                Some(protocol) if name == UPGRADE && !is_http(&protocol) => {
                    found.upgrade = Some(protocol);
                }
                _ => {}
            }
        }
    }
    headers.remove(UPGRADE);
    // It overrides a length beside it, which then is none (RFC 9112, 6.3).
    if headers.remove(TRANSFER_ENCODING).is_some() {
        headers.remove(CONTENT_LENGTH);
    }
    remove_any(headers, &OF_CONNECTION);
    found
}

/// Heads are short, and have mostly none of what is looked for: to look at each header once is a fifth of
/// the work of looking for each name.
fn has_any(headers: &HeaderMap, names: &[HeaderName]) -> bool {
    headers.keys().any(|name| names.contains(name))
}

/// Each of them, where it is there.
pub(crate) fn remove_any(headers: &mut HeaderMap, names: &[HeaderName]) {
    if has_any(headers, names) {
        for name in names {
            headers.remove(name);
        }
    }
}

/// Whether it is HTTP itself, or TLS below it: requests behind it would pass unseen and unsigned, and the
/// upgrade to HTTP/2 is no more (RFC 9113, 3.1). To ignore the wish is allowed (RFC 9110, 7.8).
fn is_http(protocols: &HeaderValue) -> bool {
    let protocols = protocols.to_str().unwrap_or_default();
    tokens(protocols).any(|protocol| {
        let name = protocol.split('/').next().unwrap_or_default();
        let is = |own| name.eq_ignore_ascii_case(own);
        is("h2c") || is("h2") || is("http") || is("tls")
    })
}

/// Cookies that came in pieces, as HTTP/2 may send them: in one line again (RFC 9113, 8.2.3).
pub(crate) fn join_cookies(headers: &mut HeaderMap) {
    let mut pieces = headers.get_all(COOKIE).iter();
    let Some(first) = pieces.next() else { return };
    let mut joined = first.as_bytes().to_vec();
    let alone = joined.len();
    for piece in pieces {
        joined.extend_from_slice(b"; ");
        joined.extend_from_slice(piece.as_bytes());
    }
    if joined.len() != alone
        && let Ok(value) = HeaderValue::from_maybe_shared(Bytes::from(joined))
    {
        headers.insert(COOKIE, value);
    }
}

/// Takes off what an older signature has left.
///
/// `x-amz-content-sha256` stays: whether it is believed is the route's to say.
pub(crate) fn take_signature_off(headers: &mut HeaderMap) {
    remove_any(headers, &OF_SIGNATURE);
}

/// Puts back what this connection says, where it asks for another protocol.
pub(crate) fn ask_for(headers: &mut HeaderMap, protocol: HeaderValue) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, protocol);
}

impl OfConnection {
    /// Says upstream what the caller asked for: that trailers are welcome, another protocol.
    pub(crate) fn ask_on(self, headers: &mut HeaderMap) {
        if self.takes_trailers {
            headers.insert(TE, HeaderValue::from_static(TRAILERS));
        }
        if let Some(protocol) = self.upgrade {
            ask_for(headers, protocol);
        }
    }
}

/// Whether trailers may pass: those that frame, authenticate or route may not (RFC 9110, 6.5.1).
pub(crate) fn keep_trailers(trailers: &mut HeaderMap) {
    remove_any(trailers, &NAMED);
    remove_any(trailers, &OF_CONNECTION);
    remove_any(trailers, &[AUTHORIZATION, CONTENT_LENGTH, HOST, TRAILER]);
}

/// Whether trailers of a caller's may pass: those that a service reads as headers may not, either, as no
/// signature covers them.
pub(crate) fn keep_request_trailers(trailers: &mut HeaderMap) {
    keep_trailers(trailers);
    let is_signed = |name: &HeaderName| {
        let of_head = *name == CONTENT_TYPE || *name == COOKIE;
        of_head || name.as_str().starts_with("x-amz-")
    };
    let signed: Vec<_> = trailers
        .keys()
        .filter(|name| is_signed(name))
        .cloned()
        .collect();
    for name in signed {
        trailers.remove(name);
    }
}

fn tokens(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{join_cookies, keep_request_trailers, take_off};
    use http::header::{CONTENT_LENGTH, HeaderName};
    use http::{HeaderMap, HeaderValue};
    use std::prelude::rust_2024::*;

    fn headers(list: &[(&'static str, &'static str)]) -> HeaderMap {
        let header = |&(name, value)| {
            let name = HeaderName::from_static(name);
            (name, HeaderValue::from_static(value))
        };
        list.iter().map(header).collect()
    }

    fn upgrade_of(protocol: &'static str) -> Option<HeaderValue> {
        let mut headers = headers(&[
            ("connection", "Upgrade, HTTP2-Settings"),
            ("upgrade", protocol),
            ("http2-settings", "AAMAAABkAAQ"),
        ]);
        let upgrade = take_off(&mut headers).upgrade;
        assert!(headers.is_empty(), "{headers:?}");
        upgrade
    }

    #[test]
    fn http_behind_an_upgrade_is_not_asked_for() {
        for http in ["h2c", "H2C", "h2", "HTTP/2.0", "TLS/1.0", "websocket, h2c"] {
            assert_eq!(upgrade_of(http), None, "{http}");
        }
        for other in ["websocket", "tcp", "h2c-like"] {
            assert_eq!(upgrade_of(other).unwrap(), other);
        }
        let mut unnamed = headers(&[("http2-settings", "AAMAAABkAAQ")]);
        take_off(&mut unnamed);
        assert!(unnamed.is_empty());
    }

    #[test]
    fn trailers_are_welcome_in_whatever_line() {
        for lines in [
            &[("te", "gzip"), ("te", "trailers")][..],
            &[("te", "gzip, Trailers")],
        ] {
            let mut headers = headers(lines);
            assert!(take_off(&mut headers).takes_trailers, "{lines:?}");
            assert!(headers.is_empty());
        }
        assert!(!take_off(&mut headers(&[("te", "gzip")])).takes_trailers);
    }

    #[test]
    fn a_length_beside_a_coding_is_none() {
        let both = [("transfer-encoding", "chunked"), ("content-length", "5")];
        for (given, is_kept) in [(&both[..], false), (&both[1..], true)] {
            let mut headers = headers(given);
            take_off(&mut headers);
            assert_eq!(headers.contains_key(CONTENT_LENGTH), is_kept);
        }
    }

    #[test]
    fn cookies_are_one_line() {
        let mut pieces = headers(&[("cookie", "a=1"), ("x-a", "1"), ("cookie", "b=2; c=3")]);
        join_cookies(&mut pieces);
        let joined = headers(&[("cookie", "a=1; b=2; c=3"), ("x-a", "1")]);
        assert_eq!(pieces, joined);
        join_cookies(&mut pieces);
        assert_eq!(pieces, joined);
        let mut none = HeaderMap::new();
        join_cookies(&mut none);
        assert!(none.is_empty());
    }

    #[test]
    fn no_trailer_is_read_as_a_header() {
        let mut trailers = headers(&[
            ("x-sum", "7"),
            ("x-amz-meta-a", "1"),
            ("content-type", "text/html"),
            ("cookie", "a=1"),
            ("host", "other"),
        ]);
        keep_request_trailers(&mut trailers);
        assert_eq!(trailers, headers(&[("x-sum", "7")]));
    }
}
