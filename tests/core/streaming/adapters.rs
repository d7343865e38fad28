//! Bodies through `Read` and `Write`, checked by the second implementation.

use crate::reference::Who;
use crate::reference::chunks::Opened;
use crate::support::example::{ACCESS_KEY_ID, SECRET, TIME, at};
use crate::upload::open;
use allocation_counter::measure;
use proptest::prelude::*;
use sigv4::stream::{
    ChunkDecoder, ChunkSigner, ChunkVerifier, ChunkedBody, DEFAULT_CHUNK_SIZE, DecodingReader,
    EncodingReader, EncodingWriter, MIN_CHUNK_SIZE,
};
use sigv4::{Scope, Signature, SigningKey, Streaming};
use std::io::{self, Read, Write};

pub const SEED: &str = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";

pub const ALL: [Streaming; 3] = [
    Streaming::Signed,
    Streaming::SignedTrailer,
    Streaming::UnsignedTrailer,
];

fn key() -> (SigningKey, Signature) {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let seed = Signature::parse(SEED).unwrap();
    (SigningKey::derive(SECRET, &scope), seed)
}

pub fn signer() -> ChunkSigner {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let (key, seed) = key();
    ChunkSigner::new(key, at, &scope, seed)
}

/// With all checksums that are computed here.
pub fn head(payload: Streaming, length: usize) -> ChunkedBody<'static> {
    let trailers = match payload.has_trailer() && cfg!(feature = "checksum") {
        true => {
            "x-amz-checksum-crc64nvme,x-amz-checksum-sha1,x-amz-checksum-crc32,\
             x-amz-checksum-sha256,x-amz-checksum-sha512,x-amz-checksum-crc32c"
        }
        false => "",
    };
    ChunkedBody::new(payload, length as u64).with_trailers(trailers)
}

pub fn decoder(body: &ChunkedBody<'_>) -> ChunkDecoder {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let (key, seed) = key();
    ChunkDecoder::new(body, ChunkVerifier::new(&key, at, &scope, seed)).unwrap()
}

/// What the second implementation finds in it.
fn opened(payload: Streaming, length: usize, body: &[u8]) -> Opened {
    let who = Who {
        access_key_id: ACCESS_KEY_ID.into(),
        secret: SECRET.into(),
        token: None,
        region: "us-east-1".into(),
        service: "s3".into(),
        time: TIME.into(),
    };
    let marker = payload.marker(sigv4::Algorithm::SigV4).unwrap();
    let names = head(payload, 0).trailers;
    open(body, marker, names, length, SEED.into(), &who).unwrap()
}

/// Gives, takes and is read in pieces of such lengths, again and again; in between it is
/// interrupted.
pub struct Pieces<T> {
    pub inner: T,
    pub sizes: Vec<usize>,
    pub turn: usize,
}

impl<T> Pieces<T> {
    pub fn new(inner: T, sizes: &[usize]) -> Self {
        let sizes = sizes.to_vec();
        let turn = 0;
        Self { inner, sizes, turn }
    }

    fn next(&mut self) -> io::Result<usize> {
        self.turn += 1;
        let turn = self.turn % (self.sizes.len() + 1);
        let size = self.sizes.get(turn);
        size.copied().ok_or(io::ErrorKind::Interrupted.into())
    }
}

impl<R: Read> Read for Pieces<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let size = self.next()?.min(space.len());
        self.inner.read(&mut space[..size])
    }
}

impl<W: Write> Write for Pieces<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let size = self.next()?.min(data.len());
        self.inner.write(&data[..size])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn data(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index % 251) as u8).collect()
}

fn by_reader(payload: Streaming, data: &[u8], inner: &[usize], outer: &[usize]) -> Vec<u8> {
    let body = head(payload, data.len());
    let inner = Pieces::new(data, inner);
    let reader = EncodingReader::new(inner, &body, MIN_CHUNK_SIZE, signer()).unwrap();
    let length = reader.encoded_length().unwrap();
    let mut sent = Vec::new();
    Pieces::new(reader, outer).read_to_end(&mut sent).unwrap();
    assert_eq!(sent.len() as u64, length);
    sent
}

fn by_writer(payload: Streaming, data: &[u8], inner: &[usize], outer: &[usize]) -> Vec<u8> {
    let body = head(payload, data.len());
    let inner = Pieces::new(Vec::new(), inner);
    let mut writer = EncodingWriter::new(inner, &body, MIN_CHUNK_SIZE, signer()).unwrap();
    Pieces::new(&mut writer, outer).write_all(data).unwrap();
    writer.finish().unwrap().inner
}

fn decoded(payload: Streaming, length: usize, sent: &[u8], sizes: &[usize]) -> Vec<u8> {
    let reader = DecodingReader::new(Pieces::new(sent, sizes), decoder(&head(payload, length)));
    let mut data = Vec::new();
    let sizes: Vec<_> = sizes.iter().rev().copied().collect();
    let mut reader = Pieces::new(reader, &sizes);
    reader.read_to_end(&mut data).unwrap();
    // It stays at its end.
    assert_eq!(reader.inner.read(&mut [0]).unwrap(), 0);
    let trailers = reader.inner.decoder().trailers().count();
    assert_eq!(trailers, head(payload, 0).trailer_names().count());
    data
}

#[test]
fn lengths_around_a_chunk() {
    for payload in ALL {
        for length in [0, 1, 8_191, 8_192, 8_193, 16_384, 16_385, 40_000] {
            let data = data(length);
            let sent = by_reader(payload, &data, &[100_000], &[100_000]);
            assert_eq!(sent, by_writer(payload, &data, &[100_000], &[100_000]));
            let opened = opened(payload, data.len(), &sent);
            assert!(opened.data == data, "{payload:?} {length}");
            assert_eq!(opened.chunks.len(), length.div_ceil(8_192));
            assert!(decoded(payload, length, &sent, &[100_000]) == data);
        }
    }
}

fn sizes() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(1..20_000_usize, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However the pieces are cut on either side, the same bytes come out.
    #[test]
    fn any_split_gives_the_same(
        payload in proptest::sample::select(&ALL[..]),
        length in 0..50_000_usize,
        inner in sizes(),
        outer in sizes(),
    ) {
        let data = data(length);
        let sent = by_reader(payload, &data, &inner, &outer);
        prop_assert!(sent == by_writer(payload, &data, &inner, &outer));
        prop_assert!(sent == by_reader(payload, &data, &[100_000], &[100_000]));
        prop_assert!(decoded(payload, length, &sent, &inner) == data);
    }
}

/// After the first chunks.
#[test]
fn nothing_is_allocated_for_a_chunk() {
    const CHUNKS: usize = 20;
    for payload in ALL {
        let data = vec![7; CHUNKS * DEFAULT_CHUNK_SIZE];
        let body = head(payload, data.len());
        let mut sent = vec![0; data.len() + 10_000];
        let reader = EncodingReader::new(&*data, &body, DEFAULT_CHUNK_SIZE, signer());
        let mut reader = reader.unwrap();
        let (first, rest) = sent.split_at_mut(2 * DEFAULT_CHUNK_SIZE);
        reader.read_exact(first).unwrap();
        let (most, end) = rest.split_at_mut((CHUNKS - 4) * DEFAULT_CHUNK_SIZE);
        let later = measure(|| reader.read_exact(most).unwrap());
        assert_eq!(later.count_total, 0, "{payload:?}, read");
        let mut length = first.len() + most.len();
        length += io::copy(&mut reader, &mut &mut *end).unwrap() as usize;
        sent.truncate(length);

        let out = Vec::with_capacity(length);
        let mut writer = EncodingWriter::new(out, &body, DEFAULT_CHUNK_SIZE, signer()).unwrap();
        let (first, rest) = data.split_at(4 * DEFAULT_CHUNK_SIZE);
        let mut put = |data: &[u8]| {
            data.chunks(50_000)
                .for_each(|piece| writer.write_all(piece).unwrap())
        };
        put(first);
        let later = measure(|| put(rest));
        assert_eq!(later.count_total, 0, "{payload:?}, written");
        assert!(writer.finish().unwrap() == sent);

        let mut reader = DecodingReader::new(&*sent, decoder(&body));
        let mut found = vec![0; data.len()];
        let (first, rest) = found.split_at_mut(4 * DEFAULT_CHUNK_SIZE);
        let mut get = |space: &mut [u8]| {
            let mut pieces = space.chunks_mut(50_000);
            pieces.all(|piece| reader.read_exact(piece).is_ok())
        };
        assert!(get(first));
        let later = measure(|| assert!(get(rest)));
        assert_eq!(later.count_total, 0, "{payload:?}, decoded");
        assert_eq!(reader.read(&mut [0]).unwrap(), 0);
        assert!(found == data);
    }
}
