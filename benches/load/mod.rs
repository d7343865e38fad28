//! A gateway, and signed requests to it, each as it goes over the wire.

#![allow(dead_code, reason = "each bench uses a part of it")]

use sigv4::gateway::{Api, Gateway, Limits, Principals};
use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
use std::time::Duration;

const HOST: &str = "load.execute-api.us-east-1.amazonaws.com";

pub fn gateway() -> Gateway {
    let principals = Principals::from_json(
        r#"{ "principals": [{
            "arn": "arn:aws:iam::123456789012:user/load",
            "keys": [{ "access_key_id": "AKIDLOAD", "secret_access_key": "load" }],
            "policies": [{ "Statement": {
                "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*" }}]
        }]}"#,
    )
    .expect("principals");
    let api = Api::new("us-east-1", "123456789012", "load", "prod").expect("an API");
    let mut limits = Limits::default();
    limits.connection = Duration::from_secs(3600);
    Gateway::new(api, principals)
        .with_clock(at)
        .with_limits(limits)
}

pub fn get() -> Vec<u8> {
    signed("GET", "/prod/items?limit=10", &[])
}

/// Of a body that comes back in the answer.
pub fn post(length: usize) -> Vec<u8> {
    signed("POST", "/prod/echo/load", &vec![b'x'; length])
}

/// The answer to either, whole: it is JSON, and ends as nothing before its end does.
pub fn is_whole(answer: &[u8]) -> bool {
    answer.ends_with(b"]}") || answer.ends_with(b"\"}")
}

fn signed(method: &str, target: &str, body: &[u8]) -> Vec<u8> {
    let request = Request {
        method,
        target,
        headers: &[("host", HOST.as_bytes())],
        payload: Payload::Bytes(body),
    };
    let signer = Signer::new(
        Credentials::new("AKIDLOAD", "load"),
        "us-east-1",
        "execute-api",
    );
    let signed = signer.sign(&request, at()).expect("a signature");
    let mut text = format!("{method} {} HTTP/1.1\r\nhost: {HOST}\r\n", signed.target());
    for (name, value) in signed.headers() {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    let mut bytes = (text + "\r\n").into_bytes();
    bytes.extend(body);
    bytes
}

fn at() -> Timestamp {
    Timestamp::parse("20150830T123600Z").expect("a time")
}
