//! The comparison, and the tables of it.

use crate::OFFICIAL;
use crate::case::{Case, Form};
use crate::classes::Class;
use crate::outcome::{Outcome, Part};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Service and form.
type Row = (String, Form);

#[derive(Default)]
struct Counts {
    requests: usize,
    all_agree: usize,
    agree: BTreeMap<&'static str, usize>,
    /// The official implementations give one signature.
    unanimous: usize,
    unanimous_with_ours: usize,
}

pub struct Report {
    /// Who is compared with this crate, in the order of the tables.
    signers: &'static [&'static str],
    /// Whether a canonical request is the one that was signed, of that service.
    is_consistent: fn(&Outcome, &str) -> bool,
    rows: BTreeMap<Row, Counts>,
    /// Requests that a class explains something of.
    classes: BTreeMap<(String, Row), usize>,
    /// Divergences that only this class explains.
    sole: BTreeSet<(String, String)>,
    failures: Vec<String>,
}

impl Report {
    /// Of some of [`OFFICIAL`].
    #[must_use]
    pub fn new(
        signers: &'static [&'static str],
        is_consistent: fn(&Outcome, &str) -> bool,
    ) -> Self {
        Self {
            signers,
            is_consistent,
            rows: BTreeMap::new(),
            classes: BTreeMap::new(),
            sole: BTreeSet::new(),
            failures: Vec::new(),
        }
    }

    /// Compares what all of them made of one request.
    pub fn add(
        &mut self,
        case: &Case,
        ours: &Outcome,
        theirs: &[(&'static str, Outcome)],
        classes: &[Class],
    ) {
        for (name, outcome) in [("this crate", ours)]
            .into_iter()
            .chain(theirs.iter().map(|(name, outcome)| (*name, outcome)))
        {
            if !(self.is_consistent)(outcome, &case.service) {
                let text = "the signature is not that of the canonical request";
                self.fail(case, &format!("{name}: {text}"));
            }
        }
        let row = (case.service.clone(), case.form);
        let mut used = BTreeSet::new();
        for part in [Part::Verdict].into_iter().chain(Part::OF_CANONICAL) {
            self.part(case, part, ours, theirs, classes, &mut used);
        }
        for class in used {
            *self.classes.entry((class, row.clone())).or_default() += 1;
        }
        let counts = self.rows.entry(row).or_default();
        counts.requests += 1;
        let mut agreeing = 0;
        for (name, outcome) in theirs {
            if same(ours, outcome) {
                agreeing += 1;
                *counts.agree.entry(name).or_default() += 1;
            }
        }
        if agreeing == theirs.len() {
            counts.all_agree += 1;
        }
        if theirs.windows(2).all(|pair| same(&pair[0].1, &pair[1].1)) {
            counts.unanimous += 1;
            counts.unanimous_with_ours += usize::from(agreeing == theirs.len());
        }
    }

    fn part(
        &mut self,
        case: &Case,
        part: Part,
        ours: &Outcome,
        theirs: &[(&'static str, Outcome)],
        classes: &[Class],
        used: &mut BTreeSet<String>,
    ) {
        let our_part = ours.part(part);
        let parts: Vec<_> = theirs
            .iter()
            .map(|(name, outcome)| (*name, outcome.part(part)))
            .collect();
        // Where one of them is missing, nobody knows.
        let unanimous =
            parts.len() == OFFICIAL.len() && parts.windows(2).all(|pair| pair[0].1 == pair[1].1);
        for (name, their_part) in &parts {
            // Where one refused, the verdict is all that there is to compare.
            let (Some(left), Some(right)) = (&our_part, their_part) else {
                continue;
            };
            if left == right {
                continue;
            }
            let explaining: Vec<_> = classes
                .iter()
                .filter(|class| class.explains(case, name, part, Some(right)))
                .collect();
            match explaining.as_slice() {
                [] => {
                    let text = format!(
                        "unlisted divergence, {} of {name}\n  ours:   {left}\n  theirs: {right}",
                        part.name()
                    );
                    self.fail(case, &text);
                }
                [only] => {
                    self.sole.insert((only.id.clone(), (*name).to_owned()));
                }
                _ => {}
            }
            if unanimous && !explaining.is_empty() {
                let allowed = explaining.iter().any(|class| class.against_all.is_some());
                if !allowed {
                    let text = format!(
                        "the official implementations agree, this crate does not: {}",
                        part.name()
                    );
                    self.fail(case, &text);
                }
            }
            used.extend(explaining.iter().map(|class| class.id.clone()));
        }
    }

    fn fail(&mut self, case: &Case, text: &str) {
        let case = serde_json::to_string(case).unwrap_or_default();
        self.failures.push(format!("{text}\n  {case}"));
    }

    /// What has to be put right, one text each.
    pub fn failures(&self, classes: &[Class]) -> Vec<String> {
        let mut failures = self.failures.clone();
        for class in classes {
            for who in class.differ.keys() {
                if !OFFICIAL.contains(&who.as_str()) {
                    failures.push(format!("{}: who is {who}?", class.id));
                } else if self.signers.contains(&who.as_str())
                    && !self.sole.contains(&(class.id.clone(), who.clone()))
                {
                    failures.push(format!("{}: {who} does not differ any more", class.id));
                }
            }
        }
        failures
    }

    #[must_use]
    pub fn requests(&self) -> usize {
        self.rows.values().map(|counts| counts.requests).sum()
    }

    /// The tables, in Markdown.
    #[must_use]
    pub fn tables(&self, classes: &[Class]) -> String {
        let (all, official) = match self.signers.len() {
            2 => ("three", "two"),
            _ => ("four", "three"),
        };
        let mut text = format!("| service | form | requests | all {all} agree |");
        let mut dashes = String::from("|---|---|---:|---:|");
        for name in self.signers {
            let _ = write!(text, " with {name} |");
            dashes += "---:|";
        }
        let _ = writeln!(
            text,
            " the official {official} agree | and this crate with them |\n{dashes}---:|---:|"
        );
        let mut line = |service: &str, form: &str, counts: &Counts| {
            let _ = write!(
                text,
                "| {service} | {form} | {} | {}",
                counts.requests, counts.all_agree
            );
            for name in self.signers {
                let agree = counts.agree.get(name).copied().unwrap_or_default();
                let _ = write!(text, " | {agree}");
            }
            let _ = writeln!(
                text,
                " | {} | {} |",
                counts.unanimous, counts.unanimous_with_ours
            );
        };
        let mut total = Counts::default();
        for ((service, form), counts) in &self.rows {
            line(service, form.name(), counts);
            total.requests += counts.requests;
            total.all_agree += counts.all_agree;
            total.unanimous += counts.unanimous;
            total.unanimous_with_ours += counts.unanimous_with_ours;
            for (name, agree) in &counts.agree {
                *total.agree.entry(name).or_default() += agree;
            }
        }
        line("all", "", &total);
        text.push('\n');
        text += &self.class_table(classes);
        text
    }

    fn class_table(&self, classes: &[Class]) -> String {
        let mut text = String::from("| class | differ | rule | requests |");
        let mut dashes = String::from("\n|---|---|---|---:|");
        for (service, form) in self.rows.keys() {
            let _ = write!(text, " {service} {} |", form.name());
            dashes += "---:|";
        }
        text += &dashes;
        text.push('\n');
        for class in classes {
            if !self
                .signers
                .iter()
                .any(|name| class.differ.contains_key(*name))
            {
                continue;
            }
            let count = |row: &Row| {
                let key = (class.id.clone(), row.clone());
                self.classes.get(&key).copied().unwrap_or_default()
            };
            let who: Vec<_> = self
                .signers
                .iter()
                .filter(|name| class.differ.contains_key(**name))
                .copied()
                .collect();
            let total: usize = self.rows.keys().map(count).sum();
            let all = if class.against_all.is_some() {
                " (all)"
            } else {
                ""
            };
            let _ = write!(
                text,
                "| `{}` | {}{all} | {} | {total} |",
                class.id,
                who.join(", "),
                class.rule
            );
            for row in self.rows.keys() {
                let _ = write!(text, " {} |", count(row));
            }
            text.push('\n');
        }
        text
    }
}

/// Of one canonical request comes one signature, but for awscrt's of Version 4A, which are random.
fn same(left: &Outcome, right: &Outcome) -> bool {
    match (left, right) {
        (
            Outcome::Signed {
                canonical_request: one,
                ..
            },
            Outcome::Signed {
                canonical_request: two,
                ..
            },
        ) => one == two,
        (Outcome::Refused { .. }, Outcome::Refused { .. }) => true,
        _ => false,
    }
}
