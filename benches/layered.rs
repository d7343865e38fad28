//! What a layer adds to a call of a service that does nothing, so many times: for
//! `benches/instructions`, which counts the instructions.
//!
//! ```text
//! layered BENCH COUNT
//! layered --list
//! ```

#[path = "counted/mod.rs"]
mod counted;

use counted::Bench;
use http::{Request, Response};
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

const BENCHES: [Bench; 4] = [
    ("call, GET", |count| call(count, Nothing, &unsigned())),
    ("SignLayer, GET", |count| {
        let layer = SignLayer::new(credentials(), "us-east-1", "execute-api").clock(at);
        call(count, layer.layer(Nothing), &unsigned());
    }),
    ("call, signed GET", |count| call(count, Nothing, &signed())),
    ("VerifyLayer, GET", verified),
];

fn main() -> ExitCode {
    counted::run("layered", &BENCHES)
}

fn verified(count: usize) {
    let key = KnownKey::new("not-a-real-secret", ());
    let keys = BTreeMap::from([("AKIDEXAMPLE".to_owned(), key)]);
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let timer = |_| -> Pending<()> { pending() };
    let layer = VerifyLayer::new(&policy, keys, timer).clock(at);
    call(count, layer.layer(Nothing), &signed());
}

fn at() -> Timestamp {
    Timestamp::parse("20150830T123600Z").expect("a time")
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "not-a-real-secret")
}

fn unsigned() -> Request<()> {
    let uri = "https://abc123.execute-api.us-east-1.amazonaws.com/prod/items?limit=10";
    Request::get(uri).body(()).expect("a request")
}

/// As a server reads it.
fn signed() -> Request<()> {
    let mut request = unsigned();
    let signer = Signer::new(credentials(), "us-east-1", "execute-api");
    let signed = signer.sign_http(&mut request, Payload::EMPTY, at());
    signed.expect("signed");
    *request.uri_mut() = http::Uri::from_static("/prod/items?limit=10");
    request
}

/// All that is waited for is there.
fn call<S>(count: usize, mut service: S, request: &Request<()>)
where
    S: Service<Request<Body>, Response = Response<String>>,
{
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..count {
        let request = black_box(request).clone().map(|()| Body::new(Vec::new()));
        let called = pin!(service.call(request));
        match called.poll(&mut context) {
            Poll::Ready(Ok(answer)) => assert!(black_box(answer).status().is_success()),
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
