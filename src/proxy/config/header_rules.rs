//! Which headers may be taken off, renamed and set.

use super::config_fault::ConfigFault;
use super::document::{HeadersTable, Text};
use super::written::Wrong;
use crate::proxy::settings::HeaderRules;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use std::prelude::rust_2024::*;

/// Headers that no rule may touch, and whose they are.
const RESERVED: [(&str, &str); 18] = [
    ("authorization", SIGNING),
    ("connection", ONE_CONNECTION),
    ("content-length", FRAMING),
    ("expect", ONE_CONNECTION),
    ("host", "is the upstream's; sign_host says another"),
    ("keep-alive", ONE_CONNECTION),
    ("proxy-authenticate", ONE_CONNECTION),
    ("proxy-authorization", ONE_CONNECTION),
    ("proxy-connection", ONE_CONNECTION),
    ("te", ONE_CONNECTION),
    ("trailer", FRAMING),
    ("transfer-encoding", FRAMING),
    ("upgrade", ONE_CONNECTION),
    ("x-amz-content-sha256", "is what the body rule makes of it"),
    ("x-amz-date", SIGNING),
    ("x-amz-region-set", SIGNING),
    ("x-amz-s3session-token", SIGNING),
    ("x-amz-security-token", SIGNING),
];
const SIGNING: &str = "is what signing writes";
const FRAMING: &str = "says where the body ends";
const ONE_CONNECTION: &str = "is for one connection, and never passed on";

/// The rules of a route: no name twice where the order would matter.
pub(super) fn header_rules(table: &HeadersTable) -> Result<HeaderRules, Wrong> {
    let mut rules = HeaderRules::default();
    for name in &table.remove {
        rules
            .remove
            .push(parse(&name.value, name, "headers.remove")?);
    }
    for (from, to) in &table.rename {
        let from = match HeaderName::try_from(from.as_str()) {
            // What the caller shows the upstream behind a signature goes there by another name.
            Ok(name) if name == AUTHORIZATION => name,
            _ => parse(from, to, "headers.rename")?,
        };
        let new = parse(&to.value, to, "headers.rename")?;
        let is_known = |name: &HeaderName| {
            let mut others = rules.rename.iter();
            others.any(|(from, to)| name == from || name == to)
        };
        if from == new || is_known(&from) || is_known(&new) || rules.remove.contains(&from) {
            return Err(twice(to, "headers.rename", &from));
        }
        rules.rename.push((from, new));
    }
    for (name, value) in &table.set {
        let name = parse(name, value, "headers.set")?;
        let renamed_to = rules.rename.iter().any(|(_, to)| *to == name);
        if renamed_to || rules.set.iter().any(|(other, _)| *other == name) {
            return Err(twice(value, "headers.set", &name));
        }
        let text = &value.value;
        let fits = text.trim() == text && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        let read = HeaderValue::from_str(text).ok().filter(|_| fits);
        let mut read = read.ok_or_else(|| {
            let expected = "expected a value of visible ASCII, with spaces only inside";
            value.wrong("headers.set", ConfigFault::Malformed { expected })
        })?;
        // It can be a key of the upstream's.
        read.set_sensitive(true);
        rules.set.push((name, read));
    }
    Ok(rules)
}

fn parse(name: &str, written: &Text, setting: &'static str) -> Result<HeaderName, Wrong> {
    let Ok(parsed) = HeaderName::try_from(name) else {
        let expected = "expected the name of a header";
        return Err(written.wrong(setting, ConfigFault::Malformed { expected }));
    };
    match RESERVED
        .iter()
        .find(|(reserved, _)| *reserved == parsed.as_str())
    {
        Some((_, why)) => {
            let name = String::from(parsed.as_str());
            Err(written.wrong(setting, ConfigFault::ReservedHeader { name, why }))
        }
        None => Ok(parsed),
    }
}

fn twice(written: &Text, setting: &'static str, name: &HeaderName) -> Wrong {
    let name = String::from(name.as_str());
    written.wrong(setting, ConfigFault::HeaderTwice { name })
}
