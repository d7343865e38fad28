//! Heads of uploads as they arrive, good ones and such with one flaw: `test-vectors/streaming-heads`.

use crate::support::{RawRequest, json_files, vectors};
use serde::Deserialize;
use sigv4::{Claim, Header, Payload, Policy, Request, Streaming, Timestamp};

#[derive(Deserialize)]
struct Head {
    what: String,
    secret_access_key: String,
    timestamp: String,
    region: String,
    request: Vec<String>,
    named: String,
    amz_headers_signed: bool,
    error: Option<String>,
}

#[test]
fn every_head_is_accepted_or_refused_for_its_reason() {
    let (mut accepted, mut refused) = (0, 0);
    for (name, path) in json_files(&vectors().join("streaming-heads")) {
        let text = std::fs::read_to_string(path).unwrap();
        let head: Head = serde_json::from_str(&text).unwrap();
        assert!(!head.what.is_empty());
        let raw = RawRequest::parse(&head.request);
        let headers: Vec<Header<'_>> = raw
            .headers
            .iter()
            .map(|(name, value)| (&**name, value.as_bytes()))
            .collect();
        let named = Streaming::parse(&head.named).map(|(streaming, _)| streaming);
        let request = Request {
            method: &raw.method,
            target: &raw.target,
            headers: &headers,
            payload: named.map_or(Payload::Unsigned, Payload::Streaming),
        };
        let regions = [&*head.region];
        let mut policy = Policy::new(&regions, "s3");
        policy.streaming = true;
        policy.amz_headers_signed = head.amz_headers_signed;
        let claim = Claim::from_request(&request).unwrap();
        let key = claim.signing_key(&head.secret_access_key);
        let now = Timestamp::parse(&head.timestamp).unwrap();
        let verified = claim.verify(&key, &request, &policy, now);
        match (&verified, head.error) {
            (Ok(verified), None) => {
                accepted += 1;
                let body = verified.chunked_body.unwrap();
                assert_eq!(body.decoded_length, 5, "{name}");
                assert_eq!(Some(body.payload), verified.streaming, "{name}");
                assert!(named.is_none_or(|named| named == body.payload), "{name}");
                assert!(verified.chunk_decoder(&key).is_some(), "{name}");
            }
            (Err(error), Some(wanted)) => {
                refused += 1;
                assert_eq!(format!("{error:?}"), wanted, "{name}");
            }
            (_, wanted) => panic!("{name}: {verified:?}, wanted {wanted:?}"),
        }
    }
    assert!(
        accepted >= 7 && refused >= 25,
        "{accepted} and {refused} vectors"
    );
}
