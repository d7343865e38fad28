//! Hosts that no model lists: `resources.txt`.

use crate::endpoint::labels::Labels;
use crate::endpoint::partition::before;
use crate::endpoint::table::{self, count};
use alloc::string::String;

/// The pattern, the domain, and what is told.
static RESOURCES: [[&str; 3]; count(TEXT)] = table::rows(TEXT);

const TEXT: &str = include_str!("resources.txt");

/// A line of the table, and the region that the host has in it.
#[derive(Clone, Copy)]
pub(crate) struct Resource<'a> {
    /// `NAME[:WHEN]`, joined by commas, or `!` and why nothing is signed.
    pub names: &'static str,
    /// `*`: SigV4A only.
    pub region: Option<&'a str>,
}

/// The line for a host under one of AWS's domains.
pub(crate) fn of_aws<'a>(labels: &Labels<'a>, domain: &str) -> Option<Resource<'a>> {
    // `lambda-url.REGION.on` stands before `aws`.
    let on = if domain == "aws" {
        labels.before("on", domain)
    } else {
        None
    };
    rows().find_map(|row| {
        let labels = match (row.domain, &on) {
            ("on.aws", Some(labels)) => labels,
            ("aws", None) if domain != "aws" => labels,
            (of, None) if of == domain => labels,
            _ => return None,
        };
        Some(row.resource(labels.matches(row.pattern, domain)?.region))
    })
}

/// The line for a host that is none of AWS's.
pub(crate) fn of_others(host: &str) -> Option<(&'static str, Option<String>)> {
    rows().filter(|row| row.domain != "aws").find_map(|row| {
        let labels = Labels::read(before(host, row.domain)?, row.domain)?;
        let resource = row.resource(labels.matches(row.pattern, row.domain)?.region);
        Some((resource.names, resource.region.map(Into::into)))
    })
}

struct Row {
    pattern: &'static str,
    domain: &'static str,
    told: &'static str,
}

impl Row {
    fn resource<'a>(&self, found: Option<&'a str>) -> Resource<'a> {
        let (names, region) = match self.told.split_once(' ') {
            Some((names, region)) if !self.told.starts_with('!') => (names, Some(region)),
            _ => (self.told, None),
        };
        Resource {
            names,
            region: match region {
                Some("-") => None,
                Some(region) => Some(region),
                None => found,
            },
        }
    }
}

fn rows() -> impl Iterator<Item = Row> {
    RESOURCES.iter().map(|[pattern, domain, told]| Row {
        pattern,
        domain,
        told,
    })
}
