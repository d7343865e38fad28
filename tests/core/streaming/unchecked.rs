//! Checksums that nobody computes are not taken for right.

use super::case::decode;
use crate::support::example::at;
use sigv4::stream::{ChunkDecoder, ChunkVerifier, ChunkedBody, StreamError};
use sigv4::{Scope, Signature, SigningKey, Streaming};

/// MD5 and CRC-32 of `hello`.
const MD5: (&str, &str) = ("x-amz-checksum-md5", "XUFAKrxLKna5cZ2REBfFkg==");
const CRC32: (&str, &str) = ("x-amz-checksum-crc32", "NhCmhg==");

fn body() -> String {
    let (sums, other) = ([CRC32, MD5], "x-amz-meta-a:b\r\n");
    let lines = sums.map(|(name, value)| format!("{name}:{value}\r\n"));
    format!("5\r\nhello\r\n0\r\n{}{other}\r\n", lines.concat())
}

#[test]
fn they_are_refused_before_the_body_unless_the_caller_compares_them() {
    let names = format!("{},{},x-amz-meta-a", CRC32.0, MD5.0);
    let head = ChunkedBody::new(Streaming::UnsignedTrailer, 5).with_trailers(&names);
    let computed = cfg!(feature = "checksum");
    let index = if computed { 1 } else { 0 };
    let refused = Err(StreamError::UncheckedChecksum { index });
    let mut decoder = ChunkDecoder::unsigned(&head).unwrap();
    assert_eq!(decoder.finish(), refused);
    let body = body();
    let (data, end) = decode(&mut decoder, [body.as_bytes()]);
    assert_eq!((&data[..], end), (&b""[..], refused));
    assert_eq!(decoder.position(), 0);
    assert_eq!(decoder.unchecked().count(), 0);

    let decoder = ChunkDecoder::unsigned(&head).unwrap();
    let mut decoder = decoder.with_unchecked_checksums();
    let (front, behind) = body.as_bytes().split_at(20);
    assert_eq!(decode(&mut decoder, [front]).0, b"hello");
    assert_eq!(decoder.unchecked().count(), 0);
    assert_eq!(decode(&mut decoder, [behind]).1, Ok(()));
    let unchecked: Vec<_> = decoder.unchecked().collect();
    assert_eq!(
        unchecked,
        if computed {
            vec![MD5]
        } else {
            vec![CRC32, MD5]
        }
    );
    let trailers: Vec<_> = decoder.trailers().collect();
    assert_eq!(trailers, [CRC32, MD5, ("x-amz-meta-a", "b")]);
}

/// It takes no other error away.
#[test]
fn allowing_them_allows_nothing_else() {
    let head = ChunkedBody::new(Streaming::UnsignedTrailer, 5);
    let mut decoder = ChunkDecoder::unsigned(&head).unwrap();
    let (chunk, position) = (0, 0);
    let error = StreamError::MalformedChunkLength { chunk, position };
    assert_eq!(decode(&mut decoder, [&b"x\r\n"[..]]).1, Err(error));
    let decoder = decoder.with_unchecked_checksums();
    assert_eq!(decoder.finish(), Err(error));
}

/// A signed body has them, too.
#[test]
fn a_signature_does_not_stand_for_them() {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let seed = Signature::parse(&"0".repeat(64)).unwrap();
    let verifier = ChunkVerifier::new(&SigningKey::derive("secret", &scope), at, &scope, seed);
    let head = ChunkedBody::new(Streaming::SignedTrailer, 5).with_trailers(MD5.0);
    let decoder = ChunkDecoder::new(&head, verifier).unwrap();
    let refused = Err(StreamError::UncheckedChecksum { index: 0 });
    assert_eq!(decoder.finish(), refused);
}
