//! How much of the speed of the hash alone is left to bodies that are signed or checked piece by
//! piece: encoding and decoding `aws-chunked`, in turns with `sha2` and with the checksum's crate
//! over the same bytes.
//!
//! ```text
//! cargo bench --bench streams --features checksum
//! ```
//!
//! `MIB` (64), `CHUNK` (65,536) and `ROUNDS` (15) in the environment change the run.

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

const ALGORITHM: ChecksumAlgorithm = ChecksumAlgorithm::Crc64Nvme;

/// What is compared with which of the hashes, and the least ratio that the project wants.
struct Work<'a> {
    name: &'static str,
    beside: Hash,
    goal: f64,
    run: Box<dyn FnMut() + 'a>,
}

#[derive(Clone, Copy)]
enum Hash {
    Sha256,
    Crc64Nvme,
}

impl Hash {
    fn run(self, data: &[u8], chunk: usize) {
        match self {
            Self::Sha256 => {
                for piece in data.chunks(chunk) {
                    black_box(Sha256::digest(black_box(piece)));
                }
            }
            Self::Crc64Nvme => {
                let mut digest = CRC.digest();
                for piece in data.chunks(chunk) {
                    digest.update(black_box(piece));
                }
                black_box(digest.finalize());
            }
        }
    }
}

fn main() {
    let number = |name: &str, default: usize| {
        std::env::var(name).map_or(default, |text| text.parse().expect(name))
    };
    let (mib, rounds) = (number("MIB", 64), number("ROUNDS", 15));
    let chunk = number("CHUNK", 65_536);
    let data: Vec<u8> = (0..mib << 20).map(|index| (index % 251) as u8).collect();
    let data = &data[..];
    let signed = ChunkedBody::new(Streaming::Signed, data.len() as u64);
    let unsigned = ChunkedBody::new(Streaming::UnsignedTrailer, data.len() as u64)
        .with_trailers(ALGORITHM.header());
    let (signed_body, unsigned_body) = (
        encoded(&signed, data, chunk),
        encoded(&unsigned, data, chunk),
    );
    let (signed_body, unsigned_body) = (&signed_body[..], &unsigned_body[..]);

    let work = |name, beside, run| {
        let goal = match beside {
            Hash::Sha256 => 0.93,
            Hash::Crc64Nvme => 0.8,
        };
        Work {
            name,
            beside,
            goal,
            run,
        }
    };
    let mut works = [
        work(
            "encode, signed",
            Hash::Sha256,
            Box::new(|| encode(&signed, data, chunk)) as Box<dyn FnMut()>,
        ),
        work(
            "encode, signed, without a copy",
            Hash::Sha256,
            Box::new(|| lines(&signed, data, chunk)),
        ),
        work(
            "decode, signed, whole chunks",
            Hash::Sha256,
            Box::new(|| decode(&signed, signed_body, signed_body.len())),
        ),
        work(
            "decode, signed, pieces of 16 KiB",
            Hash::Sha256,
            Box::new(|| decode(&signed, signed_body, 16_384)),
        ),
        work(
            "encode, unsigned, CRC64NVME",
            Hash::Crc64Nvme,
            Box::new(|| encode(&unsigned, data, chunk)),
        ),
        work(
            "encode, unsigned, CRC64NVME, without a copy",
            Hash::Crc64Nvme,
            Box::new(|| lines(&unsigned, data, chunk)),
        ),
        work(
            "decode, unsigned, CRC64NVME, whole chunks",
            Hash::Crc64Nvme,
            Box::new(|| decode(&unsigned, unsigned_body, unsigned_body.len())),
        ),
        work(
            "decode, unsigned, CRC64NVME, pieces of 16 KiB",
            Hash::Crc64Nvme,
            Box::new(|| decode(&unsigned, unsigned_body, 16_384)),
        ),
    ];

    println!("{mib} MiB in chunks of {chunk} bytes, {rounds} rounds");
    let mut ratios: Vec<Vec<f64>> = works.iter().map(|_| Vec::new()).collect();
    let mut alone = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (work, ratios) in works.iter_mut().zip(&mut ratios) {
            // The hash before and behind, as the machine's speed moves.
            let before = seconds(|| work.beside.run(data, chunk));
            let took = seconds(&mut work.run);
            let behind = seconds(|| work.beside.run(data, chunk));
            let hash = f64::midpoint(before, behind);
            alone[work.beside as usize].push(mib as f64 / 1_024.0 / hash);
            ratios.push(hash / took);
        }
    }
    let [sha256, crc64nvme] = alone.map(median);
    println!("alone: sha2 {sha256:.2} GiB/s, crc (CRC-64/NVME) {crc64nvme:.2} GiB/s");
    for (work, ratios) in works.iter().zip(ratios) {
        let (name, goal) = (work.name, work.goal);
        println!(
            "{name:<46} {:.3} of the hash alone (goal {goal})",
            median(ratios)
        );
    }
}

/// Of this thread's own work where the system tells, so that what runs beside does not count.
fn seconds(work: impl FnOnce()) -> f64 {
    let worked = || {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        let nanoseconds: u64 = text.split(' ').next()?.parse().ok()?;
        Some(nanoseconds as f64 / 1e9)
    };
    let (start, before) = (Instant::now(), worked());
    work();
    match (before, worked()) {
        (Some(before), Some(behind)) if behind > before => behind - before,
        _ => start.elapsed().as_secs_f64(),
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn parts() -> (Timestamp, SigningKey, Signature) {
    let at = Timestamp::parse("20130524T000000Z").expect("a time");
    let scope = Scope::new(&at, "us-east-1", "s3").expect("a scope");
    let seed = Signature::parse(&"0".repeat(64)).expect("a signature");
    (at, SigningKey::derive("not-a-real-secret", &scope), seed)
}

fn encoder(body: &ChunkedBody<'_>, chunk: usize) -> ChunkEncoder {
    let (at, key, seed) = parts();
    let scope = Scope::new(&at, "us-east-1", "s3").expect("a scope");
    let signer = ChunkSigner::new(key, at, &scope, seed);
    ChunkEncoder::new(body, chunk, signer).expect("an encoder")
}

fn checksum(body: &ChunkedBody<'_>) -> Option<Checksum> {
    body.payload.has_trailer().then(|| Checksum::new(ALGORITHM))
}

/// Behind all data: what the trailer says.
fn finish(mut encoder: ChunkEncoder, checksum: Option<Checksum>, out: &mut Vec<u8>) {
    let value = checksum.map(Checksum::finish);
    let trailer = value.as_ref().map(|value| (ALGORITHM.header(), &**value));
    encoder.finish(trailer.as_slice(), out).expect("an end");
}

fn encoded(body: &ChunkedBody<'_>, data: &[u8], chunk: usize) -> Vec<u8> {
    let mut encoder = encoder(body, chunk);
    let mut out = Vec::new();
    encoder.encode(data, &mut out).expect("encoded");
    let mut checksum = checksum(body);
    if let Some(checksum) = &mut checksum {
        checksum.put(data);
    }
    finish(encoder, checksum, &mut out);
    out
}

/// A chunk at a time through one buffer, which is sent and emptied.
fn encode(body: &ChunkedBody<'_>, data: &[u8], chunk: usize) {
    let mut encoder = encoder(body, chunk);
    let mut checksum = checksum(body);
    let mut out = Vec::new();
    for piece in data.chunks(chunk) {
        out.clear();
        if let Some(checksum) = &mut checksum {
            checksum.put(piece);
        }
        encoder.encode(piece, &mut out).expect("encoded");
        black_box(&out);
    }
    finish(encoder, checksum, &mut out);
    black_box(&out);
}

/// What goes in front of each chunk, for who writes the data from where they are.
fn lines(body: &ChunkedBody<'_>, data: &[u8], chunk: usize) {
    let mut encoder = encoder(body, chunk);
    let mut checksum = checksum(body);
    for piece in data.chunks(chunk) {
        if let Some(checksum) = &mut checksum {
            checksum.put(piece);
        }
        black_box(encoder.chunk_line(piece).expect("a chunk"));
    }
    finish(encoder, checksum, &mut Vec::new());
}

fn decode(body: &ChunkedBody<'_>, encoded: &[u8], size: usize) {
    let (at, key, seed) = parts();
    let scope = Scope::new(&at, "us-east-1", "s3").expect("a scope");
    let verifier = ChunkVerifier::new(&key, at, &scope, seed);
    let mut decoder = ChunkDecoder::new(body, verifier).expect("a decoder");
    let mut length = 0;
    for mut piece in encoded.chunks(size) {
        while !piece.is_empty() {
            let decoded = decoder.decode(piece).expect("decoded");
            length += black_box(decoded.data).len() as u64;
            piece = &piece[decoded.consumed..];
        }
    }
    decoder.finish().expect("whole");
    assert_eq!(length, body.decoded_length);
}
