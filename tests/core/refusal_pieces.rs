//! What is answered to bodies in pieces that break.

use sigv4::stream::StreamError;
use sigv4::{Payload, Policy, Refusal, Request};

/// Of a body in pieces. The log has the place, callers have what AWS tells.
#[test]
fn what_is_wrong_with_a_body_in_pieces() {
    let request = Request {
        method: "PUT",
        target: "/",
        headers: &[
            ("host", b"example.com"),
            ("X-Amz-Trailer", b"x-amz-meta, x-amz-checksum-crc32c"),
        ],
        payload: Payload::Unsigned,
    };
    let (chunk, position, index, limit) = (0, 7, 1, 8_192);
    for (error, status, code, said) in [
        (
            StreamError::ChunkSignatureMismatch { chunk },
            403,
            "SignatureDoesNotMatch",
            "Check your key and signing method.",
        ),
        (
            StreamError::ChunkTooSmall {
                chunk,
                length: 3,
                limit,
            },
            400,
            "InvalidChunkSizeError",
            "less than 8192 bytes</Message><Chunk>2</Chunk><BadChunkSize>3</BadChunkSize>",
        ),
        (
            StreamError::ChunkTooLarge {
                chunk,
                length: 9_000,
                limit,
            },
            400,
            "EntityTooLarge",
            "exceeds the maximum allowed size",
        ),
        (
            StreamError::Incomplete { chunk, position },
            400,
            "IncompleteBody",
            "The request body terminated unexpectedly",
        ),
        (
            StreamError::MissingTrailer { index },
            400,
            "MalformedTrailerError",
            "trailing data that was not well-formed",
        ),
        (
            StreamError::ChecksumMismatch { index },
            400,
            "BadDigest",
            "The CRC32C you specified did not match the calculated checksum.",
        ),
        (
            StreamError::MalformedChecksum { index },
            400,
            "InvalidRequest",
            "Value for x-amz-checksum-crc32c trailing header is invalid.",
        ),
    ] {
        let refusal = Refusal::of(error, &request, &Policy::new(&["us-east-1"], "s3"));
        assert_eq!((refusal.status(), refusal.code()), (status, code));
        assert!(refusal.body().contains(said), "{}", refusal.body());
        assert_eq!(refusal.note(), error.to_string());
        assert_eq!(refusal.reason().to_string(), error.to_string());
        let json = Refusal::of(error, &request, &Policy::new(&["us-east-1"], "execute-api"));
        assert_eq!(json.body(), "{\"message\":\"Bad Request\"}");
    }
}
