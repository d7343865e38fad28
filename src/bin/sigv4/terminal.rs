//! What others wrote, made harmless for a terminal: controls, C1 among them (Unicode 23.1),
//! could steer it, a line end could pass for a line of ours.

use std::fmt::Write;

/// Replaces each control but line ends by one character: columns stay where they are.
pub(crate) fn harmless(text: &str) -> String {
    let replaced = |char: char| match char {
        '\n' => '\n',
        _ if char.is_control() => '\u{fffd}',
        _ => char,
    };
    text.chars().map(replaced).collect()
}

/// Escapes each control, line ends as well.
pub(crate) fn one_line(text: String) -> String {
    // Nearly all there is: C1 controls begin beyond ASCII.
    if text
        .bytes()
        .fold(true, |is, byte| is & matches!(byte, b' '..=b'~'))
    {
        return text;
    }
    let mut line = String::with_capacity(text.len());
    text.chars().for_each(|char| escape(char, &mut line));
    line
}

fn escape(char: char, into: &mut String) {
    if char.is_control() {
        into.extend(char.escape_default());
    } else {
        into.push(char);
    }
}

/// Escapes controls but line ends and tabs, and what is no UTF-8, in bytes that come in pieces.
#[derive(Default)]
pub(crate) struct Escaping {
    /// The start of a character whose end is still to come: at most three bytes.
    started: Vec<u8>,
}

impl Escaping {
    pub(crate) fn piece(&mut self, bytes: &[u8]) -> String {
        let mut all = std::mem::take(&mut self.started);
        all.extend_from_slice(bytes);
        let mut text = String::with_capacity(all.len());
        let mut chunks = all.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            put(chunk.valid(), &mut text);
            if chunks.peek().is_none() && could_go_on(chunk.invalid()) {
                self.started = chunk.invalid().to_vec();
            } else {
                put_bytes(chunk.invalid(), &mut text);
            }
        }
        text
    }

    /// What was started and never ended.
    pub(crate) fn end(self) -> String {
        let mut text = String::new();
        put_bytes(&self.started, &mut text);
        text
    }
}

fn put(valid: &str, text: &mut String) {
    for char in valid.chars() {
        match char {
            '\n' | '\t' => text.push(char),
            _ => escape(char, text),
        }
    }
}

fn put_bytes(bytes: &[u8], text: &mut String) {
    for byte in bytes {
        // Writing to a String does not fail.
        let _ = write!(text, "\\x{byte:02x}");
    }
}

/// Whether more bytes could make a character of it.
fn could_go_on(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_control_is_escaped_wherever_the_pieces_end() {
        let bytes = "a\u{1b}[31m\u{9b}2J\u{7f}\r\n\tü😀".as_bytes();
        let bytes = [bytes, b"\xff\xe2\x82"].concat();
        for size in 1..=bytes.len() {
            let mut escaping = Escaping::default();
            let pieces = bytes.chunks(size).map(|piece| escaping.piece(piece));
            let text = pieces.collect::<String>() + &escaping.end();
            assert_eq!(
                text,
                "a\\u{1b}[31m\\u{9b}2J\\u{7f}\\r\n\tü😀\\xff\\xe2\\x82"
            );
        }
    }

    #[test]
    fn a_line_of_others_stays_one() {
        for (text, line) in [
            ("a is one", "a is one"),
            ("a\r\n\tü", "a\\r\\n\\tü"),
            (
                "a\nGET /items 200\u{85}\u{1b}c",
                "a\\nGET /items 200\\u{85}\\u{1b}c",
            ),
        ] {
            assert_eq!(one_line(text.into()), line);
        }
    }
}
