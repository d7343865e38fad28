//! One line a request: what was asked, by whom, and what became of it.

use super::reply::Reply;
use crate::grammar::shown::{Shown, ShownPath};
use crate::request::timestamp::Timestamp;
use std::string::String;

/// What is known of a request so far.
pub(crate) struct Entry<'s> {
    pub(crate) at: Timestamp,
    pub(crate) request_id: String,
    /// As the claim names it, proven or not.
    pub(crate) access_key_id: Option<String>,
    /// Whose signature it is, once that is proven.
    pub(crate) caller: Option<&'s str>,
    /// Of the body, for the inspector.
    #[cfg(feature = "inspect")]
    pub(crate) body: crate::inspect::record::Body,
    /// For the inspector.
    #[cfg(feature = "inspect")]
    pub(crate) from: std::net::SocketAddr,
    /// Of S3's form, for the inspector.
    #[cfg(feature = "inspect")]
    pub(crate) form: Option<std::boxed::Box<crate::inspect::record::Filled>>,
}

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
            ShownPath(head.uri.path()),
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
