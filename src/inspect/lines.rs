//! Canonical request, string to sign and scope, line by line, both sides beside each other.

use super::cut::{Cut, escaped};
use super::redact::{self, Tokens};
use crate::explain::Part;
use crate::request::profile::Profile;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::prelude::rust_2024::*;

/// One line of one side.
pub(super) struct Line<'t> {
    part: &'static str,
    /// Of a header.
    name: Option<String>,
    note: String,
    text: &'t [u8],
    /// As it is shown.
    shown: String,
}

impl<'t> Line<'t> {
    fn new(part: &'static str, text: &'t [u8], note: impl FnOnce(&str) -> String) -> Self {
        let shown = escaped(text);
        Self {
            part,
            name: None,
            note: note(&shown),
            text,
            shown,
        }
    }

    fn said(part: &'static str, text: &'t [u8], note: &'static str) -> Self {
        Self::new(part, text, |_| note.to_owned())
    }
}

/// A copy can have line ends of its own: all of them, or none. Any other `\r` is of the text.
fn split(text: &[u8]) -> Vec<&[u8]> {
    let mut lines: Vec<_> = text.split(|byte| *byte == b'\n').collect();
    let (last, others) = lines.split_last_mut().unzip();
    if let (Some(last), Some(others)) = (last, others)
        && !others.is_empty()
        && others.iter().all(|line| line.ends_with(b"\r"))
    {
        for line in others.iter_mut().chain([last]) {
            *line = line.strip_suffix(b"\r").unwrap_or(line);
        }
    }
    lines
}

/// Method, path, query, a line for each header, an empty one, the names of the headers, the payload
/// hash.
pub(super) fn canonical<'t>(text: &'t [u8], profile: &Profile) -> Vec<Line<'t>> {
    let lines = split(text);
    let last = lines.len().saturating_sub(1);
    let line = |(number, text): (usize, &&'t [u8])| {
        let of = |part: &'static str, rule: &Part| {
            Line::new(part, text, |shown| rule.rule(shown, profile))
        };
        match number {
            0 => of("method", &Part::Method),
            1 => of("path", &Part::Path),
            2 => {
                let line = of("query", &Part::Query);
                let shown = redact::query(&line.shown).into_owned();
                Line { shown, ..line }
            }
            _ if number == last => of("payload-hash", &Part::PayloadHash),
            _ if number.saturating_add(1) == last => of("signed-headers", &Part::SignedHeaders),
            _ if text.is_empty() => Line::said("blank", b"", "end of the headers"),
            _ => {
                let name = text.split(|byte| *byte == b':').next().unwrap_or_default();
                let name = escaped(name);
                let line = of("header", &Part::Header(name.clone()));
                let shown = redact::header_line(&name, &line.shown);
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

pub(super) fn string_to_sign<'t>(text: &'t str, profile: &Profile) -> Vec<Line<'t>> {
    let line = |(number, text): (usize, &&'t [u8])| {
        let (part, rule) = match number {
            0 => return Line::said("algorithm", text, "algorithm"),
            1 => ("time", Part::Time),
            2 => ("scope", Part::Scope),
            _ => ("canonical-request-hash", Part::CanonicalRequestHash),
        };
        Line::new(part, text, |shown| rule.rule(shown, profile))
    };
    let text = text.trim_end_matches(['\r', '\n']);
    split(text.as_bytes())
        .iter()
        .enumerate()
        .map(line)
        .collect()
}

/// Date, region, service and the word at the end; of Version 4A the region stands in a header.
pub(super) fn scope<'t>(
    date: &'t str,
    region: Option<&'t str>,
    service: &'t str,
    end: &'t str,
) -> Vec<Line<'t>> {
    let said = |part, text: &'t str, note| Line::said(part, text.as_bytes(), note);
    let mut lines = Vec::new();
    lines.push(said("date", date, "day of x-amz-date, in UTC"));
    if let Some(region) = region {
        lines.push(said("region", region, "where the service runs"));
    }
    lines.push(said("service", service, "the service's signing name"));
    lines.push(said("terminator", end, "always aws4_request"));
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

type Both<'t> = (Option<Line<'t>>, Option<Line<'t>>);

/// Lines of the same part and name beside each other. `None` is a side that is not known. What is not
/// to be shown is taken out of each line before it is cut: its pieces do not tell what they are of.
pub(super) fn beside(
    sent: Option<Vec<Line<'_>>>,
    computed: Option<Vec<Line<'_>>>,
    tokens: &Tokens,
) -> Vec<Value> {
    let is_known = sent.is_some() && computed.is_some();
    let mut rows: BTreeMap<(usize, String, usize), Both<'_>> = BTreeMap::new();
    for (side, lines) in [sent, computed].into_iter().enumerate() {
        let mut seen: BTreeMap<(usize, String), usize> = BTreeMap::new();
        for mut line in lines.into_iter().flatten() {
            line.shown = tokens.take_out(&line.shown);
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

fn row((sent, computed): &Both<'_>, is_known: bool) -> Value {
    let (state, cuts) = match (sent, computed) {
        (Some(sent), Some(computed)) if sent.text == computed.text => {
            let cut = Cut::whole(sent.text);
            ("same", [Some(cut), Some(cut)])
        }
        (Some(sent), Some(computed)) => {
            let (left, right) = Cut::of(sent.text, computed.text);
            ("differs", [Some(left), Some(right)])
        }
        (Some(sent), None) if is_known => ("sent-only", [Some(Cut::all(sent.text)), None]),
        (None, Some(computed)) if is_known => {
            ("computed-only", [None, Some(Cut::all(computed.text))])
        }
        (sent, computed) => {
            let lines = [sent.as_ref(), computed.as_ref()];
            let cuts = lines.map(|line| line.map(|line| Cut::whole(line.text)));
            return json(lines, cuts, "unknown");
        }
    };
    json([sent.as_ref(), computed.as_ref()], cuts, state)
}

fn json(lines: [Option<&Line<'_>>; 2], cuts: [Option<Cut<'_>>; 2], state: &str) -> Value {
    let [sent, computed] = lines;
    let of = computed.or(sent);
    let side = |line: Option<&Line<'_>>, cut: Option<Cut<'_>>| {
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
    use crate::inspect::redact::Tokens;
    use crate::request::profile::Profile;
    use std::prelude::rust_2024::*;

    const COMPUTED: &str = "GET\n/a%20b\n\nhost:example.com\nx-amz-security-token:one\n\n\
        host;x-amz-security-token\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn rows(sent: Option<&str>) -> Vec<serde_json::Value> {
        let lines = |text| canonical(text, &Profile::DEFAULT);
        let sent = sent.map(|text| lines(text.as_bytes()));
        beside(sent, Some(lines(COMPUTED.as_bytes())), &Tokens::default())
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

    /// Two bytes that are no UTF-8 are not the same for that, and a `\\r` is of the text unless each line
    /// ends with one.
    #[test]
    fn by_their_bytes() {
        let given = COMPUTED.replace("/a%20b", "/e");
        let with = |path: &[u8]| {
            let at = given.find("/e").unwrap();
            let (before, after) = given.as_bytes().split_at(at);
            [before, path, after.get(2..).unwrap()].concat()
        };
        let rows = |left: &[u8], right: &[u8]| {
            let lines = [left, right].map(|text| Some(canonical(text, &Profile::DEFAULT)));
            let [left, right] = lines;
            beside(left, right, &Tokens::default())
        };
        let path = |left: &[u8], right: &[u8]| rows(&with(left), &with(right))[1].clone();
        let row = path(b"/\xe8", b"/\xe9");
        assert_eq!(row["state"], "differs");
        assert_eq!(row["sent"]["cut"], serde_json::json!(["/", "\\xE8", ""]));
        assert_eq!(
            (&row["sent"]["from"], &row["sent"]["to"]),
            (&1.into(), &2.into())
        );
        assert_eq!(path(b"/\xe8", b"/\xe8")["state"], "same");
        let row = path(b"/e\r", b"/e");
        assert_eq!(
            (&row["state"], &row["sent"]["text"]),
            (&"differs".into(), &"/e\r".into())
        );
        let copied = given.replace('\n', "\r\n");
        let rows = rows(copied.as_bytes(), given.as_bytes());
        assert!(rows.iter().all(|row| row["state"] == "same"), "{rows:#?}");
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
