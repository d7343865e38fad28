//! Transcribes AWS's Signature Version 4 test suite into JSON, one file per case.
//!
//! Each half of the suite is a folder of small text files, `v4/<case>/<form>-<stage>.txt` and
//! the same under `v4a`. The JSON
//! holds the same text as arrays of lines; joining an array with `"\n"` gives the
//! published file back byte for byte. `README.md` beside this file describes the format.
//!
//! ```text
//! cargo run --example transcribe -- <suite folder>/v4 test-vectors/aws-v4
//! cargo run --example transcribe -- <suite folder>/v4a test-vectors/aws-v4a
//! ```
//!
//! The program prints a digest of what it read, the same as this command prints:
//!
//! ```text
//! cd <suite folder> && find v4 -type f | LC_ALL=C sort | xargs sha256sum | sha256sum
//! ```
//!
//! `serde_json` needs its feature `preserve_order`, so that keys keep their order.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The stages of a form, as in the file names; the keys have `_` in place of `-`.
const STAGES: [&str; 4] = [
    "canonical-request",
    "string-to-sign",
    "signature",
    "signed-request",
];

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let [half, output] = arguments.as_slice() else {
        eprintln!("usage: transcribe <suite folder>/v4[a] <output folder>");
        return ExitCode::FAILURE;
    };
    match transcribe(Path::new(half), Path::new(output)) {
        Ok((cases, digest)) => {
            println!("{cases} cases, digest of the source {digest}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("transcribe: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Writes every case and returns how many there were and the digest of all their files.
fn transcribe(half: &Path, output: &Path) -> Result<(usize, String), String> {
    let cases = entries(half)?;
    let name_of_half = half.file_name().and_then(|name| name.to_str());
    let name_of_half = name_of_half.ok_or_else(|| at(half, "no name"))?;
    let mut sums = BTreeMap::new(); // relative path -> SHA-256, in the order of `LC_ALL=C sort`
    fs::create_dir_all(output).map_err(|e| at(output, e))?;
    for (case, folder) in &cases {
        let mut texts = BTreeMap::new();
        for (name, path) in entries(folder)? {
            let bytes = fs::read(&path).map_err(|e| at(&path, e))?;
            let sum = hex::encode(Sha256::digest(&bytes));
            sums.insert(format!("{name_of_half}/{case}/{name}"), sum);
            let text = String::from_utf8(bytes).map_err(|e| at(&path, e))?;
            texts.insert(name, text);
        }
        let json = one_case(case, texts).map_err(|e| at(folder, e))?;
        let target = output.join(format!("{case}.json"));
        fs::write(&target, format!("{json:#}\n")).map_err(|e| at(&target, e))?;
    }
    let mut digest = Sha256::new();
    for (path, sum) in sums {
        digest.update(format!("{sum}  {path}\n"));
    }
    Ok((cases.len(), hex::encode(digest.finalize())))
}

/// Builds the JSON of one case from its files, which must all have a known name.
fn one_case(case: &str, mut texts: BTreeMap<String, String>) -> Result<Value, String> {
    let mut json = Map::new();
    json.insert("case".into(), case.into());
    for name in ["context", "public-key"] {
        if let Some(text) = texts.remove(&format!("{name}.json")) {
            let value = serde_json::from_str(&text).map_err(|e| format!("{name}.json: {e}"))?;
            json.insert(name.replace('-', "_"), value);
        }
    }
    let request = texts.remove("request.txt").ok_or("no request.txt")?;
    json.insert("request".into(), lines(&request));
    // One case has these once more, without a form.
    for stage in STAGES {
        if let Some(text) = texts.remove(&format!("{stage}.txt")) {
            json.insert(stage.replace('-', "_"), lines(&text));
        }
    }
    for form in ["header", "query"] {
        let mut stages = Map::new();
        for stage in STAGES {
            if let Some(text) = texts.remove(&format!("{form}-{stage}.txt")) {
                stages.insert(stage.replace('-', "_"), lines(&text));
            }
        }
        if !stages.is_empty() {
            json.insert(form.into(), stages.into());
        }
    }
    match texts.keys().next() {
        Some(unknown) => Err(format!("unknown file {unknown}")),
        None => Ok(json.into()),
    }
}

/// The names and paths in a folder, sorted by name.
fn entries(folder: &Path) -> Result<BTreeMap<String, PathBuf>, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|e| at(folder, e))? {
        let path = entry.map_err(|e| at(folder, e))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| at(&path, "the name is not UTF-8"))?;
        found.insert(name.to_owned(), path);
    }
    Ok(found)
}

/// Splits at every line feed and nowhere else; a trailing one gives a last empty string.
fn lines(text: &str) -> Value {
    text.split('\n').collect()
}

fn at(path: &Path, error: impl Display) -> String {
    format!("{}: {error}", path.display())
}
