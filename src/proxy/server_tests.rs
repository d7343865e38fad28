//! How connections end on which nothing is asked.

use super::*;
use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http2;
use hyper_util::rt::TokioExecutor;
use std::format;
use std::future::Future;
use std::vec;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::Instant;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

fn served(listen: &Listen) -> Served {
    served_beside(listen, Slots::new(1).unwrap())
}

fn served_beside(listen: &Listen, slots: Slots) -> Served {
    let settings = Settings::new(listen.clone(), Vec::new());
    let metrics = Metrics::new(Slots::new(1).unwrap());
    let drain = Drain::new();
    let observed = Arc::new(Observed::new(metrics, drain.is_over(), None));
    let state = State::new(settings, listen, &observed.metrics, None).unwrap();
    Served::new(observed, drain, slots, state)
}

/// The caller's end of a connection, and the task that serves the other.
fn connected() -> (DuplexStream, impl Future<Output = ()>) {
    connected_to(served(&Listen::Unix("/nowhere".into())))
}

fn connected_to(served: Served) -> (DuplexStream, impl Future<Output = ()>) {
    let served = Arc::new(served);
    let (caller, here) = duplex(1 << 16);
    let guard = served.drain.guard();
    let served = async move {
        // What tells it to end stays until it has.
        let kept = Arc::clone(&served);
        served.serve(here, Peer::Unix(None), guard).await;
        drop(kept);
    };
    (caller, served)
}

/// A tunnel's exchange, which has what is observed, does not keep the server that the tunnel ends with.
#[tokio::test(start_paused = true)]
async fn a_tunnel_ends_with_its_server() {
    let served = served(&Listen::Unix("/nowhere".into()));
    let (guard, observed) = (served.drain.guard(), Arc::clone(&served.observed));
    drop(served);
    let tunnel = guard.until_cut(tokio::time::sleep(Duration::from_secs(60)));
    assert_eq!(tunnel.await, None);
    drop(observed);
}

/// Who says nothing is let go of, however far it got.
#[tokio::test(start_paused = true)]
async fn silent_callers_go() {
    for said in [&b""[..], b"GET", PREFACE, &[PREFACE, SETTINGS].concat()] {
        let (mut caller, serving) = connected();
        let began = Instant::now();
        let serving = tokio::spawn(serving);
        caller.write_all(said).await.unwrap();
        caller.read_to_end(&mut Vec::new()).await.unwrap();
        serving.await.unwrap();
        assert!(began.elapsed() <= Duration::from_secs(60), "{said:?}");
    }
}

/// Who answers pings, and asks nothing more, is let go of when `keep_alive` is over: by a GOAWAY.
#[tokio::test(start_paused = true)]
async fn callers_who_only_live_go() {
    let (caller, serving) = connected();
    let serving = tokio::spawn(serving);
    let (mut requests, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(caller))
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let mut began = Instant::now();
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_secs(50)).await;
        let request = Request::get("http://here/").body(Full::<Bytes>::default());
        let answer = requests.send_request(request.unwrap()).await.unwrap();
        assert_eq!(answer.status(), 404);
        drop(answer);
        began = Instant::now();
    }
    connection.await.unwrap().unwrap();
    serving.await.unwrap();
    assert_eq!(began.elapsed().as_secs(), 60);
}

/// More headers than `limits.headers` are refused as over HTTP/1, where it is the guard who counts.
#[tokio::test(start_paused = true)]
async fn headers_are_counted_in_either_version() {
    let (caller, serving) = connected();
    tokio::spawn(serving);
    let (mut requests, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(caller))
        .await
        .unwrap();
    tokio::spawn(connection);
    for (count, status) in [(100, 404), (101, 431)] {
        let request = (0..count).fold(Request::get("http://here/"), |request, number| {
            request.header(format!("x-{number}"), "1")
        });
        let request = request.body(Full::<Bytes>::default()).unwrap();
        let answer = requests.send_request(request).await.unwrap();
        assert_eq!(answer.status(), status, "{count}");
    }
}

/// What a caller may send that nobody reads: less where there are many of them.
#[tokio::test(start_paused = true)]
async fn bodies_that_are_not_read_have_so_much_room() {
    for (taken, streams, window) in [(1, 100, 4 * 65_535), (3, 100, 4 * 65_535), (4, 8, 65_535)] {
        let here = Listen::Unix("/nowhere".into());
        let served = served_beside(&here, Slots::with_taken(24, taken));
        let (mut caller, serving) = connected_to(served);
        tokio::spawn(serving);
        caller
            .write_all(&[PREFACE, SETTINGS].concat())
            .await
            .unwrap();
        let (mut said, mut whole, mut pings) = (Vec::new(), 65_535, 2);
        let ping = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        // What is said of windows at the beginning is said before the second one is answered.
        caller.write_all(&ping).await.unwrap();
        while pings > 0 {
            let mut head = [0; 9];
            caller.read_exact(&mut head).await.unwrap();
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; length as usize];
            caller.read_exact(&mut payload).await.unwrap();
            match (head[3], head[4]) {
                (4, 0) => said = payload,
                (8, _) => whole += u32::from_be_bytes(payload.try_into().unwrap()),
                (6, 1) => {
                    pings -= 1;
                    caller.write_all(&ping).await.unwrap();
                }
                _ => {}
            }
        }
        let said = |id: u8| {
            let mut settings = said.chunks(6);
            let value = settings.find(|setting| setting[..2] == [0, id]).unwrap();
            u32::from_be_bytes(value[2..].try_into().unwrap())
        };
        // MAX_CONCURRENT_STREAMS and INITIAL_WINDOW_SIZE (RFC 9113, 6.5.2).
        assert_eq!(
            (said(3), said(4), whole),
            (streams, 65_535, window),
            "{taken}"
        );
    }
}
