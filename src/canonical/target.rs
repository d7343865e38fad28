//! The request target: its parts, and the form of it that goes on the wire.

use crate::canonical::path::Path;
use crate::canonical::query::Query;
use crate::error::Error;
use crate::grammar::text::cut;
use crate::request::profile::Profile;
use alloc::borrow::Cow;
use alloc::string::String;

/// A request target and its parts.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    text: &'a str,
    pub path: Path<'a>,
    pub query: Query<'a>,
}

impl<'a> Target<'a> {
    #[inline(always)]
    pub(crate) fn parse(text: &'a str) -> Result<Self, Error> {
        let (path, query) = path_and_query(text)?;
        Ok(Self {
            text,
            path: Path::of(path),
            query: Query::of(query, path.len().saturating_add(1)),
        })
    }

    pub(crate) fn text(self) -> &'a str {
        self.text
    }

    /// The parts of [what is sent](Self::to_send) for it: where that is borrowed, they have been
    /// read already.
    #[allow(clippy::ptr_arg)]
    pub(crate) fn sent<'s>(self, sent: &'s Cow<'_, str>) -> Result<Target<'s>, Error>
    where
        'a: 's,
    {
        match sent {
            Cow::Borrowed(_) => Ok(self),
            Cow::Owned(text) => Target::parse(text),
        }
    }

    /// Escapes are whole, wherever they are going to be decoded: in a query, and in a path
    /// that is encoded once.
    pub(crate) fn check(self, profile: &Profile) -> Result<(), Error> {
        self.path.check(profile)?;
        self.query.check()
    }

    /// The target that client and server read alike, often as it was given.
    #[inline(always)]
    pub(crate) fn to_send(self, profile: &Profile) -> Cow<'a, str> {
        let path = self.path.to_send(profile);
        let query = self.query.to_send(profile.query_plus);
        if let (Cow::Borrowed(_), Cow::Borrowed(_)) = (&path, &query) {
            return Cow::Borrowed(self.text);
        }
        let mut target = String::with_capacity(self.text.len().saturating_add(16));
        target.push_str(&path);
        if self.text.contains('?') {
            target.push('?');
            target.push_str(&query);
        }
        Cow::Owned(target)
    }
}

/// What is in front of the first `?`, and what is behind it.
pub(crate) fn path_and_query(target: &str) -> Result<(&str, &str), Error> {
    if !target.starts_with('/') {
        return Error::TargetNotAbsolute.into_err();
    }
    let (path, query) = cut(target, b'?');
    Ok((path, query.unwrap_or_default()))
}

/// A target with what no URI can hold escaped, and nothing else changed.
#[cfg(feature = "client")]
pub(crate) fn escaped(target: &str) -> Cow<'_, str> {
    use crate::grammar::encode::NOT_IN_PATH;
    const NOT_IN_URI: &percent_encoding::AsciiSet = &NOT_IN_PATH.remove(b'?');
    Cow::from(percent_encoding::percent_encode(
        target.as_bytes(),
        NOT_IN_URI,
    ))
}
