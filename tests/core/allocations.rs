//! How often signing and verifying ask for memory. Each number is a promise of
//! docs/PERFORMANCE.md: a change that breaks it shows here, on any machine.

use crate::support::example::{self, SECRET, at};
use allocation_counter::measure;
use sigv4::{Claim, Credentials, Header, Payload, Policy, Request, Signer};
use std::time::Duration;

const TOKEN: &str = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQW";

const GET: Request<'_> = Request {
    method: "GET",
    target: "/prod/items?limit=10",
    headers: &[("host", b"abc123.execute-api.us-east-1.amazonaws.com")],
    payload: Payload::EMPTY,
};

const POST: Request<'_> = Request {
    method: "POST",
    target: "/prod/items?a=1&b=2",
    headers: &[
        ("Host", b"abc123.execute-api.us-east-1.amazonaws.com"),
        ("Content-Type", b"application/json"),
        ("X-Amz-Target", b"Items.Put"),
        ("Accept", b"  */*   and   more "),
        ("User-Agent", b"test"),
        ("X-Amz-Meta-A", b"alpha"),
    ],
    payload: Payload::Bytes(b"{\"items\":[1,2,3]}"),
};

/// With a signing key that is derived already.
fn signer(credentials: Credentials, service: &str) -> Signer {
    let signer = Signer::new(credentials, "us-east-1", service);
    signer.sign(&GET, at()).unwrap();
    signer
}

fn credentials() -> [Credentials; 2] {
    let plain = example::credentials();
    [plain.clone(), plain.with_session_token(TOKEN)]
}

fn allocations(run: impl FnOnce()) -> u64 {
    measure(run).count_total
}

/// As much as there is room for on the stack: 16 headers and 8 parameters.
fn longest<'a>(headers: &'a [Header<'a>]) -> Request<'a> {
    Request {
        target: "/.well-known/items.json?a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8",
        headers,
        ..GET
    }
}

fn sixteen_headers() -> Vec<Header<'static>> {
    const MORE: [&str; 15] = [
        "x-1", "x-2", "x-3", "x-4", "x-5", "x-6", "x-7", "x-8", "x-9", "x-10", "x-11", "x-12",
        "x-13", "x-14", "x-15",
    ];
    let more = MORE.map(|name| (name, &b"value"[..]));
    GET.headers.iter().copied().chain(more).collect()
}

/// The same parameters in another order, which are put in order once.
fn out_of_order<'a>(request: &Request<'a>) -> Request<'a> {
    Request {
        target: "/prod/items?b=2&a=1",
        ..*request
    }
}

#[test]
fn signing_into_a_buffer_allocates_nothing() {
    let headers = sixteen_headers();
    for credentials in credentials() {
        for service in ["execute-api", "s3"] {
            for request in [GET, POST, longest(&headers)] {
                let signer = signer(credentials.clone(), service);
                let mut buffer = String::with_capacity(1024);
                let count = allocations(|| {
                    signer.sign_into(&request, at(), &mut buffer).unwrap();
                });
                assert_eq!(count, 0, "{service} {request:?}");
                assert_eq!(buffer, signer.sign(&request, at()).unwrap().authorization());
                let request = out_of_order(&request);
                let count = allocations(|| {
                    signer.sign_into(&request, at(), &mut buffer).unwrap();
                });
                assert_eq!(count, 1, "{service} {request:?}");
            }
        }
    }
}

#[test]
fn signing_allocates_once() {
    for credentials in credentials() {
        let signer = signer(credentials, "execute-api");
        let count = allocations(|| {
            signer.sign(&POST, at()).unwrap();
        });
        assert_eq!(count, 1);
    }
}

/// The URL, its host, the names of its signed headers, and its parameters in canonical order.
#[test]
fn presigning_allocates_four_times() {
    for credentials in credentials() {
        let signer = signer(credentials, "s3");
        let count = allocations(|| {
            signer.presign(&GET, Duration::from_secs(60), at()).unwrap();
        });
        assert_eq!(count, 4);
    }
}

/// The request as it arrives, from its parts.
fn verifying(service: &str, arrived: &Request<'_>) -> u64 {
    let policy = Policy::new(&["us-east-1"], service);
    let key = Claim::from_request(arrived).unwrap().signing_key(SECRET);
    allocations(|| {
        let claim = Claim::from_request(arrived).unwrap();
        claim.verify(&key, arrived, &policy, at()).unwrap();
    })
}

#[test]
fn verifying_the_header_form_allocates_nothing() {
    for credentials in credentials() {
        for service in ["execute-api", "s3"] {
            for (request, expected) in [(GET, 0), (POST, 0), (out_of_order(&POST), 1)] {
                let signer = signer(credentials.clone(), service);
                let signed = signer.sign(&request, at()).unwrap();
                let added = signed
                    .headers()
                    .map(|(name, value)| (name, value.as_bytes()));
                let headers: Vec<Header<'_>> =
                    request.headers.iter().copied().chain(added).collect();
                let arrived = Request {
                    headers: &headers,
                    ..request
                };
                assert_eq!(
                    verifying(service, &arrived),
                    expected,
                    "{service} {request:?}"
                );
            }
        }
    }
}

/// Its parameters are not in canonical order; a session token is escaped, as the names of
/// several headers are.
#[test]
fn verifying_a_presigned_url_allocates_for_order_and_escapes() {
    for (credentials, expected) in credentials().into_iter().zip([1, 2]) {
        let signer = signer(credentials, "s3");
        let url = signer.presign(&GET, Duration::from_secs(60), at()).unwrap();
        let arrived = Request {
            target: url.target(),
            ..GET
        };
        assert_eq!(verifying("s3", &arrived), expected);
    }
}
