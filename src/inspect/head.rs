//! Request line and headers of a request that is kept.

use crate::request::Header;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// How many bytes are kept of a head, and how many of a body.
pub(crate) const KEPT: usize = 64 << 10;

/// Request line and headers as in HTTP/1.1, in one piece: a session token is in it, so it is wiped.
pub(crate) struct Head {
    text: Zeroizing<Vec<u8>>,
    /// The headers are there, too.
    pub(crate) is_whole: bool,
}

/// How much is kept of a target whose head is too long.
const LINE: usize = 1_024;

/// Wipes all of it at once: `Zeroizing` by itself writes each byte alone, and twice.
pub(super) fn sweep(bytes: &mut Vec<u8>) {
    let mut bytes = core::mem::take(bytes);
    bytes.fill(0);
    zeroize::optimization_barrier(bytes.as_slice());
}

impl Head {
    /// As it arrived.
    pub(crate) fn of(parts: &http::request::Parts) -> Self {
        let mut before = String::new();
        if let (Some(scheme), Some(authority)) = (parts.uri.scheme_str(), parts.uri.authority()) {
            before = [scheme, "://", authority.as_str()].concat();
        }
        let target = target(&parts.uri);
        Self::new(&parts.method, [&before, target], None, &parts.headers)
    }

    /// As it arrived at a proxy. HTTP/2 has the host in its target.
    #[cfg(feature = "proxy")]
    pub(crate) fn arrived<B>(request: &http::Request<B>) -> Self {
        let headers = request.headers();
        let authority = request.uri().authority();
        let host = authority.filter(|_| !headers.contains_key(http::header::HOST));
        let host = host.map(http::uri::Authority::as_str);
        let target = target(request.uri());
        Self::new(request.method(), ["", target], host, headers)
    }

    /// As it is sent to where its host says.
    #[cfg(feature = "proxy")]
    pub(crate) fn sent(request: &http::Request<()>) -> Self {
        let target = target(request.uri());
        Self::new(request.method(), ["", target], None, request.headers())
    }

    /// Of what could not be read as one.
    #[cfg(feature = "proxy")]
    pub(crate) fn unknown() -> Self {
        Self {
            text: Zeroizing::default(),
            is_whole: false,
        }
    }

    /// Of a long one the request line alone, cut off. `host` is that of no header.
    fn new(
        method: &http::Method,
        target: [&str; 2],
        host: Option<&str>,
        headers: &http::HeaderMap,
    ) -> Self {
        let host = host.map(|host| ("host", host.as_bytes()));
        let headers = || {
            let headers = headers.iter();
            let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
            host.into_iter().chain(headers)
        };
        let lengths = headers().map(|(name, value)| {
            let length = name.len().saturating_add(value.len());
            length.saturating_add(3)
        });
        let line = target.iter().map(|piece| piece.len());
        let length = line.chain(lengths).fold(64, usize::saturating_add);
        let is_whole = length <= KEPT;
        let mut text = Vec::with_capacity(if is_whole { length } else { LINE + 64 });
        let mut put = |bytes: &[u8]| text.extend_from_slice(bytes);
        put(method.as_str().as_bytes());
        put(b" ");
        for piece in target {
            let shown = if is_whole {
                piece
            } else {
                piece.get(..LINE).unwrap_or(piece)
            };
            put(shown.as_bytes());
        }
        put(b"\r\n");
        if is_whole {
            for (name, value) in headers() {
                put(name.as_bytes());
                put(b":");
                put(value);
                put(b"\r\n");
            }
        }
        Self {
            text: Zeroizing::new(text),
            is_whole,
        }
    }

    pub(super) fn wipe(&mut self) {
        sweep(&mut self.text);
    }

    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let lines = self.text.split(|byte| *byte == b'\n');
        lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line))
    }

    pub(crate) fn method(&self) -> &str {
        self.request_line().0
    }

    pub(crate) fn target(&self) -> &str {
        self.request_line().1
    }

    fn request_line(&self) -> (&str, &str) {
        let line = self.lines().next().unwrap_or_default();
        let line = core::str::from_utf8(line).unwrap_or_default();
        line.split_once(' ').unwrap_or((line, ""))
    }

    pub(crate) fn headers(&self) -> Vec<Header<'_>> {
        let lines = self.lines().skip(1).filter(|line| !line.is_empty());
        lines
            .filter_map(|line| {
                let colon = line.iter().position(|byte| *byte == b':')?;
                let (name, value) = line.split_at_checked(colon)?;
                let name = core::str::from_utf8(name).ok()?;
                Some((name, value.get(1..)?))
            })
            .collect()
    }

    /// As the server had it.
    pub(crate) fn parts(&self) -> Option<http::request::Parts> {
        let mut request = http::Request::builder()
            .method(self.method())
            .uri(self.target());
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        Some(request.body(()).ok()?.into_parts().0)
    }

    /// What it takes.
    pub(super) fn bytes(&self) -> usize {
        self.text.capacity()
    }
}

fn target(uri: &http::Uri) -> &str {
    let target = uri.path_and_query();
    target.map_or("", http::uri::PathAndQuery::as_str)
}

#[cfg(test)]
mod tests {
    use super::{Head, KEPT, LINE};
    use std::prelude::rust_2024::*;

    fn head(target: &str, value: &str) -> Head {
        let request = http::Request::get(target).header("x-one", value);
        Head::of(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn a_head_is_kept_as_it_came() {
        let head = head("/a?b=c", "d: e");
        assert_eq!((head.method(), head.target()), ("GET", "/a?b=c"));
        assert_eq!(head.headers(), [("x-one", &b"d: e"[..])]);
    }

    #[test]
    fn of_a_long_one_the_beginning() {
        let long = "a".repeat(KEPT);
        let head = head(std::format!("/{long}").get(..60_000).unwrap(), &long);
        assert!(!head.is_whole && head.headers().is_empty());
        assert_eq!(head.target().len(), LINE);
        assert!(head.bytes() < 2 * LINE);
    }
}
