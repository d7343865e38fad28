//! What a layer adds to a call of a service that does nothing, so many times: for
//! `benches/instructions`, which counts the instructions.
//!
//! ```text
//! layered BENCH COUNT
//! layered --list
//! ```

#[path = "counted/mod.rs"]
mod counted;

use bytes::Bytes;
use counted::Bench;
use http::{Method, Request, Response};
use sigv4::tower::{Body, KnownKey, SignLayer, VerifyLayer};
use sigv4::{Credentials, Payload, Policy, Signer, Timestamp};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::{Pending, Ready, pending, ready};
use std::hint::black_box;
use std::pin::pin;
use std::process::ExitCode;
use std::task::{Context, Poll, Waker};
use tower_layer::Layer;
use tower_service::Service;

const BENCHES: [Bench; 6] = [
    ("call, GET", |count| call(count, Nothing, &unsigned(), 200)),
    ("SignLayer, GET", |count| {
        let credentials = Credentials::new("AKIDEXAMPLE", "not-a-real-secret");
        let layer = SignLayer::new(credentials, "us-east-1", "execute-api").clock(at);
        call(count, layer.layer(Nothing), &unsigned(), 200);
    }),
    ("call, signed GET", |count| {
        call(count, Nothing, &signed("not-a-real-secret", b""), 200);
    }),
    ("VerifyLayer, GET", |count| {
        verified(count, &signed("not-a-real-secret", b""), 200);
    }),
    ("VerifyLayer, POST of 16 KiB", |count| {
        verified(count, &signed("not-a-real-secret", &LONG), 200);
    }),
    ("VerifyLayer, wrong POST of 16 KiB", |count| {
        verified(count, &signed("another secret", &LONG), 403);
    }),
];

const LONG: [u8; 16 << 10] = [7; 16 << 10];

fn main() -> ExitCode {
    counted::run("layered", &BENCHES)
}

fn verified(count: usize, request: &Request<Bytes>, status: u16) {
    let key = KnownKey::new("not-a-real-secret", ());
    let keys = BTreeMap::from([("AKIDEXAMPLE".to_owned(), key)]);
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let timer = |_| -> Pending<()> { pending() };
    let layer = VerifyLayer::new(&policy, keys, timer).clock(at);
    call(count, layer.layer(Nothing), request, status);
}

fn at() -> Timestamp {
    Timestamp::parse("20150830T123600Z").expect("a time")
}

fn unsigned() -> Request<Bytes> {
    let uri = "https://abc123.execute-api.us-east-1.amazonaws.com/prod/items?limit=10";
    Request::get(uri).body(Bytes::new()).expect("a request")
}

/// As a server reads it.
fn signed(secret: &str, body: &'static [u8]) -> Request<Bytes> {
    let mut request = unsigned().map(|_| Bytes::from_static(body));
    if !body.is_empty() {
        *request.method_mut() = Method::POST;
    }
    let credentials = Credentials::new("AKIDEXAMPLE", secret);
    let signer = Signer::new(credentials, "us-east-1", "execute-api");
    let signed = signer.sign_http(&mut request, Payload::Bytes(body), at());
    signed.expect("signed");
    *request.uri_mut() = http::Uri::from_static("/prod/items?limit=10");
    request
}

/// All that is waited for is there.
fn call<S>(count: usize, mut service: S, request: &Request<Bytes>, status: u16)
where
    S: Service<Request<Body>, Response = Response<String>>,
{
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..count {
        let request = black_box(request).clone().map(Body::new);
        let called = pin!(service.call(request));
        match called.poll(&mut context) {
            Poll::Ready(Ok(answer)) => assert_eq!(black_box(answer).status(), status),
            _ => panic!("it has to answer at once"),
        }
    }
}

#[derive(Clone)]
struct Nothing;

impl Service<Request<Body>> for Nothing {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        black_box(request);
        ready(Ok(Response::new(String::new())))
    }
}
