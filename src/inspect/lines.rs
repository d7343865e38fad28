//! Canonical request, string to sign and scope, line by line, both sides beside each other.

use super::cut::Cut;
use super::redact;
use crate::explain::Part;
use crate::request::profile::Profile;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::prelude::rust_2024::*;

/// One line of one side.
pub(super) struct Line {
    part: &'static str,
    /// Of a header.
    name: Option<String>,
    note: String,
    text: String,
    /// As it is shown.
    shown: String,
}

impl Line {
    fn new(part: &'static str, text: &str, note: impl Into<String>) -> Self {
        Self {
            part,
            name: None,
            note: note.into(),
            text: text.to_owned(),
            shown: text.to_owned(),
        }
    }
}

/// Method, path, query, a line for each header, an empty one, the names of the headers, the payload
/// hash.
pub(super) fn canonical(text: &str, profile: &Profile) -> Vec<Line> {
    let lines: Vec<&str> = text.split('\n').collect();
    let last = lines.len().saturating_sub(1);
    let line = |(number, text): (usize, &&str)| {
        let text: &str = text.trim_end_matches('\r');
        let of = |part: &'static str, rule: &Part| Line::new(part, text, rule.rule(text, profile));
        match number {
            0 => of("method", &Part::Method),
            1 => of("path", &Part::Path),
            2 => {
                let shown = redact::query(text).into_owned();
                Line {
                    shown,
                    ..of("query", &Part::Query)
                }
            }
            _ if number == last => of("payload-hash", &Part::PayloadHash),
            _ if number.saturating_add(1) == last => of("signed-headers", &Part::SignedHeaders),
            _ if text.is_empty() => Line::new("blank", "", "end of the headers"),
            _ => {
                let name = text.split(':').next().unwrap_or_default().to_owned();
                let shown = redact::header_line(&name, text);
                let line = of("header", &Part::Header(name.clone()));
                Line {
                    name: Some(name),
                    shown,
                    ..line
                }
            }
        }
    };
    lines.iter().enumerate().map(line).collect()
}

pub(super) fn string_to_sign(text: &str, profile: &Profile) -> Vec<Line> {
    let line = |(number, text): (usize, &str)| {
        let (part, rule) = match number {
            0 => return Line::new("algorithm", text, "algorithm"),
            1 => ("time", Part::Time),
            2 => ("scope", Part::Scope),
            _ => ("canonical-request-hash", Part::CanonicalRequestHash),
        };
        Line::new(part, text, rule.rule(text, profile))
    };
    text.trim_end().lines().enumerate().map(line).collect()
}

/// Date, region, service and the word at the end; of Version 4A the region stands in a header.
pub(super) fn scope(date: &str, region: Option<&str>, service: &str, end: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    lines.push(Line::new("date", date, "day of x-amz-date, in UTC"));
    if let Some(region) = region {
        lines.push(Line::new("region", region, "where the service runs"));
    }
    lines.push(Line::new("service", service, "the service's signing name"));
    lines.push(Line::new("terminator", end, "always aws4_request"));
    lines
}

/// The order of the parts.
const ORDER: [&str; 15] = [
    "method",
    "path",
    "query",
    "header",
    "blank",
    "signed-headers",
    "payload-hash",
    "algorithm",
    "time",
    "scope",
    "canonical-request-hash",
    "date",
    "region",
    "service",
    "terminator",
];

type Both = (Option<Line>, Option<Line>);

/// Lines of the same part and name beside each other. `None` is a side that is not known.
pub(super) fn beside(sent: Option<Vec<Line>>, computed: Option<Vec<Line>>) -> Vec<Value> {
    let is_known = sent.is_some() && computed.is_some();
    let mut rows: BTreeMap<(usize, String, usize), Both> = BTreeMap::new();
    for (side, lines) in [sent, computed].into_iter().enumerate() {
        let mut seen: BTreeMap<(usize, String), usize> = BTreeMap::new();
        for line in lines.into_iter().flatten() {
            let rank = ORDER.iter().position(|part| *part == line.part);
            let key = (
                rank.unwrap_or(ORDER.len()),
                line.name.clone().unwrap_or_default(),
            );
            let count = seen.entry(key.clone()).or_default();
            let row = rows.entry((key.0, key.1, *count)).or_default();
            *count = count.saturating_add(1);
            match side {
                0 => row.0 = Some(line),
                _ => row.1 = Some(line),
            }
        }
    }
    rows.into_values()
        .map(|both| row(&both, is_known))
        .collect()
}

fn row((sent, computed): &Both, is_known: bool) -> Value {
    let (state, cuts) = match (sent, computed) {
        (Some(sent), Some(computed)) if sent.text == computed.text => {
            let cut = Cut::whole(&sent.text);
            ("same", (Some(cut), Some(cut)))
        }
        (Some(sent), Some(computed)) => {
            let (left, right) = Cut::of(&sent.text, &computed.text);
            ("differs", (Some(left), Some(right)))
        }
        (Some(sent), None) if is_known => ("sent-only", (Some(Cut::all(&sent.text)), None)),
        (None, Some(computed)) if is_known => {
            ("computed-only", (None, Some(Cut::all(&computed.text))))
        }
        (sent, computed) => {
            let whole = |line: &'_ Option<Line>| line.as_ref().map(|line| line.text.clone());
            let (left, right) = (whole(sent), whole(computed));
            let cuts = [left.as_deref(), right.as_deref()].map(|text| text.map(Cut::whole));
            return json([sent.as_ref(), computed.as_ref()], cuts, "unknown");
        }
    };
    json([sent.as_ref(), computed.as_ref()], [cuts.0, cuts.1], state)
}

fn json(lines: [Option<&Line>; 2], cuts: [Option<Cut<'_>>; 2], state: &str) -> Value {
    let [sent, computed] = lines;
    let of = computed.or(sent);
    let side = |line: Option<&Line>, cut: Option<Cut<'_>>| {
        let (line, cut) = line.zip(cut)?;
        Some(cut.json_as(&line.shown))
    };
    let [sent_cut, computed_cut] = cuts;
    let (sent, computed) = (side(sent, sent_cut), side(computed, computed_cut));
    json!({
        "part": of.map(|line| line.part),
        "name": of.and_then(|line| line.name.as_deref()),
        "note": of.map(|line| line.note.as_str()),
        "sent": sent,
        "computed": computed,
        "state": state,
    })
}

#[cfg(test)]
mod tests {
    use super::{beside, canonical};
    use crate::request::profile::Profile;
    use std::prelude::rust_2024::*;

    const COMPUTED: &str = "GET\n/a%20b\n\nhost:example.com\nx-amz-security-token:one\n\n\
        host;x-amz-security-token\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn rows(sent: Option<&str>) -> Vec<serde_json::Value> {
        let lines = |text: &str| canonical(text, &Profile::DEFAULT);
        beside(sent.map(lines), Some(lines(COMPUTED)))
    }

    #[test]
    fn beside_each_other() {
        let sent = COMPUTED
            .replace("a%20b", "a b")
            .replace("host:example.com\n", "")
            .replace("token:one", "token:two");
        let rows = rows(Some(&sent));
        let states: Vec<_> = rows
            .iter()
            .map(|row| row["state"].as_str().unwrap())
            .collect();
        assert_eq!(
            states,
            [
                "same",
                "differs",
                "same",
                "computed-only",
                "differs",
                "same",
                "same",
                "same"
            ]
        );
        assert_eq!(rows[1]["sent"]["cut"], serde_json::json!(["/a", " ", "b"]));
        assert_eq!(rows[3]["name"], "host");
        // Two tokens of the same length differ, and are not shown.
        let text = "x-amz-security-token:(a session token, 3 bytes)";
        assert_eq!(rows[4]["computed"]["text"], text);
        assert_eq!(rows[4]["sent"]["text"], text);
        let name = "x-amz-security-token:";
        let cut = serde_json::json!([name, "(a session token, 3 bytes)", ""]);
        assert_eq!(rows[4]["sent"]["cut"], cut);
        assert_eq!(rows[4]["sent"]["from"], name.len());
        assert_eq!(rows[4]["sent"]["hidden"], true);
        assert_eq!(rows[7]["note"], "SHA-256 of no body");
    }

    #[test]
    fn one_side_alone() {
        let rows = rows(None);
        assert!(
            rows.iter()
                .all(|row| row["state"] == "unknown" && row["sent"].is_null())
        );
    }
}
