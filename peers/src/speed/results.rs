//! The figures, for people and for machines.

use super::contestant::Contestant;
use super::machine::{Machine, version_of};
use super::ours;
use super::rows::{PEERS, Row};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Debug, Serialize)]
pub struct Results {
    machine: Machine,
    versions: BTreeMap<&'static str, &'static str>,
    rounds: usize,
    rows: Vec<Figures>,
}

#[derive(Debug, Serialize)]
struct Figures {
    name: &'static str,
    what: &'static str,
    floor_of: String,
    floor_ns: f64,
    times: Vec<Time>,
    /// Median of the fastest other signer by the median of this one, its key kept.
    fastest_peer_by_ours: Option<f64>,
    left_out: BTreeMap<&'static str, &'static str>,
}

#[derive(Debug, Serialize)]
struct Time {
    who: &'static str,
    median_ns: f64,
    minimum_ns: f64,
    by_floor: f64,
    by_ours: f64,
}

fn median_and_minimum(samples: &[f64]) -> (f64, f64) {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let median = if sorted.len().is_multiple_of(2) {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    } else {
        sorted[middle]
    };
    (median, sorted[0])
}

impl Results {
    /// # Panics
    /// If there was no round.
    #[must_use]
    pub fn of(rows: &[Row], rounds: usize) -> Self {
        Self {
            machine: Machine::this(),
            versions: PEERS.iter().map(|&name| (name, version_of(name))).collect(),
            rounds,
            rows: rows.iter().map(Figures::of).collect(),
        }
    }

    /// # Panics
    /// Never: it is plain data.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data")
    }

    /// Markdown.
    #[must_use]
    pub fn table(&self) -> String {
        let machine = &self.machine;
        let sha = if machine.sha_instructions { "" } else { "no " };
        let versions: Vec<_> = self
            .versions
            .iter()
            .map(|(n, v)| format!("{n} {v}"))
            .collect();
        let mut text = format!(
            "{}, {sha}SHA instructions; {} profile, {} rounds\n{}\n",
            machine.cpu,
            machine.profile,
            self.rounds,
            versions.join(", "),
        );
        for row in &self.rows {
            text += &row.table();
        }
        text
    }
}

impl Figures {
    fn of(row: &Row) -> Self {
        let floor = &row.floor;
        let unit_ns = median_and_minimum(&floor.unit.samples).0 / f64::from(floor.stretch);
        let floor_ns = unit_ns * f64::from(floor.count);
        let median = |contestant: &Contestant| median_and_minimum(&contestant.samples).0;
        let ours_ns = median(&row.contestants[0]);
        let fastest = row
            .contestants
            .iter()
            .filter(|contestant| !contestant.aside && !contestant.name.starts_with(ours::KEPT))
            .map(median)
            .min_by(f64::total_cmp);
        let times = row.contestants.iter().map(|contestant| {
            let (median_ns, minimum_ns) = median_and_minimum(&contestant.samples);
            Time {
                who: contestant.name,
                median_ns,
                minimum_ns,
                by_floor: median_ns / floor_ns,
                by_ours: median_ns / ours_ns,
            }
        });
        Self {
            name: row.name,
            what: row.what,
            floor_of: format!("{} {} of {unit_ns:.1} ns", floor.count, floor.what),
            floor_ns,
            times: times.collect(),
            fastest_peer_by_ours: fastest.map(|nanoseconds| nanoseconds / ours_ns),
            left_out: row.left_out.iter().copied().collect(),
        }
    }

    fn table(&self) -> String {
        let fastest = match self.fastest_peer_by_ours {
            Some(ratio) => format!("; fastest peer ÷ ours: {ratio:.2}"),
            None => String::new(),
        };
        let mut text = format!(
            "\n## {}: {}\n\nfloor: {} = {:.0} ns{fastest}\n\n\
             | {:32} | median ns | minimum ns | ÷ floor | ÷ ours |\n|---|--:|--:|--:|--:|\n",
            self.name, self.what, self.floor_of, self.floor_ns, "",
        );
        for time in &self.times {
            text += &format!(
                "| {:32} | {:9.0} | {:10.0} | {:7.2} | {:6.2} |\n",
                time.who, time.median_ns, time.minimum_ns, time.by_floor, time.by_ours,
            );
        }
        if !self.left_out.is_empty() {
            text += "\nnot compared:\n";
        }
        for (who, why) in &self.left_out {
            text += &format!("- {who} {why}\n");
        }
        text
    }
}
