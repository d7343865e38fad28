//! Signed bodies with a byte changed: refused at the chunk in which it stands.

use super::case::decode;
use super::made::{cut, cuts, decoder, encoded};
use proptest::prelude::*;
use sigv4::Streaming;
use sigv4::stream::{MIN_CHUNK_SIZE, StreamError};

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

/// Where an error stands; the trailer belongs to the empty chunk.
fn chunk_of(error: StreamError, empty: u64) -> u64 {
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
        | StreamError::DataAfterEnd { .. }
        | StreamError::TrailerSignatureMismatch => empty,
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
            assert_eq!(chunk_of(error, 2), chunk as u64, "{at}");
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

/// Whether a change leaves a digit of a length what it is, in the other case.
fn only_case(body: &[u8], begin: usize, place: usize, byte: u8) -> bool {
    let digits = body[begin..=place].iter().all(u8::is_ascii_hexdigit);
    digits && byte.eq_ignore_ascii_case(&body[place])
}

/// Every byte of a small body, in each of its bits.
#[test]
fn every_bit_of_a_small_body_counts() {
    for payload in [Streaming::Signed, Streaming::SignedTrailer] {
        let data = [b'd'; 60];
        let body = encoded(payload, &data, [&data[..]]);
        let begins = begins(&body, &[60, 0]);
        for place in 0..body.len() {
            let chunk = begins.iter().rposition(|begin| *begin <= place).unwrap();
            for bit in 0..8 {
                let mut changed = body.clone();
                changed[place] ^= 1 << bit;
                if only_case(&body, begins[chunk], place, changed[place]) {
                    continue;
                }
                let (back, end) = decode(&mut decoder(payload, data.len()), [&changed[..]]);
                let error = end.expect_err("a changed byte");
                let at = format!("{payload:?}, bit {bit} of byte {place}: {error}");
                assert_eq!(chunk_of(error, 1), chunk as u64, "{at}");
                let after_data = chunk == 1 || place >= begins[1] - 2;
                assert_eq!(back.len(), if after_data { data.len() } else { 0 }, "{at}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Any byte of a body of three chunks, to any other, however it is cut: of the chunk in which it
    /// stands nothing is handed on (but for its CR LF, which is read behind its data).
    #[test]
    fn any_changed_byte_is_refused_where_it_stands(
        place in any::<prop::sample::Index>(),
        other in 1..=255_u8,
        outward in cuts(),
    ) {
        let lengths = [MIN_CHUNK_SIZE, MIN_CHUNK_SIZE, 10, 0];
        let data: Vec<_> = (0..lengths.iter().sum()).map(|index: usize| (index % 253) as u8).collect();
        let body = encoded(Streaming::SignedTrailer, &data, [&data[..]]);
        let begins = begins(&body, &lengths);
        let place = place.index(body.len());
        let chunk = begins.iter().rposition(|begin| *begin <= place).unwrap();
        let mut changed = body.clone();
        changed[place] ^= other;
        prop_assume!(!only_case(&body, begins[chunk], place, changed[place]));
        let mut decoding = decoder(Streaming::SignedTrailer, data.len());
        let (back, end) = decode(&mut decoding, cut(&changed, &outward));
        let error = end.expect_err("a changed byte");
        prop_assert_eq!(chunk_of(error, 3), chunk as u64, "{}", error);
        let before: usize = lengths[..chunk].iter().sum();
        let line_break = chunk < 3 && place + 2 >= begins[chunk + 1];
        let good = before + if line_break { lengths[chunk] } else { 0 };
        prop_assert!(back == data[..good], "{} of {} handed on: {}", back.len(), good, error);
    }
}
