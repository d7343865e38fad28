//! How many cases, and that every run makes the same.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

pub const SERVICES: [&str; 5] = [
    "execute-api",
    "s3",
    "iotdevicegateway",
    "vpc-lattice-svcs",
    "s3express",
];

pub fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20_150_830),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}
