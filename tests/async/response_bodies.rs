//! Services whose bodies cannot be made of a text.

use crate::bodies::{Scripted, Step, signed};
use crate::callers::block_on;
use crate::served::{OneKey, Request, layer, run};
use bytes::Bytes;
use http::Response;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use sigv4::tower::{AnyBody, Body, Refused, ResponseBody, Verified, VerifyLayer};
use sigv4::{Error, Payload, Policy};
use std::convert::Infallible;
use tokio::net::TcpListener;
use tower::{Layer, Service, ServiceExt};
use tower_http::compression::CompressionLayer;
use tower_http::trace::TraceLayer;

type Boxed = BoxBody<Bytes, &'static str>;

const MISSING: &str = r#"{"message":"Missing Authentication Token"}"#;

/// In two frames, the second of which is an error where that is asked for.
async fn answer(request: Request<Body>) -> Result<Response<Boxed>, Infallible> {
    let caller = request.extensions().get::<Verified<&'static str>>();
    let last = match request.uri().path() {
        "/prod/items" => Step::Data(b" is here"),
        _ => Step::Fail,
    };
    let name = caller.map_or("nobody", |caller| caller.principal());
    let body = Scripted::new([Step::Data(name.as_bytes()), last]);
    Ok(Response::new(match request.uri().path() {
        "/announced" => BoxBody::new(body.announcing(14)),
        "/empty" => Full::default().map_err(|never| match never {}).boxed(),
        _ => BoxBody::new(body),
    }))
}

fn unsigned(path: &str) -> Request<Full<Bytes>> {
    let uri = format!("https://example.com{path}");
    Request::get(uri).body(Full::default()).unwrap()
}

fn whole<S, B>(service: S)
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>, Error = Infallible> + Clone,
    B: http_body::Body<Data = Bytes, Error = &'static str>,
{
    let call = |request| run(service.clone().oneshot(request)).unwrap();
    let response = call(signed("execute-api", Payload::EMPTY, Full::default()));
    assert_eq!(response.status(), 200);
    assert!(!response.body().is_end_stream() && response.body().size_hint().exact().is_none());
    let body = run(response.into_body().collect()).unwrap().to_bytes();
    assert_eq!(body, "alice is here");

    let response = call(unsigned("/prod/items"));
    assert_eq!(response.status(), 403);
    assert_eq!(response.headers()["content-type"], "application/json");
    let refused = response.extensions().get::<Refused>().unwrap();
    assert_eq!(refused.refusal().reason(), Error::NotSigned.into());
    let body = response.into_body();
    assert_eq!(body.size_hint().exact(), Some(MISSING.len() as u64));
    assert_eq!(run(body.collect()).unwrap().to_bytes(), MISSING);
}

#[test]
fn a_body_of_any_type() {
    whole(layer().any_body().layer(tower::service_fn(answer)));
}

#[test]
fn above_a_layer_that_changes_the_body() {
    let traced = TraceLayer::new_for_http().layer(tower::service_fn(answer));
    whole(layer().any_body().layer(traced));
}

#[test]
fn above_a_layer_that_compresses() {
    let compressed = CompressionLayer::new().layer(tower::service_fn(answer));
    let service = layer().any_body().layer(compressed);
    let request = |accepted| {
        let mut request = signed("execute-api", Payload::EMPTY, Full::default());
        let headers = request.headers_mut();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
        request
    };
    let call = |request| run(service.clone().oneshot(request)).unwrap();
    for (accepted, begins) in [("gzip", &b"\x1f\x8b"[..]), ("identity", b"alice is here")] {
        let body = call(request(accepted)).into_body();
        let body = run(body.collect()).unwrap().to_bytes();
        assert!(body.starts_with(begins), "{body:?}");
    }
    // The layer's own answer is not compressed.
    let mut refused = unsigned("/prod/items");
    refused
        .headers_mut()
        .insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    let response = call(refused);
    assert!(!response.headers().contains_key(CONTENT_ENCODING));
    let body = run(response.into_body().collect()).unwrap().to_bytes();
    assert_eq!(body, MISSING);
}

/// It is the service's own.
#[test]
fn an_error_of_the_body() {
    let service = layer().or_anonymous().any_body();
    let service = service.layer(tower::service_fn(answer));
    let response = run(service.oneshot(unsigned("/broken"))).unwrap();
    let body: ResponseBody<Boxed> = response.into_body();
    assert_eq!(format!("{body:?}"), "ResponseBody(of the service)");
    assert_eq!(run(body.collect()).unwrap_err(), "reset");
}

#[test]
fn what_a_body_says_of_itself() {
    let service = layer().or_anonymous().any_body();
    let service = service.layer(tower::service_fn(answer));
    let says = |path| {
        let response = run(service.clone().oneshot(unsigned(path))).unwrap();
        let body = response.into_body();
        (
            http_body::Body::is_end_stream(&body),
            http_body::Body::size_hint(&body).exact(),
        )
    };
    assert_eq!(says("/announced"), (false, Some(14)));
    assert_eq!(says("/empty"), (true, Some(0)));
}

/// A server of hyper, over a socket.
#[test]
fn a_service_of_hyper() {
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let layer: VerifyLayer<OneKey, AnyBody> =
        VerifyLayer::new(&policy, OneKey, tokio::time::sleep).any_body();
    let service = layer.layer(tower::service_fn(answer));
    block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (connection, _) = listener.accept().await.unwrap();
            let service = service_fn(move |request| service.clone().oneshot(request));
            let server = auto::Builder::new(TokioExecutor::new());
            let connection = TokioIo::new(connection);
            server.serve_connection(connection, service).await.unwrap();
        });
        let response = reqwest::get(url).await.unwrap();
        assert_eq!(response.status(), 403);
        assert_eq!(response.content_length(), Some(MISSING.len() as u64));
        assert_eq!(response.text().await.unwrap(), MISSING);
    });
}
