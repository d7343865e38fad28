//! Bodies that have to be refused, one flaw each: `test-vectors/streaming-reject`.

use super::case::{Data, decode, taking_checksums};
use crate::support::{json_files, vectors};
use serde::Deserialize;
use sigv4::stream::{ChunkDecoder, ChunkVerifier, ChunkedBody};
use sigv4::{Scope, Signature, SigningKey, Streaming, Timestamp};
use std::collections::BTreeSet;

#[derive(Deserialize)]
struct Flaw {
    flaw: String,
    secret_access_key: String,
    timestamp: String,
    region: String,
    seed_signature: String,
    payload: String,
    decoded_length: u64,
    trailers: String,
    body: Vec<Data>,
    handed_on: usize,
    error: String,
}

#[test]
fn every_flaw_is_refused_for_its_reason() {
    let files = json_files(&vectors().join("streaming-reject"));
    assert!(files.len() >= 78, "only {} vectors", files.len());
    let mut errors = BTreeSet::new();
    for (name, path) in files {
        let text = std::fs::read_to_string(path).unwrap();
        let flaw: Flaw = serde_json::from_str(&text).unwrap();
        assert!(!flaw.flaw.is_empty());
        // Without the feature, nobody checks it.
        if name.starts_with("checksum") && !cfg!(feature = "checksum") {
            continue;
        }
        let at = Timestamp::parse(&flaw.timestamp).unwrap();
        let scope = Scope::new(&at, &flaw.region, "s3").unwrap();
        let key = SigningKey::derive(&flaw.secret_access_key, &scope);
        let seed = Signature::parse(&flaw.seed_signature).unwrap();
        let (payload, _) = Streaming::parse(&flaw.payload).unwrap();
        let head = ChunkedBody::new(payload, flaw.decoded_length).with_trailers(&flaw.trailers);
        let body: Vec<u8> = flaw.body.iter().flat_map(Data::bytes).collect();
        for size in [1, 7, usize::MAX] {
            let verifier = ChunkVerifier::new(&key, at, &scope, seed);
            let decoder = ChunkDecoder::new(&head, verifier).unwrap();
            let mut decoder = taking_checksums(decoder);
            let (data, end) = decode(&mut decoder, body.chunks(size));
            let error = end.expect_err(&name);
            assert_eq!(format!("{error:?}"), flaw.error, "{name} by {size}");
            if payload.is_signed() || size == usize::MAX {
                assert_eq!(data.len(), flaw.handed_on, "{name} by {size}");
            } else {
                assert!(data.len() >= flaw.handed_on, "{name} by {size}");
            }
            assert_eq!(decoder.trailers().count(), 0, "{name}");
            let kind = flaw.error.split([' ', '(']).next().unwrap();
            errors.insert((kind.to_owned(), error.status(), error.code()));
        }
    }
    let expected: &[_] = &[
        ("ChecksumMismatch", 400, "BadDigest"),
        ("ChunkSignatureMismatch", 403, "SignatureDoesNotMatch"),
        ("ChunkTooSmall", 400, "InvalidChunkSizeError"),
        ("DataAfterEnd", 400, "IncompleteBody"),
        ("DecodedLengthDiffers", 400, "IncompleteBody"),
        ("DecodedLengthExceeded", 400, "IncompleteBody"),
        ("Incomplete", 400, "IncompleteBody"),
        ("LineTooLong", 400, "IncompleteBody"),
        ("MalformedChecksum", 400, "InvalidRequest"),
        ("MalformedChunkLength", 400, "IncompleteBody"),
        ("MalformedChunkSignature", 400, "IncompleteBody"),
        ("MalformedTrailer", 400, "MalformedTrailerError"),
        ("MalformedTrailerSignature", 400, "MalformedTrailerError"),
        ("MissingLineBreak", 400, "IncompleteBody"),
        ("MissingTrailer", 400, "MalformedTrailerError"),
        ("TrailerSignatureMismatch", 403, "SignatureDoesNotMatch"),
        ("UncheckedChecksum", 400, "InvalidRequest"),
        ("UnexpectedTrailer", 400, "MalformedTrailerError"),
    ];
    let wanted = expected
        .iter()
        .filter(|(name, ..)| cfg!(feature = "checksum") || !name.contains("Checksum"))
        .map(|(name, status, code)| ((*name).to_owned(), *status, *code));
    assert_eq!(errors, wanted.collect());
}
