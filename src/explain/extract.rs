//! Single texts out of JSON and XML.
//!
//! Not parsers: an answer can be cut off, pasted, or of a shape that nobody documented,
//! and a few texts are all that is wanted of it. One pass, no recursion.

use alloc::string::String;

/// The text of the first `"name": "…"` at any depth, whatever the case of the name.
pub(super) fn json(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let (key, after) = json_string(rest.split_once('"')?.1);
        rest = after;
        let value = after.trim_start().strip_prefix(':');
        if let Some(value) = value.and_then(|value| value.trim_start().strip_prefix('"')) {
            let (value, after) = json_string(value);
            if key.eq_ignore_ascii_case(name) {
                return Some(value);
            }
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
        let unit = u16::from_str_radix(digits, 16).ok()?;
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

/// The text of the first element of that name, entities replaced.
pub(super) fn xml(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let (_, after) = rest.split_once('<')?;
        rest = after;
        if let Some(content) = after
            .strip_prefix(name)
            .and_then(|after| after.strip_prefix('>'))
        {
            let (content, _) = content.split_once('<').unwrap_or((content, ""));
            return Some(without_entities(content));
        }
    }
}

fn without_entities(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut pieces = text.split('&');
    plain.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let known = piece
            .split_once(';')
            .and_then(|(name, after)| Some((entity(name)?, after)));
        if let Some((char, after)) = known {
            plain.push(char);
            plain.push_str(after);
        } else {
            plain.push('&');
            plain.push_str(piece);
        }
    }
    plain
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{json, xml};

    #[test]
    fn json_texts() {
        let text = r#"{"a":1,"list":["message"],"Message":"x\n\"\u00fc\ud83d\ude00\\","b":"c"}"#;
        assert_eq!(json(text, "message").unwrap(), "x\n\"ü😀\\");
        assert_eq!(json(text, "b").unwrap(), "c");
        assert_eq!(json(text, "c"), None);
        assert_eq!(json(r#"{"message":"cut o"#, "message").unwrap(), "cut o");
        assert_eq!(
            json(r#"{"message":"\ud83d\u"#, "message").unwrap(),
            "\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn xml_texts() {
        let text = "<Error><CodeX>n</CodeX><Code>a&amp;b&#xA;&#39;&no;</Code></Error>";
        assert_eq!(xml(text, "Code").unwrap(), "a&b\n'&no;");
        assert_eq!(xml(text, "Message"), None);
        assert_eq!(xml("<Code>cut", "Code").unwrap(), "cut");
    }
}
