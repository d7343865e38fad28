//! Events behind their requests.

use crate::support::vectors;
use sigv4::stream::event::{EventError, MessageReader};
use sigv4::{Credentials, Payload, Policy, Request, Signer, SigningKey, Streaming, Timestamp};
use std::time::Duration;

/// By the head of Transcribe's request, with the key of each day, and milliseconds as others send
/// them.
#[test]
fn a_stream_goes_past_midnight() {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    let signer = Signer::new(credentials, "us-west-2", "transcribe");
    let before = Timestamp::parse("20240102T235959Z").unwrap();
    let after = Timestamp::parse("20240103T000001Z").unwrap();
    let headers = [("host", &b"example.com"[..])];
    let unsigned = Request {
        method: "POST",
        target: "/stream-transcription",
        headers: &headers,
        payload: Payload::Streaming(Streaming::Events),
    };
    let signed = signer.sign(&unsigned, before).unwrap();
    let mut events = signer.event_signer(signed.signature()).unwrap();
    let mut out = Vec::new();
    let empty = events.sign(b"", before, &mut out);
    assert_eq!(empty, Err(EventError::EmptyEvent));
    events.sign(b"one", before, &mut out).unwrap();
    events.sign(b"two", after, &mut out).unwrap();
    events.finish(after, &mut out).unwrap();

    let mut headers = headers.to_vec();
    headers.extend(
        signed
            .headers()
            .map(|(name, value)| (name, value.as_bytes())),
    );
    let request = Request {
        headers: &headers,
        payload: Payload::Unsigned,
        ..unsigned
    };
    let mut policy = Policy::new(&["us-west-2"], "transcribe");
    policy.streaming = true;
    let claim = sigv4::Claim::from_request(&request).unwrap();
    let key = claim.signing_key("secret");
    let verified = claim.verify(&key, &request, &policy, before).unwrap();
    assert_eq!(verified.streaming, Some(Streaming::Events));
    let mut verifier = verified.event_verifier(policy.clock_skew).unwrap();
    let mut reader = MessageReader::new();
    let mut told = Vec::new();
    let mut rest = &out[..];
    while !rest.is_empty() {
        let read = reader.read(rest).unwrap();
        rest = &rest[read.consumed..];
        let message = read.message.unwrap();
        let at = verifier.date(&message).unwrap();
        let key = SigningKey::derive("secret", &verifier.scope(&at));
        told.push(verifier.verify(&message, &key, after).unwrap().to_vec());
    }
    assert_eq!(told, [&b"one"[..], b"two", b""]);
    assert_eq!(verifier.finish(), Ok(()));
    // The key of the day before does not do.
    let mut verifier = verified.event_verifier(policy.clock_skew).unwrap();
    let mut reader = MessageReader::new();
    let first = reader.read(&out).unwrap();
    let consumed = first.consumed;
    verifier
        .verify(&first.message.unwrap(), &key, before)
        .unwrap();
    let second = reader.read(&out[consumed..]).unwrap().message.unwrap();
    let error = verifier.verify(&second, &key, after);
    assert_eq!(error, Err(EventError::SignatureMismatch { event: 1 }));
}

/// The chain of a WebSocket begins with the signature of its URL.
#[test]
fn a_websocket_is_presigned_as_published() {
    let path = vectors().join("event-stream/transcribe-websocket.json");
    let vector: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let credentials = Credentials::new(
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    );
    let signer = Signer::new(credentials, "us-west-2", "transcribe");
    let request = Request {
        method: "GET",
        target: "/stream-transcription-websocket?language-code=en-US&media-encoding=pcm&sample-rate=16000",
        headers: &[("host", b"transcribestreaming.us-west-2.amazonaws.com:8443")],
        payload: Payload::EMPTY,
    };
    let at = Timestamp::parse("20240102T030405Z").unwrap();
    let url = signer
        .presign(&request, Duration::from_secs(300), at)
        .unwrap();
    let expected = vector["url"].as_str().unwrap();
    let (_, signature) = expected.split_once("X-Amz-Signature=").unwrap();
    assert_eq!(url.signature().to_string(), signature);
    assert!(signer.event_signer(url.signature()).is_ok());
}

/// Signed events follow where they can, and behind no other request.
#[test]
fn events_follow_only_what_begins_a_stream() {
    const WEBSOCKET: (&str, &str, Payload<'_>) = ("GET", "transcribe", Payload::EMPTY);
    let now = Timestamp::parse("20240102T030405Z").unwrap();
    for ((method, service, payload), presigned, streaming, begins) in [
        (WEBSOCKET, true, true, true),
        (WEBSOCKET, true, false, false),
        (WEBSOCKET, false, true, false),
        (("POST", "transcribe", Payload::EMPTY), true, true, false),
        (
            ("GET", "transcribe", Payload::Bytes(b"a")),
            true,
            true,
            false,
        ),
        // These have no events.
        (("GET", "s3", Payload::EMPTY), true, true, false),
        (("GET", "s3", Payload::Unsigned), true, true, false),
        (
            ("GET", "vpc-lattice-svcs", Payload::Unsigned),
            true,
            true,
            false,
        ),
        (
            ("POST", "transcribe", Payload::Streaming(Streaming::Events)),
            false,
            true,
            true,
        ),
    ] {
        let name = format!("{method} {service} {payload:?} {presigned} {streaming}");
        let credentials = Credentials::new("AKIDEXAMPLE", "secret");
        let signer = Signer::new(credentials, "us-west-2", service);
        let mut headers = vec![("host", &b"example.com"[..])];
        let own = headers.clone();
        let unsigned = Request {
            method,
            target: "/stream-transcription-websocket?a=b",
            headers: &own,
            payload,
        };
        let (signed, url);
        let mut request = unsigned;
        if presigned {
            url = signer
                .presign(&unsigned, Duration::from_secs(300), now)
                .unwrap();
            request.target = url.target();
        } else {
            signed = signer.sign(&unsigned, now).unwrap();
            let added = signed.headers();
            headers.extend(added.map(|(name, value)| (name, value.as_bytes())));
            request.headers = &headers;
        }
        let mut policy = Policy::new(&["us-west-2"], service);
        policy.streaming = streaming;
        let claim = sigv4::Claim::from_request(&request).unwrap();
        let key = claim.signing_key("secret");
        let verified = claim.verify(&key, &request, &policy, now).expect(&name);
        let verifier = verified.event_verifier(policy.clock_skew);
        assert_eq!(verifier.is_some(), begins, "{name}");
    }
}

#[cfg(feature = "v4a")]
#[test]
fn sigv4a_has_no_events() {
    use sigv4::{Error, Profile, Signature};

    let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "*", "transcribe")
        .with_profile(Profile::DEFAULT.with_sigv4a());
    let seed = Signature::parse(&"0".repeat(64)).unwrap();
    let error = signer.event_signer(seed).map(|_| ());
    assert_eq!(error, Err(Error::StreamingPayloadRefused));
}
