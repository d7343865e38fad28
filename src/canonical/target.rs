//! The request target: its parts, and the form of it that goes on the wire.

use crate::error::Error;
use crate::grammar::encode::{check_escapes, has_dots, normalize_path, reencode};
use crate::grammar::text::{IN_PLAIN_PATH, IN_PLAIN_QUERY, are_all_in, cut};
use crate::request::profile::{Profile, QueryPlus};
use alloc::borrow::Cow;
use alloc::string::String;
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

/// What must be escaped in a path on the wire: all that RFC 3986, 3.3 does not allow there.
const NOT_IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// S3 reads a literal `+` in a path as a space: it travels as `%2B`.
const NOT_IN_S3_PATH: &AsciiSet = &NOT_IN_PATH.add(b'+');

/// A query may hold `?` (RFC 3986, 3.4); a raw `+` is read differently by different servers.
const NOT_IN_QUERY: &AsciiSet = &NOT_IN_PATH.remove(b'?').add(b'+');

/// A request target and its parts.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub text: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    /// Where the query starts in the text.
    pub query_offset: usize,
    /// The path is the same in every form: no byte to encode or to decode, no dot segment,
    /// no doubled slash.
    pub plain_path: bool,
    /// The same of the query, for as long as no value has a `=`.
    pub plain_query: bool,
    /// From here on the query is what presigning has written, encoded as it is signed;
    /// `usize::MAX` if nothing is.
    pub canonical_from: usize,
}

impl<'a> Target<'a> {
    #[inline(always)]
    pub(crate) fn split(text: &'a str) -> Result<Self, Error> {
        let (path, query) = path_and_query(text)?;
        Ok(Self {
            text,
            path,
            query,
            query_offset: path.len().saturating_add(1),
            plain_path: are_all_in(&IN_PLAIN_PATH, path) && !has_dots(path),
            plain_query: are_all_in(&IN_PLAIN_QUERY, query),
            canonical_from: usize::MAX,
        })
    }

    /// The parts of the form of it that is sent, mostly itself.
    pub(crate) fn of_wire<'w>(&self, wire: &'w str) -> Result<Target<'w>, Error>
    where
        'a: 'w,
    {
        if core::ptr::eq(wire, self.text) {
            Ok(*self)
        } else {
            Target::split(wire)
        }
    }

    /// With the parameters behind it that presigning has written.
    pub(crate) fn with_parameters<'w>(&self, text: &'w str) -> Target<'w> {
        Target {
            text,
            path: text.get(..self.path.len()).unwrap_or_default(),
            query: text.get(self.query_offset..).unwrap_or_default(),
            canonical_from: self.query.len(),
            ..*self
        }
    }

    /// Escapes are whole, wherever they are going to be decoded: in a query, and in a path
    /// that is encoded once.
    pub(crate) fn check(&self, profile: &Profile) -> Result<(), Error> {
        self.check_path(profile)?;
        self.check_query()
    }

    pub(crate) fn check_path(&self, profile: &Profile) -> Result<(), Error> {
        if profile.double_encode_path || self.plain_path {
            return Ok(());
        }
        check_escapes(self.path, 0)
    }

    pub(crate) fn check_query(&self) -> Result<(), Error> {
        if self.plain_query {
            return Ok(());
        }
        check_escapes(self.query, self.query_offset)
    }
}

/// What is in front of the first `?`, and what is behind it.
pub(crate) fn path_and_query(target: &str) -> Result<(&str, &str), Error> {
    if !target.starts_with('/') {
        return Err(Error::TargetNotAbsolute);
    }
    let (path, query) = cut(target, b'?');
    Ok((path, query.unwrap_or_default()))
}

/// A target with what no URI can hold escaped, and nothing else changed.
#[cfg(feature = "client")]
pub(crate) fn escaped(target: &str) -> Cow<'_, str> {
    const NOT_IN_URI: &AsciiSet = &NOT_IN_PATH.remove(b'?');
    Cow::from(percent_encode(target.as_bytes(), NOT_IN_URI))
}

/// A path that the service decodes before it computes, and that AWS's own signers sign as
/// it is: spelt canonically it is the same to both, `+` as `%2B`. But what
/// would become a dot segment or a doubled slash stays escaped, as clients and proxies
/// would remove it.
fn spelt_canonically(path: &str) -> Cow<'_, str> {
    let mut canonical = String::with_capacity(path.len());
    let out = &mut |piece: &str| canonical.push_str(piece);
    reencode(path, &IN_PLAIN_PATH, QueryPlus::Literal, out);
    let fragile = |path: &str| {
        let segments = path.split('/');
        segments
            .filter(|part| matches!(*part, "" | "." | ".."))
            .count()
    };
    if fragile(&canonical) == fragile(path) {
        Cow::Owned(canonical)
    } else {
        Cow::from(percent_encode(path.as_bytes(), NOT_IN_S3_PATH))
    }
}

/// The target that client and server read alike.
///
/// Free of whatever a server or a proxy would rewrite before it computes the
/// signature: dot segments and doubled slashes (where the profile removes them), raw
/// spaces, non-ASCII and other bytes that have no place in a target, raw `+` where it
/// is ambiguous. A path that is encoded once (S3) is spelt canonically; otherwise escapes
/// stay as they are written.
pub(crate) fn for_wire<'a>(target: &Target<'a>, profile: &Profile) -> Cow<'a, str> {
    if target.plain_path && target.plain_query {
        return Cow::Borrowed(target.text);
    }
    let Target { path, query, .. } = *target;
    let normal = if profile.normalize_path {
        normalize_path(path)
    } else {
        Cow::Borrowed(path)
    };
    let clean_path = if profile.double_encode_path {
        Cow::from(percent_encode(normal.as_bytes(), NOT_IN_PATH))
    } else {
        spelt_canonically(&normal)
    };
    let literal = match profile.query_plus {
        QueryPlus::Space if query.contains('+') => Cow::Owned(query.replace('+', "%20")),
        _ => Cow::Borrowed(query),
    };
    let clean_query = Cow::from(percent_encode(literal.as_bytes(), NOT_IN_QUERY));
    // By their texts: a borrowed `Cow` can be an escape, too.
    if clean_path == path && clean_query == query {
        return Cow::Borrowed(target.text);
    }
    let mut wire = String::with_capacity(target.text.len().saturating_add(16));
    wire.push_str(&clean_path);
    if target.text.contains('?') {
        wire.push('?');
        wire.push_str(&clean_query);
    }
    Cow::Owned(wire)
}
