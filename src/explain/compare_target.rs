//! How two canonical paths or queries came to differ.

use super::cause::Cause;
use crate::canonical::path::normalize_path;
use crate::grammar::encode::decoded;
use crate::request::profile::QueryPlus;
use alloc::string::String;
use alloc::vec::Vec;

/// From the most particular to the most general; two texts that differ only in how often
/// they were escaped are never taken for anything else.
pub(super) fn path_cause(signed: &str, computed: &str) -> Cause {
    let (left, right) = (unescaped(signed), unescaped(computed));
    if left == right {
        return Cause::DoubleEncoding;
    }
    let with_spaces = |bytes: &[u8]| plus_as_space(bytes);
    if with_spaces(&left) == with_spaces(&right) {
        return Cause::PlusSign;
    }
    if without_slash(&left) == without_slash(&right) {
        return Cause::TrailingSlash;
    }
    // What is not UTF-8 any more once it is decoded has no dots to resolve that matter.
    let (left, right) = (text(&left), text(&right));
    let normal = |path: &str| String::from(normalize_path(path).trim_end_matches('/'));
    if normal(&left) == normal(&right) {
        return Cause::DotSegments;
    }
    let tail_of = |long: &str, short: &str| !is_root(short) && long.ends_with(short);
    if tail_of(&left, &right) || tail_of(&right, &left) {
        return Cause::PathPrefix;
    }
    Cause::Path
}

pub(super) fn query_cause(signed: &str, computed: &str, token_parameters: &[&str]) -> Cause {
    if let Some(cause) = token_cause(signed, computed, token_parameters) {
        return cause;
    }
    let sorted = |query, change: fn(&str) -> Vec<u8>| {
        let mut pairs: Vec<_> = pairs(query)
            .map(|(key, value)| (change(key), change(value)))
            .collect();
        pairs.sort_unstable();
        pairs
    };
    let same = |change| sorted(signed, change) == sorted(computed, change);
    if same(|text| text.as_bytes().to_vec()) {
        Cause::QueryOrder
    } else if same(unescaped) {
        Cause::DoubleEncoding
    } else if same(|text| plus_as_space(&unescaped(text))) {
        Cause::PlusSign
    } else {
        Cause::QueryParameters
    }
}

/// The token of a presigned URL.
fn token_cause(signed: &str, computed: &str, names: &[&str]) -> Option<Cause> {
    let token = |query| {
        let mut found = pairs(query).filter(|(key, _)| names.contains(key));
        found.next().map(|(_, value)| value)
    };
    match (token(signed), token(computed)) {
        (Some(_), None | Some("")) => Some(Cause::SessionTokenMissing),
        (None, Some(_)) => Some(Cause::SessionTokenUnsigned),
        (Some(left), Some(right)) if left != right => Some(Cause::SessionTokenAltered),
        _ => None,
    }
}

pub(super) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let pieces = query.split('&').filter(|piece| !piece.is_empty());
    pieces.map(|piece| piece.split_once('=').unwrap_or((piece, "")))
}

/// The bytes behind all layers of escapes, of which there are four at most.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..4 {
        let Ok(text) = core::str::from_utf8(&bytes) else {
            break;
        };
        bytes = decoded(text, QueryPlus::Literal).collect();
    }
    bytes
}

fn plus_as_space(bytes: &[u8]) -> Vec<u8> {
    let space = |byte: &u8| if *byte == b'+' { b' ' } else { *byte };
    bytes.iter().map(space).collect()
}

fn without_slash(path: &[u8]) -> &[u8] {
    path.strip_suffix(b"/").unwrap_or(path)
}

fn is_root(path: &str) -> bool {
    path.trim_matches('/').is_empty()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{path_cause, query_cause};
    use crate::explain::cause::Cause;

    #[test]
    fn paths() {
        for (signed, computed, cause) in [
            ("/a%2520b", "/a%20b", Cause::DoubleEncoding),
            ("/a%252Fb", "/a/b", Cause::DoubleEncoding),
            ("/a%2Bb", "/a%2520b", Cause::PlusSign),
            ("/a", "/a/", Cause::TrailingSlash),
            ("/", "", Cause::TrailingSlash),
            ("/a//b", "/a/b", Cause::DotSegments),
            ("/a/../b", "/b", Cause::DotSegments),
            ("/prod/items", "/items", Cause::PathPrefix),
            ("/items", "/v1/items", Cause::PathPrefix),
            ("/items", "/", Cause::Path),
            ("/items", "/item", Cause::Path),
        ] {
            assert_eq!(path_cause(signed, computed), cause, "{signed} {computed}");
        }
    }

    #[test]
    fn queries() {
        let token = "X-Amz-Security-Token";
        for (signed, computed, cause) in [
            ("a=1&b=2", "b=2&a=1", Cause::QueryOrder),
            ("a=x%20y", "a=x%2520y", Cause::DoubleEncoding),
            ("a=x%2By", "a=x%20y", Cause::PlusSign),
            ("a=1", "a=1&b=", Cause::QueryParameters),
            (
                "a=1&X-Amz-Security-Token=t",
                "a=1",
                Cause::SessionTokenMissing,
            ),
            (
                "a=1",
                "X-Amz-Security-Token=t&a=1",
                Cause::SessionTokenUnsigned,
            ),
            (
                "X-Amz-Security-Token=s",
                "X-Amz-Security-Token=t",
                Cause::SessionTokenAltered,
            ),
        ] {
            assert_eq!(query_cause(signed, computed, &[token]), cause, "{signed}");
        }
    }
}
