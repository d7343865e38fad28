//! The headers of a request, and what the signature has to do with each.

use super::findings::{Claimed, Findings};
use super::redact;
use crate::explain::Part;
use crate::request::Header;
use serde_json::{Value, json};
use std::prelude::rust_2024::*;

pub(super) fn json(headers: &[Header<'_>], findings: &Findings) -> Vec<Value> {
    let claim = findings.claim.as_ref();
    let one = |(name, value): &Header<'_>| {
        let lower = name.to_ascii_lowercase();
        let (mark, note) = mark(&lower, value, claim, findings);
        json!({ "name": name, "value": redact::value(name, value), "mark": mark, "note": note })
    };
    let mut list: Vec<_> = headers.iter().map(one).collect();
    let arrived = |name: &str| {
        let mut headers = headers.iter();
        headers.any(|(given, _)| given.eq_ignore_ascii_case(name))
    };
    let signed = claim.map_or("", |claim| &claim.signed_headers).split(';');
    let missing = signed.filter(|name| !name.is_empty() && !arrived(name));
    list.extend(missing.map(|name| {
        json!({
            "name": name, "value": null, "mark": "missing", "note": "signed, but did not arrive",
        })
    }));
    list
}

fn mark(
    name: &str,
    value: &[u8],
    claim: Option<&Claimed>,
    findings: &Findings,
) -> (&'static str, String) {
    if name == "authorization" {
        let note = if value.trim_ascii().starts_with(b"AWS4-") {
            "carries the signature, as the caller sent it"
        } else {
            "of another scheme than AWS's"
        };
        return ("signature", note.into());
    }
    if claim.is_some_and(|claim| claim.signs(name)) {
        let rule = Part::Header(name.to_owned()).rule("", &findings.profile);
        return ("signed", rule);
    }
    if findings.must.iter().any(|must| must == name) {
        let note = "not signed, and this service wants it signed";
        return ("must", note.into());
    }
    ("unsigned", "not signed: may be changed on the way".into())
}
