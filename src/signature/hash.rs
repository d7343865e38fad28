//! SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104), on the compression function of `sha2`.
//! The only file of the library that imports it.
//!
//! Collecting a message and HMAC are ours: the buffers of `sha2` and `hmac` are filled and
//! wiped byte by byte for each message, which took a sixth of the time of a signature
//! (docs/PERFORMANCE.md).

use sha2::block_api::compress256;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

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

/// The words that compression goes from and to.
type State = [u32; 8];

/// FIPS 180-4, 5.3.3.
const INITIAL: State = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// In bytes.
const BLOCK: usize = 64;

/// A message that comes in pieces. They are collected in `N` blocks on the stack, as a call
/// of the hash for each piece of a canonical request would cost more than the hashing.
#[derive(Clone)]
pub(crate) struct Message<const N: usize> {
    state: State,
    /// Bytes that are compressed into the state.
    compressed: u64,
    /// Zeros behind what is filled.
    blocks: [[u8; BLOCK]; N],
    filled: usize,
}

impl<const N: usize> Message<N> {
    const NO_BLOCKS: [[u8; BLOCK]; N] = [[0; BLOCK]; N];

    #[inline]
    fn new(state: State, compressed: u64) -> Self {
        Self {
            state,
            compressed,
            blocks: Self::NO_BLOCKS,
            filled: 0,
        }
    }

    /// Inlined, so that a piece of a known length is copied without a call.
    #[inline(always)]
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        let free = self.blocks.as_flattened_mut().get_mut(self.filled..);
        if let Some(slots) = free.unwrap_or_default().get_mut(..bytes.len()) {
            slots.copy_from_slice(bytes);
            // It fits, so there is no overflow.
            self.filled = self.filled.wrapping_add(bytes.len());
        } else {
            self.put_long(bytes);
        }
    }

    /// What fills the blocks, then whole blocks where they are.
    #[cold]
    fn put_long(&mut self, bytes: &[u8]) {
        let free = self.blocks.as_flattened_mut().get_mut(self.filled..);
        let free = free.unwrap_or_default();
        let (first, rest) = bytes.split_at_checked(free.len()).unwrap_or_default();
        free.copy_from_slice(first);
        self.compress();
        let (whole, last) = rest.as_chunks::<BLOCK>();
        compress256(&mut self.state, whole);
        self.count(whole.as_flattened().len());
        if let Some(slots) = self.blocks.as_flattened_mut().get_mut(..last.len()) {
            slots.copy_from_slice(last);
        }
        self.filled = last.len();
    }

    fn compress(&mut self) {
        compress256(&mut self.state, &self.blocks);
        self.count(N.saturating_mul(BLOCK));
        self.blocks = Self::NO_BLOCKS;
        self.filled = 0;
    }

    fn count(&mut self, bytes: usize) {
        self.compressed = self.compressed.wrapping_add(bytes as u64);
    }

    /// FIPS 180-4, 5.1.1: a bit, zeros, and the length in bits at the end of a block.
    #[inline]
    fn finish(&mut self) -> [u8; 32] {
        let bytes = self.compressed.wrapping_add(self.filled as u64);
        let bits = bytes.wrapping_mul(8).to_be_bytes();
        self.put(&[0x80]);
        let mut end = self.filled.saturating_add(bits.len());
        if end > N.saturating_mul(BLOCK) {
            self.compress();
            end = bits.len();
        }
        let blocks = self
            .blocks
            .get_mut(..end.div_ceil(BLOCK))
            .unwrap_or_default();
        if let Some(slots) = blocks.as_flattened_mut().last_chunk_mut() {
            *slots = bits;
        }
        compress256(&mut self.state, blocks);
        let mut hash = [0; 32];
        for (bytes, word) in hash.as_chunks_mut().0.iter_mut().zip(self.state) {
            *bytes = word.to_be_bytes();
        }
        hash
    }
}

/// SHA-256 of bytes that come in pieces, for example of a file:
/// [`Payload::Sha256`](crate::Payload::Sha256) takes what it gives.
#[derive(Clone)]
pub struct Hasher(Message<4>);

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

impl Hasher {
    /// Of nothing yet.
    #[inline]
    pub fn new() -> Self {
        Self(Message::new(INITIAL, 0))
    }

    /// The next piece.
    #[inline]
    pub fn put(&mut self, bytes: &[u8]) {
        self.0.put(bytes);
    }

    /// The hash of all pieces, joined.
    #[inline]
    pub fn finish(mut self) -> [u8; 32] {
        self.0.finish()
    }
}

/// Where keys are padded, one after the other. Wiped on drop, once: that is done byte by byte.
pub(crate) struct KeyBlock(Zeroizing<[[u8; BLOCK]; 1]>);

impl KeyBlock {
    pub(crate) fn new() -> Self {
        Self(Zeroizing::new([[0; BLOCK]]))
    }
}

/// An HMAC key whose inner and outer block are compressed already. Wiped on drop.
#[derive(Clone)]
pub(crate) struct HmacKey {
    inner: State,
    outer: State,
}

impl HmacKey {
    /// RFC 2104: a key of up to one block is padded with zeros, a longer one is hashed first.
    /// The pieces of the key are joined.
    pub(crate) fn new(pieces: [&[u8]; 2], KeyBlock(block): &mut KeyBlock) -> Self {
        **block = [[0; BLOCK]];
        let [first, second] = pieces;
        let end = first.len().saturating_add(second.len());
        let hash;
        let fill = if end <= BLOCK {
            pieces
        } else {
            // Not by way of a buffer that nobody wipes.
            let hasher = Sha256::new().chain_update(first).chain_update(second);
            hash = Zeroizing::new(<[u8; 32]>::from(hasher.finalize()));
            [hash.as_slice(), b""]
        };
        let mut start = 0_usize;
        for piece in fill {
            let end = start.saturating_add(piece.len());
            if let Some(slots) = block.as_flattened_mut().get_mut(start..end) {
                slots.copy_from_slice(piece);
            }
            start = end;
        }
        let mut padded = |pad: u8| {
            let mut state = INITIAL;
            for byte in block.as_flattened_mut() {
                *byte ^= pad;
            }
            compress256(&mut state, &**block);
            state
        };
        Self {
            inner: padded(0x36),
            outer: padded(0x36 ^ 0x5c),
        }
    }

    /// The authentication code of what `write` puts into the message.
    #[inline]
    pub(crate) fn authenticate(&self, write: impl FnOnce(&mut Message<3>)) -> [u8; 32] {
        let mut inner = Message::new(self.inner, BLOCK as u64);
        write(&mut inner);
        let mut outer = Message::<1>::new(self.outer, BLOCK as u64);
        outer.put(&inner.finish());
        let code = outer.finish();
        // Where a key is derived, this state is that key.
        outer.state.zeroize();
        code
    }
}

impl Drop for HmacKey {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
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
