//! `streams SEED UPLOADS FOLDER PYTHON` signs and encodes random uploads in chunks, here and by
//! everyone else who does, and has everyone who can verify them. `peers/run --streams` calls it.

use peers::streams::damage::Whole;
use peers::streams::decoded::{comes_out, decoded};
use peers::streams::encoded::{Encoded, encoded};
use peers::streams::kinds::KINDS;
use peers::streams::parts::Parts;
use peers::streams::swift::{self, Swift};
use peers::streams::tally::Tally;
use peers::streams::upload::Upload;
use peers::streams::uploads::Uploads;
use peers::streams::{crt, rust_sdk};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// How many odd uploads are made of each good one.
const ODD: usize = 4;

const OURS: &str = "decoded here: this crate's";
const AWS_SIGV4: &str = "signatures equal to aws-sigv4's";
const RUST_SDK: &str = "decoded here: signed and encoded by aws-runtime";
const SAME_BODY: &str = "bodies equal to aws-runtime's, but for the case of lengths";

const ALL: [&str; 10] = [
    OURS,
    AWS_SIGV4,
    RUST_SDK,
    SAME_BODY,
    crt::EQUAL,
    crt::CHAIN,
    crt::CHAIN_4A,
    crt::VERIFIED,
    crt::BOTOCORE,
    swift::ACCEPTED,
];

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let [seed, uploads, folder, python] = arguments.as_slice() else {
        eprintln!("usage: streams SEED UPLOADS FOLDER PYTHON");
        return ExitCode::from(2);
    };
    let seed = seed.parse().expect("a seed");
    let count = uploads.parse().expect("a number of uploads");
    let folder = Path::new(folder);
    let mut uploads = Uploads::new(seed);
    let all = uploads.data();
    fs::write(folder.join("data.bin"), &all).expect("data.bin");
    let uploads: Vec<_> = (0..count)
        .map(|number| uploads.upload(number, &all))
        .collect();

    let mut tally = Tally::default();
    let ours: Vec<_> = uploads.iter().map(|upload| encoded(upload, &all)).collect();
    let crt = crt::ask(&uploads, &ours, folder, python);
    let swift = to_swift(seed, &uploads, &ours, &all, folder).ask(python);
    for (upload, ours) in uploads.iter().zip(&ours) {
        comes_out(upload, ours, &all, &mut tally, OURS);
        if !upload.sigv4a {
            beside_the_rust_sdk(upload, ours, &all, &mut tally);
        }
    }
    crt::compare(crt, &uploads, &ours, &all, folder, &mut tally);
    swift.compare(&mut tally);
    tally.demand(&ALL, KINDS.iter().map(|kind| kind.name));
    if tally.report(uploads.len()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Uploads as they are, and some of them changed.
fn to_swift<'a>(
    seed: u64,
    uploads: &[Upload],
    ours: &[Encoded],
    all: &[u8],
    folder: &'a Path,
) -> Swift<'a> {
    let mut swift = Swift::new(folder);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut made = vec![0; KINDS.len()];
    for (upload, ours) in uploads.iter().zip(ours) {
        if !swift::knows(upload) {
            continue;
        }
        let data = upload.data(all);
        swift.send(upload, None, ours, data, Ok(()));
        let mut whole = Whole {
            upload,
            encoded: ours,
            data,
            random: &mut random,
        };
        // Those first of which there are fewest.
        let mut kinds: Vec<_> = (0..KINDS.len()).collect();
        kinds.sort_by_key(|kind| made[*kind]);
        let odd = kinds
            .into_iter()
            .filter_map(|kind| Some((kind, KINDS[kind].make(&mut whole)?)));
        for (kind, odd) in odd.take(ODD).collect::<Vec<_>>() {
            made[kind] += 1;
            let verdict = match decoded(upload, &odd.headers, &odd.body) {
                Ok(decoded) if decoded.data == data => Ok(()),
                Ok(_) => Err("other data"),
                Err(refused) => Err(refused.code()),
            };
            swift.send(upload, Some(&KINDS[kind]), &odd, data, verdict);
        }
    }
    swift
}

/// It signs no chunks by Version 4A; its heads of that are compared by `peers/run --sigv4a`.
fn beside_the_rust_sdk(upload: &Upload, ours: &Encoded, all: &[u8], tally: &mut Tally) {
    let parts = Parts::of(&ours.body);
    if upload.payload().is_signed() {
        let theirs = rust_sdk::links(upload, upload.data(all), &ours.seed);
        tally.count(AWS_SIGV4, theirs.len());
        let here = parts.signatures();
        tally.check(theirs == here, || {
            format!("{upload:?}: {here:?} here, {theirs:?} by aws-sigv4")
        });
    }
    let theirs = rust_sdk::encoded(upload, all);
    comes_out(upload, &theirs, all, tally, RUST_SDK);
    tally.count(SAME_BODY, 1);
    let same = theirs.seed == ours.seed && Parts::of(&theirs.body).lower_case() == parts;
    tally.check(same, || {
        format!("{upload:?}: another upload by aws-runtime")
    });
}
