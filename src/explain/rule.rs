//! By which rule a line of a canonical request or of a string to sign comes to be.

use super::difference::Part;
use crate::canonical::payload::PayloadHash;
use crate::grammar::number::number;
use crate::request::profile::Profile;
use crate::request::streaming::Streaming;
use crate::signature::hash::EMPTY_SHA256_HEX;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

impl Part {
    /// The rule that makes a line what it is, in words, and what the escapes in it stand for.
    /// [Elements of a request signature](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html)
    ///
    /// ```
    /// use sigv4::Profile;
    /// use sigv4::explain::Part;
    ///
    /// let rule = Part::Path.rule("/a%2520b", &Profile::DEFAULT);
    /// assert_eq!(rule, "path, escaped once more: '%' is %25");
    /// let rule = Part::Query.rule("a=b%20c", &Profile::DEFAULT);
    /// assert_eq!(rule, "query; %20 is ' '");
    /// ```
    #[must_use]
    pub fn rule(&self, line: &str, profile: &Profile) -> String {
        match self {
            Self::Method => "method".into(),
            Self::Path => path(line, profile.double_encode_path),
            Self::Query => query(line),
            Self::Header(name) => header(name, profile).into(),
            Self::SignedHeaders => "names of the headers above".into(),
            Self::PayloadHash => payload(line).into(),
            Self::Time => "time, as in x-amz-date".into(),
            Self::Scope if line.split('/').count() == 3 => "credential scope: date, service".into(),
            Self::Scope => "credential scope: date, region, service".into(),
            Self::CanonicalRequestHash => "SHA-256 of the canonical request".into(),
        }
    }
}

fn path(line: &str, twice: bool) -> String {
    let rule = match (twice, line.contains("%25")) {
        (true, true) => "path, escaped once more: '%' is %25",
        (true, false) => "path",
        (false, _) => "path, escaped once",
    };
    format!("{rule}{}", escapes(line))
}

fn query(line: &str) -> String {
    let rule = match line {
        "" => "query: none",
        _ if line.contains('&') => "query, sorted by name, then by value",
        _ => "query",
    };
    format!("{rule}{}", escapes(line))
}

fn header(name: &str, profile: &Profile) -> &'static str {
    match name {
        "host" => "always signed",
        "content-type" => "signed where it is sent",
        _ if name == profile.session_token_header => "the session token, not shown",
        "x-amz-date" => "the time of the signature",
        "x-amz-content-sha256" => "what the body is said to be",
        "x-amz-region-set" => "the regions that the signature is for",
        _ if name.starts_with("x-amz-") => "x-amz-* is always signed",
        _ => "signed because the list of signed headers names it",
    }
}

fn payload(line: &str) -> &'static str {
    if let Some((streaming, _)) = Streaming::parse(line) {
        return match (streaming.is_chunked(), streaming.is_signed()) {
            (_, false) => "the body is sent in chunks, and not signed",
            (true, true) => "the body is sent in chunks, each signed by itself",
            (false, true) => "the body is a stream of events, each signed by itself",
        };
    }
    match line {
        PayloadHash::UNSIGNED => "the body is not signed",
        _ if line.as_bytes() == EMPTY_SHA256_HEX => "SHA-256 of no body",
        _ => "SHA-256 of the body",
    }
}

/// What each escape stands for; all but `A-Z a-z 0-9 - _ . ~` (and `/` in a path) is escaped.
fn escapes(line: &str) -> String {
    let mut known: Vec<&str> = line
        .split('%')
        .skip(1)
        .filter_map(|piece| piece.get(..2))
        .filter(|digits| *digits != "25")
        .collect();
    known.sort_unstable();
    known.dedup();
    let shown = known.iter().filter_map(|digits| {
        let byte = u8::try_from(number(digits, 16)?).ok()?;
        Some(match byte {
            b' '..=b'~' => format!("%{digits} is '{}'", char::from(byte)),
            _ => format!("%{digits} is no printable ASCII"),
        })
    });
    let shown: Vec<_> = shown.take(4).collect();
    if shown.is_empty() {
        String::new()
    } else {
        format!("; {}", shown.join(", "))
    }
}
