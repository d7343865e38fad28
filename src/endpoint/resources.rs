//! Hosts that no model lists: `resources.txt`.

use crate::endpoint::labels::Labels;
use crate::endpoint::partition::before;
use alloc::string::String;

const RESOURCES: &str = include_str!("resources.txt");

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
    names: &'static str,
    region: Option<&'static str>,
}

impl Row {
    fn resource<'a>(&self, found: Option<&'a str>) -> Resource<'a> {
        Resource {
            names: self.names,
            region: match self.region {
                Some("-") => None,
                Some(region) => Some(region),
                None => found,
            },
        }
    }
}

fn rows() -> impl Iterator<Item = Row> {
    RESOURCES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (pattern, rest) = line.split_once(' ')?;
            let (domain, rest) = rest.split_once(' ')?;
            let (names, region) = match rest.split_once(' ') {
                Some((names, region)) if !rest.starts_with('!') => (names, Some(region)),
                _ => (rest, None),
            };
            Some(Row {
                pattern,
                domain,
                names,
                region,
            })
        })
}
