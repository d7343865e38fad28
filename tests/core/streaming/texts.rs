//! The text of each error, and what shows of the types.

use sigv4::stream::{
    ChunkDecoder, ChunkEncoder, ChunkSigner, ChunkVerifier, ChunkedBody, ChunkedHeaders, Decoded,
    Link, Linked, StreamError, VerifyingKey,
};
use sigv4::{Scope, Signature, SigningKey, Streaming, StreamingPayload, Timestamp};
use std::fmt::Debug;

macro_rules! texts {
    ($($variant:ident $({ $($field:tt)* })? => $text:literal;)*) => {
        vec![$((StreamError::$variant $({ $($field)* })?, $text)),*]
    };
}

#[test]
fn every_error_says_what_and_where() {
    let (chunk, position, index, limit) = (3, 81, 1, 100);
    let (length, expected) = (5, 6);
    for (error, text) in texts! {
        ChunkSizeTooSmall { size: 5, limit: 8_192 } => "chunks of 5 bytes: 8192 is the least";
        WrongPayload => "not aws-chunked, or signed and without a key";
        NoTrailerNames => "a signed trailer without a name";
        UnexpectedTrailerNames => "trailers of a body of a kind that has none";
        InvalidTrailerName { index } => "trailer 1: no lower-case name, or there twice";
        TooManyTrailerNames { limit: 16 } => "more trailers than 16";
        UncheckedChecksum { index } => "trailer 1: a checksum that is not computed here";
        TooMuchData { limit } => "more data than the 100 bytes that the head says";
        WrongChunkLength { length: 5, expected: 6 } => "a chunk of 5 bytes: the next one has 6";
        DataMissing { length, expected } => "5 bytes of data: the head says 6";
        AlreadyFinished => "the body has ended already";
        WrongTrailers => "the trailers are not those that are announced";
        InvalidTrailerValue { index } => "trailer 1: the value is empty, or no visible ASCII";
        LineTooLong { chunk, position, limit: 7 } =>
            "chunk 3: the line at byte 81 is longer than 7 bytes";
        MalformedChunkLength { chunk, position } =>
            "chunk 3: no length in at most 16 hexadecimal digits at byte 81";
        MalformedChunkSignature { chunk, position } =>
            "chunk 3: the signature is missing, out of form, or not expected at byte 81";
        MissingLineBreak { chunk, position } => "chunk 3: no CR LF at byte 81";
        ChunkTooLarge { chunk, length, limit } => "chunk 3: 5 bytes, allowed are 100";
        ChunkTooSmall { chunk, length, limit } =>
            "chunk 3: 5 bytes, and not the last: 100 is the least";
        DecodedLengthExceeded { chunk, expected } =>
            "chunk 3: more data than the 6 bytes of x-amz-decoded-content-length";
        DecodedLengthDiffers { length, expected } =>
            "5 bytes of data: x-amz-decoded-content-length says 6";
        ChunkSignatureMismatch { chunk } => "chunk 3: the signature does not match";
        MalformedTrailer { position } => "no lower-case name and value of a trailer at byte 81";
        UnexpectedTrailer { position } =>
            "a trailer that was not announced, or a second one, at byte 81";
        MissingTrailer { index } => "trailer 1 was announced and is not there";
        MalformedTrailerSignature { position } =>
            "the signature of the trailer is missing or out of form at byte 81";
        TrailerSignatureMismatch => "the signature of the trailer does not match";
        MalformedChecksum { index } => "trailer 1: no base64 of a checksum of its algorithm";
        ChecksumMismatch { index } => "trailer 1: not the checksum of the data";
        Incomplete { chunk, position } => "chunk 3: the body ended early, at byte 81";
        DataAfterEnd { position } => "something behind the end of the body, at byte 81";
    } {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn everything_may_cross_threads() {
    fn any_thread<T: Send + Sync + Unpin + Debug + 'static>() {}
    any_thread::<ChunkDecoder>();
    any_thread::<ChunkEncoder>();
    any_thread::<ChunkSigner>();
    any_thread::<ChunkVerifier>();
    any_thread::<ChunkedBody<'static>>();
    any_thread::<ChunkedHeaders<'static>>();
    any_thread::<Decoded<'static>>();
    any_thread::<Link<'static>>();
    any_thread::<Linked>();
    any_thread::<StreamError>();
    any_thread::<Streaming>();
    any_thread::<StreamingPayload>();
    any_thread::<VerifyingKey>();
    #[cfg(feature = "checksum")]
    any_thread::<sigv4::stream::Checksum>();
    fn an_error<T: std::error::Error + Copy + Eq + std::hash::Hash>() {}
    an_error::<StreamError>();
}

#[test]
fn nothing_secret_shows() {
    let at = Timestamp::parse("20130524T000000Z").unwrap();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let key = SigningKey::derive("hush", &scope);
    let seed = Signature::parse(&"a".repeat(64)).unwrap();
    let head = ChunkedBody::new(Streaming::Signed, 9_000);
    let signer = ChunkSigner::new(key.clone(), at, &scope, seed);
    let verifier = ChunkVerifier::new(&key, at, &scope, seed);
    assert_eq!(format!("{signer:?}"), "ChunkSigner { .. }");
    assert_eq!(format!("{verifier:?}"), "ChunkVerifier { .. }");
    assert_eq!(
        format!("{:?}", VerifyingKey::from(&key)),
        "VerifyingKey { .. }"
    );
    let mut encoder = ChunkEncoder::new(&head, 8_192, signer).unwrap();
    let mut out = Vec::new();
    encoder.encode(&[b'a'; 9_000], &mut out).unwrap();
    assert_eq!(
        format!("{encoder:?}"),
        "ChunkEncoder { chunk_size: 8192, decoded_length: 9000, rest: 0, .. }"
    );
    let mut decoder = ChunkDecoder::new(&head, verifier).unwrap();
    decoder.decode(&out[..200]).unwrap();
    assert_eq!(
        format!("{decoder:?}"),
        "ChunkDecoder { decoded_length: 9000, chunk: 0, position: 200, .. }"
    );
}
