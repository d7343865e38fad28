//! Characters that no editor shows, and that a secret takes along when it is pasted.

/// The place and the character of the first thing in a secret that cannot be seen: white
/// space (but not a plain space between others), a control, a byte order mark, a
/// zero-width or a direction mark (Unicode's category `Cf`), a variation selector.
///
/// Nothing tells a secret with such a character from the right one but the 403 that its
/// signatures earn: refuse it. The place is a byte offset, counted from zero.
///
/// ```
/// use sigv4::sources::find_invisible;
///
/// assert_eq!(find_invisible("wJalrXUtnFEMI/K7MDENG"), None);
/// assert_eq!(find_invisible("wJalr\n"), Some((5, '\n')));
/// assert_eq!(find_invisible("\u{feff}wJalr"), Some((0, '\u{feff}')));
/// ```
#[must_use]
pub fn find_invisible(text: &str) -> Option<(usize, char)> {
    let end = text.trim_end_matches(' ').len();
    text.char_indices().find(|&(position, character)| {
        let inner_space = character == ' ' && position > 0 && position < end;
        !inner_space && is_invisible(character)
    })
}

/// The same of one character, a plain space included.
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            '\u{ad}'                        // soft hyphen
                | '\u{34f}'                 // combining grapheme joiner
                | '\u{61c}'                 // Arabic letter mark
                | '\u{115f}'..='\u{1160}'   // Hangul fillers
                | '\u{17b4}'..='\u{17b5}'   // Khmer inherent vowels
                | '\u{180b}'..='\u{180f}'   // Mongolian selectors
                | '\u{200b}'..='\u{200f}'   // zero width, direction
                | '\u{202a}'..='\u{202e}'   // direction
                | '\u{2060}'..='\u{206f}'   // word joiner, direction
                | '\u{2800}'                // empty Braille pattern
                | '\u{3164}'                // Hangul filler
                | '\u{fe00}'..='\u{fe0f}'   // variation selectors
                | '\u{feff}'                // byte order mark
                | '\u{ffa0}'                // Hangul filler
                | '\u{fff9}'..='\u{fffb}'   // interlinear annotation
                | '\u{1d173}'..='\u{1d17a}' // musical marks
                | '\u{e0000}'..='\u{e0fff}' // tags, variation selectors
        )
}

#[cfg(test)]
mod tests {
    use super::find_invisible;
    use std::prelude::rust_2024::*;

    #[test]
    fn places() {
        for (text, found) in [
            ("", None),
            ("secret+/=", None),
            ("two words", None),
            ("päss", None),
            (" secret", Some((0, ' '))),
            ("secret ", Some((6, ' '))),
            ("secret  ", Some((6, ' '))),
            (" ", Some((0, ' '))),
            ("secret\r\n", Some((6, '\r'))),
            ("sec\tret", Some((3, '\t'))),
            ("sec\u{a0}ret", Some((3, '\u{a0}'))),
            ("\u{feff}secret", Some((0, '\u{feff}'))),
            ("päs\u{200b}s", Some((4, '\u{200b}'))),
            ("secret\u{2028}", Some((6, '\u{2028}'))),
            ("sec\u{9b}ret", Some((3, '\u{9b}'))),
            ("sec\0ret", Some((3, '\0'))),
        ] {
            assert_eq!(find_invisible(text), found, "{text:?}");
        }
    }
}
