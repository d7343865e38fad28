//! The vectors in `test-vectors/aws-v4` and `aws-v4a` against the original suite.

use crate::support::suite::read;
use crate::support::{json_files, vectors};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Names the folder of the original suite, where it is at hand.
const SUITE: &str = "SIGV4_AWS_SUITE";

/// Where the original suite is at hand, its files and ours have the same content, and
/// neither has a file that the other does not.
#[test]
fn the_transcription_equals_the_original() {
    equals("v4", 387);
    equals("v4a", 420);
}

fn equals(half: &str, count: usize) {
    let transcribed = transcribed_files(&format!("aws-{half}"));
    assert_eq!(transcribed.len(), count, "files in the transcription");
    let Some(suite) = std::env::var_os(SUITE) else {
        println!("{SUITE} is not set: compared with nothing");
        return;
    };
    let mut original = BTreeMap::new();
    let mut sums = BTreeMap::new();
    for case in fs::read_dir(Path::new(&suite).join(half)).unwrap() {
        let case = case.unwrap();
        for file in fs::read_dir(case.path()).unwrap() {
            let file = file.unwrap();
            let path = format!(
                "{}/{}",
                case.file_name().to_str().unwrap(),
                file.file_name().to_str().unwrap()
            );
            let text = fs::read_to_string(file.path()).unwrap();
            sums.insert(format!("{half}/{path}"), hex::encode(Sha256::digest(&text)));
            let text = if path.ends_with(".json") {
                serde_json::from_str::<Value>(&text).unwrap().to_string()
            } else {
                text
            };
            original.insert(path, text);
        }
    }
    for (path, text) in &original {
        assert_eq!(transcribed.get(path), Some(text), "{path}");
    }
    assert_eq!(transcribed.len(), original.len());
    let lines: String = sums
        .iter()
        .map(|(path, sum)| format!("{sum}  {path}\n"))
        .collect();
    let readme = fs::read_to_string(vectors().join("README.md")).unwrap();
    assert!(
        readme.contains(&hex::encode(Sha256::digest(lines))),
        "the digest in README.md"
    );
}

/// The files of the suite, by path, put together again from the JSON.
fn transcribed_files(folder: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let text = |lines: &Value| {
        let lines = lines
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap());
        lines.collect::<Vec<_>>().join("\n")
    };
    for (case, path) in json_files(&vectors().join(folder)) {
        let json: Value = read(&path);
        for (key, value) in json.as_object().unwrap() {
            match key.as_str() {
                "case" => {}
                "context" | "public_key" => {
                    let name = key.replace('_', "-");
                    files.insert(format!("{case}/{name}.json"), value.to_string());
                }
                "request" | "canonical_request" | "string_to_sign" => {
                    let name = key.replace('_', "-");
                    files.insert(format!("{case}/{name}.txt"), text(value));
                }
                form => {
                    for (stage, lines) in value.as_object().unwrap() {
                        let name = format!("{case}/{form}-{}.txt", stage.replace('_', "-"));
                        files.insert(name, text(lines));
                    }
                }
            }
        }
    }
    files
}
