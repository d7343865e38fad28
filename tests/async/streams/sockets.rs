//! Whole uploads, over sockets, to a service behind the layer.

use super::policy;
use crate::bodies::{Scripted, Step};
use crate::callers::{block_on, serve};
use crate::served::{OneKey, Request};
use crate::support::example::credentials;
use axum::Router;
use axum::routing::put;
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use reqwest::redirect;
use reqwest_middleware::ClientBuilder;
use sigv4::axum::Caller;
use sigv4::stream::ChecksumAlgorithm;
use sigv4::tower::{Body, BoxError, Chunks, SignError, SignLayer, VerifyLayer};
use tower::{Layer, ServiceExt};

/// Says how its body is proven, and what it was; an extractor reads it.
fn store() -> Router {
    async fn answer(caller: Caller<&'static str>, headers: HeaderMap, body: Bytes) -> String {
        let streaming = caller.streaming();
        let length = headers["content-length"].to_str().unwrap();
        let sum = crc32fast::hash(&body);
        format!(
            "{} {streaming:?} {length} {} {sum:08x}",
            caller.principal(),
            body.len()
        )
    }
    let layer = VerifyLayer::new(&policy(), OneKey, tokio::time::sleep);
    Router::new().route("/{*key}", put(answer)).layer(layer)
}

fn real(chunks: Chunks) -> SignLayer<sigv4::Credentials> {
    SignLayer::new(credentials(), "us-east-1", "s3").chunked(chunks)
}

fn big() -> (Bytes, String) {
    let data: Vec<u8> = (0..1_000_000_u32)
        .map(|index| (index % 251).to_le_bytes()[0])
        .collect();
    let sum = format!("1000000 1000000 {:08x}", crc32fast::hash(&data));
    (data.into(), sum)
}

#[test]
fn over_sockets_by_hyper() {
    block_on(async {
        let url = serve(store()).await;
        let (data, sum) = big();
        for http2 in [false, true] {
            let client: Client<_, Body> = Client::builder(TokioExecutor::new())
                .http2_only(http2)
                .build_http();
            for (chunks, wanted) in [
                (Chunks::signed(), "Some(Signed)"),
                (
                    Chunks::unsigned_over_tls(ChecksumAlgorithm::Crc64Nvme),
                    "Some(SignedTrailer)",
                ),
            ] {
                let client = real(chunks).layer(client.clone());
                let request =
                    Request::put(format!("{url}/a")).body(Full::<Bytes>::new(data.clone()));
                let response = client.oneshot(request.unwrap()).await.unwrap();
                let body = response.into_body().collect().await.unwrap().to_bytes();
                assert_eq!(body, format!("alice {wanted} {sum}"), "HTTP/2: {http2}");
            }
        }
    });
}

#[test]
fn over_sockets_by_reqwest() {
    block_on(async {
        let url = serve(store()).await;
        let (data, sum) = big();
        let one = reqwest::Client::builder().redirect(redirect::Policy::none());
        let two = reqwest::Client::builder().http2_prior_knowledge();
        for client in [one, two] {
            let client = ClientBuilder::new(client.build().unwrap());
            let client = client.with(real(Chunks::signed())).build();
            for body in [
                data.clone().into(),
                reqwest::Body::wrap(Full::<Bytes>::new(data.clone())),
            ] {
                let request = client.put(format!("{url}/a b")).body(body);
                let response = request.send().await.unwrap();
                assert_eq!(
                    response.text().await.unwrap(),
                    format!("alice Some(Signed) {sum}")
                );
            }
            let unknown = reqwest::Body::wrap(Scripted::new([Step::Data(b"hello")]));
            let error = client
                .put(format!("{url}/a"))
                .body(unknown)
                .send()
                .await
                .unwrap_err();
            let reqwest_middleware::Error::Middleware(error) = error else {
                panic!("{error}");
            };
            let error: SignError = error.downcast().unwrap();
            assert!(matches!(error, SignError::LengthUnknown), "{error:?}");
        }
    });
}

/// A byte behind the first `place` is another.
fn flipped(body: Body, place: usize) -> impl http_body::Body<Data = Bytes, Error = BoxError> {
    let mut seen = 0;
    body.map_frame(move |frame| {
        frame.map_data(|data| {
            let before = seen;
            seen += data.len();
            if !(before..seen).contains(&place) {
                return data;
            }
            let mut data = data.to_vec();
            data[place - before] ^= 1;
            data.into()
        })
    })
}

/// The rest of the body is taken, so that its sender gets to read the answer.
#[test]
fn over_sockets_what_breaks() {
    block_on(async {
        let url = serve(store()).await;
        let (data, _) = big();
        for http2 in [false, true] {
            let client: Client<_, UnsyncBoxBody<Bytes, BoxError>> =
                Client::builder(TokioExecutor::new())
                    .http2_only(http2)
                    .build_http();
            // Somebody on the way changes a byte near the end.
            let between = tower::service_fn(move |request: Request<Body>| {
                client.request(request.map(|body| flipped(body, 900_000).boxed_unsync()))
            });
            let client = real(Chunks::signed()).layer(between);
            let request = Request::put(format!("{url}/a")).body(Full::<Bytes>::new(data.clone()));
            let response = client.oneshot(request.unwrap()).await.unwrap();
            assert_eq!(response.status(), 403, "HTTP/2: {http2}");
            let body = response.into_body().collect().await.unwrap().to_bytes();
            let body = String::from_utf8(body.to_vec()).unwrap();
            assert!(
                body.contains("<Code>SignatureDoesNotMatch</Code>"),
                "{body}"
            );
        }
    });
}
