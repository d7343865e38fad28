//! Bodies that are not what their head says: no handler gets what is wrong, nor all of what is
//! right.

use super::{Seen, through, to_s3, upload};
use crate::bodies::{Scripted, Step};
use crate::served::Response;
use bytes::Bytes;
use http_body_util::BodyExt;
use sigv4::stream::{ChunkEncoder, ChunkedBody, MIN_CHUNK_SIZE, StreamError};
use sigv4::tower::Refused;
use sigv4::{RefusalReason, Scope, Signature, SigningKey, Streaming};

/// In frames of `size` bytes.
pub fn framed(body: &[u8], size: usize) -> Scripted {
    let frames = body.chunks(size).map(Bytes::copy_from_slice);
    Scripted::new(frames.map(Step::Bytes))
}

pub fn refused(response: &Response) -> &Refused {
    response.extensions().get().expect("a refusal")
}

/// That the handler was called, has got an error, and not all of the data; that the layer has
/// answered for it.
pub fn is_refused(response: &Response, seen: &Seen, length: u64, at: &str) -> StreamError {
    assert_eq!(seen.calls, 1, "{at}");
    let error = seen.stream_error().expect(at);
    assert!(
        (seen.data.len() as u64) < length || length == 0,
        "{at}: all data of a body that is refused"
    );
    assert!(seen.trailers.is_none(), "{at}");
    let refusal = refused(response).refusal();
    assert_eq!(refusal.reason(), RefusalReason::Stream(error), "{at}");
    assert_eq!(response.status(), error.status(), "{at}");
    assert_eq!(*response.body(), refusal.body(), "{at}");
    let code = format!("<Code>{}</Code>", error.code());
    assert!(response.body().contains(&code), "{at}: {}", response.body());
    error
}

/// Two chunks and a trailer, encoded behind a signed head.
pub fn two_chunks(payload: Streaming) -> (Vec<u8>, ChunkedBody<'static>, Vec<u8>) {
    let data: Vec<u8> = (0..MIN_CHUNK_SIZE + 10)
        .map(|index| u8::try_from(index % 251).unwrap())
        .collect();
    let names = match payload {
        Streaming::Signed => "",
        _ => "x-amz-checksum-crc32",
    };
    let head = ChunkedBody::new(payload, data.len() as u64).with_trailers(names);
    let (_, signer) = upload(&head, ());
    let mut encoder = ChunkEncoder::new(&head, MIN_CHUNK_SIZE, signer).unwrap();
    let mut encoded = Vec::new();
    encoder.encode(&data, &mut encoded).unwrap();
    let checksum = base64(&crc32fast::hash(&data).to_be_bytes());
    let trailers: &[_] = match payload {
        Streaming::Signed => &[],
        _ => &[("x-amz-checksum-crc32", &*checksum)],
    };
    encoder.finish(trailers, &mut encoded).unwrap();
    (data, head, encoded)
}

pub fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

const KINDS: [Streaming; 3] = [
    Streaming::Signed,
    Streaming::SignedTrailer,
    Streaming::UnsignedTrailer,
];

#[test]
fn every_end_that_comes_early_is_an_error() {
    for payload in KINDS {
        let (data, head, encoded) = two_chunks(payload);
        let lines = |at: &usize| *at < 100 || *at > MIN_CHUNK_SIZE || at.is_multiple_of(1_000);
        for at in (0..encoded.len()).filter(lines) {
            let (request, _) = upload(&head, framed(&encoded[..at], 4_000));
            let (response, seen) = through(&to_s3(), request);
            let error = is_refused(&response, &seen, head.decoded_length, "cut");
            assert!(matches!(error, StreamError::Incomplete { .. }), "{error:?}");
            assert!(data.starts_with(&seen.data));
        }
        let longer = [&encoded[..], b"\r"].concat();
        let (request, _) = upload(&head, framed(&longer, 4_000));
        let (response, seen) = through(&to_s3(), request);
        let error = is_refused(&response, &seen, head.decoded_length, "longer");
        assert!(matches!(error, StreamError::DataAfterEnd { .. }));
        // The same is right.
        let (request, _) = upload(&head, framed(&encoded, 4_000));
        let (response, seen) = through(&to_s3(), request);
        assert_eq!(
            (response.status().as_u16(), &**response.body()),
            (200, "stored")
        );
        assert_eq!(seen.data, data);
        assert!(seen.error.is_none());
    }
}

#[test]
fn every_chunk_that_is_changed_is_an_error_and_not_handed_on() {
    let (data, head, encoded) = two_chunks(Streaming::SignedTrailer);
    let second = MIN_CHUNK_SIZE + 6 + 81 + 2;
    let mut places: Vec<_> = (0..encoded.len()).step_by(397).collect();
    places.extend(second..encoded.len());
    for place in places {
        let mut changed = encoded.clone();
        changed[place] ^= 0x01;
        let (request, _) = upload(&head, framed(&changed, 1_000));
        let (response, seen) = through(&to_s3(), request);
        is_refused(
            &response,
            &seen,
            head.decoded_length,
            &format!("byte {place}"),
        );
        let good = if place < second - 2 {
            0
        } else {
            MIN_CHUNK_SIZE
        };
        assert_eq!(seen.data, data[..good], "byte {place}");
    }
    // What is read of the second is the first as it was sent.
    let mut swapped = encoded[second..].to_vec();
    swapped.extend_from_slice(&encoded[..second]);
    let (request, _) = upload(&head, framed(&swapped, 1_000));
    let (response, seen) = through(&to_s3(), request);
    is_refused(&response, &seen, head.decoded_length, "swapped");
    assert!(seen.data.is_empty());
}

/// Of a body without signatures, the checksum is all that is left: what was handed on before is
/// not all of it.
#[test]
fn unsigned_data_that_are_changed_are_an_error_at_the_end() {
    let (data, head, mut encoded) = two_chunks(Streaming::UnsignedTrailer);
    encoded[100] ^= 0x01;
    let (request, _) = upload(&head, framed(&encoded, 1_000));
    let (response, seen) = through(&to_s3(), request);
    let error = is_refused(&response, &seen, head.decoded_length, "changed");
    assert_eq!(error, StreamError::ChecksumMismatch { index: 0 });
    assert!(response.body().contains("<Code>BadDigest</Code>"));
    assert!(seen.data.len() < data.len());
}

/// What is behind another head has another chain.
#[test]
fn the_body_of_another_upload_is_an_error() {
    let (_, head, encoded) = two_chunks(Streaming::Signed);
    let (mut request, _) = upload(&head, framed(&encoded, 1_000));
    let other = ChunkedBody::new(Streaming::Signed, head.decoded_length);
    request.headers_mut().clear();
    *request.uri_mut() = "https://examplebucket.s3.amazonaws.com/b".parse().unwrap();
    for (name, value) in other.headers().iter() {
        let name = http::HeaderName::try_from(name).unwrap();
        let value = http::HeaderValue::from_bytes(value).unwrap();
        request.headers_mut().insert(name, value);
    }
    let payload = sigv4::Payload::Streaming(Streaming::Signed);
    let signer = crate::support::example::signer("s3");
    let at = crate::support::example::at();
    signer.sign_http(&mut request, payload, at).unwrap();
    let (response, seen) = through(&to_s3(), request);
    let error = is_refused(&response, &seen, head.decoded_length, "other");
    assert_eq!(error, StreamError::ChunkSignatureMismatch { chunk: 0 });
    assert!(seen.data.is_empty());
}

/// The error of the sender's connection comes through, and is no error of the stream.
#[test]
fn a_body_that_is_reset_is_an_error() {
    let (data, head, encoded) = two_chunks(Streaming::Signed);
    let steps = [Step::Bytes(encoded[..8_300].to_vec().into()), Step::Fail];
    let steps = steps.into_iter().chain([Step::Bytes(encoded.into())]);
    let (request, _) = upload(&head, Scripted::new(steps));
    let (response, seen) = through(&to_s3(), request);
    assert!(data.starts_with(&seen.data) && seen.data.len() < data.len());
    let refused = refused(&response);
    assert_eq!(refused.refusal().reason(), RefusalReason::BodyCutOff);
    assert_eq!(response.status(), 400);
    assert_eq!(refused.access_key_id(), Some("AKIDEXAMPLE"));
    assert!(refused.to_string().ends_with("reset"), "{refused}");
    assert!(refused.store_error().is_none());
    assert!(Refused::find(&**seen.error.as_ref().unwrap()).is_some());
}

/// Sent on by somebody who reads no further than the bytes that he was told.
#[test]
fn who_stops_at_the_length_has_all_that_is_right() {
    let (_, head, mut encoded) = two_chunks(Streaming::SignedTrailer);
    let last = encoded.len() - 10;
    encoded[last] ^= 0x01; // in the signature of the trailer
    let (request, signer) = upload(&head, framed(&encoded, 1_000));
    drop((request, signer));
    let decoder = sigv4::stream::ChunkDecoder::new(&head, verifier(&head)).unwrap();
    let mut body = sigv4::tower::DecodedBody::new(framed(&encoded, 1_000), decoder);
    let mut length = 0;
    let read = crate::served::run(async {
        while let Some(frame) = body.frame().await {
            length += frame?.into_data().map_or(0, |data| data.len() as u64);
            if length == head.decoded_length {
                return Ok(());
            }
        }
        Err::<(), sigv4::tower::BoxError>("the end".into())
    });
    let error = read.unwrap_err();
    let wrong = StreamError::TrailerSignatureMismatch;
    assert_eq!(error.downcast_ref(), Some(&wrong));
}

pub fn verifier(head: &ChunkedBody<'_>) -> sigv4::stream::ChunkVerifier {
    let (request, _) = upload(head, ());
    let value = request.headers()["authorization"].to_str().unwrap();
    let (_, seed) = value.rsplit_once('=').unwrap();
    let at = crate::support::example::at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let key = SigningKey::derive(crate::support::example::SECRET, &scope);
    let seed = Signature::parse(seed).unwrap();
    sigv4::stream::ChunkVerifier::new(&key, at, &scope, seed)
}
