//! Uploads as boto3 and the CRT's S3 client sent them: `test-vectors/streaming-wire`.

use super::case::{decode, taking_checksums};
use crate::support::{json_files, vectors};
use serde::Deserialize;
use sigv4::stream::{ChunkDecoder, ChunkedBody};
use sigv4::{Claim, Header, Payload, Policy, Request, Streaming, Timestamp};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Sent {
    method: String,
    url: String,
    headers: BTreeMap<String, String>,
    body: String,
}

#[test]
fn what_others_sent_decodes_and_verifies() {
    let (mut verified_heads, mut decoded_bodies) = (0, 0);
    for (name, path) in json_files(&vectors().join("streaming-wire")) {
        let text = std::fs::read_to_string(path).unwrap();
        let sent: Sent = serde_json::from_str(&text).unwrap();
        let headers: Vec<Header<'_>> = sent
            .headers
            .iter()
            .map(|(name, value)| (&**name, value.as_bytes()))
            .collect();
        let (_, target) = sent.url.split_once("/examplebucket").unwrap();
        let target = format!("/examplebucket{target}");
        let stated = &sent.headers["x-amz-content-sha256"];
        let streaming = Streaming::parse(stated).map(|(streaming, _)| streaming);
        let payload = match streaming {
            Some(_) => Payload::Unsigned,
            None => Payload::Bytes(sent.body.as_bytes()),
        };
        let request = Request {
            method: &sent.method,
            target: &target,
            headers: &headers,
            payload,
        };
        // The CRT's uploads are anonymous.
        let mut decoder = if sent.headers.contains_key("authorization") {
            verified_heads += 1;
            let claim = Claim::from_request(&request).unwrap();
            let key = claim.signing_key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
            let mut policy = Policy::new(&["us-east-1"], "s3");
            policy.streaming = true;
            let now = Timestamp::parse("20130524T000000Z").unwrap();
            let verified = claim.verify(&key, &request, &policy, now).unwrap();
            assert_eq!(verified.streaming, streaming, "{name}");
            verified.chunk_decoder(&key)
        } else {
            let body = ChunkedBody::read(&headers, streaming.unwrap()).unwrap();
            let length = body.encoded_length(sigv4::Algorithm::SigV4, 8_192, value(&sent.body));
            assert_eq!(sent.headers["content-length"], length.unwrap().to_string());
            Some(ChunkDecoder::unsigned(&body).unwrap())
        };
        assert_eq!(decoder.is_some(), streaming.is_some(), "{name}");
        if let Some(decoder) = decoder.take() {
            decoded_bodies += 1;
            let mut decoder = taking_checksums(decoder);
            let (data, end) = decode(&mut decoder, [sent.body.as_bytes()]);
            assert_eq!((&data[..], end), (&b"hello"[..], Ok(())), "{name}");
            let (trailer, value) = decoder.trailers().next().unwrap();
            assert!(sent.body.contains(&format!("{trailer}:{value}\r\n")));
            assert_eq!(sent.headers["x-amz-trailer"], trailer);
        }
    }
    assert_eq!((verified_heads, decoded_bodies), (14, 12));
}

/// How long the one value of a trailer is.
fn value(body: &str) -> usize {
    let (_, behind) = body.split_once(':').unwrap();
    behind.trim_end().len()
}
