//! Callers who do not read, before an upstream of HTTP/2: they share a connection with everybody else, and
//! keep nobody waiting.

use crate::h2_upstream::{h2_upstream, over_h2};
use crate::harness::{address, settings};
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sigv4::proxy::Proxy;
use std::time::Duration;
use tokio::time::timeout;

/// What each answer is long: more than a connection of HTTP/2 has room for on the way.
const LONG: u64 = 64 << 20;
/// Of the answers that are read.
const SHORT: u64 = 1 << 20;

#[tokio::test]
async fn who_does_not_read_keeps_nobody_waiting() {
    let port = h2_upstream(|target| if target == "/long" { LONG } else { SHORT }).await;
    let mut route = over_h2(port);
    // Only what is mended here ends the waiting in time.
    route.times.idle = Duration::from_secs(3_600);
    let mut settings = settings([route]);
    // One more than those who do not read: each of them may be so slow.
    settings.limits.upstream_connections = 9;
    let proxy = Proxy::new(settings).start().unwrap();
    let get = |target: &str| {
        let request = Request::get(format!("http://{}{target}", address(&proxy)));
        request.body(Empty::<Bytes>::new()).unwrap()
    };
    // Nothing of their answers leaves the proxy.
    let stalling = Client::builder(TokioExecutor::new())
        .http2_only(true)
        .http2_initial_stream_window_size(0)
        .build_http();
    let mut stalled = Vec::new();
    for _ in 0..8 {
        stalled.push(stalling.request(get("/long")).await.unwrap());
    }
    let reading = Client::builder(TokioExecutor::new()).build_http();
    for number in 0..40 {
        let read = async {
            let answer = reading.request(get("/short")).await.unwrap();
            answer.into_body().collect().await.unwrap().to_bytes().len()
        };
        let read = timeout(Duration::from_secs(20), read).await;
        let length = read.unwrap_or_else(|_| panic!("answer {number} does not come"));
        assert_eq!(length as u64, SHORT);
    }
    drop(stalled);
}
