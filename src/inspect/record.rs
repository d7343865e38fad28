//! One request as it was, kept until somebody looks at it.

use super::verdict::Verdict;
use crate::gateway::reply::Why;
use crate::request::timestamp::Timestamp;
use crate::request::{Header, Payload, Request};
use bytes::Bytes;
use std::prelude::rust_2024::*;
use std::sync::OnceLock;
use std::time::Duration;
use zeroize::Zeroizing;

/// How many bytes are kept of a head, and how many of a body.
pub(crate) const KEPT: usize = 64 << 10;

/// A request and what was answered. What it means is found out when somebody looks.
pub(crate) struct Record {
    /// From 1.
    pub(crate) id: u64,
    /// What it takes.
    pub(crate) bytes: usize,
    pub(crate) seen: Seen,
    pub(crate) row: OnceLock<serde_json::Value>,
}

/// What is known of a request when its answer is made.
pub(crate) struct Seen {
    /// By the clock that it was judged by.
    pub(crate) at: Timestamp,
    pub(crate) took: Duration,
    /// `None` where there was no answer.
    pub(crate) status: Option<u16>,
    pub(crate) head: Head,
    pub(crate) body: Body,
    pub(crate) by: By,
}

/// Who judged it.
#[cfg_attr(not(feature = "proxy"), allow(dead_code))] // which has an upstream
pub(crate) enum By {
    Gateway(Judged),
    /// The proxy signed it, and somebody else answered.
    Upstream(Answered),
}

/// What the gateway knows of a request beside itself.
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    pub(crate) why: Why,
    /// The line of the log.
    pub(crate) note: Box<str>,
    /// The signature is that of the access key.
    pub(crate) proven: bool,
    /// Of a refusal that says nothing of what arrived.
    pub(crate) body: Option<Bytes>,
}

/// An answer.
#[derive(Default)]
pub(crate) struct Answered {
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// Of a refusal that was read.
    pub(crate) body: Option<Zeroizing<Vec<u8>>>,
}

/// Request line and headers as in HTTP/1.1, in one piece: a session token is in it, so it is wiped.
pub(crate) struct Head {
    text: Zeroizing<Vec<u8>>,
    /// The headers are there, too.
    pub(crate) is_whole: bool,
}

/// What is known of a body.
#[derive(Default)]
#[cfg_attr(not(feature = "proxy"), allow(dead_code))] // which sends it on
pub(crate) enum Body {
    /// Refused before it was read.
    #[default]
    Unread,
    Kept(Zeroizing<Vec<u8>>),
    Hashed {
        bytes: u64,
        sha256: Option<[u8; 32]>,
    },
    /// Sent on.
    Sent {
        payload: Payload<'static>,
        bytes: u64,
    },
}

impl Head {
    /// As it arrived.
    pub(crate) fn of(parts: &http::request::Parts) -> Self {
        let target = parts.uri.path_and_query();
        let target = target.map_or("", http::uri::PathAndQuery::as_str);
        let mut before = String::new();
        if let (Some(scheme), Some(authority)) = (parts.uri.scheme_str(), parts.uri.authority()) {
            before = [scheme, "://", authority.as_str()].concat();
        }
        Self::new(&parts.method, [&before, target], &parts.headers)
    }

    /// As it is sent to where its host says.
    #[cfg(feature = "proxy")]
    pub(crate) fn sent(request: &http::Request<()>) -> Self {
        let target = request.uri().path_and_query();
        let target = target.map_or("", http::uri::PathAndQuery::as_str);
        Self::new(request.method(), ["", target], request.headers())
    }

    /// Of a long one the request line alone, cut off.
    fn new(method: &http::Method, target: [&str; 2], headers: &http::HeaderMap) -> Self {
        let lengths = headers.iter().map(|(name, value)| {
            let length = name.as_str().len().saturating_add(value.len());
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
            for (name, value) in headers {
                put(name.as_str().as_bytes());
                put(b":");
                put(value.as_bytes());
                put(b"\r\n");
            }
        }
        Self {
            text: Zeroizing::new(text),
            is_whole,
        }
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

    fn bytes(&self) -> usize {
        self.text.capacity()
    }
}

/// How much is kept of a target whose head is too long.
const LINE: usize = 1_024;

impl Body {
    /// Of one that is there in one piece. Of a long one the hash, where it is not known already.
    pub(crate) fn of(bytes: &[u8], is_known: impl FnOnce() -> bool) -> Self {
        if bytes.len() <= KEPT {
            return Self::Kept(Zeroizing::new(bytes.to_vec()));
        }
        let sha256 = (!is_known()).then(|| crate::signature::hash::sha256(bytes));
        Self::Hashed {
            bytes: bytes.len() as u64,
            sha256,
        }
    }

    pub(crate) fn bytes(&self) -> Option<u64> {
        match self {
            Self::Unread => None,
            Self::Kept(bytes) => Some(bytes.len() as u64),
            Self::Hashed { bytes, .. } | Self::Sent { bytes, .. } => Some(*bytes),
        }
    }

    pub(crate) fn kept(&self) -> Option<&[u8]> {
        match self {
            Self::Kept(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub(crate) fn payload(&self) -> Payload<'_> {
        match self {
            Self::Kept(bytes) => Payload::Bytes(bytes),
            Self::Hashed {
                sha256: Some(hash), ..
            } => Payload::Sha256(*hash),
            Self::Sent { payload, .. } => *payload,
            Self::Unread | Self::Hashed { .. } => Payload::Unsigned,
        }
    }
}

impl Seen {
    pub(crate) fn request<'r>(&'r self, headers: &'r [Header<'r>]) -> Request<'r> {
        Request {
            method: self.head.method(),
            target: self.head.target(),
            headers,
            payload: self.body.payload(),
        }
    }

    /// What it takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let body = self.body.kept().map_or(0, <[u8]>::len);
        let answer = match &self.by {
            By::Gateway(judged) => {
                let body = judged.body.as_ref().map_or(0, Bytes::len);
                judged.note.len().saturating_add(body)
            }
            By::Upstream(answered) => {
                let headers = answered.headers.iter();
                let headers = headers.map(|(name, value)| name.len().saturating_add(value.len()));
                let body = answered.body.as_ref().map_or(0, |body| body.len());
                headers.fold(body, usize::saturating_add)
            }
        };
        let parts = [self.head.bytes(), body, answer, size_of::<Record>()];
        parts.into_iter().fold(0, usize::saturating_add)
    }
}

impl Answered {
    pub(crate) fn headers(&self) -> Vec<Header<'_>> {
        let headers = self.headers.iter();
        headers
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, Head, KEPT, LINE};
    use crate::request::Payload;
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

    #[test]
    fn of_a_long_body_the_hash() {
        let long = std::vec![0; KEPT + 1];
        let hash = crate::signature::hash::sha256(&long);
        assert_eq!(Body::of(&long, || false).payload(), Payload::Sha256(hash));
        assert_eq!(Body::of(&long, || true).payload(), Payload::Unsigned);
        assert_eq!(Body::of(b"a", || false).kept(), Some(&b"a"[..]));
    }
}
