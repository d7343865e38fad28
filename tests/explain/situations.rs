//! Recorded situations, each with its cause.

use crate::sending::{Sending, explained, in_json, in_xml};
use serde::Deserialize;
use sigv4::Header;
use sigv4::explain::Cause;
use std::collections::BTreeMap;
use std::path::Path;

/// A request, what a service answered it, and why. `source` says whose words the answer
/// has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Situation {
    situation: String,
    #[serde(rename = "says")]
    _says: String,
    #[serde(rename = "source")]
    _source: String,
    request: Sending,
    answer: Answering,
    cause: String,
    differs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answering {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

fn situations() -> Vec<Situation> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain/cases");
    let files = crate::support::json_files(&folder);
    let read = |(name, path): &(String, _)| {
        let text = std::fs::read_to_string(path).unwrap();
        let situation: Situation =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(&situation.situation, name);
        situation
    };
    files.iter().map(read).collect()
}

#[test]
fn every_situation_has_its_cause() {
    let situations = situations();
    assert!(situations.len() >= 25);
    let mut wrong = Vec::new();
    for situation in &situations {
        let answer = &situation.answer;
        let headers: Vec<Header<'_>> = answer
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let found = explained(
            &situation.request,
            answer.status,
            &headers,
            answer.body.as_bytes(),
        );
        let differs: Vec<_> = found
            .differences
            .iter()
            .map(|d| d.part.to_string())
            .collect();
        if (format!("{:?}", found.cause()), &differs)
            != (situation.cause.clone(), &situation.differs)
        {
            wrong.push(format!(
                "{}: {:?} {differs:?}, not {} {:?}",
                situation.situation,
                found.cause(),
                situation.cause,
                situation.differs
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The mistake being absent, the service accepts the request; and should it print its
/// strings for another reason, they are the same ones.
#[test]
fn nothing_differs_without_the_mistake() {
    for situation in situations() {
        let sending = &situation.request;
        let accepted = explained(sending, 200, &[], b"{\"items\":[]}");
        assert_eq!(*accepted.cause(), Cause::Nothing);
        assert_eq!(accepted.differences, [], "{}", situation.situation);

        let stages = sending.stages();
        for body in [in_json(&stages), in_xml(&stages)] {
            let found = explained(sending, 403, &[], body.as_bytes());
            assert_eq!(
                found.cause().clone(),
                Cause::WrongSecret,
                "{}",
                situation.situation
            );
            assert_eq!(found.differences, [], "{}", situation.situation);
        }
    }
}
