//! Heads that would have a handler read what is not verified: as it is framed, as trailers that are
//! headers elsewhere, or held without a limit.

use super::refused::{framed, refused, two_chunks};
use super::{policy, through, to_s3, upload};
use crate::served::{OneKey, Request, under};
use sigv4::stream::{ChunkedBody, StreamError};
use sigv4::tower::VerifyLayer;
use sigv4::{Error, RefusalReason, Streaming};

const MARKER: &str = "x-amz-content-sha256";

fn anonymous(markers: &[&'static str]) -> Request<crate::bodies::Scripted> {
    let (_, head, encoded) = two_chunks(Streaming::UnsignedTrailer);
    let (mut request, _) = upload(&head, framed(&encoded, 1_000));
    let headers = request.headers_mut();
    for name in ["authorization", "x-amz-date", MARKER] {
        headers.remove(name);
    }
    for marker in markers {
        headers.append(MARKER, http::HeaderValue::from_static(marker));
    }
    request
}

fn is_refused(layer: VerifyLayer<OneKey>, markers: &[&'static str], error: Error) {
    let (response, seen) = through(&layer.or_anonymous(), anonymous(markers));
    assert_eq!(seen.calls, 0, "{markers:?}");
    assert_eq!(response.status(), 400, "{markers:?}");
    let reason = refused(&response).refusal().reason();
    assert_eq!(reason, RefusalReason::Error(error), "{markers:?}");
}

#[test]
fn a_marker_that_is_not_taken() {
    for marker in [
        "STREAMING-UNSIGNED-PAYLOAD",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER ",
        "streaming-unsigned-payload-trailer",
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-EVENTS",
        "STREAMING-",
    ] {
        is_refused(to_s3(), &[marker], Error::StreamingPayloadRefused);
    }
    let mut policy = policy();
    policy.streaming = false;
    let marker = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    is_refused(under(&policy), &[marker], Error::StreamingPayloadRefused);
}

#[test]
fn two_of_them() {
    let marker = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    for markers in [["UNSIGNED-PAYLOAD", marker], [marker, "UNSIGNED-PAYLOAD"]] {
        let layer = to_s3().or_anonymous();
        let (response, seen) = through(&layer, anonymous(&markers));
        assert_eq!((response.status().as_u16(), seen.calls), (400, 0));
        let reason = refused(&response).refusal().reason();
        let again = matches!(
            reason,
            RefusalReason::Error(Error::RepeatedSigningHeader { .. })
        );
        assert!(again, "{reason:?}");
    }
    let (response, seen) = through(&to_s3().or_anonymous(), anonymous(&[marker]));
    assert_eq!((response.status().as_u16(), seen.calls), (200, 1));
}

#[test]
fn trailers_are_checksums() {
    for (name, status) in [
        ("x-amz-checksum-crc32", 400),
        ("authorization", 400),
        ("content-length", 400),
        ("x-amz-checksum-crc32,x-amz-meta-a", 400),
    ] {
        let head = ChunkedBody::new(Streaming::SignedTrailer, 0).with_trailers(name);
        let (request, _) = upload(&head, framed(b"0\r\n\r\n", 1));
        let (response, seen) = through(&to_s3(), request);
        assert_eq!(response.status(), status, "{name}");
        let is_checksum = name == "x-amz-checksum-crc32";
        let reason = refused(&response).refusal().reason();
        let names = RefusalReason::Error(Error::StreamingPayloadRefused);
        assert_eq!(reason == names, !is_checksum, "{name}: {reason:?}");
        assert_eq!(seen.calls, usize::from(is_checksum), "{name}");
    }
}

/// What is held of a signed chunk is bounded as bodies in memory are.
#[test]
fn a_chunk_that_is_longer_than_bodies_in_memory() {
    const LONG: u64 = 2 << 20;
    let head = ChunkedBody::new(Streaming::Signed, LONG);
    let line = format!("{LONG:x};chunk-signature={}\r\n", "0".repeat(64));
    for (limit, is_too_long) in [(1, true), (1 << 20, true), (LONG as usize, false)] {
        let (request, _) = upload(&head, framed(line.as_bytes(), 1_000));
        let layer = to_s3().body_limit(limit).stream_limit(LONG);
        let (_, seen) = through(&layer, request);
        let error = seen.stream_error().unwrap();
        let found = matches!(error, StreamError::ChunkTooLarge { .. });
        assert_eq!(found, is_too_long, "{limit}: {error}");
    }
}
