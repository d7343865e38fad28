//! Signed events: `test-vectors/event-stream`.

use crate::support::{json_files, vectors};
use serde::Deserialize;
use sigv4::stream::event::{
    EventError, EventVerifier, Header, HeaderValue, Message, MessageReader,
};
use sigv4::stream::{Link, Linked};
use sigv4::{Authorization, Credentials, Scope, Signature, Signer, SigningKey, Timestamp};
use std::time::Duration;

#[derive(Deserialize)]
struct Stream {
    access_key_id: String,
    secret_access_key: String,
    region: String,
    service: String,
    first_previous_signature: Option<String>,
    seed_signature: Option<String>,
    authorization: Option<String>,
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    time: String,
    date_header_hex: String,
    payload_hex: String,
    string_to_sign: String,
    signature: String,
    wire_hex: String,
    amazon_transcribe_wire_hex: Option<String>,
}

fn streams() -> Vec<(String, Stream)> {
    let files = json_files(&vectors().join("event-stream"));
    let read = |(name, path)| {
        let text = std::fs::read_to_string(path).unwrap();
        (name, serde_json::from_str(&text))
    };
    let read = files.into_iter().map(read);
    // That of a WebSocket is a URL and a message.
    read.filter(|(name, _)| name != "transcribe-websocket")
        .map(|(name, stream)| (name, stream.unwrap()))
        .collect()
}

impl Stream {
    fn signer(&self) -> Signer {
        let credentials = Credentials::new(&*self.access_key_id, &*self.secret_access_key);
        Signer::new(credentials, &self.region, &self.service)
    }

    fn seed(&self) -> Signature {
        if let Some(header) = &self.authorization {
            return Authorization::parse(header).unwrap().signature;
        }
        let seed = self.first_previous_signature.as_ref();
        Signature::parse(seed.or(self.seed_signature.as_ref()).unwrap()).unwrap()
    }

    fn verifier(&self) -> EventVerifier {
        let at = Timestamp::EPOCH;
        let scope = Scope::new(&at, &self.region, &self.service).unwrap();
        EventVerifier::new(&scope, self.seed(), Duration::from_secs(300))
    }

    fn key(&self, verifier: &EventVerifier, at: Timestamp) -> SigningKey {
        SigningKey::derive(&self.secret_access_key, &verifier.scope(&at))
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

#[test]
fn events_are_signed_as_by_others() {
    use sha2::{Digest, Sha256};
    let mut count = 0;
    for (name, stream) in streams() {
        let mut signer = stream.signer().event_signer(stream.seed()).unwrap();
        let mut previous = stream.seed();
        for event in &stream.events {
            count += 1;
            let at = Timestamp::parse(&event.time).unwrap();
            let (date, payload) = (bytes(&event.date_header_hex), bytes(&event.payload_hex));
            let link = Link {
                at,
                scope: Scope::new(&at, &stream.region, &stream.service).unwrap(),
                previous,
                content: Linked::Event {
                    date_sha256: Sha256::digest(date).into(),
                    payload_sha256: Sha256::digest(&payload).into(),
                },
            };
            assert_eq!(link.to_string(), event.string_to_sign, "{name}");
            previous = Signature::parse(&event.signature).unwrap();
            let mut out = Vec::new();
            if payload.is_empty() {
                signer.finish(at, &mut out).unwrap();
            } else {
                signer.sign(&payload, at, &mut out).unwrap();
            }
            assert_eq!(hex::encode(out), event.wire_hex, "{name}");
        }
        let at = Timestamp::EPOCH;
        let event = stream.events.len() as u64;
        let after = signer.sign(b"a", at, &mut Vec::new());
        assert_eq!(after, Err(EventError::AfterEnd { event }), "{name}");
    }
    assert!(count >= 8, "{count}");
}

/// Verifies what each event of a stream is made to be; how many were good, and the end.
fn verify(stream: &Stream, wires: &[Vec<u8>]) -> (usize, Result<(), EventError>) {
    let mut verifier = stream.verifier();
    for (index, wire) in wires.iter().enumerate() {
        let mut reader = MessageReader::new();
        let message = reader.read(wire).unwrap().message.unwrap();
        let now = Timestamp::parse(&stream.events[0].time).unwrap();
        let at = verifier.date(&message).unwrap_or(now);
        let key = stream.key(&verifier, at);
        match verifier.verify(&message, &key, now) {
            Ok(payload) => assert_eq!(payload, message.payload()),
            Err(error) => {
                assert_eq!(verifier.verify(&message, &key, now), Err(error));
                assert_eq!(verifier.finish(), Err(error));
                return (index, Err(error));
            }
        }
    }
    (wires.len(), verifier.finish())
}

fn wires(stream: &Stream) -> Vec<Vec<u8>> {
    stream
        .events
        .iter()
        .map(|event| bytes(&event.wire_hex))
        .collect()
}

#[test]
fn events_of_others_verify() {
    for (name, stream) in streams() {
        let wires = wires(&stream);
        assert_eq!(verify(&stream, &wires), (wires.len(), Ok(())), "{name}");
        let others: Option<Vec<_>> = stream
            .events
            .iter()
            .map(|event| event.amazon_transcribe_wire_hex.as_deref().map(bytes))
            .collect();
        if let Some(others) = others {
            // The two headers the other way round.
            assert_ne!(others, wires);
            assert_eq!(verify(&stream, &others), (wires.len(), Ok(())), "{name}");
        }
    }
}

/// A message of these headers.
fn message(headers: &[Header<'_>], payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Message::write(headers, payload, &mut out).unwrap();
    out
}

#[test]
fn a_stream_with_a_flaw_is_refused() {
    let (_, stream) = streams().swap_remove(1);
    let good = wires(&stream);
    assert!(good.len() >= 3);
    let mismatch = |event| Err(EventError::SignatureMismatch { event });
    let cut = &good[..good.len() - 1];
    let events = cut.len() as u64;
    assert_eq!(
        verify(&stream, cut),
        (cut.len(), Err(EventError::CutOff { events }))
    );
    assert_eq!(
        verify(&stream, &[]),
        (0, Err(EventError::CutOff { events: 0 }))
    );
    assert_eq!(verify(&stream, &good[1..]), (0, mismatch(0)));
    let twice = [good[0].clone(), good[0].clone()];
    assert_eq!(verify(&stream, &twice), (1, mismatch(1)));
    let mut swapped = good.clone();
    swapped.swap(0, 1);
    assert_eq!(verify(&stream, &swapped), (0, mismatch(0)));
    let mut longer = good.clone();
    longer.push(good[0].clone());
    let event = good.len() as u64;
    let after = Err(EventError::AfterEnd { event });
    assert_eq!(verify(&stream, &longer), (good.len(), after));

    let mut reader = MessageReader::new();
    let first = reader.read(&good[0]).unwrap().message.unwrap();
    let headers: Vec<_> = first.headers().collect();
    let [signature, date] = headers[..] else {
        panic!("two headers");
    };
    let HeaderValue::Timestamp(milliseconds) = date.value else {
        panic!("a time");
    };
    let other = |header: Header<'static>| header;
    let with = |signature, date| message(&[signature, date], first.payload());
    let missing_signature = Err(EventError::MissingSignature { event: 0 });
    let missing_date = Err(EventError::MissingDate { event: 0 });
    let at = |milliseconds| Header {
        name: ":date",
        value: HeaderValue::Timestamp(milliseconds),
    };
    let more = Header {
        name: ":event-type",
        value: HeaderValue::Bool(true),
    };
    let signed = |value| Header {
        name: ":chunk-signature",
        value,
    };
    for (wire, error) in [
        (message(&headers, b"other"), mismatch(0)),
        (message(&[], first.payload()), missing_date),
        (message(&[date], first.payload()), missing_signature),
        (message(&[signature], first.payload()), missing_date),
        (
            with(signed(HeaderValue::Bytes(&[0; 32])), date),
            mismatch(0),
        ),
        (
            with(signed(HeaderValue::Bytes(&[0; 31])), date),
            missing_signature,
        ),
        (
            with(signed(HeaderValue::String("0")), date),
            missing_signature,
        ),
        (
            message(&[signature, date, more], first.payload()),
            Err(EventError::UnexpectedHeader { event: 0 }),
        ),
        (with(signature, at(milliseconds + 1)), mismatch(0)),
        (with(signature, at(milliseconds + 1_000)), mismatch(0)),
        (with(signature, at(i64::MAX)), missing_date),
        (
            with(
                signature,
                other(Header {
                    name: ":date",
                    value: HeaderValue::Int64(0),
                }),
            ),
            missing_date,
        ),
    ] {
        assert_eq!(verify(&stream, &[wire]), (0, error));
    }
    let now = Timestamp::parse(&stream.events[0].time).unwrap();
    for shift in [-301, 301] {
        let at_other = Timestamp::from_unix(now.unix() + shift).unwrap();
        let wire = with(signature, at((now.unix() + shift) * 1_000));
        let error = EventError::NotCurrent {
            event: 0,
            signed: at_other,
            now,
            limit: 300,
        };
        assert_eq!(verify(&stream, &[wire]), (0, Err(error)));
    }
}
