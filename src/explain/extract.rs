//! Single texts out of JSON, XML and CBOR.
//!
//! Not parsers: an answer can be cut off, pasted, or of a shape that nobody documented,
//! and a few texts are all that is wanted of it. One pass, no recursion.

use crate::grammar::number::number;
use crate::grammar::xml::resolved;
use alloc::string::String;

/// Hands out each `"name": "…"` at any depth.
pub(super) fn json(text: &str, found: &mut impl FnMut(&str, String)) {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('"') {
        let (key, after) = json_string(after);
        rest = after;
        let value = after.trim_start().strip_prefix(':');
        if let Some(value) = value.and_then(|value| value.trim_start().strip_prefix('"')) {
            let (value, after) = json_string(value);
            found(&key, value);
            rest = after;
        }
    }
}

/// A string whose opening quote has been read, and what comes after its closing one.
/// (RFC 8259, 7.) One that does not end is taken as far as it goes.
fn json_string(text: &str) -> (String, &str) {
    let mut string = String::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => string.push('\n'),
                Some('t') => string.push('\t'),
                Some('r') => string.push('\r'),
                Some('b') => string.push('\u{8}'),
                Some('f') => string.push('\u{c}'),
                Some('u') => string.push(json_escape(&mut chars)),
                Some(other) => string.push(other),
                None => {}
            },
            other => string.push(other),
        }
    }
    (string, chars.as_str())
}

/// The character of `\uXXXX` or of a surrogate pair.
fn json_escape(chars: &mut core::str::Chars<'_>) -> char {
    let unit = |chars: &mut core::str::Chars<'_>| {
        let digits = chars.as_str().get(..4)?;
        let unit = u16::try_from(number(digits, 16)?).ok()?;
        chars.nth(3);
        Some(unit)
    };
    let Some(first) = unit(chars) else {
        return char::REPLACEMENT_CHARACTER;
    };
    let mut ahead = chars.clone();
    let second = match (ahead.next(), ahead.next()) {
        (Some('\\'), Some('u')) if (0xd800..0xdc00).contains(&first) => unit(&mut ahead),
        _ => None,
    };
    let units = [Some(first), second];
    let mut decoded = char::decode_utf16(units.into_iter().flatten());
    match decoded.next() {
        Some(Ok(char)) => {
            if second.is_some() {
                *chars = ahead;
            }
            char
        }
        _ => char::REPLACEMENT_CHARACTER,
    }
}

/// Hands out each element's name, the text up to the next tag with references resolved, and
/// whether there is a next tag: without one the text may be cut off.
pub(super) fn xml(text: &str, found: &mut impl FnMut(&str, String, bool)) {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        // A tag ends before the next one starts.
        let (piece, next) = match after.find('<') {
            Some(at) => after.split_at(at),
            None => (after, ""),
        };
        let Some((tag, content)) = piece.split_once('>') else {
            continue;
        };
        let name = tag.split_ascii_whitespace().next().unwrap_or_default();
        if !tag.starts_with(['/', '!', '?']) && !tag.ends_with('/') && !name.is_empty() {
            found(name, resolved(content).into_owned(), !next.is_empty());
        }
    }
}

/// The text that follows a key in a CBOR map (RFC 8949, 3.1: major type 3), as the RPC v2
/// protocol writes its errors. Keys have fewer than 24 bytes.
pub(super) fn cbor(bytes: &[u8], key: &str) -> Option<String> {
    let marked = |window: &&[u8]| {
        let length = u8::try_from(key.len()).unwrap_or(u8::MAX);
        window.split_first() == Some((&(0x60 | length), key.as_bytes()))
    };
    let width = key.len().saturating_add(1);
    let at = bytes.windows(width).position(|window| marked(&window))?;
    let value = bytes.get(at.saturating_add(width)..)?;
    let (length, text) = match value {
        [head @ 0x60..=0x77, text @ ..] => (usize::from(head & 0x1f), text),
        [0x78, length, text @ ..] => (usize::from(*length), text),
        [0x79, high, low, text @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), text),
        _ => return None,
    };
    let text = text.get(..length).unwrap_or(text);
    Some(String::from_utf8_lossy(text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{cbor, json, xml};
    use alloc::string::String;

    fn first_json(text: &str, name: &str) -> Option<String> {
        let mut value = None;
        json(text, &mut |key, text| {
            if key.eq_ignore_ascii_case(name) {
                value.get_or_insert(text);
            }
        });
        value
    }

    fn first_xml(text: &str, wanted: &str) -> Option<(String, bool)> {
        let mut value = None;
        xml(text, &mut |name, text, whole| {
            if name == wanted {
                value.get_or_insert((text, whole));
            }
        });
        value
    }

    #[test]
    fn json_texts() {
        let text = r#"{"a":1,"list":["message"],"Message":"x\n\"\u00fc\ud83d\ude00\\","b":"c"}"#;
        assert_eq!(first_json(text, "message").unwrap(), "x\n\"ü😀\\");
        assert_eq!(first_json(text, "b").unwrap(), "c");
        assert_eq!(first_json(text, "c"), None);
        assert_eq!(
            first_json(r#"{"message":"cut o"#, "message").unwrap(),
            "cut o"
        );
        assert_eq!(
            first_json(r#"{"message":"\ud83d\u"#, "message").unwrap(),
            "\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn xml_texts() {
        let text = "<Error a='b'><CodeX>n</CodeX><Code>a&amp;b&#xA;&#39;&no;</Code><E/></Error>";
        let whole = ("a&b\n'&no;".into(), true);
        assert_eq!(first_xml(text, "Code"), Some(whole));
        assert_eq!(first_xml(text, "Message"), None);
        assert_eq!(first_xml(text, "E"), None);
        assert_eq!(first_xml("<Code>cut", "Code"), Some(("cut".into(), false)));
        assert_eq!(
            first_xml("<a <Code>b</Code>", "Code"),
            Some(("b".into(), true))
        );
    }

    #[test]
    fn cbor_texts() {
        let bytes = b"\xbff__type\x78\x1aaws#AccessDeniedExceptiongmessagebno\xff";
        assert_eq!(cbor(bytes, "message").unwrap(), "no");
        assert_eq!(cbor(b"\xa1\x66__type\x78\x03a#B", "__type").unwrap(), "a#B");
        assert_eq!(cbor(b"\xa1\x66__type\x63a#", "__type").unwrap(), "a#");
        assert_eq!(cbor(b"\xa1\x66__type\x01", "__type"), None);
        assert_eq!(cbor(b"{}", "__type"), None);
    }
}
