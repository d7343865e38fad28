//! Verifying, beside the compressions that it cannot avoid.
//!
//! ```text
//! cargo bench --bench verify
//! ```

#[path = "floor/mod.rs"]
mod floor;
#[path = "requests/mod.rs"]
mod requests;

use criterion::{Criterion, Throughput};
use floor::Floor;
use requests::{
    GET, POST, SECRET, at, credentials, long_targets, presigned, signed, signer, with_token,
};
use sigv4::{Claim, Policy, Request};
use std::collections::BTreeMap;
use std::hint::black_box;

type Floors = BTreeMap<String, Floor>;

fn main() {
    let mut criterion = floor::criterion();
    let mut floors = Floors::new();
    floor::bench_compression(&mut criterion);
    for (name, credentials, request) in [
        ("GET", credentials(), GET),
        ("GET, token of 900 bytes", with_token(), GET),
        ("POST of 1 KiB, 6 headers", credentials(), POST),
    ] {
        let signer = signer(credentials, "execute-api");
        signed(&signer, &request, |arrived| {
            bench(&mut criterion, &mut floors, name, "execute-api", arrived);
        });
    }
    let signer = signer(credentials(), "s3");
    presigned(&signer, &GET, |arrived| {
        bench(&mut criterion, &mut floors, "presigned URL", "s3", arrived);
    });
    hostile(&mut criterion);
    criterion.final_summary();
    floor::report("verify", &floors);
}

/// As much as a strict policy takes: no shape may cost much more than an honest one.
fn hostile(criterion: &mut Criterion) {
    let signer = signer(credentials(), "execute-api");
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let mut group = criterion.benchmark_group("verify 50 KB");
    for (name, target) in &long_targets() {
        signed(&signer, &Request { target, ..GET }, |arrived| {
            let claim = Claim::from_request(arrived).expect("a claim");
            let key = claim.signing_key(SECRET);
            group.throughput(Throughput::Bytes(target.len() as u64));
            group.bench_function(*name, |bencher| {
                bencher.iter(|| {
                    let claim = Claim::from_request(black_box(arrived)).expect("a claim");
                    black_box(
                        claim
                            .verify(&key, arrived, &policy, at())
                            .expect("it holds"),
                    );
                });
            });
        });
    }
    group.finish();
}

/// The claim is read and verified, each time from the request as it arrived; then the two
/// halves of that.
fn bench(
    criterion: &mut Criterion,
    floors: &mut Floors,
    name: &str,
    service: &str,
    arrived: &Request<'_>,
) {
    let (policy, now) = (Policy::new(&["us-east-1"], service), at());
    let claim = Claim::from_request(arrived).expect("a claim");
    let key = claim.signing_key(SECRET);
    let mut group = criterion.benchmark_group("verify");
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let claim = Claim::from_request(black_box(arrived)).expect("a claim");
            black_box(claim.verify(&key, arrived, &policy, now).expect("it holds"));
        });
    });
    group.bench_function(format!("{name}: claim"), |bencher| {
        bencher.iter(|| Claim::from_request(black_box(arrived)).map(|_| ()));
    });
    group.finish();
    let stages = claim.stages(arrived, &policy).expect("stages");
    let floor = Floor::of(&stages, arrived.payload);
    floors.insert(format!("verify/{name}"), floor);
}
