//! SHA-256 and HMAC-SHA-256. The only file that imports `sha2` and `hmac`.

use hmac::block_api::HmacCore;
use hmac::digest::block_api::{Buffer, FixedOutputCore, UpdateCore};
use hmac::digest::{CtOutput, Output, Update};
use hmac::{Hmac, KeyInit};
use sha2::{Digest, Sha256};

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

/// Collects short pieces on the stack, to be hashed in long runs: a call of the hash for
/// each of the many pieces of a canonical request would cost more than the hashing.
#[derive(Clone)]
pub(crate) struct Buffered<H, const N: usize> {
    hash: H,
    buffer: [u8; N],
    filled: usize,
}

impl<H: Update, const N: usize> Buffered<H, N> {
    fn new(hash: H) -> Self {
        Self {
            hash,
            buffer: [0; N],
            filled: 0,
        }
    }

    /// Inlined, so that a piece of a known length is copied without a call.
    #[inline(always)]
    #[allow(clippy::inline_always)] // measured: docs/PERFORMANCE.md
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        let free = self.buffer.get_mut(self.filled..).unwrap_or_default();
        if let Some(slots) = free.get_mut(..bytes.len()) {
            slots.copy_from_slice(bytes);
            // It fits, so there is no overflow.
            self.filled = self.filled.wrapping_add(bytes.len());
        } else {
            self.put_long(bytes);
        }
    }

    #[cold]
    fn put_long(&mut self, bytes: &[u8]) {
        self.flush();
        match self.buffer.get_mut(..bytes.len()) {
            Some(free) => {
                free.copy_from_slice(bytes);
                self.filled = bytes.len();
            }
            None => self.hash.update(bytes),
        }
    }

    fn flush(&mut self) {
        let filled = self.buffer.get(..self.filled).unwrap_or_default();
        self.hash.update(filled);
        self.filled = 0;
    }
}

/// SHA-256 of bytes that come in pieces, for example of a file:
/// [`Payload::Sha256`](crate::Payload::Sha256) takes what it gives.
#[derive(Clone)]
pub struct Hasher(Buffered<Sha256, 512>);

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

impl Hasher {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self(Buffered::new(Sha256::new()))
    }

    /// The next piece.
    #[inline]
    pub fn put(&mut self, bytes: &[u8]) {
        self.0.put(bytes);
    }

    /// The hash of all pieces, joined.
    pub fn finish(mut self) -> [u8; 32] {
        self.0.flush();
        self.0.hash.finalize().into()
    }
}

/// A message that is being authenticated. Long enough for nearly every string to sign.
pub(crate) type Message = Buffered<Authenticating, 256>;

/// As `hmac::Hmac`, which also clones and wipes an empty buffer for each message: that is a
/// tenth of the time of a signature (docs/PERFORMANCE.md).
pub(crate) struct Authenticating {
    core: HmacCore<Sha256>,
    rest: Buffer<HmacCore<Sha256>>,
}

impl Update for Authenticating {
    fn update(&mut self, bytes: &[u8]) {
        let Self { core, rest } = self;
        rest.digest_blocks(bytes, |blocks| core.update_blocks(blocks));
    }
}

/// An HMAC key whose inner and outer block are hashed already. Wiped on drop.
#[derive(Clone)]
pub(crate) struct HmacKey(HmacCore<Sha256>);

impl HmacKey {
    /// RFC 2104: a key of up to one block is padded with zeros, a longer one is hashed first.
    /// The pieces of the key are joined.
    pub(crate) fn new(pieces: [&[u8]; 2]) -> Self {
        let mut block = zeroize::Zeroizing::new([0; 64]);
        let [first, second] = pieces;
        let end = first.len().saturating_add(second.len());
        let hash;
        let fill = if end <= block.len() {
            pieces
        } else {
            // Not by way of a buffer that nobody wipes.
            let hasher = Sha256::new().chain_update(first).chain_update(second);
            hash = zeroize::Zeroizing::new(<[u8; 32]>::from(hasher.finalize()));
            [hash.as_slice(), b""]
        };
        let mut start = 0_usize;
        for piece in fill {
            let end = start.saturating_add(piece.len());
            if let Some(slots) = block.get_mut(start..end) {
                slots.copy_from_slice(piece);
            }
            start = end;
        }
        Self(HmacCore::new((&*block).into()))
    }

    /// The authentication code of what `write` puts into the message.
    pub(crate) fn authenticate(&self, write: impl FnOnce(&mut Message)) -> [u8; 32] {
        let mut message = Buffered::new(Authenticating {
            core: self.0.clone(),
            rest: Buffer::<HmacCore<Sha256>>::default(),
        });
        write(&mut message);
        message.flush();
        let Authenticating { core, rest } = &mut message.hash;
        let mut code = Output::<HmacCore<Sha256>>::default();
        core.finalize_fixed_core(rest, &mut code);
        code.into()
    }
}

/// Equality in a time that does not depend on where the first difference is.
pub(crate) fn constant_time_eq(left: &[u8; 32], right: &[u8; 32]) -> bool {
    let output = |bytes: &[u8; 32]| CtOutput::<Hmac<Sha256>>::new((*bytes).into());
    output(left) == output(right)
}

impl core::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Hasher")
    }
}
