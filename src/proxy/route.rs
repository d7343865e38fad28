//! Which route a request takes, and its target there.

use super::answer::Refused;
use super::cause::Cause;
use super::settings::Route;
use crate::grammar::encode::decode;
use crate::request::profile::Profile;
use http::StatusCode;
use http::uri::PathAndQuery;
use std::borrow::Cow;
use std::format;
use std::prelude::rust_2024::*;

/// What a URI can have, in bytes.
const LONGEST: usize = 65_534;

impl Route {
    /// Whether a request is this route's: its host, without a port, and the beginning of its path.
    pub(crate) fn takes(&self, host: &str, path: &str) -> bool {
        self.is_for(host) && self.behind_prefix(path).is_some()
    }

    fn is_for(&self, host: &str) -> bool {
        let is_host = |own: &String| own.eq_ignore_ascii_case(host);
        self.host.as_ref().is_none_or(is_host)
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
            let what = if decode(target).is_some() {
                "the path has a segment of dots, which"
            } else {
                "the path is no text, and what it"
            };
            let message = format!("{what} could lead out of {}", self.named_prefix());
            return Err(Refused::new(Cause::Malformed, message));
        }
        Ok(())
    }

    /// What is upstream is not the caller's to know.
    fn named_prefix(&self) -> Cow<'_, str> {
        if self.prefix.trim_end_matches('/').is_empty() {
            "the folder that this route goes to".into()
        } else {
            format!("the route's prefix {}", self.prefix).into()
        }
    }

    /// The target upstream. As it came, but for the prefixes.
    pub(crate) fn target(&self, arrived: &PathAndQuery) -> Result<PathAndQuery, Refused> {
        if !self.strip_prefix && self.add_prefix.is_empty() {
            return Ok(arrived.clone());
        }
        let path = arrived.path();
        let stripped = self.strip_prefix.then(|| self.behind_prefix(path));
        let kept = stripped.flatten().unwrap_or(path);
        let slash = if kept.is_empty() && self.add_prefix.is_empty() {
            "/"
        } else {
            ""
        };
        let query = arrived.query();
        let mark = if query.is_some() { "?" } else { "" };
        let query = query.unwrap_or_default();
        let target = format!("{}{kept}{slash}{mark}{query}", self.add_prefix);
        if target.len() > LONGEST {
            let message = format!(
                "with what this route puts in front of it, the target has {} bytes, and no URI has more than \
                 {LONGEST}",
                target.len()
            );
            return Err(Refused {
                status: StatusCode::URI_TOO_LONG,
                ..Refused::new(Cause::HeadTooLong, message)
            });
        }
        PathAndQuery::try_from(target).map_err(|error| {
            let message = format!("with this route's prefixes the target is none: {error}");
            Refused::new(Cause::Malformed, message)
        })
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
