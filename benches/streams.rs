//! How much of the speed of the hash alone is left to bodies that are signed or checked piece by
//! piece: encoding and decoding `aws-chunked`, a chunk at a time, in turns with `sha2` and with the
//! checksum's crate over as many bytes.
//!
//! ```text
//! cargo bench --bench streams --features checksum
//! ```
//!
//! A time is that of one chunk, and the figure the median of all: what interrupts a chunk does not
//! count. Each of those that take turns works on other memory. `MIB` (64), `CHUNK` (65,536) and
//! `ROUNDS` (5) in the environment change the run.

use crc::{CRC_64_NVME, Crc, Table};
use sha2::{Digest, Sha256};
use sigv4::stream::{
    Checksum, ChecksumAlgorithm, ChunkDecoder, ChunkEncoder, ChunkSigner, ChunkVerifier,
    ChunkedBody,
};
use sigv4::{Scope, Signature, SigningKey, Streaming, Timestamp};
use std::hint::black_box;
use std::time::Instant;

static CRC: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_NVME);

/// So many chunks are taken before the next one's turn: buffers stay where they are in use.
const TURN: usize = 16;

const ALGORITHM: ChecksumAlgorithm = ChecksumAlgorithm::Crc64Nvme;

/// Takes the chunks of one body, in their order.
type Body<'a> = Box<dyn FnMut(&[u8]) + 'a>;

/// What takes turns.
struct Work<'a> {
    name: &'static str,
    /// The place of the hash that it is compared with, and the least ratio that is wanted.
    beside: Option<(usize, f64)>,
    chunks: Vec<Vec<u8>>,
    begin: Box<dyn Fn() -> Body<'a>>,
    times: Vec<f64>,
}

fn main() {
    let number = |name: &str, default: usize| {
        std::env::var(name).map_or(default, |text| text.parse().expect(name))
    };
    let (mib, rounds) = (number("MIB", 64), number("ROUNDS", 5));
    let size = number("CHUNK", 65_536);
    let data: Vec<u8> = (0..mib << 20).map(|index| (index % 251) as u8).collect();
    let chunks = || -> Vec<Vec<u8>> { data.chunks(size).map(<[u8]>::to_vec).collect() };
    let length = data.len() as u64;
    let signed = ChunkedBody::new(Streaming::Signed, length);
    let unsigned =
        ChunkedBody::new(Streaming::UnsignedTrailer, length).with_trailers(ALGORITHM.header());

    let mut works = vec![
        work("sha2", None, chunks(), || {
            Box::new(|chunk| {
                black_box(Sha256::digest(chunk));
            })
        }),
        work("crc, CRC-64/NVME", None, chunks(), || {
            let mut digest = CRC.digest();
            Box::new(move |chunk| {
                digest.update(chunk);
                black_box(&digest);
            })
        }),
    ];
    for (body, hash, goal) in [(signed, 0, 0.93), (unsigned, 1, 0.8)] {
        let beside = Some((hash, goal));
        let is_signed = body.payload.is_signed();
        let name = |signed, unsigned| if is_signed { signed } else { unsigned };
        works.push(work(
            name("encode, signed", "encode, unsigned"),
            beside,
            chunks(),
            move || encode(body, size),
        ));
        works.push(work(
            name(
                "encode, signed, without a copy",
                "encode, unsigned, without a copy",
            ),
            beside,
            chunks(),
            move || lines(body, size),
        ));
        works.push(work(
            name("decode, signed", "decode, unsigned"),
            beside,
            encoded(body, &data, size),
            move || decode(body, usize::MAX),
        ));
        works.push(work(
            name(
                "decode, signed, pieces of 16 KiB",
                "decode, unsigned, pieces of 16 KiB",
            ),
            beside,
            encoded(body, &data, size),
            move || decode(body, 16_384),
        ));
    }

    for _ in 0..rounds {
        let mut bodies: Vec<_> = works.iter().map(|work| (work.begin)()).collect();
        let count = data.chunks(size).len();
        for turn in (0..count).step_by(TURN) {
            for (work, body) in works.iter_mut().zip(&mut bodies) {
                for chunk in work.chunks.iter().skip(turn).take(TURN) {
                    let chunk = black_box(&chunk[..]);
                    let start = Instant::now();
                    body(chunk);
                    work.times.push(start.elapsed().as_secs_f64());
                }
            }
        }
    }
    println!(
        "{mib} MiB in chunks of {size} bytes, {rounds} rounds: a chunk, of the hash alone, goal"
    );
    let medians: Vec<f64> = works
        .iter_mut()
        .map(|work| median(&mut work.times))
        .collect();
    for (work, median) in works.iter().zip(&medians) {
        let microseconds = median * 1e6;
        let compared = work.beside.map(|(hash, goal)| {
            let ratio = medians[hash] / median;
            format!("{ratio:.3} {goal}")
        });
        let compared = compared.unwrap_or_default();
        println!("{:<36} {microseconds:>7.1} µs {compared}", work.name);
    }
}

fn work<'a>(
    name: &'static str,
    beside: Option<(usize, f64)>,
    chunks: Vec<Vec<u8>>,
    begin: impl Fn() -> Body<'a> + 'static,
) -> Work<'a> {
    Work {
        name,
        beside,
        chunks,
        begin: Box::new(begin),
        times: Vec::new(),
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn parts() -> (Timestamp, SigningKey, Signature) {
    let at = Timestamp::parse("20130524T000000Z").expect("a time");
    let scope = Scope::new(&at, "us-east-1", "s3").expect("a scope");
    let seed = Signature::parse(&"0".repeat(64)).expect("a signature");
    (at, SigningKey::derive("not-a-real-secret", &scope), seed)
}

fn encoder(body: ChunkedBody<'_>, size: usize) -> ChunkEncoder {
    let (at, key, seed) = parts();
    let scope = Scope::new(&at, "us-east-1", "s3").expect("a scope");
    let signer = ChunkSigner::new(key, at, &scope, seed);
    ChunkEncoder::new(&body, size, signer).expect("an encoder")
}

fn checksum(body: ChunkedBody<'_>) -> Option<Checksum> {
    let has_one = body.payload.has_trailer();
    has_one.then(|| Checksum::new(ALGORITHM))
}

/// As it is sent, a chunk at a time, the end left out.
fn encoded(body: ChunkedBody<'_>, data: &[u8], size: usize) -> Vec<Vec<u8>> {
    let mut encoder = encoder(body, size);
    let chunk = |chunk| {
        let mut out = Vec::new();
        encoder.encode(chunk, &mut out).expect("encoded");
        out
    };
    data.chunks(size).map(chunk).collect()
}

/// Through one buffer, which is sent and emptied.
fn encode(body: ChunkedBody<'static>, size: usize) -> Body<'static> {
    let (mut encoder, mut checksum) = (encoder(body, size), checksum(body));
    let mut out = Vec::new();
    Box::new(move |chunk| {
        out.clear();
        if let Some(checksum) = &mut checksum {
            checksum.put(chunk);
        }
        encoder.encode(chunk, &mut out).expect("encoded");
        black_box(&out);
    })
}

/// What goes in front of each chunk, for who writes the data from where they are.
fn lines(body: ChunkedBody<'static>, size: usize) -> Body<'static> {
    let (mut encoder, mut checksum) = (encoder(body, size), checksum(body));
    Box::new(move |chunk| {
        if let Some(checksum) = &mut checksum {
            checksum.put(chunk);
        }
        black_box(encoder.chunk_line(chunk).expect("a chunk"));
    })
}

fn decode(body: ChunkedBody<'static>, size: usize) -> Body<'static> {
    let (at, key, seed) = parts();
    let scope = Scope::new(&at, "us-east-1", "s3").expect("a scope");
    let verifier = ChunkVerifier::new(&key, at, &scope, seed);
    let mut decoder = ChunkDecoder::new(&body, verifier).expect("a decoder");
    Box::new(move |chunk| {
        for mut piece in chunk.chunks(size) {
            while !piece.is_empty() {
                let decoded = decoder.decode(piece).expect("decoded");
                black_box(decoded.data);
                piece = &piece[decoded.consumed..];
            }
        }
    })
}
