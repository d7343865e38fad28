//! Bodies to be cut, changed and read, and who reads them.

use crate::support::example::{SECRET, at};
use proptest::prelude::*;
use sigv4::stream::{
    ChunkDecoder, ChunkEncoder, ChunkSigner, ChunkVerifier, ChunkedBody, MIN_CHUNK_SIZE,
};
use sigv4::{Scope, Signature, SigningKey, Streaming};

pub const KINDS: [Streaming; 3] = [
    Streaming::Signed,
    Streaming::SignedTrailer,
    Streaming::UnsignedTrailer,
];

const SEED: [u8; 64] = [b'a'; 64];
pub const TRAILER: (&str, &str) = ("x-amz-meta-a", "b");

fn parts() -> (SigningKey, Signature) {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let seed = Signature::parse(std::str::from_utf8(&SEED).unwrap()).unwrap();
    (SigningKey::derive(SECRET, &scope), seed)
}

fn head(payload: Streaming, length: usize) -> ChunkedBody<'static> {
    let trailers = if payload.has_trailer() { TRAILER.0 } else { "" };
    ChunkedBody::new(payload, length as u64).with_trailers(trailers)
}

pub fn encoded<'a>(
    payload: Streaming,
    data: &'a [u8],
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<u8> {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let (key, seed) = parts();
    let signer = ChunkSigner::new(key, at, &scope, seed);
    let mut encoder =
        ChunkEncoder::new(&head(payload, data.len()), MIN_CHUNK_SIZE, signer).unwrap();
    let mut out = Vec::new();
    for piece in pieces {
        encoder.encode(piece, &mut out).unwrap();
    }
    let trailers: &[_] = if payload.has_trailer() {
        &[TRAILER]
    } else {
        &[]
    };
    encoder.finish(trailers, &mut out).unwrap();
    out
}

pub fn decoder(payload: Streaming, length: usize) -> ChunkDecoder {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let (key, seed) = parts();
    let verifier = ChunkVerifier::new(&key, at, &scope, seed);
    ChunkDecoder::new(&head(payload, length), verifier).unwrap()
}

/// `bytes` cut at these places.
pub fn cut<'a>(bytes: &'a [u8], places: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<_> = places.iter().map(|at| at.index(bytes.len() + 1)).collect();
    places.sort_unstable();
    places.push(bytes.len());
    let mut start = 0;
    let mut pieces = Vec::new();
    for end in places {
        pieces.push(&bytes[start..end]);
        start = end;
    }
    pieces
}

pub fn any_payload() -> impl Strategy<Value = Streaming> {
    prop::sample::select(KINDS.to_vec())
}

pub fn cuts() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 0..12)
}
