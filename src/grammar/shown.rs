//! Texts of strangers, for those who read logs.

use core::fmt;

/// The longest text that is shown, in characters.
const LONGEST: usize = 256;

/// The start of a text that a caller can have chosen; nothing in it steers a terminal or
/// begins a line.
pub(crate) struct Shown<'t>(pub &'t str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars().take(LONGEST) {
            match character {
                _ if character.is_control() => write!(f, "{}", character.escape_default())?,
                _ => write!(f, "{character}")?,
            }
        }
        Ok(())
    }
}
