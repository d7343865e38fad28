//! What holds of every body.

use super::case::decode;
use crate::support::example::{SECRET, at};
use proptest::prelude::*;
use sigv4::stream::{
    ChunkDecoder, ChunkEncoder, ChunkSigner, ChunkVerifier, ChunkedBody, MIN_CHUNK_SIZE,
    StreamError,
};
use sigv4::{Scope, Signature, SigningKey, Streaming};

const SEED: [u8; 64] = [b'a'; 64];
const TRAILER: (&str, &str) = ("x-amz-meta-a", "b");

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

fn encoded<'a>(
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

fn decoder(payload: Streaming, length: usize) -> ChunkDecoder {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let (key, seed) = parts();
    let verifier = ChunkVerifier::new(&key, at, &scope, seed);
    ChunkDecoder::new(&head(payload, length), verifier).unwrap()
}

/// `bytes` cut at these places.
fn cut<'a>(bytes: &'a [u8], places: &[prop::sample::Index]) -> Vec<&'a [u8]> {
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

fn any_payload() -> impl Strategy<Value = Streaming> {
    prop::sample::select(vec![
        Streaming::Signed,
        Streaming::SignedTrailer,
        Streaming::UnsignedTrailer,
    ])
}

fn cuts() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However data and body are cut, the body is the same, and the data come back.
    #[test]
    fn cuts_make_no_difference(
        payload in any_payload(),
        length in prop_oneof![0..20_usize, 8_180..8_200_usize, 16_380..16_390_usize, 0..40_000_usize],
        (inward, outward) in (cuts(), cuts()),
    ) {
        let data: Vec<_> = (0..length).map(|index| (index % 253) as u8).collect();
        let body = encoded(payload, &data, [&data[..]]);
        prop_assert!(encoded(payload, &data, cut(&data, &inward)) == body);
        let mut decoding = decoder(payload, length);
        let (back, end) = decode(&mut decoding, cut(&body, &outward));
        prop_assert_eq!(end, Ok(()));
        prop_assert!(back == data);
        prop_assert_eq!(decoding.position(), body.len() as u64);
        let trailers: Vec<_> = decoding.trailers().collect();
        prop_assert_eq!(trailers, if payload.has_trailer() { vec![TRAILER] } else { vec![] });
    }

    /// Whatever comes, nothing is handed on but what was signed, and never an end.
    #[test]
    fn strange_bytes_end_in_an_error(
        payload in any_payload(),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        outward in cuts(),
    ) {
        let mut whole = decoder(payload, 5);
        let first = decode(&mut whole, [&bytes[..]]);
        let mut cutting = decoder(payload, 5);
        let second = decode(&mut cutting, cut(&bytes, &outward));
        prop_assert!(first.1.is_err());
        prop_assert_eq!(first.1, second.1);
        if payload.is_signed() {
            prop_assert!(first.0.is_empty());
        }
    }
}

/// Where each chunk begins: its line, its data, the line break behind them.
fn begins(body: &[u8], lengths: &[usize]) -> Vec<usize> {
    let mut at = 0;
    lengths
        .iter()
        .map(|length| {
            let begin = at;
            let line = body[at..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
            at += line + length + if *length > 0 { 2 } else { 0 };
            begin
        })
        .collect()
}

fn chunk_of(error: StreamError) -> u64 {
    match error {
        StreamError::LineTooLong { chunk, .. }
        | StreamError::MalformedChunkLength { chunk, .. }
        | StreamError::MalformedChunkSignature { chunk, .. }
        | StreamError::MissingLineBreak { chunk, .. }
        | StreamError::ChunkTooLarge { chunk, .. }
        | StreamError::DecodedLengthExceeded { chunk, .. }
        | StreamError::ChunkSignatureMismatch { chunk }
        | StreamError::Incomplete { chunk, .. } => chunk,
        // Behind the empty chunk.
        StreamError::MalformedTrailer { .. }
        | StreamError::UnexpectedTrailer { .. }
        | StreamError::MissingTrailer { .. }
        | StreamError::MalformedTrailerSignature { .. }
        | StreamError::TrailerSignatureMismatch => 2,
        other => panic!("{other:?}"),
    }
}

/// Each byte of the lines, of the trailer and around the data, and many of the data, changed in
/// some ways: refused at the chunk in which it stands, and nothing of that is handed on.
#[test]
fn every_changed_byte_is_refused_where_it_stands() {
    let data = vec![b'd'; MIN_CHUNK_SIZE + 10];
    let body = encoded(Streaming::SignedTrailer, &data, [&data[..]]);
    let begins = begins(&body, &[MIN_CHUNK_SIZE, 10, 0]);
    let mut refused = 0;
    // What is in front of the second chunk is read once.
    let mut second = decoder(Streaming::SignedTrailer, data.len());
    assert!(second.decode(&body[..begins[1]]).unwrap().data.len() == MIN_CHUNK_SIZE);
    second.decode(b"\r\n").unwrap();
    for place in (0..body.len()).filter(|place| *place < 90 || *place > 8_270 || place % 997 == 0) {
        for mask in [0x01, 0x20, 0x80, 0x3f] {
            let mut changed = body.clone();
            changed[place] ^= mask;
            // The digits of a length may be of either case.
            let chunk = begins.iter().rposition(|begin| *begin <= place).unwrap();
            let in_length = body[begins[chunk]..=place]
                .iter()
                .all(u8::is_ascii_hexdigit);
            if in_length && changed[place].eq_ignore_ascii_case(&body[place]) {
                continue;
            }
            let (mut decoding, from, before) = match place >= begins[1] {
                true => (second.clone(), begins[1], MIN_CHUNK_SIZE),
                false => (decoder(Streaming::SignedTrailer, data.len()), 0, 0),
            };
            let (back, end) = decode(&mut decoding, [&changed[from..]]);
            let error = end.expect_err("a changed byte");
            let back = before + back.len();
            let at = format!(
                "byte {place}, {:?} for {:?}: {error}",
                changed[place], body[place]
            );
            assert_eq!(chunk_of(error), chunk as u64, "{at}");
            let good = [0, MIN_CHUNK_SIZE, data.len()][chunk];
            // What is behind the data of a chunk is read when they have been handed on.
            let behind = error
                == StreamError::MissingLineBreak {
                    chunk: chunk as u64,
                    position: place as u64,
                };
            assert!(back == good || (behind && back > good), "{at}");
            refused += 1;
        }
    }
    assert!(refused > 1_500, "{refused}");
}
