//! Step 4: the signature.

#[cfg(feature = "v4a")]
pub(crate) mod ecdsa;
pub(crate) mod hash;
pub(crate) mod key;
pub(crate) mod key_cache;
#[cfg(feature = "v4a")]
pub(crate) mod public_key;
pub(crate) mod string_to_sign;

use crate::grammar::hex::{are_lower_case, hex};
use crate::grammar::text::ascii;
use crate::request::algorithm::Algorithm;
use crate::signature::hash::constant_time_eq;
use core::fmt;

/// 32 bytes, written as 64 lower-case hexadecimal digits, which is all that is done with it;
/// with Signature Version 4A (feature `v4a`) two numbers, written as the digits of their DER.
///
/// Equality takes a time that does not depend on where two signatures differ. Of Version 4A, two
/// signatures by one key for one request need not be equal: they are verified, not compared.
/// `Debug` shows nothing, so that an expected signature cannot end up in a log.
#[derive(Clone, Copy)]
pub struct Signature {
    algorithm: Algorithm,
    /// The digits of an HMAC, or `r` and `s`.
    bytes: [u8; 64],
}

impl Signature {
    pub(crate) fn from_hmac(bytes: &[u8; 32]) -> Self {
        Self {
            algorithm: Algorithm::SigV4,
            bytes: hex(bytes),
        }
    }

    #[cfg(feature = "v4a")]
    pub(crate) fn from_ecdsa(bytes: ecdsa::Fixed) -> Self {
        Self {
            algorithm: Algorithm::SigV4a,
            bytes,
        }
    }

    /// Reads 64 lower-case hexadecimal digits, a signature of Version 4; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes().try_into().ok()?;
        are_lower_case(&bytes).then_some(Self {
            algorithm: Algorithm::SigV4,
            bytes,
        })
    }

    /// Reads a signature of Version 4A: lower-case hexadecimal digits of the DER of two numbers
    /// `r` and `s` (RFC 3279, 2.2.3), each at least 1 and below the order of P-256, and
    /// nothing but its shortest form; anything else is `None`.
    #[cfg(feature = "v4a")]
    #[must_use]
    pub fn parse_sigv4a(text: &str) -> Option<Self> {
        ecdsa::parse_der(text).map(Self::from_ecdsa)
    }

    /// `r` and `s`.
    #[cfg(feature = "v4a")]
    pub(crate) fn ecdsa(&self) -> Option<&ecdsa::Fixed> {
        (self.algorithm == Algorithm::SigV4a).then_some(&self.bytes)
    }

    #[inline]
    pub(crate) fn write(&self, out: &mut impl FnMut(&str)) {
        match self.algorithm {
            Algorithm::SigV4 => out(ascii(&self.bytes)),
            #[cfg(feature = "v4a")]
            Algorithm::SigV4a => ecdsa::write_der(&self.bytes, out),
        }
    }
}

impl PartialEq for Signature {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && constant_time_eq(&self.bytes, &other.bytes)
    }
}

impl Eq for Signature {}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = Ok(());
        self.write(&mut |text| written = f.write_str(text));
        written
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature([not shown])")
    }
}
