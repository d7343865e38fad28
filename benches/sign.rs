//! Signing and presigning, stage by stage and as a whole, each beside the compressions that
//! it cannot avoid; and how the cost grows with the request.
//!
//! ```text
//! cargo bench --bench sign
//! ```
//!
//! Criterion rather than divan: it writes what it measured as JSON, from which the floors
//! are computed here and the plot is drawn by `benches/plot`.

#[path = "floor/mod.rs"]
mod floor;
#[path = "hard_coded/mod.rs"]
mod hard_coded;
#[path = "requests/mod.rs"]
mod requests;
#[path = "sizes/mod.rs"]
mod sizes;

use criterion::{Criterion, Throughput};
use floor::Floor;
use hard_coded::HardCoded;
use requests::{EXPIRES, GET, OBJECT, POST, SECRET, at, credentials, signer, with_token};
use sha2::{Digest, Sha256};
use sigv4::{
    Authorization, CanonicalRequest, Hasher, Payload, Request, Scope, Signer, SigningKey, Stages,
    StringToSign,
};
use std::collections::BTreeMap;
use std::hint::black_box;

type Floors = BTreeMap<String, Floor>;

fn main() {
    let mut criterion = floor::criterion();
    let mut floors = Floors::new();
    floor::bench_compression(&mut criterion);
    stages(&mut criterion, &mut floors);
    whole(&mut criterion, &mut floors);
    least(&mut criterion, &mut floors);
    payload(&mut criterion, &mut floors);
    sizes::growth(&mut criterion);
    sizes::hostile(&mut criterion);
    criterion.final_summary();
    floor::report("sign", &floors);
}

fn stages(criterion: &mut Criterion, floors: &mut Floors) {
    let (at, signer) = (at(), signer(credentials(), "execute-api"));
    let profile = *signer.profile();
    let canonical = CanonicalRequest::new(&GET, &profile).expect("canonical");
    let scope = Scope::new(&at, "us-east-1", "execute-api").expect("a scope");
    let string_to_sign = StringToSign {
        at,
        scope,
        canonical_request_hash: canonical.hash(),
    };
    let key = SigningKey::derive(SECRET, &scope);
    let authorization = Authorization {
        access_key_id: "AKIDEXAMPLE",
        scope,
        signed_headers: "host;x-amz-date",
        signature: key.sign(&string_to_sign),
    };
    let mut group = criterion.benchmark_group("stage");
    group.bench_function("canonical request", |bencher| {
        bencher.iter(|| CanonicalRequest::new(black_box(&GET), &profile).map(|_| ()));
    });
    group.bench_function("hash of it", |bencher| {
        bencher.iter(|| black_box(&canonical).hash())
    });
    group.bench_function("signature", |bencher| {
        bencher.iter(|| key.sign(black_box(&string_to_sign)));
    });
    group.bench_function("signing key", |bencher| {
        bencher.iter(|| SigningKey::derive(SECRET, black_box(&scope)));
    });
    group.bench_function("authorization", |bencher| {
        bencher.iter(|| black_box(&authorization).to_string());
    });
    // What the crates take for the same bytes when they lie ready in one piece.
    let bytes = canonical.to_bytes();
    group.bench_function("sha2 alone", |bencher| {
        bencher.iter(|| Sha256::digest(black_box(&bytes)));
    });
    let text = string_to_sign.to_string();
    let hmac = hmac(SECRET.as_bytes());
    group.bench_function("hmac alone", |bencher| {
        bencher.iter(|| {
            let mut mac = hmac.clone();
            hmac::Mac::update(&mut mac, black_box(text.as_bytes()));
            hmac::Mac::finalize(mac).into_bytes()
        });
    });
    group.finish();

    for (name, floor) in [
        ("stage/hash of it", Floor::of_hash(bytes.len())),
        ("stage/sha2 alone", Floor::of_hash(bytes.len())),
        ("stage/signature", Floor::of_signature(text.len())),
        ("stage/hmac alone", Floor::of_signature(text.len())),
        ("stage/signing key", Floor::of_signing_key()),
    ] {
        floors.insert(name.into(), floor);
    }
}

fn hmac(key: &[u8]) -> hmac::Hmac<Sha256> {
    hmac::KeyInit::new_from_slice(key).expect("a key of any length")
}

/// From a request to the values of its headers, or to a URL.
fn whole(criterion: &mut Criterion, floors: &mut Floors) {
    let at = at();
    let plain = signer(credentials(), "execute-api");
    let with_token = signer(with_token(), "execute-api");
    let s3 = signer(credentials(), "s3");
    let mut group = criterion.benchmark_group("sign");
    let mut sign = |name: &str, signer: &Signer, request: &Request<'_>| {
        group.bench_function(name, |bencher| {
            bencher.iter(|| signer.sign(black_box(request), at).map(|_| ()));
        });
        let buffer = &mut String::with_capacity(512);
        group.bench_function(format!("{name}, into a buffer"), |bencher| {
            bencher.iter(|| signer.sign_into(black_box(request), at, buffer).map(|_| ()));
        });
        let stages = signer.stages(request, at).expect("stages");
        let floor = Floor::of(&stages, request.payload);
        floors.insert(format!("sign/{name}"), floor.clone());
        floors.insert(format!("sign/{name}, into a buffer"), floor);
    };
    sign("GET", &plain, &GET);
    sign("GET, token of 900 bytes", &with_token, &GET);
    sign("POST of 1 KiB, 6 headers", &plain, &POST);
    group.bench_function("GET, key derived", |bencher| {
        bencher.iter_batched_ref(
            || plain.clone(), // without its key
            |signer| signer.sign(black_box(&GET), at).map(|_| ()),
            criterion::BatchSize::SmallInput,
        );
    });
    group.bench_function("presigned URL", |bencher| {
        bencher.iter(|| s3.presign(black_box(&OBJECT), EXPIRES, at));
    });
    group.finish();

    let stages = plain.stages(&GET, at).expect("stages");
    let derived = Floor::of(&stages, GET.payload).and(Floor::of_signing_key());
    floors.insert("sign/GET, key derived".into(), derived);
    let stages = s3.presign_stages(&OBJECT, EXPIRES, at).expect("stages");
    floors.insert(
        "sign/presigned URL".into(),
        Floor::of(&stages, Payload::EMPTY),
    );
}

/// The same signatures with nothing left to do but hashing.
fn least(criterion: &mut Criterion, floors: &mut Floors) {
    let at = at();
    let plain = signer(credentials(), "execute-api");
    let with_token = signer(with_token(), "execute-api");
    let s3 = signer(credentials(), "s3");
    let header_form = |signer: &Signer, request| {
        let stages = signer.stages(request, at).expect("stages");
        let signed = signer.sign(request, at).expect("signed");
        (stages, signed.authorization().to_owned())
    };
    let (stages, written) = header_form(&plain, &GET);
    hard_coded::<4>(criterion, floors, "GET", &GET, &stages, &written);
    let (stages, written) = header_form(&with_token, &GET);
    hard_coded::<18>(
        criterion,
        floors,
        "GET, token of 900 bytes",
        &GET,
        &stages,
        &written,
    );
    let (stages, written) = header_form(&plain, &POST);
    hard_coded::<7>(
        criterion,
        floors,
        "POST of 1 KiB, 6 headers",
        &POST,
        &stages,
        &written,
    );
    let stages = s3.presign_stages(&OBJECT, EXPIRES, at).expect("stages");
    let url = s3.presign(&OBJECT, EXPIRES, at).expect("a URL");
    hard_coded::<6>(
        criterion,
        floors,
        "presigned URL",
        &OBJECT,
        &stages,
        url.target(),
    );
}

/// A canonical request of `N` blocks.
fn hard_coded<const N: usize>(
    criterion: &mut Criterion,
    floors: &mut Floors,
    name: &str,
    request: &Request<'_>,
    stages: &Stages,
    written: &str,
) {
    let hard_coded = HardCoded::new(request, stages, SECRET);
    let (start, _) = written.as_bytes().split_at(written.len() - 64);
    let mut out = written.as_bytes().to_vec();
    out.fill(0);
    let mut write = || {
        let (before, signature) = out.split_at_mut(start.len());
        before.copy_from_slice(black_box(start));
        signature.copy_from_slice(&black_box(&hard_coded).signature::<N>());
    };
    write();
    let name = format!("{name}, hard-coded");
    let mut group = criterion.benchmark_group("sign");
    group.bench_function(&name, |bencher| bencher.iter(&mut write));
    group.finish();
    assert_eq!(out, written.as_bytes());
    floors.insert(format!("sign/{name}"), Floor::of(stages, request.payload));
}

/// A body of 64 MiB, on its way into a signature and on its own.
fn payload(criterion: &mut Criterion, floors: &mut Floors) {
    const LENGTH: usize = 64 << 20;
    let (at, signer) = (at(), signer(credentials(), "execute-api"));
    let body = vec![b'x'; LENGTH];
    let request = Request {
        payload: Payload::Bytes(&body),
        ..POST
    };
    let mut group = criterion.benchmark_group("64 MiB");
    group.sample_size(20);
    group.throughput(Throughput::Bytes(LENGTH as u64));
    group.bench_function("signed", |bencher| {
        bencher.iter(|| signer.sign(&request, at).map(|_| ()))
    });
    group.bench_function("sha2 alone", |bencher| {
        bencher.iter(|| Sha256::digest(&body))
    });
    group.bench_function("Hasher, 8 KiB at a time", |bencher| {
        bencher.iter(|| {
            let mut hasher = Hasher::new();
            body.chunks(8192).for_each(|chunk| hasher.put(chunk));
            hasher.finish()
        });
    });
    group.finish();
    for name in ["signed", "sha2 alone", "Hasher, 8 KiB at a time"] {
        floors.insert(format!("64 MiB/{name}"), Floor::of_hash(LENGTH));
    }
}
