//! Signature Version 4A, where the gateway is told to take it.
#![cfg(feature = "v4a")]

use crate::harness::{Answer, Call, NOW, SECRET, gateway, send};
use sigv4::gateway::Running;
use sigv4::{Credentials, Payload, Profile, Request, Signer, Timestamp};
use std::time::Duration;

const HOST: &str = crate::harness::HOST;

/// Signed for a region set, and changed before it is sent.
fn call(
    gateway: &Running,
    (region_set, secret): (&str, &str),
    change: impl Fn(String) -> String,
) -> Answer {
    let signer = Signer::new(
        Credentials::new("AKIDALICE", secret),
        region_set,
        "execute-api",
    )
    .with_profile(Profile::DEFAULT.with_sigv4a());
    let request = Request {
        method: "GET",
        target: "/prod/items",
        headers: &[("host", HOST.as_bytes())],
        payload: Payload::EMPTY,
    };
    let signed = signer
        .sign(&request, Timestamp::parse(NOW).unwrap())
        .unwrap();
    let mut text = format!("GET {} HTTP/1.1\r\nhost: {HOST}\r\n", signed.target());
    for (name, value) in signed.headers() {
        text += &format!("{name}: {value}\r\n");
    }
    send(gateway.address(), &change(text + "\r\n"))
}

fn assert_refused(answer: &Answer, error_type: &str, words: &str) {
    assert_eq!(answer.status, 403);
    assert_eq!(answer.header("x-amzn-errortype"), Some(error_type));
    assert!(answer.body.contains(words), "{}", answer.body);
}

#[test]
fn it_is_taken_where_it_is_told() {
    let told = gateway().with_sigv4a().start().unwrap();
    for region_set in ["us-east-1", "*", "us-*", "eu-west-1,us-east-1"] {
        let answer = call(&told, (region_set, SECRET), |text| text);
        assert_eq!(answer.status, 200, "{region_set}");
    }
    // Version 4 is taken all the same.
    assert_eq!(Call::get("/prod/items").send(&told).status, 200);
    let incomplete = "IncompleteSignatureException";
    let invalid = "InvalidSignatureException";
    let answer = call(&told, ("us-west-1,eu-*", SECRET), |text| text);
    assert_refused(&answer, invalid, "scoped to a valid region");
    let answer = call(&told, ("*", "another"), |text| text);
    // Both strings are shown, as those of Version 4 are.
    assert_refused(&answer, invalid, "AWS4-ECDSA-P256-SHA256");
    for (error_type, words, before, after) in [
        (
            incomplete,
            "'X-Amz-Region-Set'",
            "x-amz-region-set: *\r\n",
            "",
        ),
        (
            invalid,
            "'x-amz-region-set' must be a 'SignedHeader'",
            ";x-amz-region-set",
            "",
        ),
        (
            incomplete,
            "exactly 4",
            "/execute-api/",
            "/us-east-1/execute-api/",
        ),
        (
            invalid,
            "scoped to a valid region",
            "region-set: *",
            "region-set: us-*-1",
        ),
        (invalid, "does not match", "Signature=30", "Signature=31"),
    ] {
        let answer = call(&told, ("*", SECRET), |text| text.replacen(before, after, 1));
        assert_refused(&answer, error_type, words);
    }
}

#[test]
fn it_is_refused_otherwise() {
    let gateway = gateway().start().unwrap();
    let answer = call(&gateway, ("*", SECRET), |text| text);
    let words = "Unsupported AWS 'algorithm'";
    assert_refused(&answer, "IncompleteSignatureException", words);
}

#[test]
fn a_presigned_url_is_taken() {
    let told = gateway().with_sigv4a().start().unwrap();
    let signer = Signer::new(Credentials::new("AKIDALICE", SECRET), "us-*", "execute-api")
        .with_profile(Profile::DEFAULT.with_sigv4a());
    let request = Request {
        method: "GET",
        target: "/prod/items",
        headers: &[("host", HOST.as_bytes())],
        payload: Payload::EMPTY,
    };
    let at = Timestamp::parse(NOW).unwrap();
    let url = signer
        .presign(&request, Duration::from_secs(60), at)
        .unwrap();
    let text = |target: &str| format!("GET {target} HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
    assert_eq!(send(told.address(), &text(url.target())).status, 200);
    let elsewhere = url.target().replace("us-%2A", "%2A");
    assert_eq!(send(told.address(), &text(&elsewhere)).status, 403);
}
