//! Secrets that a text quotes by their names: in a canonical request, a URL, JSON, XML, a form, in whatever
//! escapes it wraps them.

use super::base64_names;
use super::secret_names::{Kind, NAMES};
use core::ops::Range;
use std::borrow::Cow;
use std::format;
use std::prelude::rust_2024::*;

/// Spellings of `-`.
const DASHES: [&[u8]; 7] = [
    b"-", b"%2d", b"%252d", b"\\u002d", b"\\x2d", b"&#45;", b"&#x2d;",
];

/// What stands between a name and its value: any of these, and at least one of `MARKS`.
const BETWEEN: [&[u8]; 13] = [
    b" ", b"\t", b"\\", b"\"", b"'", b"[", b"&quot;", b"&#34;", b"&#39;", b"%22", b"%20", b"%5b",
    b"%5c",
];

const MARKS: [&[u8]; 14] = [
    b":",
    b"=",
    b">",
    b"%3a",
    b"%3d",
    b"%253a",
    b"%253d",
    b"\\u003d",
    b"\\u003a",
    b"&#61;",
    b"&#x3d;",
    b"&gt;",
    b"\"\r\n\r\n",
    b"\"\n\n",
];

/// Behind it is the canonical request once more, in hexadecimal.
const BYTES: &[u8] = b"canonicalrequestbytes";

/// Its length tells whether it was cut off.
pub(super) fn token(bytes: usize) -> String {
    format!("(a session token, {bytes} bytes)")
}

pub(super) fn instead(kind: Kind, bytes: usize) -> String {
    match kind {
        Kind::Token => token(bytes),
        Kind::Line | Kind::Field => format!("(not shown, {bytes} bytes)"),
    }
}

/// Where the values behind those names lie, and what they are. In one pass.
fn values(text: &str) -> impl Iterator<Item = (Range<usize>, Kind)> {
    let bytes = text.as_bytes();
    let mut at = 0_usize;
    core::iter::from_fn(move || {
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let before = bytes.get(..at).unwrap_or_default();
            if let Some((skip, length, kind)) = named(before, rest) {
                let start = at.saturating_add(skip);
                at = start.saturating_add(length);
                return Some((start..at, kind));
            }
            at = at.saturating_add(1);
        }
        None
    })
}

/// The session tokens among them.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let values = values(text).filter(|(_, kind)| *kind == Kind::Token);
    values.filter_map(|(range, _)| text.get(range))
}

/// Without what stands behind those names.
pub(super) fn take_out(text: &str) -> Cow<'_, str> {
    let mut out: Option<String> = None;
    let mut copied = 0_usize;
    for (range, kind) in values(text) {
        let out = out.get_or_insert_default();
        out.push_str(text.get(copied..range.start).unwrap_or_default());
        out.push_str(&instead(kind, range.len()));
        copied = range.end;
    }
    let text = match out {
        Some(mut out) => {
            out.push_str(text.get(copied..).unwrap_or_default());
            Cow::Owned(out)
        }
        None => Cow::Borrowed(text),
    };
    match base64_names::take_out(&text) {
        Some(text) => Cow::Owned(text),
        None => text,
    }
}

/// Where the value begins behind the start of `rest`, how long it is, and what it is.
fn named(before: &[u8], rest: &[u8]) -> Option<(usize, usize, Kind)> {
    let first = rest.first()?.to_ascii_lowercase();
    if first == b'c' && starts(rest, BYTES) {
        return of_bytes(rest);
    }
    let names = NAMES.iter();
    let mut names = names.filter(|(name, _)| name.as_bytes().first() == Some(&first));
    names.find_map(|(name, kind)| {
        let end = name_end(rest, name)?;
        let is_parameter = begins_parameter(before);
        if *kind == Kind::Line && !is_parameter && !begins_line(before) {
            return None;
        }
        let start = value_start(rest, end)?;
        let value = rest.get(start..)?;
        let is_header = !is_parameter && is_header(before, rest.get(end..)?);
        let length = match kind {
            Kind::Line if !is_parameter => line_length(value),
            Kind::Field if is_header => line_length(value),
            _ => value_length(value),
        };
        let is_out = value.starts_with(b"(a session token") || value.starts_with(b"(not shown,");
        (length > 0 && !is_out).then_some((start, length, *kind))
    })
}

fn of_bytes(rest: &[u8]) -> Option<(usize, usize, Kind)> {
    let value = rest.get(BYTES.len()..)?;
    let is_of = |byte: &u8| {
        byte.is_ascii_hexdigit() || byte.is_ascii_whitespace() || b">\":',[]".contains(byte)
    };
    let length = value.iter().take_while(|byte| is_of(byte)).count();
    let has_any = value.iter().take(length).any(u8::is_ascii_hexdigit);
    has_any.then_some((BYTES.len(), length, Kind::Line))
}

fn starts(text: &[u8], with: &[u8]) -> bool {
    let start = text.get(..with.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(with))
}

fn name_end(text: &[u8], name: &str) -> Option<usize> {
    let mut end = 0_usize;
    for (number, word) in name.split('-').enumerate() {
        if number > 0 {
            let rest = text.get(end..)?;
            let dash = DASHES.iter().find(|dash| starts(rest, dash))?;
            end = end.saturating_add(dash.len());
        }
        if !starts(text.get(end..)?, word.as_bytes()) {
            return None;
        }
        end = end.saturating_add(word.len());
    }
    Some(end)
}

/// What is in front of it can end a line, or begin a word that quotes one.
fn begins_line(before: &[u8]) -> bool {
    match before.last() {
        None => true,
        Some(b'n') => before.ends_with(b"\\n"),
        Some(byte) => b"\n\r\"'>;".contains(byte),
    }
}

/// As in a URL, and in one that is quoted in another, or in a line that JSON or HTML wraps.
fn begins_parameter(before: &[u8]) -> bool {
    const BEFORE: [&[u8]; 11] = [
        b"?", b"&", b"%3f", b"%26", b"%3b", b"%253f", b"%2526", b"%253b", b"&amp;", b"\\u0026",
        b"\\u003f",
    ];
    BEFORE.iter().any(|mark| {
        let start = before.len().checked_sub(mark.len());
        let end = start.and_then(|start| before.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(mark))
    })
}

/// A line of its own, as a canonical request has it.
fn is_header(before: &[u8], behind: &[u8]) -> bool {
    let begins = matches!(before.last(), None | Some(b'\n' | b'\r')) || before.ends_with(b"\\n");
    begins && behind.starts_with(b":")
}

/// However far: nothing of what stands between begins a name, so that each byte of it is read for one name alone.
/// A name in quotes is one of JSON, where a line can end there, too.
fn value_start(text: &[u8], name_end: usize) -> Option<usize> {
    let mut at = name_end;
    let mut is_marked = false;
    let is_quoted = text.get(at) == Some(&b'"');
    while let Some(rest) = text.get(at..) {
        if let Some(mark) = MARKS.iter().find(|mark| starts(rest, mark)) {
            is_marked = true;
            at = at.saturating_add(mark.len());
        } else if starts(rest, b"\\n") || starts(rest, b"\\r") {
            break;
        } else if let Some(space) = BETWEEN.iter().find(|space| starts(rest, space)) {
            at = at.saturating_add(space.len());
        } else if is_quoted && matches!(rest.first(), Some(b'\n' | b'\r')) {
            at = at.saturating_add(1);
        } else {
            break;
        }
    }
    is_marked.then_some(at)
}

/// To what no token has in it, however it is escaped.
fn value_length(value: &[u8]) -> usize {
    const ESCAPES: [&[u8]; 8] = [
        b"&#",
        b"&sol;",
        b"&plus;",
        b"&equals;",
        b"\\/",
        b"\\u00",
        b"\\\\/",
        b"\\\\u00",
    ];
    let mut length = 0_usize;
    while let Some(rest) = value.get(length..) {
        if let Some(escape) = ESCAPES.iter().find(|escape| starts(rest, escape)) {
            length = length.saturating_add(escape.len());
            continue;
        }
        match rest.first() {
            None => break,
            Some(byte) if byte.is_ascii_whitespace() || b"&<\"'\\".contains(byte) => break,
            Some(_) => length = length.saturating_add(1),
        }
    }
    length
}

fn line_length(value: &[u8]) -> usize {
    let ends = |(at, byte): &(usize, &u8)| match byte {
        b'\n' | b'\r' | b'<' => true,
        b'\\' => matches!(value.get(at.saturating_add(1)), Some(b'n' | b'r')),
        _ => false,
    };
    let mut bytes = value.iter().enumerate();
    bytes.find(ends).map_or(value.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::take_out;
    use std::prelude::rust_2024::*;

    const SECRET: &str = "IQoJb3JpZ2luX2VjEXAMPLE";

    #[test]
    fn a_secret_in_every_wrapping() {
        for text in [
            "x-amz-security-token:{}",
            "'GET\n/\n\nhost:a\nX-Amz-Security-Token: {}\n\nhost'",
            r"'GET\n/\n\nhost:a\nx-amz-security-token:{}\n\nhost'",
            "/a?b=c&amp;X-Amz-Security-Token={}&amp;d=e",
            "/a%3FX-Amz-Security-Token%3D{}%26b",
            "/a?x-amz-security%2dtoken={}",
            "/a?x-amz-s3session%2Dtoken={}%2F%2b",
            r#"{"X-Amz-Security-Token": ["{}"]}"#,
            r#"{\"x-amz-security-token\":\"{}\"}"#,
            r"x-amz-security-token:\/\/{}\u002b",
            "x-amz-security-token:ab&#47;{}&#x2F;{}&sol;{}",
            "name=\"x-amz-security-token\"\r\n\r\n{}\r\n--",
            "<SessionToken>{}</SessionToken>",
            r#""SecretAccessKey" : "{}""#,
            "GET\ncookie:a=b; c={}\nhost:a",
            "set-cookie: a=\"{}\"; b",
            "GET\napikey:{} {}\nhost:a",
            "/a?X-Api-Key={}&b=c",
            "/a?b=c&x-vault-token={}",
            "/a?b=c;x-vault%2dtoken={}",
            "/a?b=c&amp;x-auth-token={}&amp;d=e",
        ] {
            let given = text.replace("{}", SECRET);
            let shown = take_out(&given);
            assert!(
                !shown.contains(SECRET) && shown.contains(" bytes)"),
                "{shown}"
            );
        }
    }

    #[test]
    fn what_is_behind_it_stays() {
        assert_eq!(
            take_out("a?X-Amz-Security-Token=abc&b=c"),
            "a?X-Amz-Security-Token=(a session token, 3 bytes)&b=c"
        );
        assert_eq!(
            take_out("a?x-api-key=abc&b=c"),
            "a?x-api-key=(not shown, 3 bytes)&b=c"
        );
        for text in [
            "host;x-amz-security-token\nabc",
            "a cookie: none",
            "x-amz-server-side-encryption-customer-key-md5:abc",
        ] {
            assert_eq!(take_out(text), text);
        }
    }

    #[test]
    fn however_far_away() {
        for between in [" ", "\t", "\n    ", "\r\n", "%20", "\\"] {
            let far = between.repeat(500);
            let given = format!("{{\"x-amz-security-token\"{far}:{far}\"{SECRET}\"}}");
            let shown = take_out(&given);
            assert!(shown.ends_with("(a session token, 23 bytes)\"}"), "{shown}");
        }
        let none = "x-amz-security-token:\nhost:a";
        assert_eq!(take_out(none), none);
    }

    #[test]
    fn in_hexadecimal() {
        let hex = "<CanonicalRequestBytes>47 45 54 0a</CanonicalRequestBytes>";
        let shown = take_out(hex);
        assert!(!shown.contains("47 45"), "{shown}");
    }

    /// A stranger writes names without end: each is looked at once.
    #[test]
    fn of_many_names_each_once() {
        let many = "X-Amz-Security-Token=aa&".repeat(20_000);
        let shown = take_out(&many);
        let out = shown.matches("(a session token, 2 bytes)");
        assert_eq!(out.count(), 20_000);
        let none = "x-amz-security-token ".repeat(20_000);
        assert_eq!(take_out(&none), none);
    }
}
