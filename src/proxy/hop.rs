//! What belongs to one connection, and what is left of an older signature: neither goes on.

use http::header::{
    AUTHORIZATION, CONNECTION, EXPECT, HeaderName, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE,
    TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderValue};
use smallvec::SmallVec;
use std::prelude::rust_2024::*;

/// What an answer may be asked for beside its data.
const TRAILERS: &str = "trailers";

/// What signing writes, in whatever form: what a caller has of it was made for another host.
const OF_SIGNATURE: [HeaderName; 5] = [
    AUTHORIZATION,
    HeaderName::from_static("x-amz-date"),
    HeaderName::from_static("x-amz-security-token"),
    HeaderName::from_static("x-amz-s3session-token"),
    HeaderName::from_static("x-amz-region-set"),
];

/// What is of a connection and never named by `Connection`, as it is since before that header was.
const OF_CONNECTION: [HeaderName; 4] = [
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
];

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
    if let Some(te) = headers.remove(TE) {
        let te = te.to_str().unwrap_or_default();
        found.takes_trailers = tokens(te).any(|token| token.eq_ignore_ascii_case(TRAILERS));
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
                Some(protocol) if name == UPGRADE => found.upgrade = Some(protocol),
                _ => {}
            }
        }
    }
    headers.remove(UPGRADE);
    headers.remove(TRANSFER_ENCODING);
    for name in OF_CONNECTION {
        headers.remove(name);
    }
    found
}

/// Takes off what an older signature has left, and the wish for a `100 Continue`, which was answered
/// here.
///
/// `x-amz-content-sha256` stays: whether it is believed is the route's to say.
pub(crate) fn take_signature_off(headers: &mut HeaderMap) {
    for name in OF_SIGNATURE {
        headers.remove(name);
    }
    headers.remove(EXPECT);
}

/// Puts back what this connection says, where it asks for another protocol.
pub(crate) fn ask_for(headers: &mut HeaderMap, protocol: HeaderValue) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, protocol);
}

/// Says upstream that trailers are welcome, as they are to the caller.
pub(crate) fn ask_for_trailers(headers: &mut HeaderMap) {
    headers.insert(TE, HeaderValue::from_static(TRAILERS));
}

/// Whether trailers may pass: those that frame, authenticate or route may not (RFC 9110, 6.5.1).
pub(crate) fn keep_trailers(trailers: &mut HeaderMap) {
    for name in [
        AUTHORIZATION,
        CONNECTION,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
    ] {
        trailers.remove(name);
    }
    for name in [http::header::CONTENT_LENGTH, http::header::HOST] {
        trailers.remove(name);
    }
    for name in OF_CONNECTION {
        trailers.remove(name);
    }
}

fn tokens(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|token| !token.is_empty())
}
