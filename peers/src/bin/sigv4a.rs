//! Signature Version 4A beside AWS's signers: `sigv4a sign FOLDER SEED REQUESTS` signs random
//! requests here and with `aws-sigv4`, `official_sigv4a.py` with AWS's C signer and by OpenSSL,
//! `sigv4a verify FOLDER` verifies what the C signer made. `peers/run --sigv4a` does all three.
//!
//! Where the signatures of Version 4 differ, so do the canonical requests: those classes are
//! compared by `differential`, and not here once more.

use peers::case::{ACCESS_KEY_ID, Case, SECRET, read_lines, write_lines};
use peers::generate::Generator;
use peers::outcome::Outcome;
use peers::signers;
use serde::{Deserialize, Serialize};
use sigv4::{Claim, Header, Payload, Policy, Profile, PublicKey, Request, Timestamp};
use std::path::Path;
use std::process::ExitCode;

const REGION_SETS: [&str; 5] = [
    "*",
    "us-east-1",
    "us-east-1,us-west-2",
    "us-*",
    "eu-west-1,us-*",
];

/// A request, and what came of it here.
#[derive(Serialize)]
struct Signed {
    #[serde(flatten)]
    case: Case,
    region_set: &'static str,
    /// That of Version 4.
    version_4: String,
    string_to_sign: String,
    signature: String,
}

/// As AWS's C signer made it.
#[derive(Deserialize)]
struct Official {
    id: String,
    service: String,
    region: String,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
}

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["sign", folder, seed, requests] => sign(
            Path::new(folder),
            seed.parse().expect("a seed"),
            requests.parse().expect("a number of requests"),
        ),
        ["verify", folder] => verify(Path::new(folder)),
        _ => {
            eprintln!("usage: sigv4a sign FOLDER SEED REQUESTS | verify FOLDER");
            ExitCode::from(2)
        }
    }
}

/// Both are by RFC 6979: `aws-sigv4` has to come to the same bytes.
fn sign(folder: &Path, seed: u64, requests: usize) -> ExitCode {
    let mut generator = Generator::new(seed);
    let (mut signed, mut equal, mut wrong) = (Vec::new(), 0, 0);
    for number in 0..requests {
        let mut case = generator.case(number);
        let region_set = REGION_SETS[number % REGION_SETS.len()];
        let Outcome::Signed {
            signature: version_4,
            ..
        } = signers::ours(&case)
        else {
            continue;
        };
        let theirs = signers::aws_sigv4(&case);
        let (string_to_sign, signature) = signers::ours_4a(&case, region_set);
        if matches!(theirs, Outcome::Signed { signature, .. } if signature == version_4) {
            equal += 1;
            let theirs = signers::aws_sigv4_4a(&case, region_set);
            if theirs != signature {
                wrong += 1;
                eprintln!("aws-sigv4 signs {case:?} for {region_set} as {theirs}, not {signature}");
            }
        }
        case.id = number.to_string();
        signed.push(Signed {
            case,
            region_set,
            version_4,
            string_to_sign,
            signature,
        });
    }
    write_lines(&folder.join("sigv4a.jsonl"), &signed);
    println!(
        "seed {seed}: of {requests} requests {} signed; aws-sigv4: {equal} compared, {wrong} differ",
        signed.len()
    );
    // Half of the requests are made to differ.
    if wrong == 0 && equal * 4 > requests {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// By the public key alone.
fn verify(folder: &Path) -> ExitCode {
    let key = PublicKey::derive(ACCESS_KEY_ID, SECRET).expect("a key");
    let official: Vec<Official> = read_lines(&folder.join("sigv4a-official.jsonl"));
    let mut wrong = 0;
    for request in &official {
        if let Err(error) = verify_one(request, &key) {
            wrong += 1;
            eprintln!("{}: {error}", request.id);
        }
    }
    println!(
        "{} requests of awscrt verified here, {wrong} refused",
        official.len()
    );
    if wrong == 0 && !official.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn verify_one(official: &Official, key: &PublicKey) -> Result<(), sigv4::Error> {
    let headers: Vec<Header<'_>> = official
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let request = Request {
        method: &official.method,
        target: &official.target,
        headers: &headers,
        payload: Payload::Bytes(official.body.as_bytes()),
    };
    let regions = [official.region.as_str()];
    let mut policy = Policy::new(&regions, &official.service);
    policy.profile = Profile {
        non_ascii_header_values: true,
        ..policy.profile.with_sigv4a()
    };
    let now = Timestamp::parse(peers::case::TIME)?;
    let claim = Claim::from_request(&request)?;
    claim.verify_with_public_key(key, &request, &policy, now)?;
    Ok(())
}
