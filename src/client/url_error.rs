//! What is wrong with a URL.

use core::fmt;

/// Why a URL cannot be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UrlError {
    /// It does not start with `https://` or `http://`.
    MissingScheme,
    /// Another scheme than these two.
    UnsupportedScheme,
    /// No host after the scheme.
    MissingHost,
    /// A user or password in front of the host, which would end up in logs.
    UserInfo,
    /// A host or port that is none.
    InvalidHost,
    /// A `#`: a fragment is never sent. In a path it is written `%23`.
    Fragment,
    /// A query in a base URL: it would be lost when a path is added.
    QueryInBase,
    /// A path without a base URL to add it to.
    MissingBase,
    /// Longer than the `http` crate can hold.
    TooLong,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MissingScheme => "does not start with https:// or http://",
            Self::UnsupportedScheme => "the scheme is neither https nor http",
            Self::MissingHost => "no host",
            Self::UserInfo => "user or password in front of the host",
            Self::InvalidHost => "the host or the port is malformed",
            Self::Fragment => "a fragment ('#') cannot be sent; write %23 in a path",
            Self::QueryInBase => "a base URL has no query",
            Self::MissingBase => "a path needs a base URL",
            Self::TooLong => "too long",
        })
    }
}

impl core::error::Error for UrlError {}
