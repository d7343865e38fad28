//! What those who trace get to see of a body in pieces.

use super::refused::{framed, two_chunks};
use super::{through, to_s3, upload};
use crate::served::{Request, Response, run};
use crate::traces::Kept;
use http_body_util::BodyExt;
use sigv4::Streaming;
use sigv4::tower::{Body, BoxError};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use tower::{Layer, ServiceExt};

const HEAD: &str = "sigv4.verify access_key_id=AKIDEXAMPLE region=us-east-1 service=s3 \
                    outcome=\"head verified\"";
const WHY: &str = "chunk 0: the signature does not match";

/// Two chunks, the first of which is another where that is asked for; and the request's signature.
fn request(is_changed: bool) -> (Request<crate::bodies::Scripted>, String) {
    let (_, head, mut encoded) = two_chunks(Streaming::Signed);
    if is_changed {
        encoded[100] ^= 1;
    }
    let (request, _) = upload(&head, framed(&encoded, 1_000));
    let authorization = request.headers()["authorization"].to_str().unwrap();
    let (_, signature) = authorization.rsplit_once('=').unwrap();
    let signature = signature.to_owned();
    (request, signature)
}

fn refused() -> [String; 3] {
    [
        format!("{HEAD} outcome=\"refused\" reason={WHY}"),
        "DEBUG message=head verified".to_owned(),
        format!("INFO message=refused: {WHY}"),
    ]
}

#[test]
fn a_body_that_is_whole_and_one_that_broke() {
    let kept = Kept::default();
    let (whole, signature) = request(false);
    let (response, _) = kept.during(|| through(&to_s3(), whole));
    assert_eq!(response.status(), 200);
    let lines = [HEAD, "DEBUG message=head verified"];
    assert_eq!(kept.lines(&signature), lines);

    let (changed, signature) = request(true);
    let (response, _) = kept.during(|| through(&to_s3(), changed));
    assert_eq!(response.status(), 403);
    assert_eq!(kept.lines(&signature), refused());
}

/// It is told even where the answer cannot tell.
#[test]
fn a_body_that_broke_when_its_handler_had_answered() {
    let kept = Kept::default();
    let (changed, signature) = request(true);
    let left = Arc::new(Mutex::new(None));
    let taken = Arc::clone(&left);
    let handler = tower::service_fn(move |request: Request<Body>| {
        *taken.lock().unwrap() = Some(request.into_body());
        std::future::ready(Ok::<_, Infallible>(Response::new("later".into())))
    });
    let read = kept.during(|| {
        run(async {
            let response = to_s3().layer(handler).oneshot(changed).await.unwrap();
            assert_eq!(response.status(), 200);
            let body = left.lock().unwrap().take().unwrap();
            body.collect().await.map(|_| ())
        })
    });
    let error: BoxError = read.unwrap_err();
    assert_eq!(error.to_string(), WHY);
    assert_eq!(kept.lines(&signature), refused());
}
