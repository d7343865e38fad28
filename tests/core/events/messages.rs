//! Messages, written and read: `test-vectors/event-messages`.

use crate::support::{json_files, vectors};
use allocation_counter::measure;
use proptest::prelude::*;
use serde_json::Value;
use sigv4::stream::event::{EventError, Header, HeaderValue, Message, MessageReader};

/// What is read from pieces: headers and payload of each message, and the end.
type Told = (Vec<(String, Vec<u8>)>, Result<(), EventError>);

/// Values that `{:?}` does not show.
fn owned(headers: &[Header<'_>]) -> String {
    let value = |value| match value {
        HeaderValue::Bytes(bytes) => format!("Bytes({bytes:?})"),
        HeaderValue::String(text) => format!("String({text:?})"),
        HeaderValue::Uuid(bytes) => format!("Uuid({bytes:?})"),
        other => format!("{other:?}"),
    };
    headers
        .iter()
        .map(|header| format!("{}: {}\n", header.name, value(header.value)))
        .collect()
}

fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Told {
    let mut reader = MessageReader::new();
    let mut told = Vec::new();
    for mut piece in pieces {
        while !piece.is_empty() {
            match reader.read(piece) {
                Ok(read) => {
                    if let Some(message) = read.message {
                        let headers: Vec<_> = message.headers().collect();
                        told.push((owned(&headers), message.payload().to_vec()));
                    }
                    piece = &piece[read.consumed..];
                }
                Err(error) => {
                    assert_eq!(reader.read(piece), Err(error));
                    assert_eq!(reader.finish(), Err(error));
                    return (told, Err(error));
                }
            }
        }
    }
    (told, reader.finish())
}

#[test]
fn messages_of_others_are_read_and_written() {
    let (mut good, mut bad) = (0, 0);
    for (name, path) in json_files(&vectors().join("event-messages")) {
        let vector: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let bytes = hex::decode(vector["hex"].as_str().unwrap()).unwrap();
        let whole = read([&bytes[..]]);
        assert_eq!(read(bytes.chunks(1)), whole, "{name}");
        assert_eq!(read(bytes.chunks(13)), whole, "{name}");
        let Some(refused) = vector["refused"].as_str() else {
            good += 1;
            assert_eq!(whole.1, Ok(()), "{name}");
            let mut reader = MessageReader::new();
            let message = reader.read(&bytes).unwrap().message.unwrap();
            let headers: Vec<_> = message.headers().collect();
            if let Some(expected) = vector["headers"].as_array() {
                assert_eq!(headers.len(), expected.len(), "{name}");
            }
            let mut again = Vec::new();
            Message::write(&headers, message.payload(), &mut again).unwrap();
            assert_eq!(again, bytes, "{name}");
            continue;
        };
        bad += 1;
        let error = whole.1.unwrap_err();
        let total = u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize;
        let kind = match error {
            // There, the file was one message; here, a stream has more behind it.
            EventError::MessageChecksumMismatch if total != bytes.len() => "length",
            EventError::MessageChecksumMismatch => "message checksum",
            EventError::PreludeChecksumMismatch => "prelude checksum",
            EventError::MalformedLengths { .. } => "length",
            other => panic!("{name}: {other}"),
        };
        assert_eq!(kind, refused, "{name}: {error}");
    }
    assert_eq!((good, bad), (5, 8));
}

#[test]
fn every_type_of_header() {
    let path = vectors().join("event-messages/all-header-types.json");
    let vector: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let bytes = hex::decode(vector["hex"].as_str().unwrap()).unwrap();
    let mut reader = MessageReader::new();
    let message = reader.read(&bytes).unwrap().message.unwrap();
    let uuid = *b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10";
    for (name, value) in [
        ("true", HeaderValue::Bool(true)),
        ("false", HeaderValue::Bool(false)),
        ("byte", HeaderValue::Byte(-1)),
        ("i16", HeaderValue::Int16(-2)),
        ("i32", HeaderValue::Int32(40_972)),
        ("i64", HeaderValue::Int64(42_424_242)),
        ("bytes", HeaderValue::Bytes(&[0, 1, 255])),
        ("str", HeaderValue::String("h\u{e9}llo")),
        ("ts", HeaderValue::Timestamp(8_675_309_000)),
        ("uuid", HeaderValue::Uuid(uuid)),
    ] {
        assert_eq!(message.header(name), Some(value), "{name}");
    }
    assert_eq!(message.header("other"), None);
    assert_eq!(message.payload(), b"{'foo':'bar'}");
}

/// A message with these bytes for headers and right checksums.
fn with_headers(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let total = u32::try_from(16 + headers.len() + payload.len()).unwrap();
    let length = u32::try_from(headers.len()).unwrap();
    let mut bytes = [total.to_be_bytes(), length.to_be_bytes()].concat();
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend_from_slice(headers);
    bytes.extend_from_slice(payload);
    let checksum = crc32fast::hash(&bytes);
    bytes.extend(checksum.to_be_bytes());
    bytes
}

/// Whose checksums are right, as anybody can make them.
#[test]
fn headers_with_a_flaw_are_refused() {
    let malformed = |position| EventError::MalformedHeader { position };
    let mut long = b"\x01a\x07\x80\x00".to_vec();
    long.resize(long.len() + 0x8000, b'x');
    for (headers, error) in [
        (&b"\x00\x00"[..], malformed(0)),
        (b"\x02a", malformed(0)),
        (b"\x01a", malformed(0)),
        (b"\x01a\x00\x01b", malformed(3)),
        (b"\x01a\x0a", malformed(0)),
        (b"\x01a\x03\x00", malformed(0)),
        (b"\x01a\x05\0\0\0\0\0\0\0", malformed(0)),
        (b"\x01a\x06\x00\x02x", malformed(0)),
        (b"\x01a\x07\x00\x01\xff", malformed(0)),
        (b"\x01\xff\x00", malformed(0)),
        (b"\x01a\x09\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", malformed(0)),
        (&long, malformed(0)),
        (
            b"\x01a\x00\x01b\x00\x01a\x01",
            EventError::RepeatedHeader { position: 6 },
        ),
    ] {
        let bytes = with_headers(headers, b"payload");
        assert_eq!(read([&bytes[..]]), (vec![], Err(error)), "{headers:?}");
    }
    let many: Vec<u8> = (0..129).flat_map(|n| [1, n % 128, 0]).collect();
    let many = [&many[..128 * 3], b"\x02ab\x00"].concat();
    let error = EventError::TooManyHeaders { limit: 128 };
    assert_eq!(read([&with_headers(&many, b"")[..]]).1, Err(error));
    assert_eq!(read([&with_headers(&many[..128 * 3], b"")[..]]).1, Ok(()));
}

#[test]
fn nothing_is_written_that_is_refused() {
    let header = |name, value| [Header { name, value }];
    let long = "n".repeat(256);
    let value = vec![0; 32_768];
    let text = "t".repeat(32_768);
    let value_error = EventError::HeaderValueTooLong {
        index: 0,
        limit: 32_767,
    };
    let mut out = b"before".to_vec();
    for (headers, error) in [
        (
            header("", HeaderValue::Byte(1)),
            EventError::InvalidHeaderName { index: 0 },
        ),
        (
            header(&long, HeaderValue::Byte(1)),
            EventError::InvalidHeaderName { index: 0 },
        ),
        (header("a", HeaderValue::Bytes(&value)), value_error),
        (header("a", HeaderValue::String(&text)), value_error),
    ] {
        assert_eq!(Message::write(&headers, b"", &mut out), Err(error));
    }
    let [one] = header("a", HeaderValue::Byte(1));
    let twice = Message::write(&[one, one], b"", &mut out);
    assert_eq!(twice, Err(EventError::RepeatedHeader { position: 4 }));
    let names: Vec<_> = (0..5).map(|n| n.to_string()).collect();
    let most = HeaderValue::Bytes(&value[..32_767]);
    let five: Vec<_> = names
        .iter()
        .map(|name| Header { name, value: most })
        .collect();
    let (length, limit) = (5 * 32_772, 131_072);
    let error = EventError::HeadersTooLong { length, limit };
    assert_eq!(Message::write(&five, b"", &mut out), Err(error));
    let (length, limit) = (25_165_825, 25_165_824);
    let error = EventError::PayloadTooLong { length, limit };
    assert_eq!(Message::write(&[], &vec![0; length], &mut out), Err(error));
    assert_eq!(out, b"before");
}

/// Lengths that anybody can write cost nothing before the bytes arrive.
#[test]
fn hostile_lengths_cost_nothing() {
    let prelude = |total: u32, headers: u32| {
        let mut bytes = [total.to_be_bytes(), headers.to_be_bytes()].concat();
        bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
        bytes
    };
    let malformed = |total, headers| EventError::MalformedLengths { total, headers };
    for (total, headers, error) in [
        (0, 0, malformed(0, 0)),
        (15, 0, malformed(15, 0)),
        (20, 5, malformed(20, 5)),
        (16, u32::MAX, malformed(16, u32::MAX as usize)),
        (
            u32::MAX,
            0,
            EventError::PayloadTooLong {
                length: u32::MAX as usize - 16,
                limit: 25_165_824,
            },
        ),
        (
            u32::MAX,
            131_073,
            EventError::HeadersTooLong {
                length: 131_073,
                limit: 131_072,
            },
        ),
    ] {
        assert_eq!(read([&prelude(total, headers)[..]]).1, Err(error));
    }
    let begun = [prelude(25_000_000, 100_000), b"some".to_vec()].concat();
    let cost = measure(|| {
        assert_eq!(
            read([&begun[..]]).1,
            Err(EventError::Incomplete { length: 16 })
        );
    });
    assert!(cost.bytes_max < 1_500, "{cost:?}");
    let mut small = MessageReader::with_limits(10, 20);
    let error = EventError::PayloadTooLong {
        length: 21,
        limit: 20,
    };
    assert_eq!(small.read(&prelude(37, 0)), Err(error));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn cuts_make_no_difference(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 1..5),
        size in 1..80_usize,
        (place, mask) in (any::<prop::sample::Index>(), 1..=255_u8),
    ) {
        let mut stream = Vec::new();
        let header = [Header { name: ":event-type", value: HeaderValue::String("a") }];
        for payload in &payloads {
            Message::write(&header, payload, &mut stream).unwrap();
        }
        let (told, end) = read([&stream[..]]);
        prop_assert_eq!(end, Ok(()));
        prop_assert!(told.iter().map(|(_, payload)| payload).eq(&payloads));
        prop_assert_eq!(read(stream.chunks(size)), (told.clone(), end));
        // A changed byte is never taken for good, nor is what follows it.
        let place = place.index(stream.len());
        stream[place] ^= mask;
        let changed = read([&stream[..]]);
        prop_assert!(changed.1.is_err());
        prop_assert!(told.starts_with(&changed.0));
        prop_assert_eq!(read(stream.chunks(size)), changed);
    }
}

/// What is held is a message, and a quarter of it while it grows.
#[test]
fn a_message_is_held_once() {
    let mut stream = Vec::new();
    for length in [90_000, 130_000, 130_000] {
        Message::write(&[], &vec![7; length], &mut stream).unwrap();
    }
    for size in [5, 1_000, 89_000] {
        let mut reader = MessageReader::new();
        let mut messages = 0;
        let cost = measure(|| {
            for mut piece in stream.chunks(size) {
                while !piece.is_empty() {
                    let read = reader.read(piece).unwrap();
                    piece = &piece[read.consumed..];
                    messages += usize::from(read.message.is_some());
                }
            }
        });
        assert_eq!(messages, 3);
        let most = 130_016 * 5 / 4 + 100;
        assert!(cost.bytes_max < most, "{cost:?} in pieces of {size}");
    }
}
