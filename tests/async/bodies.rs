//! Bodies at every limit, slow ones, those that are cut off, those that nobody waits for.

use crate::served::{Request, Response, behind, layer, run, under};
use crate::support::example::{ACCESS_KEY_ID, SECRET, at};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use sigv4::tower::Refused;
use sigv4::{Credentials, Error, Payload, Policy, RefusalReason, Signer, Streaming};
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Sleep, sleep};
use tower::ServiceExt;

/// A body that comes as it is told to, and counts what was taken of it.
pub struct Scripted {
    steps: VecDeque<Step>,
    timer: Option<Pin<Box<Sleep>>>,
    hint: SizeHint,
    pub taken: Arc<AtomicUsize>,
}

pub enum Step {
    Data(&'static [u8]),
    Bytes(Bytes),
    Trailers,
    Wait(Duration),
    Fail,
}

impl Scripted {
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            steps: steps.into_iter().collect(),
            timer: None,
            hint: SizeHint::default(),
            taken: Arc::default(),
        }
    }

    pub fn announcing(mut self, length: u64) -> Self {
        self.hint = SizeHint::with_exact(length);
        self
    }
}

impl http_body::Body for Scripted {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        loop {
            if let Some(timer) = &mut self.timer {
                let timer = timer.as_mut();
                std::task::ready!(std::future::Future::poll(timer, context));
                self.timer = None;
            }
            let Some(step) = self.steps.pop_front() else {
                return Poll::Ready(None);
            };
            return Poll::Ready(Some(match step {
                Step::Wait(time) => {
                    self.timer = Some(Box::pin(sleep(time)));
                    continue;
                }
                Step::Data(data) => {
                    self.taken.fetch_add(data.len(), Ordering::SeqCst);
                    Ok(Frame::data(Bytes::from_static(data)))
                }
                Step::Bytes(data) => {
                    self.taken.fetch_add(data.len(), Ordering::SeqCst);
                    Ok(Frame::data(data))
                }
                Step::Trailers => Ok(Frame::trailers(http::HeaderMap::new())),
                Step::Fail => Err("reset"),
            }));
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.hint
    }
}

/// Signed for one body, sent with another.
pub fn signed<B>(service: &str, signed: Payload<'_>, sent: B) -> Request<B> {
    let signer = Signer::new(
        Credentials::new(ACCESS_KEY_ID, SECRET),
        "us-east-1",
        service,
    );
    let mut request = Request::post("https://example.com/prod/items")
        .body(sent)
        .unwrap();
    signer.sign_http(&mut request, signed, at()).unwrap();
    request
}

pub fn reason(response: &Response) -> RefusalReason {
    let refused = response.extensions().get::<Refused>();
    refused.expect("a refusal").refusal().reason()
}

#[test]
fn up_to_the_limit_and_no_further() {
    const LIMIT: usize = 8;
    for (pieces, status) in [
        (&[][..], 200),
        (&["1234567"], 200),
        (&["12345678"], 200),
        (&["1234", "5678"], 200),
        (&["", "1234", "", "5678", ""], 200),
        (&["123456789"], 413),
        (&["12345678", "9"], 413),
        (&["1", "2", "3", "4", "5", "6", "7", "8", "9"], 413),
    ] {
        let whole = pieces.concat();
        let steps = pieces.iter().map(|piece| Step::Data(piece.as_bytes()));
        let body = Scripted::new(steps.chain([Step::Trailers]));
        let request = signed("execute-api", Payload::Bytes(whole.as_bytes()), body);
        let (service, handler) = behind(&layer().body_limit(LIMIT));
        let response = run(service.oneshot(request)).unwrap();
        assert_eq!(response.status(), status, "{pieces:?}");
        let seen = handler.seen.lock().unwrap();
        if status == 200 {
            assert_eq!(*seen, whole.as_bytes(), "{pieces:?}");
        } else {
            assert_eq!(reason(&response), RefusalReason::BodyTooLong);
            assert_eq!((seen.len(), handler.calls()), (0, 0));
        }
    }
}

#[test]
fn a_slow_body_is_waited_for_until_the_deadline() {
    for (seconds, status) in [(59, 200), (61, 408)] {
        let wait = Step::Wait(Duration::from_secs(seconds));
        let body = Scripted::new([Step::Data(b"12"), wait, Step::Data(b"34")]);
        let request = signed("execute-api", Payload::Bytes(b"1234"), body);
        let (service, handler) = behind(&layer());
        let response = run(service.oneshot(request)).unwrap();
        assert_eq!(response.status(), status, "{seconds}");
        assert_eq!(handler.calls(), usize::from(status == 200));
    }
}

#[test]
fn a_body_that_ends_early_or_differs() {
    for (steps, wanted) in [
        (
            vec![Step::Data(b"12"), Step::Fail],
            RefusalReason::BodyCutOff,
        ),
        (
            vec![Step::Data(b"12")],
            sigv4::Error::SignatureMismatch.into(),
        ),
    ] {
        let request = signed("execute-api", Payload::Bytes(b"1234"), Scripted::new(steps));
        let (service, handler) = behind(&layer());
        let response = run(service.oneshot(request)).unwrap();
        assert_eq!(reason(&response), wanted);
        // What broke it is for the log.
        let refused = response.extensions().get::<Refused>().unwrap();
        let source = std::error::Error::source(refused).map(ToString::to_string);
        let broke = wanted == RefusalReason::BodyCutOff;
        assert_eq!(source.as_deref(), broke.then_some("reset"));
        assert_eq!(refused.to_string().ends_with(": reset"), broke);
        assert!(refused.store_error().is_none());
        assert_eq!(handler.calls(), 0);
        assert!(handler.seen.lock().unwrap().is_empty());
    }
}

#[test]
fn a_request_that_is_given_up_reaches_nobody() {
    let wait = Step::Wait(Duration::from_secs(30));
    let body = Scripted::new([Step::Data(b"12"), wait, Step::Data(b"34")]);
    let taken = Arc::clone(&body.taken);
    let request = signed("execute-api", Payload::Bytes(b"1234"), body);
    let (service, handler) = behind(&layer());
    run(async {
        let call = service.oneshot(request);
        let given_up = tokio::time::timeout(Duration::from_secs(5), call).await;
        assert!(given_up.is_err());
        sleep(Duration::from_secs(60)).await;
    });
    assert_eq!((taken.load(Ordering::SeqCst), handler.calls()), (2, 0));
}

/// Where the service takes unsigned payloads, they reach the handler, and are not proven.
#[test]
fn an_unsigned_payload() {
    let body = Scripted::new([Step::Data(b"any")]);
    let request = signed("s3", Payload::Unsigned, body);
    let (service, handler) = behind(&under(&Policy::new(&["us-east-1"], "s3")));
    let response = run(service.oneshot(request)).unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(*handler.seen.lock().unwrap(), b"any");
}

/// Unless the policy takes them: nobody would have verified what the handler gets.
#[test]
fn bodies_in_pieces_are_refused_unless_the_policy_takes_them() {
    for streaming in [Streaming::Signed, Streaming::UnsignedTrailer] {
        let mut request = Request::put("https://example.com/a")
            .header("content-encoding", "aws-chunked")
            .header("x-amz-decoded-content-length", "4")
            .body(http_body_util::Full::<Bytes>::from(
                "4\r\nevil\r\n0\r\n\r\n",
            ))
            .unwrap();
        let signer = Signer::new(Credentials::new(ACCESS_KEY_ID, SECRET), "us-east-1", "s3");
        let payload = Payload::Streaming(streaming);
        signer.sign_http(&mut request, payload, at()).unwrap();
        let policy = Policy::new(&["us-east-1"], "s3");
        let (service, handler) = behind(&under(&policy));
        let response = run(service.oneshot(request)).unwrap();
        assert_eq!(
            reason(&response),
            RefusalReason::Error(Error::UnsupportedContentSha256),
            "{streaming:?}"
        );
        assert_eq!(handler.calls(), 0);
    }
}
