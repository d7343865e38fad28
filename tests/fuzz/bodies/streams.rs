//! Bodies that come in pieces.

use super::example::at;
use sigv4::stream::event::MessageReader;
use sigv4::stream::{ChunkDecoder, ChunkVerifier, ChunkedBody};
use sigv4::{Scope, Signature, SigningKey, Streaming};
use std::sync::LazyLock;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    SigningKey::derive("a secret of the fuzzer's", &scope)
});

/// The first byte chooses the kind of body. However the rest is cut, the outcome is the same, and
/// never more data than the head says; of a body that nobody signed, none.
pub fn decode_chunks(data: &[u8]) {
    let Some((choice, body)) = data.split_first() else {
        return;
    };
    let payload = [
        Streaming::Signed,
        Streaming::SignedTrailer,
        Streaming::UnsignedTrailer,
    ][usize::from(choice % 3)];
    let trailers = if payload.has_trailer() {
        "x-amz-checksum-crc32"
    } else {
        ""
    };
    let head = ChunkedBody::new(payload, 5).with_trailers(trailers);
    let whole = decoded(&head, body, usize::MAX);
    for size in [1, 7] {
        let cut = decoded(&head, body, size);
        assert_eq!(cut.1, whole.1);
        assert!(payload.is_signed() || cut.1.is_err() || cut.0 == whole.0);
        assert!(!payload.is_signed() || cut.0.is_empty());
    }
    assert!(whole.0.len() <= 5);
    // `0` digits are no signature of anybody's.
    assert!(!payload.is_signed() || (whole.0.is_empty() && whole.1.is_err()));
}

fn decoded(
    head: &ChunkedBody<'_>,
    body: &[u8],
    size: usize,
) -> (Vec<u8>, Result<(), sigv4::stream::StreamError>) {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let seed = Signature::parse(&"0".repeat(64)).unwrap();
    let verifier = ChunkVerifier::new(&*KEY, at, &scope, seed);
    let mut decoder = ChunkDecoder::new(head, verifier).unwrap();
    let mut data = Vec::new();
    for mut piece in body.chunks(size) {
        while !piece.is_empty() {
            match decoder.decode(piece) {
                Ok(decoded) => {
                    data.extend_from_slice(decoded.data);
                    piece = &piece[decoded.consumed..];
                }
                Err(error) => return (data, Err(error)),
            }
        }
    }
    (data, decoder.finish())
}

/// However a stream is cut, its messages are the same; each is written as it was read.
pub fn read_messages(data: &[u8]) {
    let whole = messages(data, usize::MAX);
    for size in [1, 13] {
        assert_eq!(messages(data, size), whole);
    }
    assert!(data.starts_with(&whole.0));
}

/// The messages, written again, and the end.
fn messages(data: &[u8], size: usize) -> (Vec<u8>, Result<(), sigv4::stream::event::EventError>) {
    let mut reader = MessageReader::new();
    let mut again = Vec::new();
    for mut piece in data.chunks(size) {
        while !piece.is_empty() {
            match reader.read(piece) {
                Ok(read) => {
                    if let Some(message) = read.message {
                        let headers: Vec<_> = message.headers().collect();
                        let payload = message.payload();
                        sigv4::stream::event::Message::write(&headers, payload, &mut again)
                            .unwrap();
                    }
                    piece = &piece[read.consumed..];
                }
                Err(error) => return (again, Err(error)),
            }
        }
    }
    (again, reader.finish())
}
