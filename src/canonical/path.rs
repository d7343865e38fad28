//! The path of a request: the form that is sent, and the canonical form.

use crate::error::Error;
use crate::grammar::encode::{
    NOT_IN_PATH, check_escapes, decoded, encode, reencode, write_encoded,
};
use crate::grammar::text::{IN_PLAIN_PATH, are_all_in, has_pair, is_unreserved, pieces};
use crate::request::profile::{Profile, QueryPlus};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use percent_encoding::{percent_encode, percent_encode_byte};

/// What is in front of the query.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    text: &'a str,
    /// The same in every form: no byte to encode or to decode, no dot segment, no doubled slash.
    plain: bool,
}

impl<'a> Path<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let plain = are_all_in(&IN_PLAIN_PATH, text) && !has_dots(text);
        Self { text, plain }
    }

    /// Where it is going to be decoded, escapes are whole.
    pub(crate) fn check(self, profile: &Profile) -> Result<(), Error> {
        if profile.double_encode_path || self.plain {
            Ok(())
        } else {
            check_escapes(self.text, 0)
        }
    }

    /// Free of whatever a server or a proxy would rewrite before it computes the signature:
    /// dot segments and doubled slashes (where the profile removes them), bytes that have no
    /// place in a path. A path that is encoded once (S3) is spelt canonically; otherwise
    /// escapes stay as they are written.
    pub(crate) fn to_send(self, profile: &Profile) -> Cow<'a, str> {
        if self.plain {
            return Cow::Borrowed(self.text);
        }
        let normal = self.normal(profile);
        let clean = if profile.double_encode_path {
            Cow::from(percent_encode(normal.as_bytes(), NOT_IN_PATH))
        } else {
            Cow::Owned(spelt_canonically(&normal))
        };
        if *clean == *self.text {
            return Cow::Borrowed(self.text);
        }
        Cow::Owned(clean.into_owned())
    }

    /// Encoded once more; or decoded and encoded once, where the profile says so. A `+` in a
    /// path is a plus sign everywhere.
    pub(crate) fn canonical(self, profile: &Profile) -> Cow<'a, str> {
        if self.plain {
            return Cow::Borrowed(self.text);
        }
        let normal = self.normal(profile);
        let mut canonical = String::with_capacity(normal.len().saturating_add(16));
        let out = &mut |piece: &str| canonical.push_str(piece);
        if profile.double_encode_path {
            encode(&normal, &IN_PLAIN_PATH, out);
        } else {
            reencode(&normal, &IN_PLAIN_PATH, QueryPlus::Literal, out);
        }
        Cow::Owned(canonical)
    }

    /// What a signature proves of it, in the spelling of the wire: without the segments that are
    /// removed; of a path that is encoded once, the canonical form.
    pub(crate) fn proven(self, profile: &Profile) -> Cow<'a, str> {
        if profile.double_encode_path && !self.plain {
            self.normal(profile)
        } else {
            self.canonical(profile)
        }
    }

    fn normal(self, profile: &Profile) -> Cow<'a, str> {
        if profile.normalize_path {
            normalize_path(self.text)
        } else {
            Cow::Borrowed(self.text)
        }
    }
}

/// A path that the service decodes before it computes, and that AWS's own signers sign as
/// it is: spelt canonically it is the same to both, `+` as `%2B`. But what
/// would become a dot segment or a doubled slash stays escaped, in its segment, as clients and
/// proxies would remove it.
fn spelt_canonically(path: &str) -> String {
    let mut spelt = String::with_capacity(path.len());
    for (index, segment) in pieces(path, b'/').enumerate() {
        if index > 0 {
            spelt.push('/');
        }
        let start = spelt.len();
        let out = &mut |piece: &str| spelt.push_str(piece);
        // Not as it stands where it is spelt canonically: `%2F` is, for all but paths.
        write_encoded(decoded(segment, QueryPlus::Literal), &IN_PLAIN_PATH, out);
        let is_fragile = |part: &str| matches!(part, "" | "." | "..");
        let canonical = spelt.get(start..).unwrap_or_default();
        if is_fragile(segment) || !pieces(canonical, b'/').any(is_fragile) {
            continue;
        }
        spelt.truncate(start);
        for byte in decoded(segment, QueryPlus::Literal) {
            if byte == b'.' || !is_unreserved(byte) {
                spelt.push_str(percent_encode_byte(byte));
            } else {
                spelt.push(char::from(byte));
            }
        }
    }
    spelt
}

/// Whether a path has empty, `.` or `..` segments.
fn has_dots(path: &str) -> bool {
    has_pair(path.as_bytes(), b'/', [b'/', b'.'])
        && (path.contains("//") || pieces(path, b'/').any(|part| matches!(part, "." | "..")))
}

/// Removes empty, `.` and `..` segments; `..` never climbs above the root.
///
/// A slash at the end stays; one in front of a removed last segment goes:
/// `/a/b/..` becomes `/a`, `/a/b/../` becomes `/a/`. (Vectors `get-relative-normalized`,
/// `get-slash-*-normalized`, `get-slashes-normalized`.)
pub(crate) fn normalize_path(path: &str) -> Cow<'_, str> {
    if path.starts_with('/') && !has_dots(path) {
        return Cow::Borrowed(path);
    }
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            ".." => {
                kept.pop();
            }
            "" | "." => {}
            _ => kept.push(segment),
        }
    }
    let mut normal = String::with_capacity(path.len());
    for segment in &kept {
        normal.push('/');
        normal.push_str(segment);
    }
    if kept.is_empty() || path.ends_with('/') {
        normal.push('/');
    }
    Cow::Owned(normal)
}
