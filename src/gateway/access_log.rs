//! One line a request: what was asked, by whom, and what became of it.

use super::reply::Reply;
use crate::grammar::shown::Shown;
use crate::request::timestamp::Timestamp;
use std::fmt;
use std::string::String;

/// What is known of a request so far.
pub(crate) struct Entry<'s> {
    pub(crate) at: Timestamp,
    pub(crate) request_id: String,
    /// As the claim names it, proven or not.
    pub(crate) access_key_id: Option<String>,
    /// Whose signature it is, once that is proven.
    pub(crate) caller: Option<&'s str>,
}

/// The longest path that is shown, in bytes.
const LONGEST: usize = 256;

impl Entry<'_> {
    /// `20150830T123600Z GET /prod/items 403 key=AKIDEXAMPLE caller=- id=… reason`: no query,
    /// no header, no signature, no secret, no body.
    pub(crate) fn line(&self, head: &http::request::Parts, reply: &Reply) -> String {
        let kind = reply.error_type.unwrap_or_default();
        let colon = if kind.is_empty() { "" } else { ": " };
        std::format!(
            "{} {} {} {} key={} caller={} id={} {kind}{colon}{}",
            self.at,
            head.method,
            Path(head.uri.path()),
            reply.status,
            Shown(self.access_key_id.as_deref().unwrap_or("-")),
            self.caller.unwrap_or("-"),
            self.request_id,
            Shown(&reply.reason),
        )
        .trim_end()
        .into()
    }
}

/// The start of a path, up to what could be a query by mistake, with its signature, or
/// could move the cursor of a terminal.
struct Path<'t>(&'t str);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |byte: &u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~' | b'%')
        };
        let seen = self.0.bytes().take(LONGEST).take_while(plain).count();
        let cut = if seen < self.0.len() { "…" } else { "" };
        write!(f, "{}{cut}", self.0.get(..seen).unwrap_or_default())
    }
}
