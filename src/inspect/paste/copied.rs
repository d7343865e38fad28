//! A request and an answer as they were copied.

use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// How long each text may be, in bytes.
pub(crate) const LONGEST: usize = 256 << 10;

/// A request as it was copied. Wiped, as it can have a session token in it.
#[derive(Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: Zeroizing<String>,
    pub(crate) headers: Vec<(String, Zeroizing<Vec<u8>>)>,
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// There is a body, and it was not copied, or not as it was sent.
    pub(crate) is_body_elsewhere: bool,
    /// Of a tool that signs by itself: for which region and service.
    pub(crate) signs_for: Option<(String, String)>,
    /// And by which access key id.
    pub(crate) key: Option<String>,
}

/// An answer as it was copied.
#[derive(Default)]
pub(crate) struct Answer {
    /// 0 where it is not known.
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Zeroizing<Vec<u8>>)>,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

/// What keeps it from being read.
pub(crate) type Fault = &'static str;

impl Request {
    pub(crate) fn header(&self, wanted: &str) -> Option<&[u8]> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.as_slice())
    }

    /// A body that is not there is no empty one: what `curl -v` prints has none, for example.
    pub(crate) fn lacks_body(&self) -> bool {
        let length = self.header("content-length").and_then(|value| {
            let digits = core::str::from_utf8(value).ok()?;
            digits.trim().parse::<usize>().ok()
        });
        let is_chunked = self.header("transfer-encoding").is_some();
        self.is_body_elsewhere
            || length.is_some_and(|length| length > self.body.len())
            || (is_chunked && self.body.is_empty())
    }

    pub(crate) fn add(&mut self, name: &str, value: impl AsRef<[u8]>) {
        let value = Zeroizing::new(value.as_ref().trim_ascii().to_vec());
        self.headers.push((name.trim().to_owned(), value));
    }

    /// Takes target and host from a URL.
    pub(crate) fn go_to(&mut self, url: &str) {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let host = authority.rsplit('@').next().unwrap_or_default();
        let default = match scheme {
            "https" => ":443",
            "http" => ":80",
            _ => "",
        };
        let host = match host.strip_suffix(default) {
            Some(bare) if !default.is_empty() => bare,
            _ => host,
        };
        let slash = if target.starts_with('/') { "" } else { "/" };
        self.target = Zeroizing::new([slash, target].concat());
        if self.header("host").is_none() && !host.is_empty() {
            let host = Zeroizing::new(host.as_bytes().to_vec());
            self.headers.insert(0, ("host".to_owned(), host));
        }
    }
}
