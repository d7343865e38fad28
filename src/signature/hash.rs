//! SHA-256 (FIPS 180-4) by `sha2`, HMAC-SHA-256 (RFC 2104) by `hmac`. The only file that imports
//! them.
//!
//! A canonical request and a string to sign come in many short pieces. They are collected on the
//! stack first, as a call of the hash for each would cost more than the hashing
//! (docs/PERFORMANCE.md).

use hmac::KeyInit;
use hmac::block_api::HmacCore;
use sha2::digest::block_api::{Buffer, CoreProxy, Eager, FixedOutputCore};
use sha2::digest::typenum::U32;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// SHA-256 of no bytes at all: the payload hash of every request without a body.
pub(crate) const EMPTY_SHA256: [u8; 32] = [
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

/// What is hashed or authenticated, in pieces.
#[derive(Clone)]
pub(crate) struct Message<C: Core, const N: usize> {
    core: C,
    buffer: Buffer<C>,
    collected: Collected<N>,
}

/// A function of `sha2` or `hmac` beside its buffer: a kept key, which needs none, is copied and
/// wiped without one, in half the time (docs/PERFORMANCE.md).
pub(crate) trait Core: FixedOutputCore<BufferKind = Eager, OutputSize = U32> {}

impl<C: FixedOutputCore<BufferKind = Eager, OutputSize = U32>> Core for C {}

impl<C: Core, const N: usize> Message<C, N> {
    #[inline]
    fn new(core: C) -> Self {
        Self {
            core,
            buffer: Buffer::<C>::default(),
            collected: Collected::new(),
        }
    }

    #[inline(always)]
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        let (core, buffer) = (&mut self.core, &mut self.buffer);
        self.collected.put(bytes, |bytes| {
            buffer.digest_blocks(bytes, |blocks| core.update_blocks(blocks));
        });
    }

    #[inline]
    fn finish(&mut self) -> [u8; 32] {
        let Self {
            core,
            buffer,
            collected,
        } = self;
        buffer.digest_blocks(collected.as_slice(), |blocks| core.update_blocks(blocks));
        let mut out = [0; 32];
        core.finalize_fixed_core(buffer, (&mut out).into());
        out
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
pub struct Hasher(Message<<Sha256 as CoreProxy>::Core, 256>);

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
        Self(Message::new(<Sha256 as CoreProxy>::Core::default()))
    }

    /// The next piece.
    #[inline]
    pub fn put(&mut self, bytes: &[u8]) {
        self.0.put(bytes);
    }

    /// The hash of all pieces, joined.
    #[inline]
    #[must_use]
    pub fn finish(mut self) -> [u8; 32] {
        self.0.finish()
    }
}

/// For the checksum of a body.
#[cfg(feature = "checksum")]
pub(crate) use sha2::Sha512;

/// A message that is being authenticated.
pub(crate) type Authenticated = Message<HmacCore<Sha256>, 192>;

/// A key that authenticates messages. Wiped on drop.
#[derive(Clone)]
pub(crate) struct HmacKey(HmacCore<Sha256>);

impl HmacKey {
    /// RFC 2104, 2: a key has any length.
    #[allow(clippy::expect_used)] // the length is all that could be refused
    pub(crate) fn new(key: &[u8]) -> Self {
        Self(HmacCore::new_from_slice(key).expect("a key of any length"))
    }

    /// The authentication code of what `write` puts into the message.
    #[inline]
    pub(crate) fn authenticate(&self, write: impl FnOnce(&mut Authenticated)) -> [u8; 32] {
        let mut message = Message::new(self.0.clone());
        write(&mut message);
        message.finish()
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
