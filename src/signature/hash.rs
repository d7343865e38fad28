//! SHA-256 (FIPS 180-4) by `sha2`, HMAC-SHA-256 (RFC 2104) by `hmac`. The only file that imports
//! them.
//!
//! A canonical request and a string to sign come in many short pieces. They are collected on the
//! stack first, as a call of the hash for each would cost more than the hashing
//! (docs/PERFORMANCE.md).

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// SHA-256 of no bytes at all: the payload hash of every request without a body.
const EMPTY_SHA256: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// The same as text.
pub(crate) const EMPTY_SHA256_HEX: [u8; 64] =
    *b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    if bytes.is_empty() {
        EMPTY_SHA256
    } else {
        Sha256::digest(bytes).into()
    }
}

/// The first bytes of a message, as long as they fit.
#[derive(Clone)]
struct Collected<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Collected<N> {
    const fn new() -> Self {
        Self {
            bytes: [0; N],
            length: 0,
        }
    }

    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// One more piece; what does not fit goes to `update`, after all that is here. Inlined, so
    /// that a piece of a known length is copied without a call.
    #[inline(always)]
    fn put(&mut self, bytes: &[u8], update: impl FnMut(&[u8])) {
        let free = self.bytes.get_mut(self.length..).unwrap_or_default();
        if let Some(slots) = free.get_mut(..bytes.len()) {
            slots.copy_from_slice(bytes);
            // It fits, so there is no overflow.
            self.length = self.length.wrapping_add(bytes.len());
        } else {
            self.put_long(bytes, update);
        }
    }

    #[cold]
    fn put_long(&mut self, bytes: &[u8], mut update: impl FnMut(&[u8])) {
        update(self.as_slice());
        if let Some(slots) = self.bytes.get_mut(..bytes.len()) {
            slots.copy_from_slice(bytes);
            self.length = bytes.len();
        } else {
            update(bytes);
            self.length = 0;
        }
    }
}

/// SHA-256 of bytes that come in pieces, for example of a file:
/// [`Payload::Sha256`](crate::Payload::Sha256) takes what it gives.
///
/// ```
/// let mut hasher = sigv4::Hasher::new();
/// for piece in [&b"{\"name\":"[..], b"\"a\"}"] {
///     hasher.put(piece);
/// }
/// let payload = sigv4::Payload::Sha256(hasher.finish());
/// # let _ = payload;
/// ```
#[derive(Clone)]
pub struct Hasher {
    hash: Sha256,
    collected: Collected<256>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

impl Hasher {
    /// Of nothing yet.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self {
            hash: Sha256::new(),
            collected: Collected::new(),
        }
    }

    /// The next piece.
    #[inline]
    pub fn put(&mut self, bytes: &[u8]) {
        let hash = &mut self.hash;
        self.collected.put(bytes, |bytes| hash.update(bytes));
    }

    /// The hash of all pieces, joined.
    #[inline]
    #[must_use]
    pub fn finish(mut self) -> [u8; 32] {
        self.hash.update(self.collected.as_slice());
        self.hash.finalize().into()
    }
}

/// A key that authenticates messages. Wiped on drop.
#[derive(Clone)]
pub(crate) struct HmacKey(Hmac<Sha256>);

impl HmacKey {
    /// RFC 2104, 2: a key has any length.
    #[allow(clippy::expect_used)] // the length is all that could be refused
    pub(crate) fn new(key: &[u8]) -> Self {
        Self(Hmac::new_from_slice(key).expect("a key of any length"))
    }

    /// The authentication code of what `write` puts into the message.
    #[inline]
    pub(crate) fn authenticate(&self, write: impl FnOnce(&mut Message)) -> [u8; 32] {
        let mut message = Message {
            code: self.0.clone(),
            collected: Collected::new(),
        };
        write(&mut message);
        message.code.update(message.collected.as_slice());
        message.code.finalize().into_bytes().into()
    }
}

/// A message that is being authenticated.
pub(crate) struct Message {
    code: Hmac<Sha256>,
    collected: Collected<192>,
}

impl Message {
    #[inline(always)]
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        let code = &mut self.code;
        self.collected.put(bytes, |bytes| code.update(bytes));
    }
}

/// Equality in a time that does not depend on where the first difference is.
pub(crate) fn constant_time_eq(left: &[u8; 64], right: &[u8; 64]) -> bool {
    // By the word: `subtle` hides each comparison from the compiler, which adds up for bytes.
    let words = |bytes: &[u8; 64]| {
        let mut words = [0; 8];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        words
    };
    words(left).ct_eq(&words(right)).into()
}

impl core::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Hasher")
    }
}

#[cfg(test)]
mod tests;
