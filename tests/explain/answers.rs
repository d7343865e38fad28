//! The known answers: a row of `src/explain/known.tsv` and a file of
//! `test-vectors/answers` each.

use crate::sending::{TOKEN, sending};
use serde::Deserialize;
use sigv4::Header;
use sigv4::explain::{Answer, Evidence, Explanation, Sent, explain, explain_answer};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a service answered. `source` says who reported or documents it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    answer: String,
    source: String,
    /// What the request was signed for.
    service: Option<String>,
    #[serde(default = "get")]
    method: String,
    /// Where nobody said it, that of a refusal.
    #[serde(default = "forbidden")]
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
    causes: Vec<String>,
}

fn get() -> String {
    "GET".into()
}

fn forbidden() -> u16 {
    403
}

fn recorded() -> Vec<Recorded> {
    let files = crate::support::json_files(&crate::support::vectors().join("answers"));
    let read = |(name, path): &(String, _)| {
        let text = std::fs::read_to_string(path).unwrap();
        let recorded: Recorded =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(&recorded.answer, name);
        assert!(recorded.source.starts_with("https://"), "{name}");
        recorded
    };
    files.iter().map(read).collect()
}

/// Name, causes and advice of each row.
fn rows() -> Vec<[String; 3]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/explain/known.tsv");
    let table = std::fs::read_to_string(path).unwrap();
    let row = |line: &str| {
        let columns: Vec<_> = line.split('\t').collect();
        assert_eq!(columns.len(), 8, "{line}");
        [columns[0], columns[6], columns[7]].map(str::to_owned)
    };
    table.lines().skip(1).map(row).collect()
}

impl Recorded {
    fn explained(&self, with_request: bool) -> Explanation {
        let headers: Vec<Header<'_>> = (self.headers.iter())
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let answer = Answer {
            status: self.status,
            headers: &headers,
            body: self.body.as_bytes(),
        };
        if !with_request {
            return explain_answer(&answer);
        }
        let mut sending = sending(
            self.service.as_deref().unwrap_or("sns"),
            "/a",
            "example.com",
        );
        sending.method.clone_from(&self.method);
        // Of some causes, those who send none are free.
        sending.session_token = Some(TOKEN.into());
        let (stages, credentials) = (sending.stages(), sending.credentials());
        explain(&Sent::new(&stages, &credentials), &answer)
    }
}

#[test]
fn every_known_answer_has_its_causes() {
    let recorded = recorded();
    assert!(recorded.len() >= 70, "{}", recorded.len());
    let mut wrong = Vec::new();
    for answer in &recorded {
        let found = answer.explained(true);
        let causes: Vec<_> = found.causes.iter().map(|r| r.cause.name()).collect();
        if found.known != Some(&answer.answer) || causes != answer.causes {
            wrong.push(format!(
                "{}: {:?} {causes:?}, not {:?}",
                answer.answer, found.known, answer.causes
            ));
        }
        for reason in &found.causes {
            assert!(!reason.remedy.is_empty());
            assert!(!reason.cause.to_string().is_empty());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One file for each row, one row for each file.
#[test]
fn rows_and_files_go_together() {
    let rows: Vec<_> = rows().into_iter().map(|[name, ..]| name).collect();
    let names: BTreeSet<_> = rows.iter().cloned().collect();
    assert_eq!(names.len(), rows.len(), "a name is there twice");
    let files: BTreeSet<_> = recorded().into_iter().map(|r| r.answer).collect();
    assert_eq!(names, files);
}

/// Of one cause the service says that it is so; several are what an answer can mean, and
/// then there is advice how to find out which.
#[test]
fn several_causes_are_possible_ones_and_come_with_advice() {
    let rows: BTreeMap<_, _> = rows().into_iter().map(|[n, c, a]| (n, (c, a))).collect();
    let mut several = 0;
    for answer in recorded() {
        let found = answer.explained(true);
        let (causes, advice) = &rows[&answer.answer];
        let alternatives = causes.contains('|');
        for reason in &found.causes {
            let evidence = if alternatives {
                Evidence::Possible
            } else {
                Evidence::Said
            };
            assert_eq!(reason.evidence, evidence, "{}", answer.answer);
        }
        assert_eq!(found.is_ambiguous(), alternatives, "{}", answer.answer);
        if alternatives {
            several += 1;
            assert_eq!(found.advice, Some(advice.as_str()), "{}", answer.answer);
        }
        if causes.contains('"') {
            assert!(!advice.is_empty(), "{}", answer.answer);
        }
    }
    assert!(several >= 10, "{several}");
}

/// Nothing says that a signature was right but a service that names the caller.
#[test]
fn only_a_named_caller_proves_a_signature() {
    for answer in recorded() {
        for with_request in [true, false] {
            for reason in answer.explained(with_request).causes {
                let text = format!("{} {}", reason.cause, reason.remedy);
                let right =
                    text.contains("signature is right") || text.contains("signing differently");
                let named = answer.body.contains("User: arn:");
                assert!(!right || named, "{}: {text}", answer.answer);
            }
        }
    }
}

/// Where the words tell enough, the answer alone does, too. Of these, the service has to
/// be known; without it, what they are is among the causes, or nothing is claimed.
#[test]
fn an_answer_alone_is_explained() {
    let needs_the_service = [
        "aoss_forbidden",
        "iot_forbidden",
        "missing-token",
        "missing-token_code",
        "missing-token_xml",
        "r2_access-denied",
        "r2_unauthorized",
    ];
    let mut different = Vec::new();
    for answer in recorded() {
        let found = answer.explained(false);
        let causes: Vec<_> = found.causes.iter().map(|r| r.cause.name()).collect();
        if causes != answer.causes {
            let general = ["forbidden", "no-body", "unknown"].contains(&causes[0]);
            let among = (answer.causes.iter()).any(|cause| causes.contains(&cause.as_str()));
            assert!(general || among, "{}: {causes:?}", answer.answer);
            different.push(answer.answer);
        }
    }
    assert_eq!(different, needs_the_service);
}
