//! Characters that no editor shows, and that no credential has.

use sigv4::client::find_invisible;
use std::fmt;

/// What was found, and where; lines and columns are counted from one, columns in characters.
pub(crate) struct Invisible {
    line: usize,
    column: usize,
    what: char,
}

/// The first of them, or the first white space: the library takes a space inside a secret,
/// but what holds one here is more often two things where one was meant.
pub(crate) fn find(text: &str) -> Option<Invisible> {
    let space = text.char_indices().find(|(_, char)| char.is_whitespace());
    let (place, what) = find_invisible(text)
        .into_iter()
        .chain(space)
        .min_by_key(|(place, _)| *place)?;
    let before = text.get(..place).unwrap_or_default();
    let line = before.matches('\n').count();
    let on_line = before.rsplit('\n').next().unwrap_or_default();
    Some(Invisible {
        line: line.saturating_add(1),
        column: on_line.chars().count().saturating_add(1),
        what,
    })
}

impl fmt::Display for Invisible {
    /// Never what stands around it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            '\u{feff}' => "a byte order mark",
            '\u{a0}' | '\u{2007}' | '\u{202f}' => "a no-break space",
            '\r' => "a carriage return",
            '\n' => "a line break",
            '\t' => "a tab",
            char if char.is_whitespace() => "white space",
            char if char.is_control() => "a control character",
            _ => "an invisible character",
        };
        write!(
            f,
            "{what} (U+{:04X}) at line {}, column {}",
            u32::from(self.what),
            self.line,
            self.column
        )
    }
}
