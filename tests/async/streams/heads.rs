//! Heads of bodies in pieces: what is refused before the body is read, and what a handler sees.

use super::refused::{framed, two_chunks};
use super::{URL, policy, through, to_s3, upload};
use crate::bodies::Scripted;
use crate::served::{Request, Response, under};
use crate::support::example::{at, signer};
use http::HeaderValue;
use sigv4::stream::ChunkedBody;
use sigv4::tower::Refused;
use sigv4::{Error, Payload, Profile, RefusalReason, Streaming, StreamingPayload};
use std::sync::atomic::Ordering;

fn reason(response: &Response) -> RefusalReason {
    let refused = response.extensions().get::<Refused>();
    refused.expect("a refusal").refusal().reason()
}

/// With further headers, which are there before it is signed.
fn with(headers: &[(&'static str, &'static str)], payload: Streaming) -> Request<Scripted> {
    let (_, head, encoded) = two_chunks(payload);
    let mut request = Request::put(URL).body(framed(&encoded, 1_000)).unwrap();
    for (name, value) in head.headers().iter() {
        let name = http::HeaderName::try_from(name).unwrap();
        request
            .headers_mut()
            .insert(name, HeaderValue::from_bytes(value).unwrap());
    }
    for name in ["content-encoding", "x-amz-decoded-content-length"] {
        if headers.iter().any(|(other, _)| *other == name) {
            request.headers_mut().remove(name);
        }
    }
    for (name, value) in headers {
        request
            .headers_mut()
            .append(*name, HeaderValue::from_static(value));
    }
    let payload = Payload::Streaming(payload);
    signer("s3").sign_http(&mut request, payload, at()).unwrap();
    request
}

/// It is the head of what it reads.
#[test]
fn what_a_handler_sees() {
    for (codings, left) in [
        (&["aws-chunked"][..], None),
        (&["AWS-Chunked"], None),
        (&["gzip,aws-chunked"], Some("gzip")),
        (&["aws-chunked, gzip"], Some("gzip")),
        (&["gzip", "aws-chunked"], Some("gzip")),
        (&["br, aws-chunked", "gzip"], Some("br, gzip")),
    ] {
        let mut headers = vec![("x-amz-meta-a", "b")];
        headers.extend(codings.iter().map(|coding| ("content-encoding", *coding)));
        let mut request = with(&headers, Streaming::Signed);
        let unsigned = request.headers_mut();
        unsigned.insert("content-length", HeaderValue::from_static("8463"));
        unsigned.insert("transfer-encoding", HeaderValue::from_static("chunked"));
        unsigned.insert("trailer", HeaderValue::from_static("x-a"));
        let (response, seen) = through(&to_s3(), request);
        // Another head, and so another chain: the handler has been called all the same.
        assert_eq!(response.status(), 403);
        let seen = seen.headers;
        assert_eq!(
            seen.get("content-encoding").map(|v| v.to_str().unwrap()),
            left
        );
        assert_eq!(seen["content-length"], "8202");
        assert!(!seen.contains_key("transfer-encoding") && !seen.contains_key("trailer"));
        assert_eq!(seen["x-amz-decoded-content-length"], "8202");
        assert_eq!(seen["x-amz-meta-a"], "b");
    }
}

#[test]
fn a_handler_is_told_how_its_body_is_proven() {
    for payload in [
        Streaming::Signed,
        Streaming::SignedTrailer,
        Streaming::UnsignedTrailer,
    ] {
        let (data, head, encoded) = two_chunks(payload);
        let (request, _) = upload(&head, framed(&encoded, 1_000));
        let (response, seen) = through(&to_s3(), request);
        assert_eq!(response.status(), 200);
        assert_eq!((seen.streaming, seen.data), (Some(payload), data));
        let named = |trailers: http::HeaderMap| trailers.contains_key("x-amz-checksum-crc32");
        assert_eq!(
            seen.trailers.is_some_and(named),
            payload != Streaming::Signed
        );
    }
    // All others come as they did.
    let mut request = Request::put(URL).body(framed(b"hello", 2)).unwrap();
    let payload = Payload::Bytes(b"hello");
    signer("s3").sign_http(&mut request, payload, at()).unwrap();
    let (response, seen) = through(&to_s3(), request);
    assert_eq!(response.status(), 200);
    assert_eq!((seen.streaming, seen.frames), (None, vec![5]));
    assert!(!seen.headers.contains_key("content-length"));
}

/// Nothing of the body is read but what its sender needs to hear the answer, and no handler is
/// called.
#[test]
fn what_is_wrong_with_a_head_is_told_before_the_body() {
    let of = |error: Error| RefusalReason::Error(error);
    let no_unsigned = Profile {
        unsigned_payload: sigv4::UnsignedPayload::Refused,
        ..Profile::S3
    };
    let no_stream = Profile {
        streaming_payload: StreamingPayload::Refused,
        ..Profile::S3
    };
    let events = Profile {
        streaming_payload: StreamingPayload::Events,
        ..Profile::S3
    };
    let signed = || with(&[], Streaming::Signed);
    let unsigned = || with(&[], Streaming::UnsignedTrailer);
    let changed = |name: &'static str, value: &'static str| {
        let mut request = signed();
        request
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
        request
    };
    let refused = of(Error::StreamingPayloadRefused);
    let unknown = of(Error::UnsupportedContentSha256);
    for (name, profile, request, wanted, status) in [
        (
            "signature",
            Profile::S3,
            changed("x-amz-decoded-content-length", "9"),
            of(Error::SignatureMismatch),
            403,
        ),
        (
            "length",
            Profile::S3,
            changed("x-amz-decoded-content-length", "-1"),
            of(Error::MalformedDecodedContentLength { index: 1 }),
            411,
        ),
        (
            "trailer",
            Profile::S3,
            changed(
                "x-amz-content-sha256",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            ),
            of(Error::MissingTrailerNames),
            400,
        ),
        ("unsigned", no_unsigned, unsigned(), refused, 400),
        ("none", no_stream, signed(), unknown, 400),
        ("events", events, signed(), unknown, 400),
    ] {
        let taken = std::sync::Arc::clone(&request.body().taken);
        let mut request = request;
        let expects = HeaderValue::from_static("100-continue");
        request.headers_mut().insert("expect", expects);
        let mut policy = policy();
        policy.profile = profile;
        let (response, seen) = through(&under(&policy), request);
        assert_eq!(reason(&response), wanted, "{name}");
        assert_eq!(response.status(), status, "{name}");
        // The answer shows what follows from all that came.
        let is_shown = wanted == unknown;
        let taken = taken.load(Ordering::SeqCst);
        assert_eq!((seen.calls, taken == 0), (0, !is_shown), "{name}");
    }
}

#[test]
fn an_unknown_key_and_a_wrong_token_stop_it() {
    let key = sigv4::Credentials::new("AKIDUNKNOWN", "any");
    let other = sigv4::Signer::new(key, "us-east-1", "s3");
    let head = ChunkedBody::new(Streaming::Signed, 0);
    let (mut request, _) = upload(&head, framed(b"", 1));
    for name in [
        "authorization",
        "x-amz-date",
        "x-amz-content-sha256",
        "host",
    ] {
        request.headers_mut().remove(name);
    }
    let payload = Payload::Streaming(Streaming::Signed);
    other.sign_http(&mut request, payload, at()).unwrap();
    let (response, seen) = through(&to_s3(), request);
    assert_eq!(reason(&response), RefusalReason::UnknownAccessKey);
    assert_eq!(seen.calls, 0);
}

/// What the head says counts: nothing is read of a longer one.
#[test]
fn limits_are_of_the_data() {
    let (data, head, encoded) = two_chunks(Streaming::Signed);
    let length = head.decoded_length;
    let small = usize::try_from(length - 1).unwrap();
    for (layer, fits) in [
        (to_s3().body_limit(small), false),
        (to_s3().body_limit(small + 1), true),
        (to_s3().body_limit(1).stream_limit(length), true),
        (to_s3().stream_limit(length - 1), false),
    ] {
        let (mut request, _) = upload(&head, framed(&encoded, 1_000));
        let taken = std::sync::Arc::clone(&request.body().taken);
        let expects = HeaderValue::from_static("100-continue");
        request.headers_mut().insert("expect", expects);
        let (response, seen) = through(&layer, request);
        if fits {
            assert_eq!(response.status(), 200);
            assert_eq!(seen.data, data);
        } else {
            assert_eq!(reason(&response), RefusalReason::BodyTooLong);
            assert!(response.body().contains("<Code>EntityTooLarge</Code>"));
            assert_eq!((seen.calls, taken.load(Ordering::SeqCst)), (0, 0));
        }
    }
}

/// Who carries no signature has no chain: pieces without signatures are read, others refused.
#[test]
fn those_without_a_signature() {
    for (payload, or_anonymous, status) in [
        (Streaming::UnsignedTrailer, true, 200),
        (Streaming::UnsignedTrailer, false, 403),
        (Streaming::Signed, true, 400),
        (Streaming::SignedTrailer, true, 400),
    ] {
        let (data, head, encoded) = two_chunks(payload);
        let (mut request, _) = upload(&head, framed(&encoded, 1_000));
        request.headers_mut().remove("authorization");
        request.headers_mut().remove("x-amz-date");
        let layer = to_s3();
        let layer = if or_anonymous {
            layer.or_anonymous()
        } else {
            layer
        };
        let (response, seen) = through(&layer, request);
        assert_eq!(response.status(), status, "{payload:?}");
        assert_eq!(seen.calls, usize::from(status == 200));
        if status == 200 {
            assert_eq!((seen.streaming, seen.data), (None, data));
            assert_eq!(seen.headers["content-length"], "8202");
        } else if or_anonymous {
            let refused = RefusalReason::Error(Error::StreamingPayloadRefused);
            assert_eq!(reason(&response), refused);
        }
    }
    // Its checksum counts all the same.
    let (_, head, mut encoded) = two_chunks(Streaming::UnsignedTrailer);
    encoded[50] ^= 1;
    let (mut request, _) = upload(&head, framed(&encoded, 1_000));
    request.headers_mut().remove("authorization");
    let (response, seen) = through(&to_s3().or_anonymous(), request);
    assert!(response.body().contains("BadDigest"), "{}", response.body());
    assert!((seen.data.len() as u64) < head.decoded_length);
}
