//! Event streams that are signed, cut and changed.

use super::example::{ACCESS_KEY_ID, SECRET, at, signer};
use crate::reference::Who;
use crate::reference::chunks::event_signature;
use arbitrary::{Arbitrary, Unstructured};
use sigv4::stream::event::{EventVerifier, HeaderValue, Message, MessageReader};
use sigv4::{Scope, Signature, SigningKey, Timestamp};
use std::time::Duration;

#[derive(Arbitrary, Debug)]
struct Events {
    payloads: Vec<Vec<u8>>,
    /// In seconds, between two events.
    step: u16,
    size: u16,
    /// Which message, which byte of its payload, by what it is changed.
    change: (u8, u16, u8),
    /// Of the whole stream.
    garble: (u16, u8),
    strange: Vec<u8>,
}

/// What is signed verifies, however it is cut, with the signatures of the second implementation. A
/// message in which something is changed is refused and nothing behind it accepted; without the
/// key nothing is.
pub fn verify_events(data: &[u8]) {
    let Ok(events) = Events::arbitrary(&mut Unstructured::new(data)) else {
        return;
    };
    let mut payloads = events.payloads;
    payloads.retain(|payload| !payload.is_empty());
    payloads.truncate(8);
    let seed = Signature::parse(&"0".repeat(64)).unwrap();
    let mut sending = signer("transcribe").event_signer(seed).unwrap();
    let time = |index: usize| {
        let seconds = i64::from(events.step) * i64::try_from(index).unwrap();
        Timestamp::from_unix(at().unix() + seconds).unwrap()
    };
    let (mut stream, mut begins) = (Vec::new(), Vec::new());
    for (index, payload) in payloads.iter().enumerate() {
        begins.push(stream.len());
        sending.sign(payload, time(index), &mut stream).unwrap();
    }
    begins.push(stream.len());
    sending.finish(time(payloads.len()), &mut stream).unwrap();
    payloads.push(Vec::new());

    let now = time(payloads.len());
    let whole = verified(&stream, usize::from(events.size) + 1, SECRET, now);
    assert!(whole.0 == payloads && whole.1);
    let signatures = whole.2;
    let mut previous = seed.to_string();
    for (index, payload) in payloads.iter().enumerate() {
        let at = time(index);
        let who = Who {
            access_key_id: ACCESS_KEY_ID.into(),
            secret: SECRET.into(),
            token: None,
            region: "us-east-1".into(),
            service: "transcribe".into(),
            time: at.to_string(),
        };
        previous = event_signature(&who, at.unix() * 1_000, &previous, payload);
        assert_eq!(signatures[index], previous);
    }

    // A message with another payload, in a frame that is right.
    let (which, byte, by) = events.change;
    let which = usize::from(which) % payloads.len();
    let end = begins.get(which + 1).copied().unwrap_or(stream.len());
    let mut reader = MessageReader::new();
    let message = reader.read(&stream[begins[which]..end]).unwrap().message;
    let message = message.unwrap();
    let mut payload = message.payload().to_vec();
    let headers: Vec<_> = message.headers().collect();
    match payload.len() {
        0 => payload.push(by),
        length => payload[usize::from(byte) % length] ^= by | 1,
    }
    let mut changed = stream[..begins[which]].to_vec();
    Message::write(&headers, &payload, &mut changed).unwrap();
    changed.extend_from_slice(&stream[end..]);
    let (accepted, ended, _) = verified(&changed, 1_000, SECRET, now);
    assert!(accepted == payloads[..which] && !ended);

    // A byte of the stream.
    let (place, by) = events.garble;
    let place = usize::from(place) % stream.len();
    stream[place] ^= by | 1;
    let which = begins.iter().rposition(|begin| *begin <= place).unwrap();
    let (accepted, ended, _) = verified(&stream, 1_000, SECRET, now);
    assert!(accepted == payloads[..which] && !ended);

    let strange = verified(&events.strange, 7, "another secret", now);
    assert!(strange.0.is_empty() && !strange.1);
}

/// What is accepted of a stream, whether it came to its end, and the signatures.
fn verified(
    stream: &[u8],
    size: usize,
    secret: &str,
    now: Timestamp,
) -> (Vec<Vec<u8>>, bool, Vec<String>) {
    let epoch = Timestamp::EPOCH;
    let scope = Scope::new(&epoch, "us-east-1", "transcribe").unwrap();
    let seed = Signature::parse(&"0".repeat(64)).unwrap();
    let mut verifier = EventVerifier::new(&scope, seed, Duration::from_secs(1_000_000));
    let mut reader = MessageReader::new();
    let (mut accepted, mut signatures) = (Vec::new(), Vec::new());
    for mut piece in stream.chunks(size) {
        while !piece.is_empty() {
            let Ok(read) = reader.read(piece) else {
                return (accepted, false, signatures);
            };
            piece = &piece[read.consumed..];
            let Some(message) = read.message else {
                continue;
            };
            let Ok(at) = verifier.date(&message) else {
                assert!(
                    verifier
                        .verify(&message, &key(secret, &scope), now)
                        .is_err()
                );
                return (accepted, false, signatures);
            };
            let key = key(secret, &verifier.scope(&at));
            match verifier.verify(&message, &key, now) {
                Ok(payload) => accepted.push(payload.to_vec()),
                Err(error) => {
                    assert_eq!(verifier.finish(), Err(error));
                    return (accepted, false, signatures);
                }
            }
            if let Some(HeaderValue::Bytes(bytes)) = message.header(":chunk-signature") {
                signatures.push(hex::encode(bytes));
            }
        }
    }
    let ended = verifier.finish().is_ok() && reader.finish().is_ok();
    (accepted, ended, signatures)
}

fn key(secret: &str, scope: &Scope<'_>) -> SigningKey {
    SigningKey::derive(secret, scope)
}
