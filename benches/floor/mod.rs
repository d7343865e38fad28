//! The work that cannot be avoided: SHA-256 compressions, counted, times what they cost
//! through `sha2`'s block API on this machine in this run.

use criterion::Criterion;
use serde_json::{Value, json};
use sigv4::{Payload, Stages};
use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many blocks each of the messages has that have to be hashed for something.
#[derive(Clone, Debug, Default)]
pub struct Floor(Vec<usize>);

impl Floor {
    /// Of the hash of one message.
    pub fn of_hash(length: usize) -> Self {
        Self(vec![blocks(length)])
    }

    /// Of a signature whose key is at hand: its inner and outer first block are hashed.
    pub fn of_signature(length: usize) -> Self {
        Self(vec![blocks(length), 1])
    }

    /// Of a signing key: two blocks for each of five HMAC keys, and four HMACs of one
    /// block and its outer hash.
    #[allow(dead_code, reason = "verifying is measured with the key at hand")]
    pub fn of_signing_key() -> Self {
        Self(vec![1; 18])
    }

    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Of all that is computed for a request; the hash of an empty body is known.
    pub fn of(stages: &Stages, payload: Payload<'_>) -> Self {
        let canonical = Self::of_hash(stages.canonical_request.len());
        let floor = canonical.and(Self::of_signature(stages.string_to_sign.len()));
        match payload {
            Payload::Bytes(bytes) if !bytes.is_empty() => floor.and(Self::of_hash(bytes.len())),
            _ => floor,
        }
    }

    pub fn compressions(&self) -> usize {
        self.0.iter().sum()
    }

    /// In nanoseconds: the first block of each message at the cost of one, and those that
    /// follow at the cost of one of many, which is less.
    fn cost_in_runs(&self, single: f64, each_of_many: f64) -> f64 {
        let cost = |blocks: &usize| single + each_of_many * (*blocks as f64 - 1.0);
        self.0.iter().map(cost).sum()
    }
}

/// Blocks of a message of some bytes: a bit and its length in 8 bytes are added to it.
pub fn blocks(length: usize) -> usize {
    (length + 9).div_ceil(64)
}

/// Short runs are enough: each bench is a matter of microseconds.
pub fn criterion() -> Criterion {
    Criterion::default()
        .output_directory(&directory())
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args()
}

/// The cost of a block on its own and as one of many.
pub fn bench_compression(criterion: &mut Criterion) {
    let blocks = [[7_u8; 64]; 64];
    let mut group = criterion.benchmark_group("compression");
    for (name, blocks) in [("1 block", &blocks[..1]), ("64 blocks", &blocks)] {
        let mut state = [0_u32; 8];
        group.bench_function(name, |bencher| {
            bencher.iter(|| sha2::block_api::compress256(black_box(&mut state), black_box(blocks)));
        });
    }
    group.finish();
}

/// What was measured beside its floor, as a table and as `target/criterion/<file>.json`.
/// Nothing where nothing was measured, as under `cargo bench -- --test`.
pub fn report(file: &str, floors: &BTreeMap<String, Floor>) {
    let (Some(single), Some(many)) = (
        median("compression/1 block"),
        median("compression/64 blocks"),
    ) else {
        println!("no floors: one compression was not timed");
        return;
    };
    let each_of_many = many / 64.0;
    println!("\none compression: {single:.1} ns alone, {each_of_many:.1} ns as one of 64\n");
    println!("| bench | ns | compressions | floor, ns | ÷ floor | in runs, ns | ÷ that |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let mut rows = Vec::new();
    for (name, floor) in floors {
        let Some(time) = median(name) else { continue };
        let compressions = floor.compressions();
        let cost = compressions as f64 * single;
        let in_runs = floor.cost_in_runs(single, each_of_many);
        println!(
            "| {name} | {time:.0} | {compressions} | {cost:.0} | {:.2} | {in_runs:.0} | {:.2} |",
            time / cost,
            time / in_runs
        );
        rows.push(json!({
            "bench": name,
            "ns": time,
            "compressions": compressions,
            "floor_ns": cost,
            "floor_in_runs_ns": in_runs,
        }));
    }
    let json =
        json!({ "compression_ns": single, "compression_of_many_ns": each_of_many, "rows": rows });
    let path = directory().join(file).with_extension("json");
    fs::write(&path, format!("{json:#}\n")).expect("target/criterion can be written");
}

/// The median of a bench in this run or the last one, in nanoseconds.
pub fn median(bench: &str) -> Option<f64> {
    let folder = bench.replace(['?', '"', ':', '*', '<', '>', '|'], "_");
    let path = directory().join(folder).join("new/estimates.json");
    let estimates: Value = serde_json::from_str(&fs::read_to_string(path).ok()?).ok()?;
    estimates["median"]["point_estimate"].as_f64()
}

pub fn directory() -> PathBuf {
    let target = option_env!("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target"),
        PathBuf::from,
    );
    target.join("criterion")
}
