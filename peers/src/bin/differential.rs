//! `differential generate FOLDER SEED REQUESTS` writes requests, `official.py` signs them,
//! `differential compare FOLDER` compares. `peers/run` does all three.

use peers::case::{Case, read_lines, write_lines};
use peers::classes::classes;
use peers::generate::cases;
use peers::outcome::Outcome;
use peers::report::Report;
use peers::{OFFICIAL, signers};
use serde::Deserialize;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// How many failures are shown.
const SHOWN: usize = 20;

#[derive(Deserialize)]
struct Official {
    id: String,
    awscrt: Outcome,
    botocore: Outcome,
}

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["generate", folder, seed, requests] => {
            let seed = seed.parse().expect("a seed");
            let requests = requests.parse().expect("a number of requests");
            generate(Path::new(folder), seed, requests);
            ExitCode::SUCCESS
        }
        ["compare", folder] => compare(Path::new(folder)),
        _ => {
            eprintln!("usage: differential generate FOLDER SEED REQUESTS | compare FOLDER");
            ExitCode::from(2)
        }
    }
}

fn generate(folder: &Path, seed: u64, requests: usize) {
    let cases = cases(seed, requests);
    write_lines(&folder.join("requests.jsonl"), &cases);
    println!("seed {seed}: {requests} requests and the examples");
}

fn compare(folder: &Path) -> ExitCode {
    tracing::subscriber::set_global_default(signers::CanonicalRequests).expect("the first");
    let cases: Vec<Case> = read_lines(&folder.join("requests.jsonl"));
    let official: Vec<Official> = read_lines(&folder.join("official.jsonl"));
    assert_eq!(cases.len(), official.len(), "a request without an answer");
    let classes = classes();
    let mut report = Report::new(&OFFICIAL, Outcome::is_consistent);
    for (case, official) in cases.iter().zip(official) {
        assert_eq!(case.id, official.id);
        let ours = signers::ours(case);
        let aws_sigv4 = signers::aws_sigv4(case);
        let theirs = [official.awscrt, official.botocore, aws_sigv4];
        let theirs: Vec<_> = OFFICIAL.into_iter().zip(theirs).collect();
        report.add(case, &ours, &theirs, &classes);
    }
    let tables = report.tables(&classes);
    fs::write(folder.join("tables.md"), &tables).expect("tables.md");
    let failures = report.failures(&classes);
    for failure in failures.iter().take(SHOWN) {
        eprintln!("{failure}\n");
    }
    println!("{tables}");
    println!(
        "{} requests, {} classes of divergence, {} failures",
        report.requests(),
        classes.len(),
        failures.len()
    );
    if failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
