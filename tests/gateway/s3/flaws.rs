//! Bodies with one flaw each, `test-vectors/streaming-reject`, and what is answered.

use super::put::{send, send_in_chunks, start};
use crate::support::flaws::flawed;
use std::collections::BTreeMap;

/// The answer that belongs to an error.
fn expected(error: &str) -> (u16, &'static str) {
    match error.split([' ', '(']).next().unwrap() {
        "ChunkSignatureMismatch" | "TrailerSignatureMismatch" => (403, "SignatureDoesNotMatch"),
        "ChunkTooSmall" => (400, "InvalidChunkSizeError"),
        "ChecksumMismatch" => (400, "BadDigest"),
        "MalformedChecksum" | "UncheckedChecksum" => (400, "InvalidRequest"),
        kind if kind.contains("Trailer") => (400, "MalformedTrailerError"),
        _ => (400, "IncompleteBody"),
    }
}

#[test]
fn every_flaw_has_its_answer() {
    let gateway = start();
    let mut seen = BTreeMap::new();
    for flawed in flawed() {
        let name = flawed.name;
        // The stand-in takes checksums, and nothing else, for trailers.
        let (status, code) = match flawed.trailers.contains("x-amz-meta") {
            true => (400, "InvalidRequest"),
            false => expected(&flawed.error),
        };
        let upload = (flawed.head, flawed.body);
        for answer in [
            send(&upload, &gateway),
            send_in_chunks(&upload, 61, &gateway),
        ] {
            let found = (answer.status, answer.element("Code"));
            assert_eq!(found, (status, code), "{name}: {}", answer.body);
            answer.refused(status, code);
            *seen.entry(code).or_insert(0) += 1;
        }
    }
    let all: usize = seen.values().sum();
    assert!(seen.len() == 6 && all >= 130, "{seen:?}");
}
