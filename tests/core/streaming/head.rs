//! What the head of a request has to say of an `aws-chunked` body.

use crate::arrived::Arrived;
use crate::support::example::{at, signer};
use sigv4::stream::{
    ChunkDecoder, ChunkEncoder, ChunkVerifier, ChunkedBody, MIN_CHUNK_SIZE, StreamError,
};
use sigv4::{Error, Header, Payload, Request, Scope, Signature, SigningKey, Streaming};

const LENGTH: &str = "x-amz-decoded-content-length";
const TRAILER: &str = "x-amz-trailer";
const ALGORITHM: &str = "x-amz-sdk-checksum-algorithm";
const CODING: Header<'static> = ("content-encoding", b"aws-chunked");
const HOST: Header<'static> = ("host", b"example.com");

/// What signing and reading say of headers behind `host` and `content-encoding`.
fn refused(payload: Streaming, headers: &[Header<'_>]) -> Error {
    let headers = [&[HOST, CODING], headers].concat();
    let request = Request {
        method: "PUT",
        target: "/a",
        headers: &headers,
        payload: Payload::Streaming(payload),
    };
    let read = ChunkedBody::read(&headers, payload).unwrap_err();
    assert_eq!(signer("s3").sign(&request, at()).unwrap_err(), read);
    read
}

#[test]
fn heads_with_a_flaw_are_neither_signed_nor_accepted() {
    use Streaming::{Signed, SignedTrailer, UnsignedTrailer};
    let five = (LENGTH, &b"5"[..]);
    let malformed = Error::MalformedDecodedContentLength { index: 2 };
    assert_eq!(refused(Signed, &[]), Error::MissingDecodedContentLength);
    let too_large: &[u8] = b"18446744073709551616"; // 2^64
    for value in [
        &b""[..],
        b"-1",
        b"+5",
        b"5.0",
        b"0x5",
        b"5 5",
        b"five",
        b"\xff",
        too_large,
    ] {
        assert_eq!(refused(Signed, &[(LENGTH, value)]), malformed, "{value:?}");
    }
    let twice = refused(Signed, &[five, ("X-Amz-Decoded-Content-Length", b"5")]);
    assert_eq!(twice, Error::RepeatedSigningHeader { index: 3 });
    assert_eq!(refused(SignedTrailer, &[five]), Error::MissingTrailerNames);
    let unexpected = refused(Signed, &[five, (TRAILER, b"a")]);
    assert_eq!(unexpected, Error::UnexpectedTrailerNames { index: 3 });
    let twice = refused(UnsignedTrailer, &[five, (TRAILER, b"a"), (TRAILER, b"b")]);
    assert_eq!(twice, Error::RepeatedSigningHeader { index: 4 });
    for (value, position) in [
        (&b""[..], 0),
        (b"a,", 2),
        (b",a", 0),
        (b"a,,b", 2),
        (b"A", 0),
        (b"a b", 0),
        (b"a,b:c", 2),
        (b"a, b ,a", 6),
        (b"a,x-amz-trailer-signature", 2),
        (b"ab\xff", 2),
    ] {
        let error = refused(SignedTrailer, &[five, (TRAILER, value)]);
        assert_eq!(
            error,
            Error::InvalidTrailerName { index: 3, position },
            "{value:?}"
        );
    }
    let names: Vec<_> = (0..17).map(|number| format!("a{number}")).collect();
    let error = refused(
        SignedTrailer,
        &[five, (TRAILER, names.join(",").as_bytes())],
    );
    assert_eq!(error, Error::TooManyTrailerNames { limit: 16 });
    let crc = (TRAILER, &b"x-amz-checksum-crc32"[..]);
    let error = refused(UnsignedTrailer, &[five, crc, (ALGORITHM, b"CRC32C")]);
    assert_eq!(error, Error::ChecksumAlgorithmDiffers { index: 4 });
}

#[test]
fn a_signer_says_aws_chunked() {
    for (coding, says) in [
        (&b"aws-chunked"[..], true),
        (b"gzip,aws-chunked", true),
        (b"aws-chunked, gzip", true),
        (b"AWS-Chunked", true),
        (b"gzip", false),
        (b"aws-chunked-not", false),
    ] {
        let headers = [HOST, ("Content-Encoding", coding), (LENGTH, b"5")];
        let request = Request {
            method: "PUT",
            target: "/a",
            headers: &headers,
            payload: Payload::Streaming(Streaming::Signed),
        };
        let signer = signer("s3");
        let signed = signer.sign(&request, at());
        let expected = if says {
            Ok(())
        } else {
            Err(Error::MissingAwsChunked)
        };
        assert_eq!(signed.map(|_| ()), expected, "{coding:?}");
        // The marker decides for one who verifies.
        assert!(ChunkedBody::read(&headers, Streaming::Signed).is_ok());
    }
}

#[test]
fn heads_are_read_as_they_are_written() {
    for length in [0, 5, 10, 66_560, 1 << 40, u64::MAX] {
        for (payload, trailers) in [
            (Streaming::Signed, ""),
            (Streaming::SignedTrailer, "x-amz-checksum-crc32"),
            (Streaming::UnsignedTrailer, ""),
            (Streaming::UnsignedTrailer, "first, second,third"),
        ] {
            let body = ChunkedBody::new(payload, length).with_trailers(trailers);
            let headers = body.headers();
            let list: Vec<_> = headers.iter().collect();
            assert_eq!(list[0], CODING);
            assert_eq!(list[1], (LENGTH, length.to_string().as_bytes()));
            assert_eq!(list.len(), if trailers.is_empty() { 2 } else { 3 });
            assert_eq!(ChunkedBody::read(&list, payload), Ok(body));
        }
    }
    let body = ChunkedBody::new(Streaming::SignedTrailer, 5).with_trailers("first, second,third");
    let names: Vec<_> = body.trailer_names().collect();
    assert_eq!(names, ["first", "second", "third"]);
    assert_eq!(
        format!("{:?}", body.headers()),
        "{\"content-encoding\": \"aws-chunked\", \"x-amz-decoded-content-length\": \"5\", \
         \"x-amz-trailer\": \"first, second,third\"}"
    );
    let events = ChunkedBody::read(&[], Streaming::Events);
    assert_eq!(events, Err(Error::StreamingPayloadRefused));
}

fn chain() -> (sigv4::stream::ChunkSigner, ChunkVerifier) {
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let key = SigningKey::derive("secret", &scope);
    let seed = Signature::parse(&"0".repeat(64)).unwrap();
    let verifier = ChunkVerifier::new(&key, at, &scope, seed);
    (
        sigv4::stream::ChunkSigner::new(key, at, &scope, seed),
        verifier,
    )
}

/// Whoever encodes is held to what the head says, and nothing wrong is written.
#[test]
fn an_encoder_keeps_to_its_head() {
    let head = ChunkedBody::new(Streaming::SignedTrailer, 10_000).with_trailers("a,b");
    let small = ChunkEncoder::new(&head, MIN_CHUNK_SIZE - 1, chain().0).map(|_| ());
    let (size, limit) = (MIN_CHUNK_SIZE - 1, MIN_CHUNK_SIZE);
    assert_eq!(small, Err(StreamError::ChunkSizeTooSmall { size, limit }));
    let events = ChunkedBody::new(Streaming::Events, 5);
    let error = ChunkEncoder::new(&events, MIN_CHUNK_SIZE, chain().0).map(|_| ());
    assert_eq!(error, Err(StreamError::WrongPayload));
    let error = ChunkDecoder::new(&events, chain().1).map(|_| ());
    assert_eq!(error, Err(StreamError::WrongPayload));
    let error = ChunkDecoder::unsigned(&head).map(|_| ());
    assert_eq!(error, Err(StreamError::WrongPayload));

    let mut encoder = ChunkEncoder::new(&head, MIN_CHUNK_SIZE, chain().0).unwrap();
    let mut out = Vec::new();
    let data = [7; 10_001];
    let error = encoder.encode(&data, &mut out);
    assert_eq!(error, Err(StreamError::TooMuchData { limit: 10_000 }));
    for length in [0, 8_191, 8_193] {
        let expected = MIN_CHUNK_SIZE;
        let error = encoder.chunk_line(&data[..length]).map(|_| ());
        assert_eq!(
            error,
            Err(StreamError::WrongChunkLength { length, expected })
        );
    }
    let missing = |length| {
        Err(StreamError::DataMissing {
            length,
            expected: 10_000,
        })
    };
    assert_eq!(
        encoder.finish(&[("a", "1"), ("b", "2")], &mut out),
        missing(0)
    );
    encoder.encode(&data[..9_000], &mut out).unwrap();
    let before = out.len();
    // Some of the next chunk is here already.
    let error = encoder.chunk_line(&data[..1_808]).map(|_| ());
    let (length, expected) = (1_808, 1_808);
    assert_eq!(
        error,
        Err(StreamError::WrongChunkLength { length, expected })
    );
    assert_eq!(
        encoder.finish(&[("a", "1"), ("b", "2")], &mut out),
        missing(9_000)
    );
    let error = encoder.encode(&data[..1_001], &mut out);
    assert_eq!(error, Err(StreamError::TooMuchData { limit: 10_000 }));
    assert_eq!(out.len(), before);
    encoder.encode(&data[..1_000], &mut out).unwrap();
    assert_eq!(encoder.next_chunk(), 0);
    let before = out.clone();
    for trailers in [
        &[][..],
        &[("a", "1")],
        &[("a", "1"), ("c", "2")],
        &[("a", "1"), ("a", "2")],
        &[("a", "1"), ("b", "2"), ("c", "3")],
    ] {
        let error = encoder.finish(trailers, &mut out);
        assert_eq!(error, Err(StreamError::WrongTrailers), "{trailers:?}");
    }
    for value in ["", "a b", "a\r\nb", "\u{e9}"] {
        let error = encoder.finish(&[("a", "1"), ("b", value)], &mut out);
        assert_eq!(
            error,
            Err(StreamError::InvalidTrailerValue { index: 1 }),
            "{value:?}"
        );
    }
    assert!(out == before);
    encoder.finish(&[("b", "2"), ("a", "1")], &mut out).unwrap();
    let again = encoder.finish(&[("b", "2"), ("a", "1")], &mut out);
    assert_eq!(again, Err(StreamError::AlreadyFinished));
    // Whatever their order on the wire, they are signed by name.
    let mut decoder = ChunkDecoder::new(&head, chain().1).unwrap();
    let (decoded, end) = super::case::decode(&mut decoder, [&out[..]]);
    assert_eq!((decoded.len(), end), (10_000, Ok(())));
    let trailers: Vec<_> = decoder.trailers().collect();
    assert_eq!(trailers, [("a", "1"), ("b", "2")]);
}

/// What signing the head refuses, encoder and decoder refuse as well.
#[test]
fn a_body_has_only_trailers_that_it_can_have() {
    use Streaming::{Signed, SignedTrailer, UnsignedTrailer};
    let many: Vec<_> = (0..17).map(|number| format!("a{number}")).collect();
    let many = many.join(",");
    let invalid = |index| StreamError::InvalidTrailerName { index };
    for (payload, trailers, error) in [
        (Signed, "a", StreamError::UnexpectedTrailerNames),
        (SignedTrailer, "", StreamError::NoTrailerNames),
        (SignedTrailer, "A", invalid(0)),
        (SignedTrailer, "a,,b", invalid(1)),
        (SignedTrailer, "a,b,a", invalid(2)),
        (UnsignedTrailer, " ", invalid(0)),
        (UnsignedTrailer, "a\r\nb", invalid(0)),
        (UnsignedTrailer, "a,x-amz-trailer-signature", invalid(1)),
        (
            UnsignedTrailer,
            &many,
            StreamError::TooManyTrailerNames { limit: 16 },
        ),
    ] {
        let head = ChunkedBody::new(payload, 5).with_trailers(trailers);
        let encoder = ChunkEncoder::new(&head, MIN_CHUNK_SIZE, chain().0);
        assert_eq!(encoder.map(|_| ()), Err(error), "{trailers:?}");
        let decoder = ChunkDecoder::new(&head, chain().1);
        assert_eq!(decoder.map(|_| ()), Err(error), "{trailers:?}");
        assert_eq!(error.code(), "InvalidRequest");
        let added = head.headers();
        let headers: Vec<_> = [HOST].into_iter().chain(added.iter()).collect();
        let request = Request {
            method: "PUT",
            target: "/a",
            headers: &headers,
            payload: Payload::Streaming(payload),
        };
        assert!(
            signer("s3").sign(&request, at()).is_err(),
            "{trailers:?} signed"
        );
    }
    let none = ChunkedBody::new(UnsignedTrailer, 5);
    assert!(ChunkEncoder::new(&none, MIN_CHUNK_SIZE, chain().0).is_ok());
}

/// Whatever the policy exempts, what is believed of a body is signed: the first header that is not is
/// named.
#[test]
fn what_is_said_of_a_body_is_signed() {
    let signed = Arrived::new("s3", "PUT", "/a")
        .header("content-encoding", "aws-chunked")
        .header(LENGTH, "5")
        .signed_for(&signer("s3"), Payload::Streaming(Streaming::Signed));
    let mut policy = signed.policy();
    policy.streaming = true;
    policy.unsigned_headers = &[TRAILER, ALGORITHM];
    let outcome = |arrived: &Arrived| arrived.outcome_with(&policy, Payload::Unsigned, |_| ());
    assert_eq!(outcome(&signed), Ok(()));
    let index = signed.headers.len();
    let more = signed.header(TRAILER, "a").header(ALGORITHM, "CRC32");
    assert_eq!(outcome(&more), Err(Error::AmzHeaderNotSigned { index }));
}
