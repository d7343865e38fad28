//! The least that a signature can take on `sha2`: nothing is read, checked, sorted or encoded.
//! All text is ready, in one piece up to each hash, and HMAC's inner and outer state are known.

use hmac::{Hmac, KeyInit, Mac};
use sha2::block_api::compress256;
use sha2::{Digest, Sha256};
use sigv4::{Request, Stages};

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

pub struct HardCoded<'a> {
    /// Hashed, and put behind the canonical request.
    body: Option<&'a [u8]>,
    /// Without the hash of a body.
    canonical: Vec<u8>,
    /// Without the hash of the canonical request.
    string_to_sign: Vec<u8>,
    inner: State,
    outer: State,
}

impl<'a> HardCoded<'a> {
    pub fn new(request: &Request<'a>, stages: &Stages, secret: &str) -> Self {
        let body = match request.payload {
            sigv4::Payload::Bytes(body) if !body.is_empty() => Some(body),
            _ => None,
        };
        const HASH: usize = 64;
        let canonical = &stages.canonical_request;
        let string_to_sign = stages.string_to_sign.as_bytes();
        let key = stages.scope.split('/').fold(
            format!("AWS4{secret}").into_bytes(),
            |key, part| -> Vec<u8> {
                let mut hmac = Hmac::<Sha256>::new_from_slice(&key).expect("a key of any length");
                hmac.update(part.as_bytes());
                hmac.finalize().into_bytes().to_vec()
            },
        );
        let padded = |pad: u8| {
            let mut block = [pad; 64];
            block
                .iter_mut()
                .zip(&key)
                .for_each(|(pad, key)| *pad ^= key);
            let mut state = INITIAL;
            compress256(&mut state, &[block]);
            state
        };
        Self {
            body,
            canonical: canonical[..canonical.len() - body.map_or(0, |_| HASH)].to_vec(),
            string_to_sign: string_to_sign[..string_to_sign.len() - HASH].to_vec(),
            inner: padded(0x36),
            outer: padded(0x5c),
        }
    }

    /// A canonical request of up to `N` blocks, and a string to sign of up to 3.
    #[inline(always)]
    pub fn signature<const N: usize>(&self) -> [u8; 64] {
        let body = self.body.map(|body| hex(&Sha256::digest(body).into()));
        let last = body.as_ref().map_or(&b""[..], |digits| digits);
        let canonical = hash::<N>(INITIAL, 0, &self.canonical, last);
        let inner = hash::<3>(self.inner, 64, &self.string_to_sign, &hex(&canonical));
        hex(&hash::<1>(self.outer, 64, &inner, b""))
    }
}

#[inline(always)]
fn hash<const N: usize>(mut state: State, before: usize, first: &[u8], second: &[u8]) -> [u8; 32] {
    let mut blocks = [[0; 64]; N];
    let bytes = blocks.as_flattened_mut();
    let end = first.len() + second.len();
    bytes[..first.len()].copy_from_slice(first);
    bytes[first.len()..end].copy_from_slice(second);
    bytes[end] = 0x80;
    let used = (end + 9).div_ceil(64);
    let bits = (before + end) as u64 * 8;
    bytes[used * 64 - 8..used * 64].copy_from_slice(&bits.to_be_bytes());
    compress256(&mut state, &blocks[..used]);
    let mut hash = [0; 32];
    for (bytes, word) in hash.as_chunks_mut().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    hash
}

#[inline(always)]
fn hex(hash: &[u8; 32]) -> [u8; 64] {
    let digit = |value: u8| value + if value > 9 { b'a' - 10 } else { b'0' };
    let mut digits = [0; 64];
    for (pair, byte) in digits.as_chunks_mut().0.iter_mut().zip(hash) {
        *pair = [digit(byte >> 4), digit(byte & 15)];
    }
    digits
}
