//! Presigned URLs of an `http::Request`.
#![cfg(feature = "http")]

use crate::http::signer;
use crate::support::example::{TIME, at};
use http::Request;
use sigv4::{Credentials, Error, Payload, Signer};
use std::time::Duration;

/// Signing parts and signing a request are one.
#[test]
fn presigned_as_its_parts_are() {
    let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "s3");
    let at = sigv4::Timestamp::parse(TIME).unwrap();
    let request = Request::put("https://user@example.com:443/a//b?x=1&y=a+b")
        .header("content-type", "text/plain")
        .header("x-amz-acl", "private")
        .header("range", "bytes=0-9")
        .header("via", "1.1 proxy")
        .body(())
        .unwrap();
    let (expires, payload) = (Duration::from_secs(60), Payload::Unsigned);
    let url = signer.presign_http(&request, payload, expires, at).unwrap();
    let parts = sigv4::Request {
        method: "PUT",
        target: "/a//b?x=1&y=a+b",
        headers: &[
            ("host", b"example.com"),
            ("content-type", b"text/plain"),
            ("x-amz-acl", b"private"),
        ],
        payload,
    };
    let of_parts = signer.presign(&parts, expires, at).unwrap();
    assert_eq!(url.url("https"), of_parts.url("https"));
    assert_eq!(url.signed_headers(), "content-type;host;x-amz-acl");

    let url = signer
        .presign_http_selected(&request, payload, expires, at, |name| name == "range")
        .unwrap();
    assert_eq!(url.signed_headers(), "host;range");
}

/// A WebSocket begins as a `GET`: its URL is signed as that of `https` is.
#[test]
fn urls_of_websockets() {
    let signer = signer();
    let presign = |uri: &str| {
        let request = Request::get(uri).body(()).unwrap();
        let made = signer.presign_http(&request, Payload::EMPTY, Duration::from_secs(60), at());
        made.unwrap().url("wss")
    };
    let url = presign("wss://abc123.execute-api.us-east-1.amazonaws.com:443/prod?a=b");
    let same = presign("https://abc123.execute-api.us-east-1.amazonaws.com/prod?a=b");
    assert_eq!(url, same);
    assert!(url.starts_with("wss://abc123.execute-api.us-east-1.amazonaws.com/prod?a=b&X-Amz-"));
}

#[test]
fn what_cannot_be_presigned() {
    let signer = signer();
    let presign = |request: &Request<()>, seconds| {
        let expires = Duration::from_secs(seconds);
        let made = signer.presign_http(request, Payload::EMPTY, expires, at());
        made.map(|_| ()).unwrap_err()
    };
    let no_host = Request::get("/a").body(()).unwrap();
    assert_eq!(presign(&no_host, 60), Error::MissingHost);
    let mut given = Request::get("https://example.com/a").body(()).unwrap();
    assert_eq!(
        presign(&given, 604_801),
        Error::ExpiresOutOfRange {
            seconds: 604_801,
            limit: 604_800
        }
    );
    given
        .headers_mut()
        .insert("authorization", "given".parse().unwrap());
    assert_eq!(presign(&given, 60), Error::AuthorizationAlreadySet);
}
