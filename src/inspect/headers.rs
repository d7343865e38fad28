//! The headers of a request, and what the signature has to do with each.

use super::findings::Findings;
use super::redact;
use super::signed_names::SignedNames;
use crate::explain::Part;
use crate::request::Header;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::format;
use std::prelude::rust_2024::*;

/// How many of those that are signed and did not arrive are named.
const MISSING: usize = 100;

pub(super) fn json(
    headers: &[Header<'_>],
    is_signed_here: bool,
    findings: &Findings,
) -> Vec<Value> {
    let claim = findings.claim.as_ref();
    let signed = claim.map_or("", |claim| &claim.signed_headers);
    let signed = SignedNames::of(signed);
    let must: BTreeSet<&str> = findings.must.iter().map(String::as_str).collect();
    let one = |(name, value): &Header<'_>| {
        let lower = name.to_ascii_lowercase();
        let (mark, note) = if lower == "authorization" {
            ("signature", of_authorization(is_signed_here, value).into())
        } else if signed.has(&lower) {
            let rule = Part::Header(lower.clone()).rule("", &findings.profile);
            ("signed", rule)
        } else if must.contains(lower.as_str()) {
            let note = "not signed, and this service wants it signed";
            ("must", note.into())
        } else {
            ("unsigned", "not signed: may be changed on the way".into())
        };
        json!({ "name": name, "value": redact::value(name, value), "mark": mark, "note": note })
    };
    let mut list: Vec<_> = headers.iter().map(one).collect();
    let mut missing = signed.missing(headers);
    list.extend(missing.by_ref().take(MISSING).map(|name| {
        json!({
            "name": name, "value": null, "mark": "missing", "note": "signed, but did not arrive",
        })
    }));
    let more = missing.count();
    if more > 0 {
        list.push(json!({
            "name": format!("and {more} more"), "value": null, "mark": "missing",
            "note": "signed, but did not arrive",
        }));
    }
    list
}

fn of_authorization(is_signed_here: bool, value: &[u8]) -> &'static str {
    if !value.trim_ascii().starts_with(b"AWS4-") {
        "of another scheme than AWS's"
    } else if is_signed_here {
        "made by the proxy: whoever has its signature can make the call"
    } else {
        "carries the signature, as the caller sent it"
    }
}
