//! Bodies over sockets: at the limit, slow, cut off, given up. What is left over is seen from outside of the layer.

use crate::bodies::{Scripted, Step};
use crate::callers::{in_time, serve};
use crate::served::under;
use crate::support::example::{at, signer};
use crate::wire::{FRAMINGS, announced, answer, by_http2, head, sent, text};
use axum::body::Body;
use axum::extract::{Request as Arrived, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response as Answer;
use axum::routing::post;
use axum::{Extension, Router};
use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use sigv4::axum::Caller;
use sigv4::{Payload, Policy};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

/// What is sent at once is read at once: nothing is left unread on a connection that ends.
const LIMIT: usize = 1000;

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3_600);

#[derive(Clone, Default)]
struct Seen {
    /// Calls of the handler.
    calls: Arc<AtomicUsize>,
    /// Requests in front of the layer that are neither answered nor given up.
    inside: Arc<AtomicUsize>,
    /// Bytes of bodies that the layer has taken.
    taken: Arc<AtomicUsize>,
}

impl Seen {
    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    async fn until(count: &AtomicUsize, wanted: usize) {
        while count.load(Ordering::SeqCst) != wanted {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

async fn watched(State(seen): State<Seen>, request: Arrived, next: Next) -> Answer {
    struct Inside(Arc<AtomicUsize>);
    impl Drop for Inside {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }
    seen.inside.fetch_add(1, Ordering::SeqCst);
    let _inside = Inside(seen.inside);
    let request = request.map(|body| {
        Body::new(body.inspect_frame(move |frame| {
            let length = frame.data_ref().map_or(0, Bytes::len);
            seen.taken.fetch_add(length, Ordering::SeqCst);
        }))
    });
    next.run(request).await
}

/// axum behind the layer.
async fn listening(service: &str, deadline: Duration) -> (String, Seen) {
    async fn answer(
        Extension(seen): Extension<Seen>,
        caller: Caller<&'static str>,
        body: String,
    ) -> String {
        seen.calls.fetch_add(1, Ordering::SeqCst);
        format!("{} {}", caller.principal(), body.len())
    }
    let seen = Seen::default();
    let layer = under(&Policy::new(&["us-east-1"], service));
    let app = Router::new()
        .route("/items", post(answer))
        .layer(Extension(seen.clone()))
        .layer(layer.body_limit(LIMIT).deadline(deadline))
        .layer(from_fn_with_state(seen.clone(), watched));
    let url = serve(app).await;
    (url.strip_prefix("http://").unwrap().to_owned(), seen)
}

/// Signed for one body, sent with another.
fn request<B>(address: &str, service: &str, signed: Payload<'_>, sent: B) -> Request<B> {
    let mut request = Request::post(format!("http://{address}/items"))
        .body(sent)
        .unwrap();
    let signer = signer(service);
    signer.sign_http(&mut request, signed, at()).unwrap();
    request
}

/// Half of it is never sent.
const BODY: Payload<'_> = Payload::Bytes(&[b'x'; LIMIT]);

/// One who sends all that is signed gets an answer.
async fn next_caller(address: &str, service: &str) {
    let (framing, body) = announced(b"next");
    let head = head(
        &request(address, service, Payload::Bytes(b"next"), ()),
        &framing,
    );
    let answer = answer(sent(address, &head, &body).await).await;
    assert_eq!(answer, (200, "alice 4".to_owned()));
}

fn refused(status: u16, message: &str) -> (u16, String) {
    (status, format!(r#"{{"message":"{message}"}}"#))
}

#[test]
fn up_to_the_limit_and_not_a_byte_more() {
    in_time(async {
        let (address, seen) = listening("execute-api", LONG).await;
        let long = vec![b'x'; LIMIT + 1];
        let fits = &long[..LIMIT];
        for framing in FRAMINGS {
            for (body, wanted) in [
                (fits, (200, format!("alice {LIMIT}"))),
                (&long, refused(413, "Request Too Long")),
            ] {
                let before = seen.calls();
                let (line, encoded) = framing(body);
                let head = head(
                    &request(&address, "execute-api", Payload::Bytes(body), ()),
                    &line,
                );
                let answer = answer(sent(&address, &head, &encoded).await).await;
                assert_eq!(answer, wanted, "{line}");
                assert_eq!(
                    seen.calls() - before,
                    usize::from(answer.0 == 200),
                    "{line}"
                );
            }
        }
        // In HTTP/2, with `content-length` and without, on one connection.
        let mut client = by_http2(&address).await;
        for announces in [true, false] {
            for (body, wanted) in [
                (fits, (200, format!("alice {LIMIT}"))),
                (&long, refused(413, "Request Too Long")),
                (fits, (200, format!("alice {LIMIT}"))),
            ] {
                let before = seen.calls();
                let mut sent = Scripted::new([Step::Bytes(body.to_vec().into())]);
                if announces {
                    sent = sent.announcing(body.len() as u64);
                }
                let request = request(&address, "execute-api", Payload::Bytes(body), sent);
                let answer = text(client.send_request(request).await.unwrap()).await;
                assert_eq!(answer, wanted, "announced: {announces}");
                assert_eq!(seen.calls() - before, usize::from(answer.0 == 200));
            }
        }
        Seen::until(&seen.inside, 0).await;
    });
}

/// However long it takes to come to that, nothing else can: the sender waits for the answer.
#[test]
fn a_sender_that_stops_is_answered_at_the_deadline() {
    in_time(async {
        let (address, seen) = listening("execute-api", Duration::from_millis(50)).await;
        for framing in FRAMINGS {
            let (line, encoded) = framing(&[b'x'; LIMIT]);
            let head = head(&request(&address, "execute-api", BODY, ()), &line);
            let answer = answer(sent(&address, &head, &encoded[..500]).await).await;
            assert_eq!(answer, refused(408, "Request Timeout"), "{line}");
        }
        let mut client = by_http2(&address).await;
        let steps = [Step::Bytes(vec![b'x'; 500].into()), Step::Wait(LONG)];
        let request = request(&address, "execute-api", BODY, Scripted::new(steps));
        let answer = text(client.send_request(request).await.unwrap()).await;
        assert_eq!(answer, refused(408, "Request Timeout"));
        assert_eq!(seen.calls(), 0);
        next_caller(&address, "execute-api").await;
        Seen::until(&seen.inside, 0).await;
    });
}

/// What is wrong whatever the body is.
#[test]
fn a_sender_that_stops_is_told_what_is_wrong_with_its_head() {
    in_time(async {
        let (address, seen) = listening("execute-api", Duration::from_millis(50)).await;
        for framing in FRAMINGS {
            let (line, encoded) = framing(&[b'x'; LIMIT]);
            let mut request = request(&address, "execute-api", BODY, ());
            request.headers_mut().remove("authorization");
            let stream = sent(&address, &head(&request, &line), &encoded[..500]).await;
            let answer = answer(stream).await;
            assert_eq!(
                answer,
                refused(403, "Missing Authentication Token"),
                "{line}"
            );
        }
        assert_eq!(seen.calls(), 0);
        next_caller(&address, "execute-api").await;
        Seen::until(&seen.inside, 0).await;
    });
}

/// Slow, and within the time: each piece is sent when the one before has arrived.
#[test]
fn a_slow_sender_is_waited_for() {
    in_time(async {
        let (address, seen) = listening("execute-api", LONG).await;
        let body = [b'x'; LIMIT];
        for framing in FRAMINGS {
            let taken = seen.taken.load(Ordering::SeqCst);
            let (line, encoded) = framing(&body);
            let head = head(&request(&address, "execute-api", BODY, ()), &line);
            let mut stream = sent(&address, &head, &encoded[..500]).await;
            let arrived = match line.starts_with("Content") {
                true => 500,
                // Without the lines of two chunks, "12c".
                false => 500 - 2 * 5 - 2,
            };
            Seen::until(&seen.taken, taken + arrived).await;
            stream.write_all(&encoded[500..]).await.unwrap();
            assert_eq!(
                answer(stream).await,
                (200, format!("alice {LIMIT}")),
                "{line}"
            );
        }
        assert_eq!(seen.calls(), 2);
    });
}

#[test]
fn a_sender_that_hangs_up_leaves_nothing_behind() {
    in_time(async {
        // Of what S3 takes unsigned, nothing but the end that is missing says that it is not all.
        for (service, payload) in [
            ("execute-api", BODY),
            ("s3", BODY),
            ("s3", Payload::Unsigned),
        ] {
            let (address, seen) = listening(service, LONG).await;
            for framing in FRAMINGS {
                let taken = seen.taken.load(Ordering::SeqCst);
                let (line, encoded) = framing(&[b'x'; LIMIT]);
                let head = head(&request(&address, service, payload, ()), &line);
                // Of chunks: all of the first, up to its end of line.
                let (length, arrived) = match line.starts_with("Content") {
                    true => (300, 300),
                    false => (307, 300),
                };
                let stream = sent(&address, &head, &encoded[..length]).await;
                Seen::until(&seen.taken, taken + arrived).await;
                assert_eq!(seen.inside.load(Ordering::SeqCst), 1);
                drop(stream);
                Seen::until(&seen.inside, 0).await;
                assert_eq!(seen.calls(), 0, "{service}: {line}");
            }
            next_caller(&address, service).await;
        }
    });
}

/// The stream is reset (RST_STREAM), and the connection goes on.
#[test]
fn a_request_that_is_cancelled_in_http2_leaves_nothing_behind() {
    in_time(async {
        for (service, payload) in [("execute-api", BODY), ("s3", Payload::Unsigned)] {
            let (address, seen) = listening(service, LONG).await;
            let mut client = by_http2(&address).await;
            let sent = |end| {
                let first = Step::Bytes(vec![b'x'; 300].into());
                request(&address, service, payload, Scripted::new([first, end]))
            };
            // Nobody waits for the answer any more.
            let call = tokio::spawn(client.send_request(sent(Step::Wait(LONG))));
            Seen::until(&seen.taken, 300).await;
            assert_eq!(seen.inside.load(Ordering::SeqCst), 1);
            call.abort();
            Seen::until(&seen.inside, 0).await;
            // The body itself broke.
            assert!(client.send_request(sent(Step::Fail)).await.is_err());
            Seen::until(&seen.inside, 0).await;
            assert_eq!(seen.calls(), 0, "{service}");
            // The next one on the same connection.
            let next = Scripted::new([Step::Data(b"next")]);
            let next = request(&address, service, Payload::Bytes(b"next"), next);
            let answer = text(client.send_request(next).await.unwrap()).await;
            assert_eq!(answer, (200, "alice 4".to_owned()));
        }
    });
}
