//! Random uploads, biased to the edges. One seed gives the same uploads everywhere.

use crate::case::REGION;
use crate::streams::upload::Upload;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sigv4::stream::{ChecksumAlgorithm, ChunkedBody};
use sigv4::{Algorithm, Streaming};

/// How many bytes there are for uploads to have their data of.
const DATA: usize = 3 * 1_024 * 1_024;

/// The longest upload, in bytes.
const LONGEST: usize = 1_280 * 1_024;

const KINDS: [(Streaming, Algorithm); 10] = [
    (Streaming::Signed, Algorithm::SigV4),
    (Streaming::SignedTrailer, Algorithm::SigV4),
    (Streaming::UnsignedTrailer, Algorithm::SigV4),
    (Streaming::Signed, Algorithm::SigV4a),
    (Streaming::SignedTrailer, Algorithm::SigV4),
    (Streaming::Signed, Algorithm::SigV4),
    (Streaming::SignedTrailer, Algorithm::SigV4a),
    (Streaming::UnsignedTrailer, Algorithm::SigV4),
    (Streaming::SignedTrailer, Algorithm::SigV4),
    (Streaming::UnsignedTrailer, Algorithm::SigV4a),
];

const REGION_SETS: [&str; 3] = ["*", "us-east-1", "us-*,eu-west-1"];

/// In canonical spelling: other spellings are what `divergences.json` is about.
const KEYS: [&str; 5] = ["a", "chunkObject.txt", "a/b.c~", "a%20b", "%C3%BC%25"];

/// Most of them the least that S3 takes: then a few bytes make many chunks.
const CHUNK_SIZES: [usize; 20] = [
    8_192, 8_192, 8_192, 8_192, 8_192, 8_192, 8_193, 8_193, 8_200, 9_999, 10_000, 10_000, 16_383,
    16_384, 16_385, 65_535, 65_536, 65_536, 131_072, 1_048_576,
];

/// Names of trailers that are no checksums, whose order by bytes is not that of the alphabet.
const NAMES: [&str; 8] = [
    "first",
    "second",
    "third",
    "a-b",
    "a",
    "ab",
    "a.b",
    "x-amz-meta-a_b",
];

const VALUES: [&str; 6] = [
    "1st",
    "~",
    "a=b;c",
    "AAAA==",
    "-",
    "x-amz-trailer-signature:0",
];

pub struct Uploads {
    random: ChaCha8Rng,
}

impl Uploads {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            random: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// What all uploads have their data of.
    pub fn data(&mut self) -> Vec<u8> {
        let mut data = vec![0; DATA];
        self.random.fill_bytes(&mut data);
        data
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        *of.choose(&mut self.random).expect("one at least")
    }

    fn odds(&mut self, odds: f64) -> bool {
        self.random.random_bool(odds)
    }

    fn up_to(&mut self, most: usize) -> usize {
        self.random.random_range(0..=most)
    }

    /// # Panics
    /// On a kind that has no marker.
    pub fn upload(&mut self, number: usize, all: &[u8]) -> Upload {
        let (payload, algorithm) = KINDS[number % KINDS.len()];
        let sigv4a = algorithm == Algorithm::SigV4a;
        let chunk_size = self.one(&CHUNK_SIZES);
        let length = self.length(chunk_size);
        let offset = self.up_to(all.len() - length);
        let trailers = self.trailers(payload, &all[offset..][..length]);
        let mut upload = Upload {
            id: number.to_string(),
            sigv4a,
            region: if sigv4a {
                self.one(&REGION_SETS)
            } else {
                REGION
            }
            .to_owned(),
            marker: payload.marker(algorithm).expect("a marker").to_owned(),
            host: self.one(&["s3.example.com", "127.0.0.1:9000"]).to_owned(),
            target: format!("/bucket/{}", self.one(&KEYS)),
            headers: Vec::new(),
            token: self.odds(0.2).then(|| "session/token==".to_owned()),
            offset,
            length,
            chunk_size,
            trailers,
            pieces: self.pieces(),
        };
        upload.headers = self.headers(&upload);
        upload
    }

    fn length(&mut self, chunk_size: usize) -> usize {
        let most = if chunk_size < 65_535 { 6 } else { 2 };
        let whole = chunk_size * self.one(&[1, 2, 3, 5, 8, 13][..most]);
        let length = match self.up_to(15) {
            0 => 0,
            1 => 1,
            2 => self.up_to(300),
            3..6 => whole,
            6 | 7 => whole - 1,
            8 | 9 => whole + 1,
            _ => self.up_to(whole),
        };
        length.min(LONGEST)
    }

    fn trailers(&mut self, payload: Streaming, data: &[u8]) -> Vec<(String, String)> {
        // S3 takes an unsigned body that names no trailer.
        if !payload.has_trailer() || payload == Streaming::UnsignedTrailer && self.odds(0.1) {
            return Vec::new();
        }
        let algorithm = self.one(&ChecksumAlgorithm::ALL);
        let checksum = (algorithm.header().to_owned(), algorithm.checksum(data));
        if self.odds(0.75) {
            return vec![checksum];
        }
        let mut trailers = vec![checksum];
        for _ in 0..self.up_to(3) {
            let name = self.one(&NAMES);
            if trailers.iter().all(|(before, _)| before != name) {
                let at = self.up_to(trailers.len());
                trailers.insert(at, (name.to_owned(), self.one(&VALUES).to_owned()));
            }
        }
        trailers
    }

    fn headers(&mut self, upload: &Upload) -> Vec<(String, String)> {
        let names = upload.trailer_names();
        let body = ChunkedBody::new(upload.payload(), upload.length as u64).with_trailers(&names);
        let values = upload.trailers.iter().map(|(_, value)| value.len()).sum();
        let length = body.encoded_length(upload.algorithm(), upload.chunk_size, values);
        let mut headers: Vec<(String, String)> = body
            .headers()
            .iter()
            .map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value).into_owned()))
            .collect();
        if self.odds(0.2) {
            "gzip,aws-chunked".clone_into(&mut headers[0].1);
        }
        let length = length.expect("below 2⁶⁴").to_string();
        headers.push(("content-length".to_owned(), length));
        for (name, value) in [
            ("content-type", "text/plain; charset=utf-8"),
            ("x-amz-storage-class", "STANDARD"),
            ("x-amz-meta-a", "b  c"),
        ] {
            if self.odds(0.2) {
                headers.push((name.to_owned(), value.to_owned()));
            }
        }
        headers
    }

    fn pieces(&mut self) -> Vec<usize> {
        let longest = self.one(&[30, 1_000, 65_536]);
        let mut pieces: Vec<_> = (0..3).map(|_| 1 + self.up_to(longest)).collect();
        pieces.push(self.one(&[8_192, 65_536, usize::MAX]));
        pieces
    }
}
