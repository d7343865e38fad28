//! Answers of an upstream of HTTP/2, to callers of either version.

use crate::admin::{settled, start};
use crate::h2_upstream::{h2_upstream, over_h2};
use crate::harness::address;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

/// What is whole is not counted as broken off, however its end comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn whole_answers_are_whole() {
    let port = h2_upstream(|target| target[1..].parse().unwrap()).await;
    let proxy = start([over_h2(port)]);
    for http2 in [false, true] {
        let client = Client::builder(TokioExecutor::new())
            .http2_only(http2)
            .build_http();
        for length in [0, 1, 16_384, 100_000] {
            let request = Request::get(format!("http://{}/{length}", address(&proxy)));
            let request = request.body(Empty::<Bytes>::new()).unwrap();
            let answer = client.request(request).await.unwrap();
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(body.len(), length);
        }
    }
    let samples = settled(&proxy);
    assert_eq!(samples.sum("sigv4_proxy_requests_total"), 8.0);
    assert_eq!(samples.sum("sigv4_proxy_broken_off_total"), 0.0);
}
