//! Which route a request takes, and its target there.

use super::answer::Refused;
use super::cause::Cause;
use super::settings::Route;
use crate::grammar::encode::decode;
use crate::request::profile::Profile;
use http::uri::PathAndQuery;
use std::format;
use std::prelude::rust_2024::*;

impl Route {
    /// Whether a request is this route's: its host, without a port, and the beginning of its path.
    pub(crate) fn takes(&self, host: &str, path: &str) -> bool {
        let is_host = |own: &String| own.eq_ignore_ascii_case(host);
        self.host.as_ref().is_none_or(is_host) && self.behind_prefix(path).is_some()
    }

    /// What follows the prefix, which ends at a segment's end: empty, or with a slash in front.
    fn behind_prefix<'p>(&self, path: &'p str) -> Option<&'p str> {
        let rest = path.strip_prefix(self.prefix.trim_end_matches('/'))?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }

    /// A prefix is a border: what a service would find above it, by the dots of a path that it
    /// normalizes, is refused. S3 keeps paths as they are.
    pub(crate) fn check_border(&self, target: &str, profile: &Profile) -> Result<(), Refused> {
        let has_border =
            !self.prefix.trim_end_matches('/').is_empty() || !self.add_prefix.is_empty();
        if has_border && profile.normalize_path && has_dot_segments(target) {
            let message = "a path with a segment of dots could lead out of this route's prefix";
            return Err(Refused::new(Cause::Malformed, message));
        }
        Ok(())
    }

    /// The target upstream. As it came, but for the prefixes.
    pub(crate) fn target(&self, arrived: &PathAndQuery) -> Option<PathAndQuery> {
        if !self.strip_prefix && self.add_prefix.is_empty() {
            return Some(arrived.clone());
        }
        let kept = if self.strip_prefix {
            self.behind_prefix(arrived.path())?
        } else {
            arrived.path()
        };
        let slash = if kept.is_empty() && self.add_prefix.is_empty() {
            "/"
        } else {
            ""
        };
        let query = arrived.query();
        let mark = if query.is_some() { "?" } else { "" };
        let query = query.unwrap_or_default();
        PathAndQuery::try_from(format!("{}{kept}{slash}{mark}{query}", self.add_prefix)).ok()
    }
}

/// `.` and `..`, escaped or not (RFC 3986, 5.2.4).
pub(crate) fn has_dot_segments(path: &str) -> bool {
    // What is no text cannot be told.
    decode(path).is_none_or(|path| {
        let mut segments = path.split(['/', '\\']);
        segments.any(|segment| matches!(segment, "." | ".."))
    })
}
