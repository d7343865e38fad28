//! What came of a run.

use std::collections::BTreeMap;
use std::fmt::Write;

/// How many failures are shown.
const SHOWN: usize = 20;

#[derive(Default)]
pub struct Tally {
    counts: BTreeMap<&'static str, usize>,
    /// Of each kind of odd upload: how many, and what Swift said to them.
    odd: BTreeMap<&'static str, BTreeMap<String, usize>>,
    failures: Vec<String>,
}

impl Tally {
    pub fn count(&mut self, what: &'static str, number: usize) {
        *self.counts.entry(what).or_default() += number;
    }

    /// What Swift and this crate said to an upload of this kind.
    pub fn count_odd(&mut self, kind: &'static str, ours: &str, swift: &str) {
        let said = format!("{ours} here, {swift} there");
        *self.odd.entry(kind).or_default().entry(said).or_default() += 1;
    }

    pub fn fail(&mut self, text: String) {
        self.failures.push(text);
    }

    /// Fails, with this, unless it holds.
    pub fn check(&mut self, holds: bool, text: impl FnOnce() -> String) {
        if !holds {
            self.fail(text());
        }
    }

    /// Each of these has to have been there, or its check could not have failed.
    pub fn demand(&mut self, whats: &[&'static str], kinds: impl Iterator<Item = &'static str>) {
        for what in whats {
            if self.counts.get(what).is_none_or(|count| *count == 0) {
                self.failures.push(format!("none: {what}"));
            }
        }
        for kind in kinds {
            if !self.odd.contains_key(kind) {
                self.failures.push(format!("no upload of the kind {kind}"));
            }
        }
    }

    /// Tables, failures, and a last line; whether there were none.
    pub fn report(&self, uploads: usize) -> bool {
        let mut text = "| what | how many |\n|---|--:|\n".to_owned();
        for (what, count) in &self.counts {
            writeln!(text, "| {what} | {count} |").expect("a String");
        }
        text += "\n| kind of odd upload | what was said to it |\n|---|---|\n";
        for (kind, said) in &self.odd {
            let said: Vec<_> = said
                .iter()
                .map(|(said, count)| format!("{count} × {said}"))
                .collect();
            writeln!(text, "| `{kind}` | {} |", said.join("; ")).expect("a String");
        }
        println!("{text}");
        for failure in self.failures.iter().take(SHOWN) {
            eprintln!("{failure}\n");
        }
        let odd: usize = self.odd.values().flat_map(BTreeMap::values).sum();
        println!(
            "{uploads} uploads in chunks, {odd} odd ones of {} kinds, {} failures",
            self.odd.len(),
            self.failures.len()
        );
        self.failures.is_empty()
    }
}
