//! How connections end on which nothing is asked.

use super::*;
use crate::proxy::listen::listener::Slots;
use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http2;
use std::format;
use std::future::Future;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::Instant;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

fn served(listen: &Listen) -> Served {
    let settings = Settings::new(listen.clone(), Vec::new());
    let metrics = Metrics::new(Slots::new(1).unwrap());
    let observed = Arc::new(Observed::new(metrics));
    let state = State::new(settings, listen, &observed.metrics, None).unwrap();
    Served::new(observed, state)
}

/// The caller's end of a connection, and the task that serves the other.
fn connected() -> (DuplexStream, impl Future<Output = ()>) {
    let served = Arc::new(served(&Listen::Unix("/nowhere".into())));
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
