//! Verifying, beside the compressions that it cannot avoid.
//!
//! ```text
//! cargo bench --bench verify
//! ```

#[path = "floor/mod.rs"]
mod floor;
#[path = "requests/mod.rs"]
mod requests;

use criterion::Criterion;
use floor::Floor;
use requests::{GET, POST, SECRET, at, credentials, presigned, signed, signer, with_token};
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
    criterion.final_summary();
    floor::report("verify", &floors);
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
