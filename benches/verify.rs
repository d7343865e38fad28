//! Verifying, beside the compressions that it cannot avoid.
//!
//! ```text
//! cargo bench --bench verify
//! ```

#[path = "floor/mod.rs"]
mod floor;
#[path = "hard_coded/mod.rs"]
mod hard_coded;
#[path = "requests/mod.rs"]
mod requests;

use criterion::{Criterion, Throughput};
use floor::Floor;
use hard_coded::HardCoded;
use requests::{
    GET, OBJECT, POST, SECRET, at, credentials, long_targets, presigned, signed, signer, with_token,
};
use sigv4::{Claim, Policy, Request};
use std::collections::BTreeMap;
use std::hint::black_box;

type Floors = BTreeMap<String, Floor>;

fn main() {
    let mut criterion = floor::criterion();
    let mut floors = Floors::new();
    floor::bench_compression(&mut criterion);
    let bench = &mut Bench {
        criterion: &mut criterion,
        floors: &mut floors,
    };
    let plain = signer(credentials(), "execute-api");
    signed(&plain, &GET, |arrived| {
        bench.verify::<4>("GET", "execute-api", arrived);
    });
    let token = signer(with_token(), "execute-api");
    signed(&token, &GET, |arrived| {
        bench.verify::<18>("GET, token of 900 bytes", "execute-api", arrived);
    });
    signed(&plain, &POST, |arrived| {
        bench.verify::<7>("POST of 1 KiB, 6 headers", "execute-api", arrived);
    });
    presigned(&signer(credentials(), "s3"), &OBJECT, |arrived| {
        bench.verify::<6>("presigned URL", "s3", arrived);
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

struct Bench<'a> {
    criterion: &'a mut Criterion,
    floors: &'a mut Floors,
}

impl Bench<'_> {
    /// The claim is read and verified, each time from the request as it arrived; then the first
    /// half of that; then the same signature, computed and compared, with nothing left to do
    /// but hashing (a canonical request of `N` blocks).
    fn verify<const N: usize>(&mut self, name: &str, service: &str, arrived: &Request<'_>) {
        let (policy, now) = (Policy::new(&["us-east-1"], service), at());
        let claim = Claim::from_request(arrived).expect("a claim");
        let key = claim.signing_key(SECRET);
        let stages = claim.stages(arrived, &policy).expect("stages");
        let hard_coded = HardCoded::new(arrived, &stages, SECRET);
        let signature = hard_coded.signature::<N>();
        let digits = std::str::from_utf8(&signature).expect("digits");
        let mut written = arrived.headers.iter().map(|(_, value)| *value);
        assert!(
            written.any(|value| value.ends_with(&signature)) || arrived.target.ends_with(digits),
            "another signature"
        );
        let mut group = self.criterion.benchmark_group("verify");
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let claim = Claim::from_request(black_box(arrived)).expect("a claim");
                black_box(claim.verify(&key, arrived, &policy, now).expect("it holds"));
            });
        });
        group.bench_function(format!("{name}: claim"), |bencher| {
            bencher.iter(|| Claim::from_request(black_box(arrived)).map(|_| ()));
        });
        group.bench_function(format!("{name}, hard-coded"), |bencher| {
            bencher.iter(|| black_box(&hard_coded).signature::<N>() == *black_box(&signature));
        });
        group.finish();
        let floor = Floor::of(&stages, arrived.payload);
        for name in [
            format!("verify/{name}"),
            format!("verify/{name}, hard-coded"),
        ] {
            self.floors.insert(name, floor.clone());
        }
    }
}
