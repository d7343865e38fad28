//! The requests that are measured.

#![allow(dead_code, reason = "each bench uses a part of it")]

use sigv4::{Credentials, Header, Payload, Request, Signer, Timestamp};
use std::time::Duration;

pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

pub const GET: Request<'_> = Request {
    method: "GET",
    target: "/prod/items?limit=10",
    headers: &[("host", b"a1b2c3d4e5.execute-api.us-east-1.amazonaws.com")],
    payload: Payload::EMPTY,
};

pub const POST: Request<'_> = Request {
    method: "POST",
    target: "/prod/items",
    headers: &[
        ("host", b"a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"),
        ("content-type", b"application/json"),
        ("content-length", b"1024"),
        ("accept", b"application/json"),
        ("x-amz-target", b"Items.Put"),
        ("x-amz-meta-origin", b"bench"),
    ],
    payload: Payload::Bytes(&[b'x'; 1024]),
};

/// To be presigned, for as long as `EXPIRES`.
pub const OBJECT: Request<'_> = Request {
    method: "GET",
    target: "/photos/2015/08/30/test.jpg",
    headers: &[("host", b"examplebucket.s3.amazonaws.com")],
    payload: Payload::EMPTY,
};

pub const EXPIRES: Duration = Duration::from_secs(3600);

pub fn at() -> Timestamp {
    Timestamp::parse("20150830T123600Z").expect("a time")
}

pub fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", SECRET)
}

pub fn with_token() -> Credentials {
    credentials().with_session_token("T".repeat(900))
}

pub fn signer(credentials: Credentials, service: &str) -> Signer {
    Signer::new(credentials, "us-east-1", service)
}

/// The request as it arrives, with the headers that its signature adds.
pub fn signed<T>(
    signer: &Signer,
    request: &Request<'_>,
    then: impl FnOnce(&Request<'_>) -> T,
) -> T {
    let signed = signer.sign(request, at()).expect("signed");
    let added = signed
        .headers()
        .map(|(name, value)| (name, value.as_bytes()));
    let headers: Vec<Header<'_>> = request.headers.iter().copied().chain(added).collect();
    then(&Request {
        headers: &headers,
        ..*request
    })
}

/// The request as it arrives by a presigned URL.
pub fn presigned<T>(
    signer: &Signer,
    request: &Request<'_>,
    then: impl FnOnce(&Request<'_>) -> T,
) -> T {
    let url = signer.presign(request, EXPIRES, at()).expect("a URL");
    then(&Request {
        target: url.target(),
        ..*request
    })
}

/// `GET` with so many more headers, in the reverse of the order in which they are signed.
pub fn with_headers<T>(count: usize, then: impl FnOnce(&Request<'_>) -> T) -> T {
    let names = (0..count).rev().map(|n| format!("x-header-{n:03}"));
    let names: Vec<String> = names.collect();
    let added = names
        .iter()
        .map(|name| (name.as_str(), &b"a value of 20 bytes "[..]));
    let headers: Vec<Header<'_>> = GET.headers.iter().copied().chain(added).collect();
    then(&Request {
        headers: &headers,
        ..GET
    })
}

/// A target with so many pairs, in the reverse of their canonical order.
pub fn with_pairs(count: usize) -> String {
    target_of((0..count).rev().map(|n| format!("key{n:04}=value")))
}

pub fn target_of(pairs: impl Iterator<Item = String>) -> String {
    let pairs: Vec<String> = pairs.collect();
    format!("/prod/items?{}", pairs.join("&"))
}

/// Targets of 50 KB with 980 pairs, as long as a strict policy takes: one that an honest
/// client might send, and what would make sorting expensive.
pub fn long_targets() -> [(&'static str, String); 4] {
    let target = |pair: &dyn Fn(usize) -> String| target_of((0..980).map(pair));
    let shuffled = |n: usize| n * 7 % 980;
    [
        (
            "honest pairs",
            target(&|n| format!("key{:04}={}", shuffled(n), "v".repeat(43))),
        ),
        ("equal keys, late difference", {
            target(&|n| format!("k={}{:04}", "v".repeat(45), shuffled(n)))
        }),
        (
            "all escaped",
            target(&|n| {
                format!(
                    "%6B{}=%C3%{:02X}",
                    "%C3%A4".repeat(6),
                    0x80 + shuffled(n) % 64
                )
            }),
        ),
        // In the middle, where a sort looks for what to compare the others with.
        (
            "one long value",
            target(&|n| match n {
                488 => format!("k={}", "m".repeat(45_000)),
                _ => format!("k={}", shuffled(n)),
            }),
        ),
    ]
}
