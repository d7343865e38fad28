//! The vectors in `test-vectors/aws-v4` against the original suite.

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
    let transcribed = transcribed_files();
    assert_eq!(transcribed.len(), 387, "files in the transcription");
    let Some(suite) = std::env::var_os(SUITE) else {
        println!("{SUITE} is not set: compared with nothing");
        return;
    };
    let mut original = BTreeMap::new();
    let mut sums = BTreeMap::new();
    for case in fs::read_dir(Path::new(&suite).join("v4")).unwrap() {
        let case = case.unwrap();
        for file in fs::read_dir(case.path()).unwrap() {
            let file = file.unwrap();
            let path = format!(
                "{}/{}",
                case.file_name().to_str().unwrap(),
                file.file_name().to_str().unwrap()
            );
            let text = fs::read_to_string(file.path()).unwrap();
            sums.insert(format!("v4/{path}"), hex::encode(Sha256::digest(&text)));
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
fn transcribed_files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let text = |lines: &Value| {
        let lines = lines
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap());
        lines.collect::<Vec<_>>().join("\n")
    };
    for (case, path) in json_files(&vectors().join("aws-v4")) {
        let json: Value = read(&path);
        for (key, value) in json.as_object().unwrap() {
            match key.as_str() {
                "case" => {}
                "context" => {
                    files.insert(format!("{case}/context.json"), value.to_string());
                }
                "request" => {
                    files.insert(format!("{case}/request.txt"), text(value));
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
