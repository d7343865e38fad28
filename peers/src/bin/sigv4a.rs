//! Signature Version 4A beside AWS's signers: `sigv4a generate FOLDER SEED REQUESTS` signs random
//! requests here, `official_sigv4a.py` with AWS's C signer, whose signatures and this crate's it
//! has verified by OpenSSL; `sigv4a compare FOLDER` compares them, and `aws-sigv4`'s, part by part.
//! `peers/run --sigv4a` does all three.

use peers::case::{ACCESS_KEY_ID, Case, SECRET, TIME, read_lines, write_lines};
use peers::classes::classes;
use peers::generate::cases;
use peers::outcome::Outcome;
use peers::report::Report;
use peers::signers;
use peers::sigv4a::{is_consistent, string_to_sign};
use serde::{Deserialize, Serialize};
use sigv4::{Claim, Header, Payload, Policy, Profile, PublicKey, Request, Timestamp};
use std::path::Path;
use std::process::ExitCode;

/// botocore signs by Version 4A with awscrt alone.
const SIGNERS: [&str; 2] = ["awscrt", "aws-sigv4"];

const REGION_SETS: [&str; 5] = [
    "*",
    "us-east-1",
    "us-east-1,us-west-2",
    "us-*",
    "eu-west-1,us-*",
];

/// How many failures are shown.
const SHOWN: usize = 20;

/// A request, and what came of it here.
#[derive(Serialize, Deserialize)]
struct Signed {
    case: Case,
    region_set: String,
    ours: Outcome,
    /// Not where this crate refuses it.
    string_to_sign: Option<String>,
}

#[derive(Deserialize)]
struct Official {
    id: String,
    awscrt: Outcome,
    /// The signed request, as awscrt made it.
    request: Option<Sent>,
}

#[derive(Deserialize)]
struct Sent {
    target: String,
    headers: Vec<(String, String)>,
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
            eprintln!("usage: sigv4a generate FOLDER SEED REQUESTS | compare FOLDER");
            ExitCode::from(2)
        }
    }
}

fn generate(folder: &Path, seed: u64, requests: usize) {
    let sign = |(number, case): (usize, Case)| {
        let region_set = REGION_SETS[number % REGION_SETS.len()];
        let ours = signers::ours_4a(&case, region_set);
        let string_to_sign = match &ours {
            Outcome::Signed {
                canonical_request, ..
            } => Some(string_to_sign(canonical_request, &case.service, TIME)),
            Outcome::Refused { .. } => None,
        };
        Signed {
            case,
            region_set: region_set.to_owned(),
            ours,
            string_to_sign,
        }
    };
    let signed = cases(seed, requests).into_iter().enumerate().map(sign);
    write_lines(&folder.join("sigv4a.jsonl"), &signed.collect::<Vec<_>>());
    println!("seed {seed}: {requests} requests and the examples");
}

fn compare(folder: &Path) -> ExitCode {
    tracing::subscriber::set_global_default(signers::CanonicalRequests).expect("the first");
    let requests: Vec<Signed> = read_lines(&folder.join("sigv4a.jsonl"));
    let official: Vec<Official> = read_lines(&folder.join("sigv4a-official.jsonl"));
    assert_eq!(
        requests.len(),
        official.len(),
        "a request without an answer"
    );
    let classes = classes();
    let mut report = Report::new(&SIGNERS, is_consistent);
    let key = PublicKey::derive(ACCESS_KEY_ID, SECRET).expect("a key");
    let (mut failures, mut verified, mut equal) = (Vec::new(), 0, 0);
    for (signed, official) in requests.iter().zip(official) {
        let Signed {
            case,
            region_set,
            ours,
            ..
        } = signed;
        assert_eq!(case.id, official.id);
        let aws_sigv4 = signers::aws_sigv4_4a(case, region_set);
        if same_request(ours, &official.awscrt)
            && let Some(sent) = &official.request
        {
            verified += 1;
            if let Err(error) = verify(case, region_set, sent, &key) {
                failures.push(format!("{}: awscrt's is refused here: {error}", case.id));
            }
        }
        // Both are by RFC 6979.
        if same_request(ours, &aws_sigv4) {
            equal += 1;
            if *ours != aws_sigv4 {
                failures.push(format!("{}: {ours:?} here, {aws_sigv4:?} there", case.id));
            }
        }
        let theirs = [official.awscrt, aws_sigv4];
        let theirs: Vec<_> = SIGNERS.into_iter().zip(theirs).collect();
        report.add(case, ours, &theirs, &classes);
    }
    failures.extend(report.failures(&classes));
    for failure in failures.iter().take(SHOWN) {
        eprintln!("{failure}\n");
    }
    println!("{}", report.tables(&classes));
    println!(
        "{} requests: {verified} of awscrt verified here, {equal} signatures equal to aws-sigv4's, \
         every other difference of a class that predicts it; {} failures",
        report.requests(),
        failures.len()
    );
    if failures.is_empty() && verified > 0 && equal > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Whether both signed, and signed the same.
fn same_request(left: &Outcome, right: &Outcome) -> bool {
    match (left, right) {
        (
            Outcome::Signed {
                canonical_request: one,
                ..
            },
            Outcome::Signed {
                canonical_request: two,
                ..
            },
        ) => one == two,
        _ => false,
    }
}

/// By the public key alone, in a region that the set has.
fn verify(case: &Case, region_set: &str, sent: &Sent, key: &PublicKey) -> Result<(), sigv4::Error> {
    let headers: Vec<Header<'_>> = sent
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let request = Request {
        method: &case.method,
        target: &sent.target,
        headers: &headers,
        payload: Payload::Bytes(case.body.as_bytes()),
    };
    let last = region_set.rsplit(',').next().unwrap_or_default();
    let regions = [&*last.replace('*', "-x")];
    let mut policy = Policy::new(&regions, &case.service);
    policy.profile = Profile {
        non_ascii_header_values: true,
        ..policy.profile.with_sigv4a()
    };
    let now = Timestamp::parse(TIME)?;
    let claim = Claim::from_request(&request)?;
    claim.verify_with_public_key(key, &request, &policy, now)?;
    Ok(())
}
