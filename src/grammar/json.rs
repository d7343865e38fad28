//! Texts in JSON.

use alloc::string::String;
use core::fmt::Write;

/// Appends a text in quotes, escaped as little as RFC 8259 (7) asks for.
pub(crate) fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..' ' => {
                // A `String` takes all that is written to it.
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::push_quoted;
    use alloc::string::String;

    /// As a well-kept library writes it, and reads it.
    #[test]
    fn any_character() {
        for code in (0..0x3000).chain((0x3000..0x0011_0000).step_by(101)) {
            let Some(character) = char::from_u32(code) else {
                continue;
            };
            let text = String::from_iter(['a', character, 'z']);
            let mut written = String::new();
            push_quoted(&mut written, &text);
            assert_eq!(written, serde_json::to_string(&text).unwrap());
        }
    }
}
