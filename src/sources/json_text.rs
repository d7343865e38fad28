//! A text of JSON that may be a secret.

use core::str::Chars;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// The text of a JSON string (RFC 8259, 7), whose syntax has been checked; `None` of
/// another value, and where half of a surrogate pair is missing. Nothing but the result
/// ever holds any of it.
pub(crate) fn string(value: &str) -> Option<Zeroizing<String>> {
    let mut rest = value.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = Zeroizing::new(String::with_capacity(rest.len()));
    while let Some((before, escape)) = rest.split_once('\\') {
        text.push_str(before);
        let mut after = escape.chars();
        let character = match after.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => escaped(&mut after)?,
            other => other,
        };
        text.push(character);
        rest = after.as_str();
    }
    text.push_str(rest);
    Some(text)
}

/// `\uXXXX`, or two of them that make a pair, of which the first `\u` has been read.
fn escaped(text: &mut Chars<'_>) -> Option<char> {
    let unit = |text: &mut Chars<'_>| {
        let unit = u16::from_str_radix(text.as_str().get(..4)?, 16).ok()?;
        text.nth(3);
        Some(unit)
    };
    let first = unit(text)?;
    let is_first_of_two = (0xd800..0xdc00).contains(&first);
    let second = match is_first_of_two {
        true if text.next() == Some('\\') && text.next() == Some('u') => Some(unit(text)?),
        true => return None,
        false => None,
    };
    let units = [Some(first), second].into_iter().flatten();
    char::decode_utf16(units).next()?.ok()
}

#[cfg(test)]
mod tests {
    use super::string;

    #[test]
    fn escapes() {
        for (value, text) in [
            (r#""""#, Some("")),
            (r#""a\/b\\c\"d""#, Some("a/b\\c\"d")),
            (r#""\b\f\n\r\t""#, Some("\u{8}\u{c}\n\r\t")),
            (r#""\u002f\u00e4x\ud83d\ude00y""#, Some("/äx😀y")),
            (r#""\ud83d""#, None),
            (r#""\ud83dx""#, None),
            (r#""\ud83d\u0041""#, None),
            (r#""\ude00""#, None),
            ("1", None),
            ("true", None),
            (r#"["a"]"#, None),
        ] {
            let read = string(value);
            assert_eq!(read.as_ref().map(|read| read.as_str()), text, "{value}");
        }
    }
}
