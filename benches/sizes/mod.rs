//! How the time to sign grows with the request: honest ones, and what an attacker would send.

use super::requests::{GET, at, credentials, signer, target_of, with_headers, with_pairs};
use criterion::{BenchmarkId, Criterion, Throughput};
use sigv4::Request;
use std::hint::black_box;

/// Headers, pairs of a query, bytes of a target.
pub fn growth(criterion: &mut Criterion) {
    for count in [1, 10, 100] {
        with_headers(count, |request| size(criterion, "headers", count, request));
    }
    for count in [1, 10, 100, 1000] {
        let target = &with_pairs(count);
        size(criterion, "pairs", count, &Request { target, ..GET });
    }
    for length in [100, 1000, 10_000, 100_000, 1_000_000] {
        let target = &format!("/{}", "a".repeat(length - 1));
        size(criterion, "target", length, &Request { target, ..GET });
    }
}

/// What an attacker would send, as long as the honest request of the same group.
pub fn hostile(criterion: &mut Criterion) {
    let pairs = |pair: &dyn Fn(usize) -> String| target_of((0..1000).map(pair));
    let value = vec![b'v'; 1_000_000];
    let spaces = [vec![b' '; 999_999], b"v".to_vec()].concat();
    let escaped = format!("/{}", "%C3%A4".repeat(166_666));
    let plain = format!("/{}", "a".repeat(999_996));
    let targets = [
        (
            "1,000 pairs/honest",
            pairs(&|n| format!("key{:04}=value", n * 7 % 1000)),
        ),
        (
            "1,000 pairs/equal keys",
            pairs(&|n| format!("keykeyk=v{:04}", n * 7 % 1000)),
        ),
        (
            "1,000 pairs/reverse order",
            pairs(&|n| format!("key{:04}=value", 999 - n)),
        ),
        (
            "1,000 pairs/equal pairs",
            pairs(&|_| "keykeyk=value".into()),
        ),
        (
            "1,000 pairs/escapes",
            pairs(&|n| format!("%6B%{:02X}%{:02X}=%FF", n % 256, n / 256)),
        ),
        ("1 MB/plain target", plain),
        ("1 MB/escaped target", escaped),
    ];
    for (name, target) in &targets {
        shape(criterion, name, &Request { target, ..GET });
    }
    for (name, value) in [
        ("1 MB/plain header", &value),
        ("1 MB/header of spaces", &spaces),
    ] {
        let headers = &[GET.headers[0], ("x-long", value.as_slice())];
        shape(criterion, name, &Request { headers, ..GET });
    }
}

fn size(criterion: &mut Criterion, name: &str, parameter: usize, request: &Request<'_>) {
    let (signer, at) = (signer(credentials(), "execute-api"), at());
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(bytes(request)));
    group.bench_with_input(
        BenchmarkId::from_parameter(parameter),
        request,
        |bencher, request| {
            bencher.iter(|| signer.sign(black_box(request), at).map(|_| ()));
        },
    );
    group.finish();
}

fn shape(criterion: &mut Criterion, name: &str, request: &Request<'_>) {
    let (signer, at) = (signer(credentials(), "execute-api"), at());
    let (group, shape) = name.split_once('/').expect("two parts");
    let mut group = criterion.benchmark_group(group);
    group.throughput(Throughput::Bytes(bytes(request)));
    group.bench_function(shape, |bencher| {
        bencher.iter(|| signer.sign(black_box(request), at).map(|_| ()));
    });
    group.finish();
}

fn bytes(request: &Request<'_>) -> u64 {
    let headers = request.headers.iter();
    let lengths = headers.map(|(name, value)| name.len() + value.len());
    (request.target.len() + lengths.sum::<usize>()) as u64
}
