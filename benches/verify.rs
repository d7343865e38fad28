//! Verifying, beside the compressions that it cannot avoid.
//!
//! ```text
//! cargo bench --bench verify
//! ```

#[path = "floor/mod.rs"]
mod floor;

use criterion::Criterion;
use floor::Floor;
use sigv4::{
    Claim, Credentials, Header, Payload, Policy, Request, Signer, SigningKey, Timestamp, Verified,
};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Duration;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

const GET: Request<'_> = Request {
    method: "GET",
    target: "/prod/items?limit=10",
    headers: &[("host", b"abc123.execute-api.us-east-1.amazonaws.com")],
    payload: Payload::EMPTY,
};

const POST: Request<'_> = Request {
    method: "POST",
    target: "/prod/items",
    headers: &[
        ("host", b"abc123.execute-api.us-east-1.amazonaws.com"),
        ("content-type", b"application/json"),
        ("content-length", b"1024"),
        ("accept", b"application/json"),
        ("x-amz-target", b"Items.Put"),
        ("x-amz-meta-origin", b"bench"),
    ],
    payload: Payload::Bytes(&[b'x'; 1024]),
};

fn main() {
    let mut criterion = floor::criterion();
    let mut floors = BTreeMap::new();
    floor::bench_compression(&mut criterion);

    let at = Timestamp::parse("20150830T123600Z").expect("a time");
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET);
    let token = credentials.clone().with_session_token("T".repeat(900));
    for (name, credentials, request) in [
        ("GET", &credentials, GET),
        ("GET, token of 900 bytes", &token, GET),
        ("POST of 1 KiB, 6 headers", &credentials, POST),
    ] {
        let signer = Signer::new(credentials.clone(), "us-east-1", "execute-api");
        let signed = signer.sign(&request, at).expect("signed");
        let added = signed
            .headers()
            .map(|(name, value)| (name, value.as_bytes()));
        let headers: Vec<Header<'_>> = request.headers.iter().copied().chain(added).collect();
        let arrived = Request {
            headers: &headers,
            ..request
        };
        bench(
            &mut criterion,
            &mut floors,
            name,
            "execute-api",
            &arrived,
            at,
        );
    }
    let signer = Signer::new(credentials, "us-east-1", "s3");
    let url = signer
        .presign(&GET, Duration::from_secs(60), at)
        .expect("a URL");
    let arrived = Request {
        target: url.target(),
        ..GET
    };
    bench(
        &mut criterion,
        &mut floors,
        "presigned URL",
        "s3",
        &arrived,
        at,
    );
    criterion.final_summary();
    floor::report("verify", &floors);
}

/// The claim is read and verified, each time from the request as it arrived; then the two
/// halves of that.
fn bench(
    criterion: &mut Criterion,
    floors: &mut BTreeMap<String, Floor>,
    name: &str,
    service: &str,
    arrived: &Request<'_>,
    now: Timestamp,
) {
    fn verified<'a>(
        claim: &'a Claim<'_>,
        key: &SigningKey,
        arrived: &Request<'a>,
        policy: &Policy<'_>,
        now: Timestamp,
    ) -> Verified<'a> {
        claim.verify(key, arrived, policy, now).expect("it holds")
    }
    let policy = Policy::new(&["us-east-1"], service);
    let claim = Claim::from_request(arrived).expect("a claim");
    let key = claim.signing_key(SECRET);
    let mut group = criterion.benchmark_group("verify");
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let claim = Claim::from_request(black_box(arrived)).expect("a claim");
            black_box(verified(&claim, &key, arrived, &policy, now));
        });
    });
    group.bench_function(format!("{name}: claim"), |bencher| {
        bencher.iter(|| Claim::from_request(black_box(arrived)).map(|_| ()));
    });
    group.finish();
    let stages = claim.stages(arrived, &policy).expect("stages");
    floors.insert(
        format!("verify/{name}"),
        Floor::of(&stages, arrived.payload),
    );
}
