//! The comparison, and the tables of it.

use crate::credentials::listed::Class;
use crate::credentials::pair::{Call, Found, Pair, Part, Verdict};
use crate::credentials::plain::Plain;
use crate::credentials::resolve::REFUSED;
use crate::credentials::signer::UNKNOWN;
use crate::credentials::stand_in::{API, METADATA_CALLS, METADATA_REGION};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const BOTOCORE: &str = "botocore";

#[derive(Default)]
struct Counts {
    pairs: usize,
    agree: usize,
}

#[derive(Default)]
pub struct Tally {
    all: Counts,
    verdicts: BTreeMap<(&'static str, &'static str), usize>,
    rules: BTreeMap<String, Counts>,
    /// Pairs that a class explains something of.
    classes: BTreeMap<String, usize>,
    /// Classes that alone explain something.
    sole: BTreeSet<String>,
    failures: Vec<String>,
    /// Pairs that were tried in plain words, and those that break a rule.
    plain: usize,
    broken: usize,
    /// Pairs that a client was tried with.
    clients: usize,
}

impl Tally {
    /// Compares what both made of one pair. Whether plain words have something to prove: they differ,
    /// and no class says that this crate has to refuse it.
    pub fn add(&mut self, pair: &Pair, ours: &Found, theirs: &Found, classes: &[Class]) -> bool {
        if ours.calls.iter().any(|call| call.what.contains(UNKNOWN)) {
            self.fail(
                "a signature of nobody",
                pair,
                Part::Calls,
                ours,
                (BOTOCORE, theirs),
            );
        }
        let mut used = BTreeSet::new();
        let mut agree = true;
        let refuses = |class: &Class| class.ours.verdict == Some(Verdict::Error);
        let refused = ours.verdict == Verdict::Error
            && classes
                .iter()
                .any(|class| refuses(class) && class.is_about(pair));
        for part in compared(ours, theirs) {
            let (left, right) = (ours.part(part), theirs.part(part));
            if left == right {
                continue;
            }
            agree = false;
            let explaining: Vec<_> = classes
                .iter()
                .filter(|class| class.explains(pair, part, ours, theirs))
                .collect();
            match explaining.as_slice() {
                [] => self.fail("unlisted divergence", pair, part, ours, (BOTOCORE, theirs)),
                [only] => {
                    self.sole.insert(only.id.clone());
                }
                _ => {}
            }
            used.extend(explaining.iter().map(|class| class.id.clone()));
        }
        for class in classes {
            if class.has_example(&pair.id) && !used.contains(&class.id) {
                let text = format!("{}: nothing differs as its class says", pair.id);
                self.failures.push(text);
            }
        }
        for class in used {
            *self.classes.entry(class).or_default() += 1;
        }
        let verdicts = (ours.verdict.name(), theirs.verdict.name());
        *self.verdicts.entry(verdicts).or_default() += 1;
        let of_rules = pair.rules.iter();
        let of_rules: Vec<_> = of_rules.cloned().collect();
        self.all.count(agree);
        for rule in of_rules {
            self.rules.entry(rule).or_default().count(agree);
        }
        !agree && !refused
    }

    /// What this crate made of a pair is what botocore makes of it in plain words.
    pub fn add_plain(&mut self, pair: &Pair, ours: &Found, plain: &Plain, theirs: &Found) {
        self.plain += 1;
        for part in compared(ours, theirs) {
            if !plain.unsaid.contains(&part) && ours.part(part) != theirs.part(part) {
                self.fail(
                    "not so in plain words",
                    pair,
                    part,
                    ours,
                    (BOTOCORE, theirs),
                );
                let plain = serde_json::to_string(&plain.pair).unwrap_or_default();
                self.failures.push(format!("  in plain words: {plain}"));
            }
        }
    }

    /// A client has the same credentials and the same region as the sources that it is made of, asks
    /// for them in the same way, and sends nothing without them.
    pub fn add_client(&mut self, pair: &Pair, ours: &Found, sent: &[Call], error: Option<String>) {
        let is_of_metadata = |call: &Call| METADATA_CALLS.contains(&call.what.as_str());
        let asked = |calls: &[Call]| {
            let calls = calls.iter().filter(|call| !is_of_metadata(call));
            calls.cloned().collect::<Vec<_>>()
        };
        let metadata = pair.variable("AWS_EC2_METADATA_DISABLED") == Some("false");
        let region = match ours.region.as_deref() {
            None if metadata => Some(METADATA_REGION),
            // Where the credentials are from elsewhere, nobody's files have to be right.
            Some(REFUSED) if metadata && !pair.names_two_profiles() => {
                ours.access_key_id.as_ref().map(|_| METADATA_REGION)
            }
            Some(REFUSED) => None,
            region => region,
        };
        // Without a region nothing can be signed, and nobody has to be asked for credentials.
        let mut expected = region.map_or_else(Vec::new, |_| asked(&ours.calls));
        if let (Some(region), Some(id)) = (region, &ours.access_key_id) {
            let secret = ours.secret.as_deref().unwrap_or_default();
            let token = ours.token.as_deref().unwrap_or("no token");
            expected.push(Call {
                what: format!("{API} by {id} with the secret {secret} and {token}"),
                signed_for: Some(region.to_owned()),
            });
        }
        self.clients += 1;
        if asked(sent) != expected {
            let mut client = ours.clone();
            sent.clone_into(&mut client.calls);
            client.error = error;
            self.fail(
                "a client does otherwise",
                pair,
                Part::Calls,
                ours,
                ("a client", &client),
            );
        }
    }

    /// A file breaks a rule.
    pub fn add_broken(&mut self, pair: &Pair, ours: &Found, theirs: &Found) {
        self.broken += 1;
        if ours.verdict != Verdict::Error {
            self.fail(
                "a file breaks a rule",
                pair,
                Part::Verdict,
                ours,
                (BOTOCORE, theirs),
            );
        }
    }

    fn fail(&mut self, what: &str, pair: &Pair, part: Part, ours: &Found, other: (&str, &Found)) {
        let mut text = format!("{what}, {}", part.name());
        for (who, found) in [("ours", ours), other] {
            let error = found.error.as_deref().unwrap_or_default();
            let _ = write!(text, "\n  {who}: {} {error}", found.part(part));
        }
        for (name, content) in [("config", &pair.config), ("credentials", &pair.credentials)] {
            let Some(content) = content else { continue };
            let _ = write!(text, "\n  {name}:");
            for line in content.lines() {
                let _ = write!(text, "\n    {line:?}");
            }
        }
        let pair = serde_json::to_string(pair).unwrap_or_default();
        self.failures.push(format!("{text}\n  {pair}"));
    }

    /// What has to be put right, one text each.
    #[must_use]
    pub fn failures(&self, classes: &[Class], rules: &[String]) -> Vec<String> {
        let mut failures = self.failures.clone();
        for class in classes {
            if !self.sole.contains(&class.id) {
                failures.push(format!("{}: nothing differs any more", class.id));
            }
        }
        for rule in rules {
            if !self.rules.contains_key(rule) {
                failures.push(format!("{rule}: in no pair"));
            }
        }
        failures
    }

    #[must_use]
    pub fn pairs(&self) -> usize {
        self.all.pairs
    }

    /// The tables, in Markdown.
    #[must_use]
    pub fn tables(&self, classes: &[Class]) -> String {
        let mut text = String::from("| this crate | botocore | pairs |\n|---|---|---:|\n");
        for ((ours, theirs), pairs) in &self.verdicts {
            let _ = writeln!(text, "| {ours} | {theirs} | {pairs} |");
        }
        let _ = writeln!(text, "| all | | {} |", self.all.pairs);
        let _ = writeln!(text, "| agree in all | | {} |", self.all.agree);
        for (what, pairs) in [
            ("tried in plain words", self.plain),
            ("refused, as a file breaks a rule", self.broken),
            ("tried with a client, too", self.clients),
        ] {
            let _ = writeln!(text, "| {what} | | {pairs} |");
        }
        text += "\n| rule | pairs | agree |\n|---|---:|---:|\n";
        for (rule, counts) in &self.rules {
            let _ = writeln!(text, "| {rule} | {} | {} |", counts.pairs, counts.agree);
        }
        text += "\n| class | rule | pairs |\n|---|---|---:|\n";
        for class in classes {
            let pairs = self.classes.get(&class.id).copied().unwrap_or_default();
            let _ = writeln!(text, "| `{}` | {} | {pairs} |", class.id, class.rule);
        }
        text
    }
}

impl Counts {
    fn count(&mut self, agree: bool) {
        self.pairs += 1;
        self.agree += usize::from(agree);
    }
}

/// Where only one has credentials, the others have nothing to be compared with.
fn compared(ours: &Found, theirs: &Found) -> Vec<Part> {
    let both = |verdict| ours.verdict == verdict && theirs.verdict == verdict;
    let all = Part::ALL.into_iter();
    if both(Verdict::Credentials) {
        all.collect()
    } else {
        all.filter(|part| matches!(part, Part::Verdict | Part::Region))
            .collect()
    }
}
