//! Texts of strangers, for those who read logs.

use core::fmt;

/// The longest text that is shown, in characters, and the longest path, in bytes.
const LONGEST: usize = 256;

/// The start of a text that a caller can have chosen; nothing in it steers a terminal or
/// begins a line.
pub(crate) struct Shown<'t>(pub &'t str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nearly all there is.
        if self.0.len() <= LONGEST && self.0.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return f.write_str(self.0);
        }
        for character in self.0.chars().take(LONGEST) {
            match character {
                _ if character.is_control() => write!(f, "{}", character.escape_default())?,
                _ => write!(f, "{character}")?,
            }
        }
        Ok(())
    }
}

/// The start of such a text, in quotes.
#[cfg(feature = "proxy")]
pub(crate) struct Quoted<'t>(pub &'t str);

#[cfg(feature = "proxy")]
impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.char_indices().nth(LONGEST).map(|(at, _)| at);
        let start = end.and_then(|end| self.0.get(..end));
        write!(f, "{:?}", start.unwrap_or(self.0))
    }
}

/// The start of a path, up to what could be a query by mistake, with its signature, or
/// could move the cursor of a terminal.
#[cfg(feature = "gateway")]
pub(crate) struct ShownPath<'t>(pub &'t str);

#[cfg(feature = "gateway")]
impl fmt::Display for ShownPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |byte: &u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~' | b'%')
        };
        let seen = self.0.bytes().take(LONGEST).take_while(plain).count();
        let cut = if seen < self.0.len() { "…" } else { "" };
        f.write_str(self.0.get(..seen).unwrap_or_default())?;
        f.write_str(cut)
    }
}
