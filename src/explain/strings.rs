//! A canonical request and a string to sign, taken apart again.

use alloc::vec::Vec;

/// The lines of a canonical request.
#[derive(Clone, Debug)]
pub(super) struct Canonical<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    pub headers: Vec<(&'a str, &'a str)>,
    pub signed_headers: &'a str,
    pub payload_hash: &'a str,
}

impl<'a> Canonical<'a> {
    /// Method, path, query, one line for each header, an empty line, the names of the
    /// signed headers, the payload hash. One that is cut off has no whole hash.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
        let (method, path, query) = (lines.next()?, lines.next()?, lines.next()?);
        let headers = lines
            .by_ref()
            .take_while(|line| !line.is_empty())
            .map(|line| line.split_once(':').unwrap_or((line, "")))
            .collect();
        let (signed_headers, payload_hash) = (lines.next()?, lines.next()?);
        is_payload_hash(payload_hash).then_some(Self {
            method,
            path,
            query,
            headers,
            signed_headers,
            payload_hash,
        })
    }

    pub(super) fn header(&self, wanted: &str) -> Option<&'a str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(name, _)| *name == wanted)
            .map(|found| found.1)
    }
}

/// The lines of a string to sign, the scope taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct ToSign<'a> {
    pub time: &'a str,
    pub scope: &'a str,
    /// Empty in Signature Version 4A.
    pub region: &'a str,
    pub service: &'a str,
    pub hash: &'a str,
}

impl<'a> ToSign<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut lines = text.trim().lines().map(str::trim);
        let _algorithm = lines.next()?;
        let (time, scope, hash) = (lines.next()?, lines.next()?, lines.next()?);
        let mut parts = scope.split('/').skip(1);
        let (region, service) = match (parts.next()?, parts.next()?, parts.next()) {
            (service, _, None) => ("", service),
            (region, service, Some(_)) => (region, service),
        };
        is_hash(hash).then_some(Self {
            time,
            scope,
            region,
            service,
            hash,
        })
    }
}

/// SHA-256 in hexadecimal.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A hash, or a word such as `UNSIGNED-PAYLOAD` or `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`.
fn is_payload_hash(text: &str) -> bool {
    is_hash(text) || is_payload_word(text)
}

/// What stands in the place of a hash.
pub(super) fn is_payload_word(text: &str) -> bool {
    ["-PAYLOAD", "-TRAILER", "-EVENTS"]
        .iter()
        .any(|end| text.ends_with(end))
}
