//! Texts of XML: what stands for single characters resolved, and written.

#[cfg(any(feature = "client", feature = "explain"))]
use crate::grammar::number::number;
#[cfg(any(feature = "client", feature = "explain"))]
use alloc::borrow::Cow;
use alloc::string::String;

/// The longest reference that is resolved, without `&` and `;`: `#x10ffff` and a zero or two.
#[cfg(any(feature = "client", feature = "explain"))]
const MAX_REFERENCE: usize = 10;

/// Character references and the five entities that XML knows; any other reference stays as
/// it is. (XML 1.0, 4.1 and 4.6.)
#[cfg(any(feature = "client", feature = "explain"))]
pub(crate) fn resolved(text: &str) -> Cow<'_, str> {
    let Some((before, mut rest)) = text.split_once('&') else {
        return text.into();
    };
    let mut plain = String::with_capacity(text.len());
    plain.push_str(before);
    loop {
        let end = rest.bytes().take(MAX_REFERENCE).position(|b| b == b';');
        let known = end.and_then(|end| {
            let after = rest.get(end..)?.strip_prefix(';')?;
            Some((character(rest.get(..end)?)?, after))
        });
        match known {
            Some((character, after)) => {
                plain.push(character);
                rest = after;
            }
            None => plain.push('&'),
        }
        let Some((text, after)) = rest.split_once('&') else {
            plain.push_str(rest);
            return plain.into();
        };
        plain.push_str(text);
        rest = after;
    }
}

/// What is between `&` and `;`. A number is decimal, or hexadecimal behind a small `x`, and
/// has nothing but digits.
#[cfg(any(feature = "client", feature = "explain"))]
fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix('x') {
                Some(digits) => number(digits, 16)?,
                None => number(digits, 10)?,
            };
            char::from_u32(code).filter(|character| may_stand_in_xml(*character))
        }
    }
}

/// `Char` of XML 1.0, 2.2; surrogates are no `char`.
fn may_stand_in_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// Appends a text as the content of an element. What no XML can hold becomes a replacement
/// character; a carriage return is a reference, as a reader would take it for a line feed.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            other if may_stand_in_xml(other) => out.push(other),
            _ => out.push('\u{fffd}'),
        }
    }
}

#[cfg(test)]
mod escaped {
    use super::push_escaped;
    use alloc::string::String;

    #[test]
    fn what_would_be_markup() {
        for (text, written) in [
            ("", ""),
            (
                "<a href=\"x\">&amp;</a>",
                "&lt;a href=\"x\"&gt;&amp;amp;&lt;/a&gt;",
            ),
            ("]]>", "]]&gt;"),
            ("a\tb\nc\rd", "a\tb\nc&#13;d"),
            ("\0\u{1f}\u{fffe}ü😀", "\u{fffd}\u{fffd}\u{fffd}ü😀"),
        ] {
            let mut out = String::new();
            push_escaped(&mut out, text);
            assert_eq!(out, written);
        }
    }
}

#[cfg(all(test, any(feature = "client", feature = "explain")))]
mod tests {
    use super::resolved;
    use alloc::borrow::Cow;

    #[test]
    fn references_become_characters() {
        for (text, plain) in [
            ("", ""),
            ("a;b", "a;b"),
            ("&amp;&lt;&gt;&quot;&apos;", "&<>\"'"),
            ("a&#38;b&#x26;c", "a&b&c"),
            ("&#xFc;&#xfC;&#252;", "üüü"),
            ("&#x1F600;&#128512;&#x10ffff;", "😀😀\u{10ffff}"),
            ("&#9;&#xA;&#13;", "\t\n\r"),
            ("&#0000065;", "A"),
            // Once, not again.
            ("&amp;amp;&amp;#65;", "&amp;&#65;"),
        ] {
            assert_eq!(resolved(text), plain, "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_stays() {
        for text in [
            "&",
            "&;",
            "&no;",
            "&AMP;",
            "& amp;",
            "&amp",
            "&#;",
            "&#x;",
            "&#X41;",
            "&#+65;",
            "&#x+41;",
            "&#-1;",
            "&#6 5;",
            "&#4a;",
            "&#xg;",
            // Longer than any that is needed.
            "&#000000065;",
            // No characters of XML.
            "&#0;",
            "&#x1b;",
            "&#xd800;",
            "&#xfffe;",
            "&#xffff;",
            "&#x110000;",
            "&#99999999;",
        ] {
            assert_eq!(resolved(text), text);
        }
        assert!(matches!(resolved("plain"), Cow::Borrowed(_)));
    }
}
