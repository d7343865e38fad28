//! Bodies in pieces that take their time, and those that nobody waits for.

use super::refused::{framed, two_chunks};
use super::{Seen, policy, read, through, to_s3, upload};
use crate::bodies::{Scripted, Step};
use crate::served::{Request, Response, run, under};
use http_body_util::BodyExt;
use sigv4::tower::{Body, BoxError, Refused};
use sigv4::{RefusalReason, Streaming};
use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::sleep;
use tower::{Layer, ServiceExt};

fn wait(seconds: u64) -> Step {
    Step::Wait(Duration::from_secs(seconds))
}

fn script(encoded: &[u8], size: usize, seconds: u64) -> Scripted {
    let frames = encoded.chunks(size).map(|data| data.to_vec().into());
    Scripted::new(frames.flat_map(|data| [wait(seconds), Step::Bytes(data)]))
}

fn reason(response: &Response) -> RefusalReason {
    let refused = response.extensions().get::<Refused>();
    refused.expect("a refusal").refusal().reason()
}

/// The deadline is of each 8 KiB: 60 seconds here.
#[test]
fn a_slow_body_may_take_its_time_for_each_piece() {
    for payload in [Streaming::Signed, Streaming::UnsignedTrailer] {
        let (data, head, encoded) = two_chunks(payload);
        for (size, seconds, fits) in [
            (8_200, 59, true),
            (8_200, 61, false),
            (100, 0, true),
            (4_100, 29, true),
            // However it is cut up.
            (100, 1, false),
            (1, 20, false),
        ] {
            let (request, _) = upload(&head, script(&encoded, size, seconds));
            let (response, seen) = through(&to_s3(), request);
            let what = format!("{payload:?}: {size} bytes in {seconds} s");
            assert_eq!(seen.calls, 1, "{what}");
            if fits {
                assert_eq!(response.status(), 200, "{what}");
                assert_eq!(seen.data, data);
            } else {
                assert_eq!(reason(&response), RefusalReason::BodyTooSlow, "{what}");
                assert_eq!(response.status(), 400);
                assert!(response.body().contains("<Code>RequestTimeout</Code>"));
                assert!(seen.data.len() < data.len() && data.starts_with(&seen.data));
                let refused = Refused::find(&**seen.error.as_ref().unwrap()).unwrap();
                assert_eq!(refused.refusal().reason(), RefusalReason::BodyTooSlow);
            }
        }
    }
}

/// A body without an end ends all the same.
#[test]
fn nobody_is_waited_for_ever() {
    let (_, head, encoded) = two_chunks(Streaming::Signed);
    let steps = [Step::Bytes(encoded.into()), wait(1_000_000)];
    let (request, _) = upload(&head, Scripted::new(steps));
    let (response, seen) = through(&to_s3(), request);
    assert_eq!(reason(&response), RefusalReason::BodyTooSlow);
    // It may have been all of it, and nobody knows.
    assert!((seen.data.len() as u64) < head.decoded_length);
}

/// Its time is not the sender's.
#[test]
fn a_handler_may_be_slow() {
    let (data, head, encoded) = two_chunks(Streaming::UnsignedTrailer);
    // What comes meanwhile is there; what comes afterwards has time of its own.
    let (request, _) = upload(&head, script(&encoded, 1_000, 1));
    let handler = tower::service_fn(|request: Request<Body>| async {
        let (mut body, mut length) = (request.into_body(), 0);
        while let Some(frame) = body.frame().await {
            length += frame?.into_data().map_or(0, |data| data.len());
            sleep(Duration::from_secs(600)).await;
        }
        Ok::<_, BoxError>(Response::new(length.to_string()))
    });
    let response = run(under(&policy()).layer(handler).oneshot(request)).unwrap();
    assert_eq!(*response.body(), data.len().to_string());
}

#[test]
fn a_request_that_is_given_up_is_read_no_further() {
    let (_, head, encoded) = two_chunks(Streaming::Signed);
    let body = script(&encoded, 4_000, 10);
    let taken = Arc::clone(&body.taken);
    let (request, _) = upload(&head, body);
    let seen = Arc::new(Mutex::new(Seen::default()));
    let kept = Arc::clone(&seen);
    let handler = tower::service_fn(move |request: Request<Body>| {
        let seen = Arc::clone(&kept);
        async move { Ok::<_, Infallible>(read(request, seen).await) }
    });
    run(async {
        let call = to_s3().layer(handler).oneshot(request);
        let given_up = tokio::time::timeout(Duration::from_secs(15), call).await;
        assert!(given_up.is_err());
        sleep(Duration::from_secs(60)).await;
    });
    let seen = seen.lock().unwrap();
    assert_eq!((taken.load(Ordering::SeqCst), seen.calls), (4_000, 1));
    assert!(seen.data.is_empty() && seen.error.is_none());
}

/// A handler that has answered already, or does not want the body, keeps its answer.
#[test]
fn a_handler_need_not_read() {
    let (_, head, mut encoded) = two_chunks(Streaming::Signed);
    encoded[100] ^= 1;
    let body = framed(&encoded, 1_000);
    let taken = Arc::clone(&body.taken);
    let (request, _) = upload(&head, body);
    let handler = tower::service_fn(|_: Request<Body>| async {
        Ok::<_, Infallible>(Response::new("no room".into()))
    });
    let response = run(to_s3().layer(handler).oneshot(request)).unwrap();
    assert_eq!(
        (&**response.body(), taken.load(Ordering::SeqCst)),
        ("no room", 0)
    );
}

/// What is still to come of a body that broke is taken, for a second, so that its sender gets to read
/// the answer.
#[test]
fn the_rest_of_a_body_that_broke_is_taken() {
    let (_, head, mut encoded) = two_chunks(Streaming::Signed);
    encoded[100] ^= 1;
    let length = encoded.len();
    let ever = || [Step::Bytes(vec![0; length].into()), wait(59)];
    let endless = std::iter::repeat_with(ever).flatten().take(1_000);
    for (steps, limit, seconds, wanted) in [
        (vec![], 10_000, 0, length),
        (endless.collect(), 1 << 30, 1, 2 * length),
    ] {
        let whole: Vec<_> = encoded.chunks(1_000).map(<[u8]>::to_vec).collect();
        let frames = whole.into_iter().map(|data| Step::Bytes(data.into()));
        let body = Scripted::new(frames.chain(steps));
        let taken = Arc::clone(&body.taken);
        let (request, _) = upload(&head, body);
        let layer = to_s3().body_limit(limit);
        let handler = tower::service_fn(|request: Request<Body>| async {
            let read = request.into_body().collect().await;
            read.map(|_| Response::new("stored".into()))
        });
        let (response, took) = run(async {
            let began = tokio::time::Instant::now();
            let response = layer.layer(handler).oneshot(request).await.unwrap();
            (response, began.elapsed().as_secs())
        });
        assert_eq!(response.status(), 403);
        assert_eq!((taken.load(Ordering::SeqCst), took), (wanted, seconds));
    }
}
