//! One request in JSON: a row of the list, and all that is known of it.

use super::compared::Compared;
use super::findings::{Findings, Link};
use super::record::{Body, By, Record, Seen};
use super::redact::{self, Tokens};
use super::strings::Known;
use super::{clip, headers};
use crate::explain::{Evidence, Part, Reason};
use crate::request::Header;
use crate::sign::stages::Stages;
use crate::verify::claim::Form;
use serde_json::{Value, json};
use std::format;
use std::prelude::rust_2024::*;
use std::vec;

/// What a row needs beside the findings.
pub(super) struct Shown<'s> {
    pub(super) id: u64,
    pub(super) from: &'static str,
    /// The signature is the proxy's own.
    pub(super) is_signed_here: bool,
    pub(super) at: Option<String>,
    pub(super) micros: u64,
    pub(super) status: Option<u16>,
    pub(super) method: &'s str,
    pub(super) target: &'s str,
    pub(super) headers: &'s [Header<'s>],
    pub(super) body: &'s Body,
    /// All of the head is there.
    pub(super) is_whole: bool,
    /// What was pasted: a token that it names is taken out wherever it stands.
    pub(super) pasted: [&'s str; 2],
}

impl<'s> Shown<'s> {
    pub(super) fn of(record: &'s Record, headers: &'s [Header<'s>]) -> Self {
        let seen: &Seen = &record.seen;
        Self {
            id: record.id,
            from: seen.by.name(),
            is_signed_here: matches!(&seen.by, By::Proxy(proxied) if proxied.is_signed),
            at: Some(seen.at.to_rfc3339()),
            micros: u64::try_from(seen.took.as_micros()).unwrap_or(u64::MAX),
            status: seen.status,
            method: seen.head.method(),
            target: seen.head.target(),
            headers,
            body: &seen.body,
            is_whole: seen.head.is_whole,
            pasted: [""; 2],
        }
    }

    pub(super) fn tokens(&self) -> Tokens {
        let tokens = Tokens::of(self.headers, self.target).and_named(self.pasted);
        if self.is_signed_here {
            // Whoever has it can make the call in the proxy's name.
            return tokens.and_signatures(self.headers, self.target);
        }
        tokens
    }

    pub(super) fn has_token(&self) -> bool {
        self.tokens().has_token()
    }

    fn host(&self) -> String {
        let mut headers = self.headers.iter();
        let host = headers.find(|(name, _)| name.eq_ignore_ascii_case("host"));
        host.map_or_else(String::new, |(_, value)| {
            String::from_utf8_lossy(value).into_owned()
        })
    }
}

pub(super) fn row(shown: &Shown<'_>, findings: &Findings) -> Value {
    let mut row = raw_row(shown, findings);
    shown.tokens().take_out_of(&mut row);
    clip::row(&mut row);
    row
}

fn raw_row(shown: &Shown<'_>, findings: &Findings) -> Value {
    let claim = findings.claim.as_ref();
    let path = shown.target.split('?').next().unwrap_or_default();
    json!({
        "id": shown.id,
        "at": shown.at,
        "method": shown.method,
        "target": redact::target(shown.target),
        "path": path,
        "host": shown.host(),
        "status": shown.status,
        "verdict": findings.verdict.as_str(),
        "reason": findings.reason(),
        "summary": findings.sentence(),
        "caller": findings.caller,
        "key": claim.map(|claim| &claim.key),
        "scope": claim.map(|claim| &claim.scope),
        "form": claim.map(|claim| match claim.form {
            Some(Form::Header) => "header",
            Some(Form::Query) => "query",
            None => "post",
        }),
        "micros": shown.micros,
        "body": shown.body.bytes().unwrap_or(0),
        "from": shown.from,
    })
}

/// All of it. `exports`: curl, verify, vector, or why there is none.
pub(super) fn detail(
    shown: &Shown<'_>,
    findings: &Findings,
    exports: [Result<(), &'static str>; 3],
    replay: Option<(bool, String)>,
) -> Value {
    let mut all = raw_row(shown, findings);
    let strings = &findings.strings;
    let tokens = shown.tokens();
    let compared = Compared::of(findings, &tokens);
    let [curl, verify, vector] = exports.map(|export| export.is_ok());
    let why_not = exports.into_iter().find_map(Result::err);
    let more = json!({
        "sentence": findings.sentence(),
        "remedy": findings.remedy(),
        "causes": findings.reasons.iter().map(cause).collect::<Vec<_>>(),
        "advice": findings.advice,
        "known": strings.known.as_str(),
        "known_note": strings.note,
        "request": request(shown, findings),
        "canonical": compared.canonical,
        "string_to_sign": compared.string_to_sign,
        "scope_parts": compared.scope,
        "payload": payload(shown, findings),
        "policy": findings.policy,
        "chain": chain(findings),
        "should_be": findings.should_be,
        "answer": findings.answer,
        "exports": { "curl": curl, "verify": verify, "vector": vector, "note": why_not },
        "replay": replay.map(|(possible, note)| json!({ "possible": possible, "note": note })),
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
        all.extend(more);
    }
    tokens.take_out_of(&mut all);
    all
}

fn cause(reason: &Reason) -> Value {
    json!({
        "name": reason.cause.name(),
        "text": reason.cause.to_string(),
        "evidence": match reason.evidence {
            Evidence::Shown => Some("shown"),
            Evidence::Said => Some("said"),
            Evidence::Possible => Some("possible"),
            Evidence::Nothing => None,
        },
        "remedy": reason.remedy,
    })
}

fn request(shown: &Shown<'_>, findings: &Findings) -> Value {
    let kept = shown.body.kept();
    json!({
        "line": format!("{} {} HTTP/1.1", shown.method, redact::target(shown.target)),
        "headers": headers::json(shown.headers, shown.is_signed_here, findings),
        "whole": shown.is_whole,
        "body": {
            "bytes": shown.body.bytes(),
            "kept": kept.map_or(0, <[u8]>::len),
            "text": kept.and_then(|bytes| core::str::from_utf8(bytes).ok()),
        },
    })
}

fn payload(shown: &Shown<'_>, findings: &Findings) -> Value {
    let claim = findings.claim.as_ref();
    let stated = claim.and_then(|claim| claim.content_sha256.clone());
    let of_sent = |stages: &Option<Stages>| {
        let stages = stages.as_ref()?;
        let text = String::from_utf8_lossy(&stages.canonical_request).into_owned();
        let line = text.rsplit('\n').next().filter(|_| !text.is_empty());
        line.map(str::to_owned)
    };
    let computed = findings.body_hash.clone();
    let line = of_sent(&findings.strings.computed).or_else(|| computed.clone());
    let signed = of_sent(&findings.strings.sent).filter(|_| !findings.borrowed.body);
    let same = match (stated.as_ref().or(signed.as_ref()), &computed) {
        (Some(stated), Some(computed)) if stated.len() == computed.len() => {
            Some(stated == computed)
        }
        _ => None,
    };
    let note = match (&line, shown.body) {
        _ if findings.borrowed.body => "the body was not given: not compared".to_owned(),
        (None, Body::Unread) => "refused before the body was read".to_owned(),
        (None, _) => "not known".to_owned(),
        (Some(line), _) => Part::PayloadHash.rule(line, &findings.profile),
    };
    json!({ "stated": stated, "signed": signed, "computed": computed, "same": same, "note": note })
}

fn chain(findings: &Findings) -> Value {
    let chain = &findings.chain;
    let known = findings.strings.known;
    let of = |link: &str, title: &str, state: Link, whole: &str, broken: &str, unknown: &str| {
        let note = match state {
            Link::Whole => whole,
            Link::Broken => broken,
            Link::Unknown => unknown,
        };
        json!({ "link": link, "title": title, "state": state.as_str(), "note": note })
    };
    let sentence = findings.sentence();
    let why = sentence.as_str();
    let unsure = match known {
        Known::Unknown => "what was signed is not known",
        _ => "follows from the link before",
    };
    let list = vec![
        of(
            "request",
            "Request",
            chain.request,
            "arrived, and can be read",
            why,
            unsure,
        ),
        of(
            "canonical-request",
            "Canonical request",
            chain.canonical,
            "the same on both sides",
            "not the one that this service computes",
            unsure,
        ),
        of(
            "hash",
            "SHA-256 of it",
            chain.hash,
            "the same on both sides",
            "another one",
            unsure,
        ),
        of(
            "string-to-sign",
            "String to sign",
            chain.to_sign,
            "the same on both sides",
            "another one",
            unsure,
        ),
        of(
            "signing-key",
            "Signing key",
            chain.key,
            "that of the access key, for this day, region and service",
            why,
            "whether it is of the right secret is not known",
        ),
        of(
            "signature",
            "Signature",
            chain.signature,
            "right",
            "does not match",
            "cannot be right before the links in front of it are",
        ),
        of("time", "Time", chain.time, "fresh", why, "not looked at"),
        of(
            "policy",
            "Policy",
            chain.policy,
            "allowed",
            why,
            "not asked",
        ),
    ];
    Value::Array(list)
}
