//! A line that is not the same on both sides.

use alloc::string::String;
use core::fmt;

/// One line that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which line.
    pub part: Part,
    /// What was signed; `None` where there is no such line.
    pub signed: Option<String>,
    /// What the service computed; `None` where there is no such line.
    pub computed: Option<String>,
}

/// A line of a canonical request or of a string to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// First line of a canonical request.
    Method,
    /// Its second line.
    Path,
    /// Its third line.
    Query,
    /// The line of a signed header, by its name in lower case.
    Header(String),
    /// The names of the signed headers.
    SignedHeaders,
    /// The last line of a canonical request.
    PayloadHash,
    /// Second line of a string to sign.
    Time,
    /// Its third line.
    Scope,
    /// Its last line: the hash of the canonical request.
    CanonicalRequestHash,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("method"),
            Self::Path => f.write_str("path"),
            Self::Query => f.write_str("query"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::SignedHeaders => f.write_str("signed headers"),
            Self::PayloadHash => f.write_str("payload hash"),
            Self::Time => f.write_str("time"),
            Self::Scope => f.write_str("credential scope"),
            Self::CanonicalRequestHash => f.write_str("hash of the canonical request"),
        }
    }
}
