//! The credentials, the moment and the scope of AWS's own examples.

use sigv4::{Credentials, Header, Payload, Request, Signer, Timestamp};
use std::time::Duration;

pub const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub const TIME: &str = "20150830T123600Z";
pub const HOST: Header<'static> = ("host", b"example.com");
pub const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub fn at() -> Timestamp {
    Timestamp::parse(TIME).unwrap()
}

pub fn hour() -> Duration {
    Duration::from_secs(3_600)
}

pub fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY_ID, SECRET)
}

pub fn signer(service: &str) -> Signer {
    Signer::new(credentials(), "us-east-1", service)
}

pub fn get<'a>(target: &'a str, headers: &'a [Header<'a>]) -> Request<'a> {
    Request {
        method: "GET",
        target,
        headers,
        payload: Payload::EMPTY,
    }
}

/// As its caller has it, before it is signed.
pub const UNSIGNED: Request<'static> = Request {
    method: "GET",
    target: "/items?a=1",
    headers: &[HOST],
    payload: Payload::EMPTY,
};
