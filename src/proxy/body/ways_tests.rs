//! Bodies that are streamed: unsigned, believed, in chunks, and those that came in chunks.

use super::body_fault::BodyFault;
use super::scripted_body::*;
use crate::proxy::cause::Cause;
use crate::proxy::settings::Body as Rule;
use crate::request::Payload;
use crate::request::profile::Profile;
use crate::signature::hash::sha256;
use bytes::Bytes;
use http::HeaderMap;
use http_body::Body as _;
use http_body_util::BodyExt as _;
use std::prelude::rust_2024::*;

const DATA: &[u8] = b"some data that is long enough to be cut";
const OTHER: &str = "00000000000000000000000000000000000000000000000000000000000000ff";

fn hash_of(data: &[u8]) -> String {
    hex::encode(sha256(data))
}

#[test]
fn unsigned_streams() {
    let setting = Setting::new(Rule::Unsigned);
    for (announced, said) in [(true, Some("39")), (false, None)] {
        // A stale word of the caller's goes.
        let mut head = upload(&[("x-amz-content-sha256", OTHER)]);
        let body = Scripted::new(DATA, 10, announced);
        let (payload, data, _) = run(forward(&setting, &mut head, body)).unwrap();
        assert!(matches!(payload, Payload::Unsigned));
        assert_eq!(data, DATA);
        let length = head.headers.get("content-length");
        assert_eq!(length.map(|value| value.to_str().unwrap()), said);
        assert_eq!(
            head.headers.contains_key("transfer-encoding"),
            said.is_none()
        );
        assert_eq!(head.headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
    }
    // Not one piece is waited for: what has come can be read before the rest has.
    let body = Scripted::new(DATA, 100, false).then(Step::Waits);
    run(async {
        let prepared = setting.prepare(&mut upload(&[]), body).await.unwrap();
        let mut body = unsigned_body(prepared);
        assert_eq!(
            body.frame().await.unwrap().unwrap().into_data().unwrap(),
            DATA
        );
        let error = body.frame().await.unwrap().unwrap_err();
        let fault = BodyFault::behind(&*error).unwrap();
        assert_eq!(fault.cause(), Cause::SlowCaller);
    });
}

/// A service that signs no payloads gets none signed, whatever the route says.
#[test]
fn what_has_to_be_unsigned() {
    for rule in [Rule::Hashed, Rule::Believed, Rule::Chunked] {
        let mut setting = Setting::new(rule);
        setting.profile = Profile::VPC_LATTICE;
        let body = Scripted::new(DATA, 10, true);
        let prepared = run(setting.prepare(&mut upload(&[]), body)).unwrap();
        assert!(matches!(prepared.payload, Payload::Unsigned));
    }
}

#[test]
fn what_is_believed_has_to_be_so() {
    let setting = Setting::new(Rule::Believed);
    let right = hash_of(DATA);
    for announced in [true, false] {
        for value in [right.clone(), right.to_uppercase()] {
            let mut head = upload(&[("x-amz-content-sha256", &value)]);
            let body = Scripted::new(DATA, 10, announced);
            let (payload, data, _) = run(forward(&setting, &mut head, body)).unwrap();
            assert_eq!(sha256_of(payload), sha256(DATA));
            assert_eq!(data, DATA);
            assert_eq!(head.headers["x-amz-content-sha256"], *right);
        }
        // The last piece never leaves.
        let mut head = upload(&[("x-amz-content-sha256", OTHER)]);
        let body = Scripted::new(DATA, 10, announced);
        run(async {
            let prepared = setting.prepare(&mut head, body).await.unwrap();
            let mut body = unsigned_body(prepared);
            let pieces = if announced { 3 } else { 4 };
            for _ in 0..pieces {
                body.frame().await.unwrap().unwrap();
            }
            let error = body.frame().await.unwrap().unwrap_err();
            let fault = BodyFault::behind(&*error).unwrap();
            assert!(matches!(fault, BodyFault::HashDiffers), "{fault}");
            assert!(!body.is_end_stream());
        });
    }
    // Nothing said, or nothing that the service takes: hashed.
    for headers in [&[][..], &[("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]] {
        let mut setting = Setting::new(Rule::Believed);
        setting.profile = Profile::DEFAULT;
        let body = Scripted::new(DATA, 10, false);
        let mut head = upload(headers);
        let prepared = run(setting.prepare(&mut head, body)).unwrap();
        assert_eq!(sha256_of(prepared.payload), sha256(DATA));
        assert!(!head.headers.contains_key("x-amz-content-sha256"));
    }
    let body = Scripted::new(DATA, 10, true);
    let mut head = upload(&[("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]);
    let prepared = run(setting.prepare(&mut head, body)).unwrap();
    assert!(matches!(prepared.payload, Payload::Unsigned));
}

/// The caller's own proof is not thrown away.
#[test]
fn a_wrong_hash_is_refused() {
    for rule in [Rule::Hashed, Rule::Chunked] {
        let setting = Setting::new(rule);
        let mut head = upload(&[("x-amz-content-sha256", OTHER)]);
        let body = Scripted::new(DATA, 10, true);
        let fault = run(forward(&setting, &mut head, body)).err().unwrap();
        assert!(matches!(fault, BodyFault::HashDiffers), "{fault}");
        assert_eq!(fault.cause(), Cause::Body);
    }
    let setting = Setting::new(Rule::Hashed);
    let twice = [("x-amz-content-sha256", OTHER); 2];
    for (headers, says) in [
        (&twice[..], "there twice"),
        (&[("x-amz-content-sha256", "")], "neither"),
        (&[("x-amz-content-sha256", "STREAMING-ELSE")], "neither"),
        (&[("x-amz-content-sha256", &OTHER[1..])], "neither"),
        (
            &[("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-EVENTS")],
            "one by one",
        ),
        (
            &[("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")],
            "the body is said to be aws-chunked",
        ),
    ] {
        let body = Scripted {
            untouched: true,
            ..Scripted::default()
        };
        let fault = run(setting.prepare(&mut upload(headers), body))
            .err()
            .unwrap();
        assert!(fault.to_string().contains(says), "{fault}");
    }
}

#[test]
fn trailers_that_were_announced_are_streamed() {
    let mut setting = Setting::new(Rule::Unsigned);
    setting.is_http2 = true;
    let mut trailers = HeaderMap::new();
    trailers.insert("x-a", "1".parse().unwrap());
    let mut head = upload(&[("trailer", "x-a")]);
    let body = Scripted::new(DATA, 10, true).then(Step::Trailers(trailers.clone()));
    let (_, data, got) = run(forward(&setting, &mut head, body)).unwrap();
    assert_eq!((data, got), (Bytes::from(DATA), Some(trailers)));
    assert_eq!(head.headers["trailer"], "x-a");
    assert_eq!(head.headers["transfer-encoding"], "chunked");
    // Over HTTP/1.1 none can come behind a length, which S3 insists on.
    setting.is_http2 = false;
    let mut head = upload(&[("trailer", "x-a")]);
    let body = Scripted::new(DATA, 10, true);
    let (_, data, got) = run(forward(&setting, &mut head, body)).unwrap();
    assert_eq!((data, got), (Bytes::from(DATA), None));
    assert_eq!(head.headers["content-length"], *DATA.len().to_string());
    for name in ["trailer", "transfer-encoding"] {
        assert!(!head.headers.contains_key(name), "{name}");
    }
}
