//! What the fuzz targets start from, made from `test-vectors/`.

mod answers;
mod forms;
mod pasted;

use answers::{add_answers, add_credentials, add_refusals};
use forms::add_forms;
use pasted::add_pasted;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// (target, bytes), each once.
pub type Seeds = BTreeSet<(&'static str, Vec<u8>)>;

pub fn seeds(project: &Path) -> Seeds {
    let mut seeds = Seeds::new();
    for folder in [
        "aws-v4",
        "s3",
        "iam",
        "accept",
        "reject",
        "accept-v4a",
        "reject-v4a",
    ] {
        for entry in std::fs::read_dir(project.join("test-vectors").join(folder)).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let vector: Value = serde_json::from_str(&text).unwrap();
            let signed = ["header", "query"].map(|form| &vector[form]["signed_request"]);
            for lines in signed.into_iter().chain([&vector["request"]]) {
                if let Some(lines) = lines.as_array() {
                    let lines = lines.iter().map(|line| line.as_str().unwrap());
                    add_request(&mut seeds, &lines.collect::<Vec<_>>());
                }
            }
        }
    }
    add_credentials(&mut seeds);
    add_answers(&mut seeds);
    add_refusals(&mut seeds, project);
    add_hosts(&mut seeds, project);
    add_forms(&mut seeds, project);
    add_profiles(&mut seeds, project);
    add_streams(&mut seeds, project);
    add_messages(&mut seeds, project);
    add_calls(&mut seeds, project);
    add_pasted(&mut seeds);
    seeds
}

/// Calls of STS that somebody else signed.
fn add_calls(seeds: &mut Seeds, project: &Path) {
    let folder = project.join("test-vectors/tokens-verify");
    let files = |kind| {
        let entries = std::fs::read_dir(folder.join(kind)).unwrap();
        entries.map(|entry| {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            serde_json::from_str::<Value>(&text).unwrap()
        })
    };
    let mut add = |target, choice: &[u8], text: &str| {
        // Of what is too long one is enough.
        if text.len() < 2_000 {
            seeds.insert((target, [choice, text.as_bytes()].concat()));
        }
    };
    for vector in files("eks") {
        add("eks_token", b"\0", vector["token"].as_str().unwrap());
        if let Some(url) = vector["url"].as_str() {
            add("eks_token", b"\x01", url);
        }
    }
    for vector in files("sts-identity") {
        if let Some(headers) = vector["headers"].as_str() {
            let lines = [
                "POST",
                "https://sts.us-east-1.amazonaws.com/",
                "Action=GetCallerIdentity&Version=2011-06-15",
                headers,
            ];
            add("sts_identity", b"", &lines.join("\n"));
        }
    }
}

/// What servers read differently, and what they do not.
fn add_messages(seeds: &mut Seeds, project: &Path) {
    for folder in ["refused", "taken"] {
        let folder = project.join("tests/proxy/smuggling").join(folder);
        for entry in std::fs::read_dir(folder).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            if bytes.len() < 1_000 {
                seeds.insert(("proxy_guard", bytes));
            }
        }
    }
}

/// Short bodies with a flaw each, and messages.
fn add_streams(seeds: &mut Seeds, project: &Path) {
    let files = |folder| {
        let entries = std::fs::read_dir(project.join("test-vectors").join(folder)).unwrap();
        entries.map(|entry| {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            serde_json::from_str::<Value>(&text).unwrap()
        })
    };
    for vector in files("streaming-reject") {
        let parts = vector["body"].as_array().unwrap().iter();
        let Some(body) = parts.map(Value::as_str).collect::<Option<String>>() else {
            continue;
        };
        for choice in [b"\0", b"\x01", b"\x02"] {
            seeds.insert(("decode_chunks", [choice, body.as_bytes()].concat()));
        }
    }
    for vector in files("event-messages") {
        let digits = vector["hex"].as_str().unwrap();
        seeds.insert(("read_messages", hex::decode(digits).unwrap()));
    }
    // Parts of any length: a fuzzer finds what they are.
    for length in [40, 400, 4_000] {
        let bytes = |by: usize| (0..length).map(|index| (index * by % 256) as u8).collect();
        for target in ["sign_chunks", "verify_events"] {
            seeds.extend([1, 7, 255].map(|by| (target, bytes(by))));
        }
    }
}

fn add_request(seeds: &mut Seeds, lines: &[&str]) {
    let whole = lines.join("\n");
    let (line, rest) = whole.split_once('\n').unwrap_or((&whole, ""));
    let (_, target) = line.split_once(' ').unwrap();
    let target = target.strip_suffix(" HTTP/1.1").unwrap_or(target);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (headers, _) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let mut add = |target, bytes: &[u8]| seeds.insert((target, bytes.to_vec()));
    add("canonical_path", path.trim_start_matches('/').as_bytes());
    add("canonical_query", query.as_bytes());
    add("canonical_headers", headers.as_bytes());
    if query.contains("X-Amz-Signature=") {
        add("parse_presigned", query.as_bytes());
    }
    for header in headers.lines() {
        if let Some(("Authorization", value)) = header.split_once(':') {
            add("parse_authorization", value.trim().as_bytes());
        }
        if let Some(("X-Amz-Region-Set", value)) = header.split_once(':') {
            add("region_set", value.as_bytes());
        }
        if let Some((_, digits)) = header.split_once("Signature=30") {
            add("ecdsa_signature", ["30", digits].concat().as_bytes());
        }
    }
    add("verify_request", whole.as_bytes());
    if whole.contains("AWS4-ECDSA") {
        add("sigv4a_claims", whole.as_bytes());
    }
    let structured = [b"\0", whole.as_bytes()].concat();
    add("sign_verify", &structured);
    add("against_reference", &structured);
}

/// The files of AWS's vectors, and profiles of each kind.
fn add_profiles(seeds: &mut Seeds, project: &Path) {
    let vectors = "test-vectors/aws-sdk-credentials/profile-parser-tests.json";
    let vectors = std::fs::read_to_string(project.join(vectors)).unwrap();
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    for test in vectors["tests"].as_array().unwrap() {
        for (choice, file) in [(b"\0", "configFile"), (b"\x01", "credentialsFile")] {
            if let Some(text) = test["input"][file].as_str() {
                seeds.insert(("profile_files", [choice, text.as_bytes()].concat()));
            }
        }
    }
    let kinds = "[profile a]\nrole_arn = arn:a\nsource_profile = b\nduration_seconds = 900\n\
                 [profile b]\naws_access_key_id = A\naws_secret_access_key = s\n\
                 [profile c]\nsso_session = d\nsso_account_id = 1\nsso_role_name = r\n\
                 [sso-session d]\nsso_region = r\nsso_start_url = u\n\
                 [profile e]\ncredential_process = x\n[profile f]\nlogin_session = arn:a\n\
                 [profile g]\nrole_arn = arn:a\nweb_identity_token_file = t\n\
                 [profile h]\nrole_arn = arn:a\ncredential_source = Environment\n";
    seeds.insert(("profile_files", [b"\0", kinds.as_bytes()].concat()));
}

/// Each host that is made for a resource, some of the models', and one that is none.
fn add_hosts(seeds: &mut Seeds, project: &Path) {
    seeds.insert(("resolve_endpoint", b"\0s3.eu`1.wasabisys.com".to_vec()));
    for (table, step) in [
        ("resources.tsv", 1),
        ("refused.tsv", 1),
        ("partitions.tsv", 100),
    ] {
        let text = std::fs::read_to_string(project.join("test-vectors/endpoints").join(table));
        let text = text.unwrap();
        let rows = text.lines().filter(|line| !line.starts_with('#'));
        for row in rows.step_by(step) {
            let url = row.split('\t').next().unwrap();
            let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
            let scheme = u8::from(scheme == "wss");
            seeds.insert(("resolve_endpoint", [&[scheme], rest.as_bytes()].concat()));
        }
    }
}
