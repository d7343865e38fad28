//! Step 4: the signature.

use crate::hash::constant_time_eq;
use crate::hex::{hex, parse_hex};
use crate::text::ascii;
use core::fmt;

/// 32 bytes, written as 64 lower-case hexadecimal digits.
///
/// Equality takes a time that does not depend on where two signatures differ.
/// `Debug` shows nothing, so that an expected signature cannot end up in a log.
#[derive(Clone, Copy)]
pub struct Signature([u8; 32]);

impl Signature {
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 lower-case hexadecimal digits; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse_hex(text).map(Self)
    }

    pub(crate) fn hex(&self) -> [u8; 64] {
        hex(&self.0)
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
        f.write_str(ascii(&self.hex()))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature([not shown])")
    }
}
