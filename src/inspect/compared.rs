//! What was signed beside what the service computes.

use super::borrowed::Borrowed;
use super::findings::{Expected, Findings};
use super::lines::{self, Line};
use super::redact::{self, Tokens};
use crate::sign::stages::Stages;
use serde_json::Value;
use std::prelude::rust_2024::*;

/// Lines with both sides, without a token.
pub(super) struct Compared {
    pub(super) canonical: Vec<Value>,
    pub(super) string_to_sign: Vec<Value>,
    pub(super) scope: Vec<Value>,
}

impl Compared {
    pub(super) fn of(findings: &Findings, tokens: &Tokens) -> Self {
        let (sent, computed) = (&findings.strings.sent, &findings.strings.computed);
        let [sent_canonical, canonical] =
            [sent, computed].map(|stages| canonical(stages.as_ref(), findings));
        let [sent_string, string] =
            [sent, computed].map(|stages| string_to_sign(stages.as_ref(), findings));
        Self {
            canonical: known(
                lines::beside(sent_canonical, canonical, tokens),
                findings.borrowed,
            ),
            string_to_sign: known(
                lines::beside(sent_string, string, tokens),
                findings.borrowed,
            ),
            scope: scope(findings, tokens),
        }
    }
}

/// An answer can show the one and not the other: what it does not show is not known.
fn canonical<'f>(stages: Option<&'f Stages>, findings: &Findings) -> Option<Vec<Line<'f>>> {
    let text = &stages?.canonical_request;
    (!text.is_empty()).then(|| lines::canonical(text, &findings.profile))
}

fn string_to_sign<'f>(stages: Option<&'f Stages>, findings: &Findings) -> Option<Vec<Line<'f>>> {
    let text = &stages?.string_to_sign;
    (!text.is_empty()).then(|| lines::string_to_sign(text, &findings.profile))
}

/// Without the sent side of what is not known, and of what follows from it.
fn known(mut lines: Vec<Value>, borrowed: Borrowed) -> Vec<Value> {
    for line in &mut lines {
        let name = line["name"].as_str().unwrap_or_default();
        let is_unknown = match line["part"].as_str() {
            Some("payload-hash") => borrowed.body,
            Some("header") => borrowed.token && redact::is_token(name),
            Some("canonical-request-hash") => borrowed.any(),
            _ => false,
        };
        if is_unknown {
            line["sent"] = Value::Null;
            line["state"] = "unknown".into();
        }
    }
    lines
}

fn scope(findings: &Findings, tokens: &Tokens) -> Vec<Value> {
    let Some(claim) = &findings.claim else {
        return Vec::new();
    };
    let parts: Vec<&str> = claim.scope.split('/').collect();
    let sent = match (parts.as_slice(), &claim.region_set) {
        ([date, region, service, end], _) => lines::scope(date, Some(region), service, end),
        ([date, service, end], set) => lines::scope(date, set.as_deref(), service, end),
        _ => return Vec::new(),
    };
    let computed = findings.expected.as_ref().map(|expected| {
        let date = parts.first().copied().unwrap_or_default();
        lines::scope(
            date,
            region(findings, expected),
            &expected.service,
            "aws4_request",
        )
    });
    lines::beside(Some(sent), computed, tokens)
}

/// A set is compared by what is in it, which is no line.
fn region<'f>(findings: &'f Findings, expected: &'f Expected) -> Option<&'f str> {
    let claim = findings.claim.as_ref();
    match claim.and_then(|claim| claim.region_set.as_deref()) {
        Some(regions) if findings.reason() != Some("wrong-region") => Some(regions),
        _ => expected.region.as_deref(),
    }
}
