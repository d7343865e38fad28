//! What holds of every body.

use super::case::decode;
use super::made::{KINDS, TRAILER, any_payload, cut, cuts, decoder, encoded};
use proptest::prelude::*;
use sigv4::stream::MIN_CHUNK_SIZE;

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

    /// A good body with some of it taken out, doubled or put in: of a signed one nothing but what
    /// was signed, in its order, comes out, and no end. Of any, the same however it is cut.
    #[test]
    fn a_garbled_body_gives_nothing_that_was_not_signed(
        payload in any_payload(),
        (from, to, at) in any::<(prop::sample::Index, prop::sample::Index, prop::sample::Index)>(),
        put in prop_oneof![
            Just(None),
            prop::collection::vec(any::<u8>(), 0..100).prop_map(Some),
            prop::sample::select(vec!["\r\n", "0", ";", "\n", "0\r\n\r\n", ":", "*"])
                .prop_map(|text| Some(text.as_bytes().to_vec())),
        ],
        keep in any::<bool>(),
        outward in cuts(),
    ) {
        let data: Vec<_> = (0..2 * MIN_CHUNK_SIZE + 100).map(|index| (index % 253) as u8).collect();
        let body = encoded(payload, &data, [&data[..]]);
        let (from, to) = (from.index(body.len() + 1), to.index(body.len() + 1));
        let (from, to) = (from.min(to), from.max(to));
        let moved = body[from..to].to_vec();
        let mut garbled = body.clone();
        if !keep {
            garbled.drain(from..to);
        }
        let at = at.index(garbled.len() + 1);
        garbled.splice(at..at, put.unwrap_or(moved));
        let (whole, end) = decode(&mut decoder(payload, data.len()), [&garbled[..]]);
        let (in_pieces, same) = decode(&mut decoder(payload, data.len()), cut(&garbled, &outward));
        prop_assert_eq!(end, same);
        if payload.is_signed() {
            prop_assert!(in_pieces == whole);
            prop_assert!(data.starts_with(&whole));
            prop_assert!(end.is_err() || garbled == body);
        }
        prop_assert!(whole.len() <= data.len() && in_pieces.len() <= data.len());
        prop_assert!(end.is_err() || whole.len() == data.len());
    }
}

/// A body in two pieces, cut at every place: lines, data that are held, line breaks.
#[test]
fn every_cut_in_two_gives_the_same() {
    for payload in KINDS {
        let data = [b'd'; 40];
        let body = encoded(payload, &data, [&data[..]]);
        for place in 0..=body.len() {
            let (front, behind) = body.split_at(place);
            let mut decoding = decoder(payload, data.len());
            let (back, end) = decode(&mut decoding, [front, behind]);
            assert_eq!(
                (&back[..], end),
                (&data[..], Ok(())),
                "{payload:?} cut at {place}"
            );
            // And without what is behind, nothing is whole.
            let (_, end) = decode(&mut decoder(payload, data.len()), [front]);
            assert_eq!(
                end.is_ok(),
                place == body.len(),
                "{payload:?} ends at {place}"
            );
        }
    }
}
