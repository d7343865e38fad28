//! What waits: for a decision, for a head that is late, for the rest after a refusal.

use super::guarded::Guarded;
use super::wire::Wire;
use super::wire_fault::WireFault;
use crate::proxy::settings::Limits;
use http::{HeaderMap, HeaderValue, Uri, Version};
use std::prelude::rust_2024::*;
use std::time::Duration;
use std::{format, vec};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{Instant, timeout};

const HANDSHAKE: &[u8] =
    b"GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n";
const NEXT: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
const MOMENT: Duration = Duration::from_millis(1);

fn pair() -> (DuplexStream, Guarded<DuplexStream>) {
    let (caller, io) = duplex(1 << 20);
    (caller, Guarded::new(io, &Limits::default()))
}

async fn read(guarded: &mut Guarded<DuplexStream>) -> Vec<u8> {
    let mut bytes = vec![0; 8_192];
    let length = guarded.read(&mut bytes).await.unwrap();
    bytes.truncate(length);
    bytes
}

fn upgrade() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("upgrade", HeaderValue::from_static("other"));
    headers
}

/// Behind a request that asks for another protocol, bytes are neither judged nor passed on until it is
/// decided what they are.
#[tokio::test(start_paused = true)]
async fn what_follows_a_request_for_another_protocol_waits() {
    for tunnel in [true, false] {
        for follows in [NEXT, b"\x81\x05hello", b""] {
            let (mut caller, mut guarded) = pair();
            let wire = guarded.wire();
            caller.write_all(HANDSHAKE).await.unwrap();
            caller.write_all(follows).await.unwrap();
            assert_eq!(read(&mut guarded).await, HANDSHAKE);
            let decision = wire.decision(Version::HTTP_11, &upgrade()).unwrap();
            timeout(MOMENT, read(&mut guarded)).await.unwrap_err();
            if tunnel {
                decision.tunnel();
            } else {
                drop(decision);
            }
            caller.write_all(NEXT).await.unwrap();
            let mut got = read(&mut guarded).await;
            if let Ok(more) = timeout(MOMENT, read(&mut guarded)).await {
                got.extend(more);
            }
            let both = [follows, NEXT].concat();
            if tunnel || follows != b"\x81\x05hello" {
                assert_eq!(got, both, "{tunnel}");
            } else {
                assert_eq!(got, Wire::REFUSED);
            }
        }
    }
}

/// Only of requests that ask, in the version that has it: as hyper does.
#[test]
fn what_does_not_ask_is_not_waited_for() {
    let (_, guarded) = pair();
    let wire = guarded.wire();
    assert!(wire.decision(Version::HTTP_11, &HeaderMap::new()).is_none());
    assert!(wire.decision(Version::HTTP_10, &upgrade()).is_none());
    assert!(wire.decision(Version::HTTP_2, &upgrade()).is_none());
    assert!(wire.decision(Version::HTTP_11, &upgrade()).is_some());
}

/// Requests of HTTP/2 have a scheme, and were not refused.
#[test]
fn what_was_not_refused_is_not_taken_for_it() {
    let (_, guarded) = pair();
    let wire = guarded.wire();
    let absolute: Uri = "http://refused/".parse().unwrap();
    assert_eq!(wire.refused(Version::HTTP_2, &absolute), None);
    assert_eq!(wire.refused(Version::HTTP_11, &"/".parse().unwrap()), None);
    let fault = wire.refused(Version::HTTP_11, &absolute);
    assert_eq!(fault, Some(WireFault::AbsoluteTarget));
}

#[tokio::test(start_paused = true)]
async fn http_2_passes_as_it_is() {
    let (mut caller, mut guarded) = pair();
    caller
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r")
        .await
        .unwrap();
    timeout(MOMENT, read(&mut guarded)).await.unwrap_err();
    caller.write_all(b"\n\r\n\0\0\0\x04\n").await.unwrap();
    let got = read(&mut guarded).await;
    assert_eq!(got, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\n");
    caller.write_all(b"\n").await.unwrap();
    assert_eq!(read(&mut guarded).await, b"\n");
}

/// A byte now and then is no head; each head has its own time, and between them there is none.
#[tokio::test(start_paused = true)]
async fn a_head_has_its_time() {
    let limit = Limits::default().read;
    for (front, pause) in [(b"".as_slice(), Duration::ZERO), (NEXT, limit * 5)] {
        let (mut caller, mut guarded) = pair();
        let wire = guarded.wire();
        if !front.is_empty() {
            caller.write_all(front).await.unwrap();
            assert_eq!(read(&mut guarded).await, front);
            timeout(pause, read(&mut guarded)).await.unwrap_err();
        }
        let began = Instant::now();
        let slowly = tokio::spawn(async move {
            for byte in NEXT {
                caller.write_all(&[*byte]).await.unwrap();
                tokio::time::sleep(limit / 10).await;
            }
        });
        assert_eq!(read(&mut guarded).await, Wire::REFUSED);
        assert!((limit..limit + limit / 10).contains(&began.elapsed()));
        let uri = "http://refused/".parse().unwrap();
        let fault = wire.refused(Version::HTTP_11, &uri);
        assert_eq!(fault, Some(WireFault::SlowHead { limit }));
        slowly.abort();
    }
}

/// Who says nothing at all is not answered.
#[tokio::test(start_paused = true)]
async fn silence_ends() {
    let (_caller, mut guarded) = pair();
    let began = Instant::now();
    assert_eq!(read(&mut guarded).await, b"");
    assert_eq!(began.elapsed().as_secs(), Limits::default().read.as_secs());
}

/// In the body of a message, the guard has no clock.
#[tokio::test(start_paused = true)]
async fn a_body_may_take_its_time() {
    let (mut caller, mut guarded) = pair();
    let head = b"PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n";
    caller.write_all(head).await.unwrap();
    assert_eq!(read(&mut guarded).await, head);
    timeout(Duration::from_secs(3_600), read(&mut guarded))
        .await
        .unwrap_err();
    caller.write_all(b"ab").await.unwrap();
    assert_eq!(read(&mut guarded).await, b"ab");
}

/// What comes behind a refused head is read, up to a limit and a moment, before the connection is
/// closed.
#[tokio::test(start_paused = true)]
async fn a_refused_connection_is_read_on() {
    for (behind, shuts) in [(1 << 16, true), (1 << 16, false), (1 << 19, false)] {
        let (mut caller, mut guarded) = pair();
        caller.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        caller.write_all(&vec![b'a'; behind]).await.unwrap();
        if shuts {
            caller.shutdown().await.unwrap();
        }
        assert_eq!(read(&mut guarded).await, Wire::REFUSED);
        timeout(Duration::from_secs(3_600), read(&mut guarded))
            .await
            .unwrap_err();
        let began = Instant::now();
        guarded.shutdown().await.unwrap();
        let waited = began.elapsed() >= Duration::from_secs(1);
        assert_eq!(waited, !shuts && behind == 1 << 16, "{behind} {shuts}");
    }
}

/// One line each, with the facts.
#[test]
fn faults_are_told() {
    let told = [
        (
            WireFault::HeadTooLong { limit: 9 },
            "request line and headers have more than 9 bytes",
        ),
        (
            WireFault::SlowHead {
                limit: Duration::from_millis(2_500),
            },
            "request line and headers did not arrive within 2.5 s",
        ),
        (
            WireFault::LengthAndCoding { line: 4 },
            "with line 4 there are Content-Length and Transfer-Encoding",
        ),
        (
            WireFault::TargetByte { byte: 0, at: 3 },
            "the target has the byte 0x00 at offset 3",
        ),
    ];
    for (fault, text) in told {
        assert_eq!(format!("{fault}"), text);
    }
    assert_eq!(WireFault::Version.status(), 505);
    assert_eq!(WireFault::Coding { line: 2 }.status(), 501);
    assert_eq!(WireFault::TargetTooLong { limit: 1 }.status(), 414);
    assert_eq!(WireFault::SlowHead { limit: MOMENT }.status(), 408);
    assert_eq!(WireFault::ChunkEnd.status(), 400);
}
