//! `credentials SEED PAIRS FOLDER PYTHON` makes pairs of files, and compares what this crate and
//! botocore find in them. `peers/run --credentials` calls it.

use peers::case::{read_lines, write_lines};
use peers::credentials::home::Home;
use peers::credentials::listed::Class;
use peers::credentials::pair::{Found, Pair};
use peers::credentials::pairs;
use peers::credentials::plain::plain;
use peers::credentials::resolve;
use peers::credentials::stand_in::StandIn;
use peers::credentials::tally::Tally;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

/// How many failures are shown.
const SHOWN: usize = 20;
/// In paths of the server.
const OURS: &str = "sigv4";
const CLIENT: &str = "client";
const THEIRS: &str = "botocore";
/// Whose every rule has to be in some pair.
const COMPLETE: [&str; 2] = ["File ", "Profile "];

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let [seed, pairs, folder, python] = arguments.as_slice() else {
        eprintln!("usage: credentials SEED PAIRS FOLDER PYTHON");
        return ExitCode::from(2);
    };
    let seed = seed.parse().expect("a seed");
    let count = pairs.parse().expect("a number of pairs");
    let (classes, rules) = listed();
    compare(&classes, &rules, seed, count, Path::new(folder), python)
}

/// The classes, and the rules that they may name.
fn listed() -> (Vec<Class>, Vec<String>) {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path| fs::read_to_string(home.join(path)).expect(path);
    let classes: Vec<Class> = serde_json::from_str(&read("credential-divergences.json"))
        .expect("credential-divergences.json is as listed.rs reads it");
    let text = read("../test-vectors/aws-sdk-credentials/SOURCE.md");
    let rules: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | "))
        .map(|(rule, _)| rule.to_owned())
        .collect();
    for class in &classes {
        assert!(
            rules.contains(&class.rule),
            "{}: which rule is it?",
            class.id
        );
    }
    (classes, rules)
}

/// The examples of the classes come first: a class that no longer occurs shows in every run.
fn compare(
    classes: &[Class],
    rules: &[String],
    seed: u64,
    count: usize,
    folder: &Path,
    python: &str,
) -> ExitCode {
    let examples = classes.iter().flat_map(Class::examples);
    let mut pairs: Vec<Pair> = examples.collect();
    pairs.extend((0..count).map(|number| pairs::pair(seed, number)));
    for rule in pairs.iter().flat_map(|pair| &pair.rules) {
        assert!(rules.contains(rule), "which rule is {rule}?");
    }
    let home = Home::make(&folder.join("home"));
    let server = StandIn::start();
    let official = botocore(&pairs, &home, &server, folder, python);
    let mut tally = Tally::default();
    let mut again = Vec::new();
    for (pair, theirs) in pairs.iter().zip(&official) {
        let mut ours = resolve::ours(pair, &home, &server.url(OURS, &pair.id));
        ours.calls = server.calls(OURS, &pair.id);
        if let Some(sent) = resolve::request(pair, &home, &server.url(CLIENT, &pair.id)) {
            let error = sent.err().map(|error| error.to_string());
            tally.add_client(pair, &ours, &server.calls(CLIENT, &pair.id), error);
        }
        if !tally.add(pair, &ours, theirs, classes) {
            continue;
        }
        match plain(pair) {
            Some(mut plain) => {
                plain.pair.id += "-plain";
                again.push((pair, ours, plain));
            }
            None => tally.add_broken(pair, &ours, theirs),
        }
    }
    let in_plain_words: Vec<_> = again
        .iter()
        .map(|(_, _, plain)| plain.pair.clone())
        .collect();
    let official = botocore(&in_plain_words, &home, &server, folder, python);
    for ((pair, ours, plain), theirs) in again.iter().zip(&official) {
        tally.add_plain(pair, ours, plain, theirs);
    }
    let tables = tally.tables(classes);
    fs::write(folder.join("tables.md"), &tables).expect("tables.md");
    let complete = rules
        .iter()
        .filter(|rule| COMPLETE.iter().any(|start| rule.starts_with(start)));
    let complete: Vec<_> = complete.cloned().collect();
    let failures = tally.failures(classes, &complete);
    for failure in failures.iter().take(SHOWN) {
        eprintln!("{failure}\n");
    }
    println!("{tables}");
    println!(
        "{} pairs of files, {} classes of divergence, {} failures",
        tally.pairs(),
        classes.len(),
        failures.len()
    );
    match failures.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// In a process of its own, which has each pair's variables in turn.
fn botocore(
    pairs: &[Pair],
    home: &Home,
    server: &StandIn,
    folder: &Path,
    python: &str,
) -> Vec<Found> {
    let lines: Vec<_> = pairs
        .iter()
        .map(|pair| {
            server.know(pair);
            let url = server.url(THEIRS, &pair.id);
            let environment = home.variables(pair, THEIRS, &url);
            json!({"environment": environment, "profile": pair.profile})
        })
        .collect();
    let (asked, found) = (folder.join("pairs.jsonl"), folder.join("found.jsonl"));
    write_lines(&asked, &lines);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("official_credentials.py");
    let status = Command::new(python)
        .arg(script)
        .args([&asked, &found])
        .arg(home.path())
        .status()
        .expect("Python");
    assert!(status.success(), "official_credentials.py: {status}");
    let mut found: Vec<Found> = read_lines(&found);
    assert_eq!(found.len(), pairs.len(), "a pair without an answer");
    for (pair, found) in pairs.iter().zip(&mut found) {
        found.calls = server.calls(THEIRS, &pair.id);
    }
    found
}
