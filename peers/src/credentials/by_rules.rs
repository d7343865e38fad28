//! A second reader of the two files, written from the rules of
//! `test-vectors/aws-sdk-credentials/SOURCE.md` and not from the crate's own, for what is rewritten
//! in plain words.

use crate::credentials::pair::{File, Pair};
use std::collections::BTreeMap;

pub type Properties = BTreeMap<String, String>;

#[derive(Debug, Default)]
pub struct Sections {
    pub profiles: BTreeMap<String, Properties>,
    pub sso_sessions: BTreeMap<String, Properties>,
}

struct Section {
    heading: Vec<String>,
    properties: Vec<(String, Vec<String>)>,
}

const BLANKS: [char; 2] = [' ', '\t'];
const MARKS: [char; 2] = ['#', ';'];

/// Both files, merged; `None` if one of them breaks a rule. Properties without a value, and those
/// that may not be called so, are left out.
pub fn read(pair: &Pair) -> Option<Sections> {
    let mut merged = Sections::default();
    // File 7: what comes later counts.
    for (file, text) in [
        (File::Config, &pair.config),
        (File::Credentials, &pair.credentials),
    ] {
        let sections = sections(text.as_deref().unwrap_or_default())?;
        let is = |section: &Section, words: &[&str]| section.heading == words;
        let prefixed = sections
            .iter()
            .any(|section| is(section, &["profile", "default"]));
        for section in sections {
            // File 3.
            let heading: Vec<_> = section.heading.iter().map(String::as_str).collect();
            let (of, name) = match (file, heading.as_slice()) {
                (File::Config, ["default"]) if prefixed => continue,
                (File::Config, ["default"]) => (&mut merged.profiles, "default"),
                (File::Config, ["profile", name]) => (&mut merged.profiles, *name),
                (File::Config, ["sso-session", name]) => (&mut merged.sso_sessions, *name),
                (File::Credentials, [name]) => (&mut merged.profiles, *name),
                _ => continue,
            };
            if !is_name(name) {
                continue;
            }
            let properties = of.entry(name.to_owned()).or_default();
            for (name, lines) in section.properties {
                if is_name(&name) {
                    properties.insert(name.to_lowercase(), lines.join("\n"));
                }
            }
        }
    }
    let all = merged.profiles.values_mut();
    for properties in all.chain(merged.sso_sessions.values_mut()) {
        properties.retain(|_, value| !value.is_empty());
    }
    Some(merged)
}

fn sections(text: &str) -> Option<Vec<Section>> {
    let mut sections: Vec<Section> = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let words = line.trim_matches(BLANKS);
        if words.is_empty() || line.starts_with(MARKS) {
            continue; // File 1.
        }
        if line.starts_with('[') {
            sections.push(Section {
                heading: heading(line)?,
                properties: Vec::new(),
            });
            continue;
        }
        let section = sections.last_mut()?;
        if line.starts_with(BLANKS) {
            // File 6.
            let (_, lines) = section.properties.last_mut()?;
            if lines[0].is_empty() {
                let (name, _) = words.split_once('=')?;
                (!name.trim_matches(BLANKS).is_empty()).then_some(())?;
            }
            lines.push(words.to_owned());
            continue;
        }
        // File 5.
        let pairs = line.char_indices().zip(line.chars().skip(1));
        let mut pairs = pairs.filter(|((_, one), two)| BLANKS.contains(one) && MARKS.contains(two));
        let line = pairs.next().map_or(line, |((at, _), _)| &line[..at]);
        let (name, value) = line.split_once('=')?;
        let name = name.trim_matches(BLANKS);
        (!name.is_empty()).then_some(())?;
        let value = value.trim_matches(BLANKS).to_owned();
        section.properties.push((name.to_owned(), vec![value]));
    }
    Some(sections)
}

/// File 2: prefix, if there is one, and name.
fn heading(line: &str) -> Option<Vec<String>> {
    let end = line.find(MARKS).unwrap_or(line.len());
    let inner = line[1..end].trim_matches(BLANKS).strip_suffix(']')?;
    let words = inner.trim_matches(BLANKS).splitn(2, BLANKS);
    Some(
        words
            .map(|word| word.trim_matches(BLANKS).to_owned())
            .collect(),
    )
}

/// File 4.
fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c);
    !text.is_empty() && text.chars().all(allowed)
}
