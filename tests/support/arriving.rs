//! Requests that a service has to accept or to refuse. See `test-vectors/README.md`.

use super::{json_files, vectors};
use serde::Deserialize;
use sigv4::Policy;
use std::collections::BTreeMap;
use std::fs;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arriving {
    pub case: String,
    /// Of an accepted request: what it is there for.
    pub shows: Option<String>,
    /// Of a refused one: what is wrong with it.
    pub flaw: Option<String>,
    /// The accepted request that it was made from.
    pub base: Option<String>,
    /// The exact error, as `Debug` writes it.
    pub error: Option<String>,
    pub region: String,
    pub service: String,
    pub now: String,
    #[serde(default, rename = "policy")]
    pub limits: Limits,
    pub request: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub max_headers: Option<usize>,
    pub max_parameters: Option<usize>,
    pub max_head: Option<usize>,
}

/// The cases of a folder, `accept` or `reject`, by name.
pub fn read(folder: &str) -> BTreeMap<String, Arriving> {
    json_files(&vectors().join(folder))
        .into_iter()
        .map(|(name, path)| {
            let vector: Arriving = serde_json::from_str(&fs::read_to_string(&path).unwrap())
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(vector.case, name);
            (name, vector)
        })
        .collect()
}

impl Arriving {
    /// What the service accepts.
    pub fn policy<'a>(&'a self, regions: &'a [&'a str]) -> Policy<'a> {
        let mut policy = Policy::new(regions, &self.service);
        let limits = &self.limits;
        policy.max_headers = limits.max_headers.unwrap_or(policy.max_headers);
        policy.max_parameters = limits.max_parameters.unwrap_or(policy.max_parameters);
        policy.max_head = limits.max_head.unwrap_or(policy.max_head);
        policy
    }
}

/// What each refused request is answered: status, code and body.
pub fn refusals() -> BTreeMap<String, (u16, String, String)> {
    let text = fs::read_to_string(vectors().join("refusals.tsv")).unwrap();
    let rows = text.lines().skip(1).map(|row| {
        let [case, status, code, body] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}");
        };
        let body = serde_json::from_str(body).unwrap();
        (
            case.to_owned(),
            (status.parse().unwrap(), code.to_owned(), body),
        )
    });
    rows.collect()
}
