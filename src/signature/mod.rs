//! Step 4: the signature.

pub(crate) mod hash;
pub(crate) mod key;
pub(crate) mod key_cache;
pub(crate) mod string_to_sign;

use crate::grammar::hex::{are_lower_case, hex};
use crate::grammar::text::ascii;
use crate::signature::hash::constant_time_eq;
use core::fmt;

/// 32 bytes, written as 64 lower-case hexadecimal digits, which is all that is done with it.
///
/// Equality takes a time that does not depend on where two signatures differ.
/// `Debug` shows nothing, so that an expected signature cannot end up in a log.
#[derive(Clone, Copy)]
pub struct Signature([u8; 64]);

impl Signature {
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(hex(bytes))
    }

    /// Reads 64 lower-case hexadecimal digits; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes().try_into().ok()?;
        are_lower_case(&digits).then_some(Self(digits))
    }

    pub(crate) fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

impl PartialEq for Signature {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(&self.0, &other.0)
    }
}

impl Eq for Signature {}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature([not shown])")
    }
}
