//! Targets and headers, generated.

use super::pieces::{BROKEN, HIGH, KEYS, NAMES, PIECES, SEGMENTS, VALUE_PIECES};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use sigv4::Timestamp;

pub fn pieces(from: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    vec(select(from), 0..=most).prop_map(|pieces| pieces.concat())
}

pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => pieces(PIECES, 4),
        2 => any::<char>().prop_map(|one| one.to_string().replace(['%', '?', '&', '='], "x")),
        1 => "[a-z0-9]{1,40}",
    ]
}

/// Without `?`, which would end it.
pub fn path(broken: bool) -> impl Strategy<Value = String> {
    let segment = prop_oneof![2 => select(SEGMENTS).prop_map(String::from), 3 => text()];
    let segments = prop_oneof![30 => vec(segment.clone(), 0..7), 1 => vec(segment, 0..80)];
    (segments, broken_piece(broken)).prop_map(|(mut segments, (piece, place))| {
        put(&mut segments, piece, place);
        format!("/{}", segments.join("/").replace('?', ""))
    })
}

pub fn query(broken: bool) -> impl Strategy<Value = String> {
    let key = prop_oneof![3 => select(KEYS).prop_map(String::from), 1 => text()];
    let value = prop_oneof![
        1 => Just(None),
        2 => select(KEYS).prop_map(|value| Some(value.to_owned())),
        2 => (text(), text()).prop_map(|(left, right)| Some(format!("{left}?/={right}"))),
        2 => text().prop_map(Some),
    ];
    let piece = prop_oneof![
        8 => (key, value).prop_map(|(key, value)| match value {
            Some(value) => format!("{key}={value}"),
            None => key,
        }),
        1 => Just(String::new()),
    ];
    let count = prop_oneof![30 => 0_usize..7, 3 => 14_usize..20, 1 => 0_usize..200];
    let all = count.prop_flat_map(move |count| vec(piece.clone(), count));
    (all, broken_piece(broken)).prop_map(|(mut all, (piece, place))| {
        put(&mut all, piece, place);
        all.join("&")
    })
}

pub fn broken_piece(broken: bool) -> impl Strategy<Value = (Option<&'static str>, Index)> {
    let weight = if broken { 1 } else { 0 };
    let piece = prop_oneof![9 => Just(None), weight => select(BROKEN).prop_map(Some)];
    (piece, any::<Index>())
}

pub fn put(all: &mut Vec<String>, piece: Option<&str>, place: Index) {
    if let Some(piece) = piece {
        all.insert(place.index(all.len() + 1), piece.to_owned());
    }
}

pub fn target(broken: bool) -> impl Strategy<Value = String> {
    (path(broken), proptest::option::weighted(0.8, query(broken))).prop_map(|(path, query)| {
        match query {
            Some(query) => format!("{path}?{query}"),
            None => path,
        }
    })
}

pub fn value(high: bool) -> impl Strategy<Value = Vec<u8>> {
    let plain = vec(select(VALUE_PIECES), 0..6);
    let weight = if high { 1 } else { 0 };
    let some = prop_oneof![2 => Just(None), weight => select(HIGH).prop_map(Some)];
    (plain, some, any::<Index>()).prop_map(|(mut pieces, high, place)| {
        if let Some(high) = high {
            pieces.insert(place.index(pieces.len() + 1), high);
        }
        // A folded line has to go on with something that is no line break.
        pieces.concat()
    })
}

/// With one `host` somewhere.
pub fn headers(high: bool) -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let name = prop_oneof![
        9 => select(NAMES).prop_map(String::from),
        1 => "[a-zA-Z][a-z0-9-]{0,6}".prop_filter("a name of signing", |name| {
            !["host", "authorization", "date"].contains(&&*name.to_lowercase())
        }),
    ];
    let count = prop_oneof![30 => 0_usize..7, 4 => 12_usize..18, 1 => 0_usize..=200];
    let others = count.prop_flat_map(move |count| vec((name.clone(), value(high)), count));
    let host = select(&["host", "Host", "HOST", "hOst"][..]);
    let at = select(
        &[
            "example.com",
            " example.com:8080\t",
            "[2001:db8::1]:8443",
            "abc123.execute-api.eu-west-1.amazonaws.com",
        ][..],
    );
    (others, host, at, any::<Index>()).prop_map(|(mut headers, name, value, place)| {
        let place = place.index(headers.len() + 1);
        headers.insert(place, (name.to_owned(), value.as_bytes().to_vec()));
        headers
    })
}

pub const FIRST_SECOND: i64 = -62_167_219_200;

pub const LAST_SECOND: i64 = 253_402_300_799;

pub fn timestamp() -> impl Strategy<Value = Timestamp> {
    (FIRST_SECOND..=LAST_SECOND).prop_map(|seconds| Timestamp::from_unix(seconds).unwrap())
}
