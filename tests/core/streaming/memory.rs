//! How much memory a body costs: a promise for whoever reads what strangers send.

use super::case::decode;
use crate::support::example::{SECRET, at};
use allocation_counter::measure;
use sigv4::stream::{
    ChunkDecoder, ChunkEncoder, ChunkSigner, ChunkVerifier, ChunkedBody, DEFAULT_CHUNK_SIZE,
    StreamError,
};
use sigv4::{Hasher, Scope, Signature, SigningKey, Streaming};

const CHUNKS: usize = 20;

fn signer() -> ChunkSigner {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let seed = Signature::parse(&"0".repeat(64)).unwrap();
    ChunkSigner::new(SigningKey::derive(SECRET, &scope), at, &scope, seed)
}

fn verifier() -> ChunkVerifier {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let seed = Signature::parse(&"0".repeat(64)).unwrap();
    ChunkVerifier::new(&SigningKey::derive(SECRET, &scope), at, &scope, seed)
}

/// In pieces of any length: once for what is collected, and what `out` needs.
#[test]
fn nothing_is_allocated_for_a_chunk() {
    let data = vec![7; CHUNKS * DEFAULT_CHUNK_SIZE];
    for size in [1_000, DEFAULT_CHUNK_SIZE, 3 * DEFAULT_CHUNK_SIZE] {
        nothing_for_a_chunk(Streaming::Signed, &data, size);
        nothing_for_a_chunk(Streaming::UnsignedTrailer, &data, size);
    }
}

/// Where it is computed, a checksum.
fn trailer(data: &[u8]) -> (&'static str, String) {
    #[cfg(feature = "checksum")]
    {
        let algorithm = sigv4::stream::ChecksumAlgorithm::Crc64Nvme;
        (algorithm.header(), algorithm.checksum(data))
    }
    #[cfg(not(feature = "checksum"))]
    ("x-amz-meta-length", data.len().to_string())
}

fn nothing_for_a_chunk(payload: Streaming, data: &[u8], size: usize) {
    let (name, value) = trailer(data);
    let mut body = ChunkedBody::new(payload, data.len() as u64);
    let mut trailers = Vec::new();
    if payload.has_trailer() {
        body = body.with_trailers(name);
        trailers.push((name, &*value));
    }
    let mut encoder = ChunkEncoder::new(&body, DEFAULT_CHUNK_SIZE, signer()).unwrap();
    let mut out = Vec::with_capacity(4 * DEFAULT_CHUNK_SIZE);
    let mut all = Vec::with_capacity(data.len() + 10_000);
    let mut pieces = data.chunks(size);
    let mut put = |pieces: &mut dyn Iterator<Item = &[u8]>, all: &mut Vec<u8>| {
        for piece in pieces {
            encoder.encode(piece, &mut out).unwrap();
            all.extend_from_slice(&out);
            out.clear();
        }
    };
    // The first chunk makes room.
    put(
        &mut pieces.by_ref().take(DEFAULT_CHUNK_SIZE / size + 2),
        &mut all,
    );
    let later = measure(|| put(&mut pieces, &mut all));
    assert_eq!(later.count_total, 0, "encoded in pieces of {size}");
    let end = all.len();
    encoder.finish(&trailers, &mut all).unwrap();

    let mut decoder = ChunkDecoder::new(&body, verifier()).unwrap();
    let mut length = 0;
    let (chunks, end) = all.split_at(end);
    let mut pieces = chunks.chunks(size);
    let mut take = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        for mut piece in pieces {
            while !piece.is_empty() {
                let decoded = decoder.decode(piece).unwrap();
                length += decoded.data.len();
                piece = &piece[decoded.consumed..];
            }
        }
    };
    take(&mut pieces.by_ref().take(2 * DEFAULT_CHUNK_SIZE / size + 2));
    let later = measure(|| take(&mut pieces));
    assert_eq!(later.count_total, 0, "decoded in pieces of {size}");
    take(&mut [end].into_iter());
    assert_eq!(decoder.finish(), Ok(()));
    assert_eq!(length, data.len());
}

#[test]
fn what_a_length_says_costs_nothing() {
    let most = ChunkedBody::new(Streaming::Signed, u64::MAX);
    let line = |length: &str| format!("{length};chunk-signature={}\r\n", "0".repeat(64));
    let mut decoder = ChunkDecoder::new(&most, verifier()).unwrap();
    let begun = line("1000000") + "some data";
    let cost = measure(|| {
        let (data, end) = decode(&mut decoder, [begun.as_bytes()]);
        assert!(data.is_empty());
        let position = begun.len() as u64;
        assert_eq!(end, Err(StreamError::Incomplete { chunk: 0, position }));
    });
    assert!(cost.bytes_max < 1_500, "{cost:?}");
    // A byte more than 16 MiB is not begun; with another limit, nothing of the kind.
    for (length, limit) in [
        ("1000001", 0x0100_0000),
        ("ffffffffffffffff", 0x0100_0000),
        ("2001", 8_192),
    ] {
        let decoder = ChunkDecoder::new(&most, verifier()).unwrap();
        let mut decoder = decoder.with_max_chunk(limit);
        let (data, end) = decode(&mut decoder, [line(length).as_bytes()]);
        assert!(data.is_empty());
        let length = u64::from_str_radix(length, 16).unwrap();
        let error = StreamError::ChunkTooLarge {
            chunk: 0,
            length,
            limit,
        };
        assert_eq!(end, Err(error));
    }
    // Those that are not signed are not held.
    let unsigned = ChunkedBody::new(Streaming::UnsignedTrailer, u64::MAX);
    let mut decoder = ChunkDecoder::unsigned(&unsigned).unwrap();
    assert_eq!(decoder.decode(b"ffffffffffffffff\r\na").unwrap().data, b"a");
    // Nor is a line that never ends.
    let mut decoder = ChunkDecoder::new(&most, verifier()).unwrap();
    let cost = measure(|| {
        let endless = std::iter::repeat_n(&b"0"[..], 100_000);
        let (_, end) = decode(&mut decoder, endless);
        let (chunk, position, limit) = (0, 0, 1_024);
        assert_eq!(
            end,
            Err(StreamError::LineTooLong {
                chunk,
                position,
                limit
            })
        );
    });
    assert!(cost.bytes_max < 5_000, "{cost:?}");
}

/// The line of a chunk and its data, signed with what is before.
fn chunk(signer: &mut ChunkSigner, data: &[u8]) -> Vec<u8> {
    let mut hasher = Hasher::new();
    hasher.put(data);
    let signature = signer.sign_chunk(&hasher.finish());
    let line = format!("{:x};chunk-signature={signature}\r\n", data.len());
    [line.as_bytes(), data, b"\r\n"].concat()
}

/// What is held is a chunk, and a quarter of it while it grows, also where the chunks do; and what
/// has arrived decides, not what is to come.
#[test]
fn a_chunk_is_held_once() {
    let lengths = [100_000, 130_000, 130_000, 50_000];
    let most = 130_000 * 5 / 4 + 3_000;
    let body = ChunkedBody::new(Streaming::Signed, lengths.iter().sum::<usize>() as u64);
    let mut signer = signer();
    let mut chunks = lengths.map(|length| chunk(&mut signer, &vec![7; length]));
    chunks[3].extend(chunk(&mut signer, b"")); // with its last CR LF
    let encoded = chunks.concat();
    for size in [1_000, 20_000, 99_999] {
        let mut decoder = ChunkDecoder::new(&body, verifier()).unwrap();
        let cost = measure(|| {
            for mut piece in encoded.chunks(size) {
                while !piece.is_empty() {
                    let decoded = decoder.decode(piece).unwrap();
                    piece = &piece[decoded.consumed..];
                }
            }
        });
        assert_eq!(decoder.finish(), Ok(()));
        assert!(cost.bytes_max < most, "{cost:?} in pieces of {size}");
        assert!(cost.bytes_current < 130_000 + 3_000, "{cost:?}");
    }
    let line = chunks[0].len() - 100_002;
    for arrived in [1, 100, 1_000, 20_000] {
        let mut decoder = ChunkDecoder::new(&body, verifier()).unwrap();
        let pieces = chunks[0][..line + arrived].chunks(600);
        let cost = measure(|| {
            let (data, end) = decode(&mut decoder, pieces);
            assert!(data.is_empty() && end.is_err());
        });
        let limit = 5 * arrived as u64 + 2_000;
        assert!(cost.bytes_max < limit, "{cost:?} for {arrived} bytes");
    }
}

/// Who encodes collects a chunk, or what is left of the data.
#[test]
fn a_chunk_is_collected_once() {
    for (length, most) in [(5, 5), (300_000, DEFAULT_CHUNK_SIZE)] {
        let data = vec![7; length];
        let body = ChunkedBody::new(Streaming::Signed, length as u64);
        let mut encoder = ChunkEncoder::new(&body, DEFAULT_CHUNK_SIZE, signer()).unwrap();
        let mut out = Vec::with_capacity(length + 1_000);
        let cost = measure(|| {
            for piece in data.chunks(length.min(999) - 1) {
                encoder.encode(piece, &mut out).unwrap();
            }
        });
        assert_eq!((cost.count_total, cost.bytes_max), (1, most as u64));
    }
}
