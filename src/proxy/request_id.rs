//! What one request is called in logs and in its answer.

use core::fmt;
use http::{HeaderName, HeaderValue};
use std::prelude::rust_2024::*;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// The header of an answer that says which line of the log is its own.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-sigv4-request-id");

/// Names for requests: what is of this process, and a number.
///
/// Nobody has to be unable to guess one, only no two may be the same, in the logs of many proxies:
/// so randomness is asked for once, and not by a call to the system for each request. A caller's
/// own `x-request-id` and `traceparent` pass as they came; none is made up for the upstream.
#[derive(Debug)]
pub(crate) struct RequestIds {
    process: u64,
    next: AtomicU64,
}

/// `3f09c1b22e4d-1f`: 48 random bits of the process, and the request's number in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestId {
    process: u64,
    number: u64,
}

impl RequestIds {
    pub(crate) fn new() -> Self {
        let mut bytes = [0; 8];
        // Without randomness they are still told apart within one log.
        let _ = getrandom::getrandom(&mut bytes);
        Self {
            process: u64::from_le_bytes(bytes) >> 16,
            next: AtomicU64::new(1),
        }
    }

    pub(crate) fn next(&self) -> RequestId {
        RequestId {
            process: self.process,
            number: self.next.fetch_add(1, Relaxed),
        }
    }
}

impl RequestId {
    /// `None` never: it is hexadecimal.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::try_from(self.to_string()).ok()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012x}-{:x}", self.process, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own() {
        let ids = RequestIds::new();
        let (first, second) = (ids.next().to_string(), ids.next().to_string());
        let (process, number) = first.split_once('-').unwrap();
        assert_eq!((process.len(), number), (12, "1"));
        assert_eq!(second, std::format!("{process}-2"));
        assert_ne!(RequestIds::new().process, ids.process);
    }
}
