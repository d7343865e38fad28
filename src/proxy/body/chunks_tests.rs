//! Bodies in signed chunks: those that are sent, and those that came.

use super::body_fault::BodyFault;
use super::scripted_body::*;
use crate::proxy::settings::Body as Rule;
use crate::request::Payload;
use crate::request::credentials::Credentials;
use crate::request::profile::Profile;
use crate::request::streaming::Streaming;
use crate::sign::signer::Signer;
use crate::signature::hash::sha256;
use crate::stream::{ChunkDecoder, ChunkVerifier, ChunkedBody, EncodingReader};
use crate::{Scope, SigningKey};
use bytes::Bytes;
use http::request::Parts;
use std::format;
use std::io::Read;
use std::prelude::rust_2024::*;

const DATA: &[u8] = b"some data that is long enough to be cut";
const OTHER: &str = "00000000000000000000000000000000000000000000000000000000000000ff";

/// What verifies the chunks that are sent, as S3 does.
fn decoded(head: &Parts, payload: Payload<'_>, encoded: &[u8]) -> (Vec<u8>, Vec<(String, String)>) {
    let Payload::Streaming(streaming) = payload else {
        unreachable!("{payload:?}");
    };
    let fields: Vec<_> = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let chunked = ChunkedBody::read(&fields, streaming).unwrap();
    let at = at();
    let scope = Scope::new(&at, "us-east-1", "s3").unwrap();
    let authorization = head.headers["authorization"].to_str().unwrap();
    let seed = authorization.rsplit_once("Signature=").unwrap().1;
    let seed = crate::Signature::parse(seed).unwrap();
    let key = SigningKey::derive("secret", &scope);
    let verifier = ChunkVerifier::new(&key, at, &scope, seed);
    let mut decoder = if streaming.is_signed() {
        ChunkDecoder::new(&chunked, verifier).unwrap()
    } else {
        ChunkDecoder::unsigned(&chunked).unwrap()
    };
    let (mut data, mut rest) = (Vec::new(), encoded);
    while !rest.is_empty() {
        let next = decoder.decode(rest).unwrap();
        data.extend_from_slice(next.data);
        rest = &rest[next.consumed..];
    }
    decoder.finish().unwrap();
    let trailers = decoder.trailers();
    let trailers = trailers.map(|(name, value)| (name.into(), value.into()));
    (data, trailers.collect())
}

#[test]
fn chunks_are_signed_where_they_are_taken() {
    let setting = Setting::new(Rule::Chunked);
    for (headers, announced) in [
        (&[][..], true),
        (&[("x-amz-decoded-content-length", "39")], false),
        (&[("content-encoding", "gzip"), ("trailer", "x-a")], true),
    ] {
        let mut head = upload(headers);
        let body = Scripted::new(DATA, 10, announced);
        let (payload, data, _) = run(forward(&setting, &mut head, body)).unwrap();
        assert!(matches!(payload, Payload::Streaming(Streaming::Signed)));
        assert_eq!(decoded(&head, payload, &data).0, DATA);
        let coding = head.headers["content-encoding"].to_str().unwrap();
        let gzip = headers.contains(&("content-encoding", "gzip"));
        assert_eq!(
            coding,
            if gzip {
                "gzip,aws-chunked"
            } else {
                "aws-chunked"
            }
        );
    }
    // Of an unknown length; of a service that takes none; no upload.
    let mut to_api = Setting::new(Rule::Chunked);
    to_api.profile = Profile::DEFAULT;
    let mut post = upload(&[]);
    post.method = http::Method::POST;
    for (setting, mut head, announced) in [
        (&setting, upload(&[]), false),
        (&to_api, upload(&[]), true),
        (&setting, post, true),
    ] {
        let body = Scripted::new(DATA, 10, announced);
        let (payload, data, _) = run(forward(setting, &mut head, body)).unwrap();
        assert_eq!(sha256_of(payload), sha256(DATA));
        assert_eq!(data, DATA);
    }
    let mut head = upload(&[("x-amz-decoded-content-length", "40")]);
    let body = Scripted::new(DATA, 10, true);
    let fault = run(setting.prepare(&mut head, body)).err().unwrap();
    assert!(matches!(
        fault,
        BodyFault::LengthDiffers {
            stated: 40,
            actual: 39
        }
    ));
}

/// A caller's own upload in chunks, as an SDK signs it with keys that upstream does not know.
fn of_an_sdk(streaming: Streaming, trailers: &str) -> (Parts, Vec<u8>) {
    let chunked = ChunkedBody::new(streaming, DATA.len() as u64).with_trailers(trailers);
    let mut head = upload(&[]);
    for (name, value) in chunked.headers().iter() {
        let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        head.headers
            .insert(name, http::HeaderValue::from_bytes(value).unwrap());
    }
    let marker = streaming.marker(crate::Algorithm::SigV4).unwrap();
    head.headers
        .insert("x-amz-content-sha256", marker.parse().unwrap());
    let throw_away = Signer::new(Credentials::new("AKIDOTHER", "other"), "us-east-1", "s3");
    let seed = crate::Signature::parse(OTHER).unwrap();
    let chunks = throw_away.chunk_signer_behind(seed, at());
    let mut reader = EncodingReader::new(DATA, &chunked, 8_192, chunks).unwrap();
    let mut encoded = Vec::new();
    reader.read_to_end(&mut encoded).unwrap();
    (head, encoded)
}

#[test]
fn what_came_in_chunks_is_decoded_and_keeps_its_checksum() {
    let crc = "x-amz-checksum-crc32";
    for (streaming, trailer) in [
        (Streaming::Signed, ""),
        (Streaming::SignedTrailer, crc),
        (Streaming::UnsignedTrailer, crc),
    ] {
        for rule in [Rule::Hashed, Rule::Unsigned, Rule::Believed, Rule::Chunked] {
            for cut in [1, 10_000] {
                let setting = Setting::new(rule);
                let (mut head, encoded) = of_an_sdk(streaming, trailer);
                let body = Scripted::new(&encoded, cut, true);
                let (payload, data, trailers) = run(forward(&setting, &mut head, body)).unwrap();
                assert_eq!(trailers, None);
                let name = format!("{streaming:?} {rule:?}");
                let mut checksum = None;
                let data = if let Payload::Streaming(kind) = payload {
                    let stays = streaming == Streaming::UnsignedTrailer && rule != Rule::Chunked;
                    assert_eq!(kind == Streaming::UnsignedTrailer, stays, "{name}");
                    let (data, trailers) = decoded(&head, payload, &data);
                    checksum = trailers.into_iter().next().map(|(_, value)| value);
                    Bytes::from(data)
                } else {
                    let unsigned = matches!(payload, Payload::Unsigned);
                    assert_eq!(unsigned, rule == Rule::Unsigned, "{name}");
                    assert!(!head.headers.contains_key("content-encoding"), "{name}");
                    assert!(!head.headers.contains_key("x-amz-decoded-content-length"));
                    assert!(!head.headers.contains_key("x-amz-trailer"), "{name}");
                    let value = head.headers.get(crc);
                    checksum = checksum.or(value.map(|value| value.to_str().unwrap().into()));
                    data
                };
                assert_eq!(data, DATA, "{name}");
                let expected = (!trailer.is_empty()).then_some("rUjpAA==");
                assert_eq!(checksum.as_deref(), expected, "{name}");
            }
        }
    }
}

#[test]
fn broken_chunks() {
    let setting = Setting::new(Rule::Hashed);
    let (head, encoded) = of_an_sdk(Streaming::SignedTrailer, "x-amz-checksum-crc32");
    for cut in [1, 50, encoded.len() - 1] {
        let body = Scripted::new(&encoded[..cut], 20, true);
        let fault = run(setting.prepare(&mut head.clone(), body)).err().unwrap();
        assert!(matches!(fault, BodyFault::Stream(_)), "{cut}: {fault}");
    }
    let mut changed = encoded.clone();
    let place = encoded
        .windows(4)
        .position(|bytes| bytes == b"some")
        .unwrap();
    changed[place] ^= 1;
    let fault = run(setting.prepare(&mut head.clone(), Scripted::new(&changed, 20, true)));
    let fault = fault.err().unwrap();
    assert!(fault.to_string().contains("checksum"), "{fault}");
    // What would be a header of the request, and be acted upon.
    let mut other = head.clone();
    other
        .headers
        .insert("x-amz-trailer", "authorization".parse().unwrap());
    let fault = run(setting.prepare(&mut other, Scripted::new(&encoded, 20, true)));
    assert!(matches!(fault.err(), Some(BodyFault::Trailer { .. })));
}
