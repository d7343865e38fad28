//! Bodies that are refused before they are read: their senders get to read the answer.

use crate::bodies::{Scripted, Step, reason, signed};
use crate::callers::{in_time, serve};
use crate::served::{OneKey, Request, behind, layer, run, under};
use crate::wire::{FRAMINGS, announced, answer, head, sent};
use axum::Router;
use axum::body::Body;
use axum::routing::post;
use bytes::Bytes;
use sigv4::tower::{Refused, VerifyLayer};
use sigv4::{Payload, Policy};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tower::ServiceExt;
use tower::limit::GlobalConcurrencyLimitLayer;

const MIB: usize = 1 << 20;

/// A server that has all the time there is: what is taken is bounded by its length alone.
async fn server(limit: usize) -> String {
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let layer = VerifyLayer::new(&policy, OneKey, |_| std::future::pending())
        .clock(crate::support::example::at)
        .body_limit(limit);
    let app = Router::new().route("/prod/items", post(|| async { "handled" }));
    serve(app.layer(layer)).await
}

fn address(url: &str) -> &str {
    url.strip_prefix("http://").unwrap()
}

/// A connection that is closed on unread bytes is reset, and the answer is lost with it.
#[test]
fn a_body_that_is_too_long() {
    in_time(async {
        let url = server(MIB).await;
        let request = signed("execute-api", Payload::Bytes(b"another body"), ());
        let too_long = (413, r#"{"message":"Request Too Long"}"#.to_owned());
        for length in [MIB + 1, 2 * MIB, 11 * MIB] {
            for framing in FRAMINGS {
                let (line, body) = framing(&vec![b'a'; length]);
                let stream = sent(address(&url), &head(&request, &line), &body).await;
                assert_eq!(answer(stream).await, too_long, "{line}: {length}");
            }
        }
    });
}

#[test]
fn a_body_of_nobody() {
    in_time(async {
        let url = server(10 * MIB).await;
        let request = Request::post("/prod/items").header("host", "example.com");
        let request = request.body(()).unwrap();
        for length in [2 * MIB, 11 * MIB] {
            let (line, body) = announced(&vec![b'a'; length]);
            let stream = sent(address(&url), &head(&request, &line), &body).await;
            assert_eq!(answer(stream).await.0, 403, "{length}");
        }
    });
}

/// Behind a layer that limits how many there are, the bodies of others wait outside.
#[test]
fn bodies_of_those_who_wait_are_not_read() {
    let send = |wait| {
        let body = Scripted::new([Step::Data(b"12"), wait, Step::Data(b"34")]);
        let taken = Arc::clone(&body.taken);
        (signed("execute-api", Payload::Bytes(b"1234"), body), taken)
    };
    let app = Router::new().route("/prod/items", post(|| async { "handled" }));
    let app = app
        .layer(layer())
        .layer(GlobalConcurrencyLimitLayer::new(1));
    run(async {
        let (request, first) = send(Step::Wait(Duration::from_secs(9)));
        let sent = tokio::spawn(app.clone().oneshot(request.map(Body::new)));
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (request, second) = send(Step::Trailers);
        let waits = tokio::spawn(app.oneshot(request.map(Body::new)));
        tokio::time::sleep(Duration::from_secs(1)).await;
        let taken = || (first.load(Ordering::SeqCst), second.load(Ordering::SeqCst));
        assert_eq!(taken(), (2, 0));
        for answer in [sent, waits] {
            assert_eq!(answer.await.unwrap().unwrap().status(), 200);
        }
        assert_eq!(taken(), (4, 4));
    });
}

/// Of an announced length beyond the limit nothing is kept, and nothing read where its sender waits
/// to be asked for it, or the rest would be too long to take.
#[test]
fn too_long_a_body_is_not_read() {
    const BEYOND: u64 = 16 << 20;
    let layers = [layer(), layer().or_anonymous()];
    for (length, expects, taken_of_it) in [
        (9, false, 8),
        (9, true, 0),
        (8 + BEYOND, false, 8),
        (9 + BEYOND, false, 0),
    ] {
        for (layer, is_signed) in layers.iter().zip([true, false]) {
            let body = Scripted::new([Step::Data(b"12345678")]).announcing(length);
            let taken = Arc::clone(&body.taken);
            let mut request = signed("execute-api", Payload::Bytes(b"123456789"), body);
            if !is_signed {
                request.headers_mut().clear();
            }
            if expects {
                expect(&mut request);
            }
            let (service, _) = behind(&layer.clone().body_limit(8));
            let response = run(service.oneshot(request)).unwrap();
            assert_eq!(response.status(), 413);
            assert_eq!(taken.load(Ordering::SeqCst), taken_of_it, "{length}");
        }
    }
}

/// One that does not say how long it is is read up to the limit, and then no further than others.
#[test]
fn how_much_is_taken_of_a_body_without_a_length() {
    let most = Bytes::from(vec![b'a'; 16 << 20]);
    let body = Scripted::new([
        Step::Data(b"123456789"),
        Step::Bytes(most.clone()),
        Step::Data(b"1"),
        Step::Data(b"2"),
    ]);
    let taken = Arc::clone(&body.taken);
    let request = signed("execute-api", Payload::Bytes(b"1"), body);
    let (service, _) = behind(&layer().body_limit(8));
    assert_eq!(run(service.oneshot(request)).unwrap().status(), 413);
    assert_eq!(taken.load(Ordering::SeqCst), 9 + most.len() + 1);
}

fn expect<B>(request: &mut Request<B>) {
    let value = http::HeaderValue::from_static("100-continue");
    request.headers_mut().insert("expect", value);
}

/// The signature of a request that states its hash is looked at before its body. That is taken
/// all the same, so that the answer arrives, unless it is announced (RFC 9110, 10.1.1).
#[test]
fn what_is_wrong_in_any_case_is_told_before_the_body() {
    for (expects, taken_of_it) in [(false, 4), (true, 0)] {
        let body = Scripted::new([Step::Data(b"1234")]);
        let taken = Arc::clone(&body.taken);
        let mut request = signed("s3", Payload::Bytes(b"1234"), body);
        *request.method_mut() = http::Method::PUT;
        if expects {
            expect(&mut request);
        }
        let policy = Policy::new(&["us-east-1"], "s3");
        let (service, handler) = behind(&under(&policy));
        let response = run(service.oneshot(request)).unwrap();
        assert_eq!(response.status(), 403);
        assert_eq!(reason(&response), sigv4::Error::SignatureMismatch.into());
        assert!(
            response
                .body()
                .contains("<Code>SignatureDoesNotMatch</Code>")
        );
        assert!(response.body().contains("<SignatureProvided>"));
        // What is answered is for the caller, what is logged is not.
        assert_eq!(
            format!("{:?}", response.extensions().get::<Refused>().unwrap()),
            "Refused { refusal: Refusal { reason: Error(SignatureMismatch), status: 403, code: \
             \"SignatureDoesNotMatch\", .. }, access_key_id: Some(\"AKIDEXAMPLE\"), source: None }"
        );
        assert_eq!(taken.load(Ordering::SeqCst), taken_of_it);
        assert_eq!(handler.calls(), 0);
    }
}

/// A refused body that does not end is left alone after a second, or at the deadline.
#[test]
fn nobody_is_read_for_ever() {
    for (deadline, waited) in [(60_000, 1_000), (500, 500)] {
        let wait = || Step::Wait(Duration::from_millis(400));
        let body = Scripted::new([wait(), wait(), wait()]);
        let mut request = signed("execute-api", Payload::EMPTY, body);
        request.headers_mut().remove("authorization");
        let (service, _) = behind(&layer().deadline(Duration::from_millis(deadline)));
        run(async {
            let began = tokio::time::Instant::now();
            let response = service.oneshot(request).await.unwrap();
            assert_eq!(reason(&response), sigv4::Error::NotSigned.into());
            assert_eq!(began.elapsed().as_millis(), waited);
        });
    }
}
