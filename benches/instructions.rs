//! One bench, so many times, and nothing else: for `benches/instructions`, which counts the
//! instructions.
//!
//! ```text
//! instructions BENCH COUNT
//! instructions --list
//! ```

#[path = "counted/mod.rs"]
mod counted;
#[path = "requests/mod.rs"]
mod requests;

use counted::Bench;
use requests::{
    EXPIRES, GET, OBJECT, POST, SECRET, at, credentials, long_targets, presigned, signed, signer,
    with_headers, with_pairs, with_token,
};
use sigv4::{
    CanonicalRequest, Claim, HttpParts, Payload, Policy, Request, Scope, Signer, SigningKey,
};
use std::hint::black_box;
use std::process::ExitCode;

const BENCHES: [Bench; 20] = [
    ("canonical request and its hash", |count| {
        let profile = *plain().profile();
        repeat(count, || {
            let canonical = CanonicalRequest::new(black_box(&GET), &profile).expect("canonical");
            black_box(canonical.hash());
        });
    }),
    ("derive a key", |count| {
        let at = at();
        let scope = Scope::new(&at, "us-east-1", "execute-api").expect("a scope");
        repeat(count, || {
            black_box(SigningKey::derive(SECRET, black_box(&scope)));
        });
    }),
    ("sign GET", |count| sign(count, &plain(), &GET)),
    ("sign GET, into a buffer", |count| {
        let (signer, at, mut buffer) = (plain(), at(), String::new());
        repeat(count, || {
            let signed = signer.sign_into(black_box(&GET), at, &mut buffer);
            black_box(&signed.expect("signed"));
        });
    }),
    ("sign GET, token of 900 bytes", |count| {
        sign(count, &signer(with_token(), "execute-api"), &GET);
    }),
    ("sign POST of 1 KiB, 6 headers", |count| {
        sign(count, &plain(), &POST)
    }),
    ("copy http GET", |count| {
        let request = http_get();
        repeat(count, || {
            black_box(black_box(&request).clone());
        });
    }),
    ("copy and sign http GET", |count| {
        let (signer, at, request) = (plain(), at(), http_get());
        repeat(count, || {
            let mut request = black_box(&request).clone();
            let signed = signer.sign_http(&mut request, Payload::EMPTY, at);
            signed.expect("signed");
            black_box(request);
        });
    }),
    ("sign 100 headers", |count| {
        with_headers(100, |request| sign(count, &plain(), request));
    }),
    ("sign 1,000 pairs", |count| {
        let target = &with_pairs(1000);
        sign(count, &plain(), &Request { target, ..GET });
    }),
    ("presign S3", |count| {
        let (signer, at) = (signer(credentials(), "s3"), at());
        repeat(count, || {
            let url = signer.presign(black_box(&OBJECT), EXPIRES, at);
            black_box(&url.expect("a URL"));
        });
    }),
    ("verify GET", |count| {
        signed(&plain(), &GET, |arrived| {
            verify(count, "execute-api", arrived)
        });
    }),
    ("verify http GET", |count| {
        let mut arrived = http_get();
        let signed = plain().sign_http(&mut arrived, Payload::EMPTY, at());
        signed.expect("signed");
        *arrived.uri_mut() = http::Uri::from_static(GET.target);
        verify_either(count, "execute-api", Arrived::Http(&arrived));
    }),
    ("verify GET, token of 900 bytes", |count| {
        let signer = signer(with_token(), "execute-api");
        signed(&signer, &GET, |arrived| {
            verify(count, "execute-api", arrived)
        });
    }),
    ("verify POST of 1 KiB, 6 headers", |count| {
        signed(&plain(), &POST, |arrived| {
            verify(count, "execute-api", arrived)
        });
    }),
    ("verify 50 KB of honest pairs", |count| {
        long_target(count, 0)
    }),
    ("verify 50 KB of equal keys", |count| long_target(count, 1)),
    ("verify 50 KB of escapes", |count| long_target(count, 2)),
    ("verify 50 KB, one long value", |count| {
        long_target(count, 3)
    }),
    ("verify a presigned URL", |count| {
        let signer = signer(credentials(), "s3");
        presigned(&signer, &OBJECT, |arrived| verify(count, "s3", arrived));
    }),
];

fn main() -> ExitCode {
    counted::run("instructions", &BENCHES)
}

/// As a client has it: the host is in the URI.
fn http_get() -> http::Request<()> {
    let host = core::str::from_utf8(GET.headers[0].1).expect("a host");
    let uri = format!("https://{host}{}", GET.target);
    http::Request::get(uri).body(()).expect("a request")
}

fn plain() -> Signer {
    signer(credentials(), "execute-api")
}

fn sign(count: usize, signer: &Signer, request: &Request<'_>) {
    let at = at();
    repeat(count, || {
        black_box(&signer.sign(black_box(request), at).expect("signed"));
    });
}

/// The claim is read and verified, each time from the request as it arrived.
fn long_target(count: usize, index: usize) {
    let targets = long_targets();
    let (_, target) = &targets[index];
    signed(&plain(), &Request { target, ..GET }, |arrived| {
        verify(count, "execute-api", arrived);
    });
}

fn verify(count: usize, service: &str, arrived: &Request<'_>) {
    verify_either(count, service, Arrived::Parts(arrived));
}

enum Arrived<'a> {
    Parts(&'a Request<'a>),
    Http(&'a http::Request<()>),
}

/// In one place, so that it is compiled alike for both.
#[inline(never)]
fn verify_either(count: usize, service: &str, arrived: Arrived<'_>) {
    let (policy, now) = (Policy::new(&["us-east-1"], service), at());
    let mut key = None;
    repeat(count, || {
        let parts;
        let request = match arrived {
            Arrived::Parts(request) => *black_box(request),
            Arrived::Http(request) => {
                parts = HttpParts::try_from(black_box(request)).expect("parts");
                parts.request(Payload::EMPTY)
            }
        };
        let claim = Claim::from_request(&request).expect("a claim");
        let key = &*key.get_or_insert_with(|| claim.signing_key(SECRET));
        black_box(&claim.verify(key, &request, &policy, now).expect("it holds"));
    });
}

fn repeat(count: usize, mut run: impl FnMut()) {
    (0..count).for_each(|_| run());
}
