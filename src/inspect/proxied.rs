//! A request through the proxy: what the upstream answered, or why it did not.

use super::chain_of_answer::unanswered;
use super::findings::Findings;
use super::given::{self, SignsFor};
use super::record::{Answered, Proxied, Refused, Seen};
use crate::explain::{Answer, Cause};
use crate::request::Header;
use std::format;
use std::prelude::rust_2024::*;

pub(super) fn findings(seen: &Seen, proxied: &Proxied, headers: &[Header<'_>]) -> Findings {
    let request = seen.request(headers);
    let came = proxied.answered.as_ref();
    let headers = came.map(Answered::headers).unwrap_or_default();
    let answer = came.map(|came| Answer {
        status: came.status,
        headers: &headers,
        body: came.body.as_ref().map_or(&[], |body| body.as_slice()),
    });
    let request = seen.head.is_whole.then_some(&request);
    let mut findings = given::findings(request, answer.as_ref(), SignsFor::default());
    findings.caller = proxied.caller.as_deref().map(str::to_owned);
    let is_known = findings
        .reasons
        .first()
        .is_some_and(|reason| reason.cause != Cause::Unknown);
    match &proxied.refused {
        Some(_) if is_known => {}
        Some(refused) => by_proxy(&mut findings, proxied, refused),
        None if answer.is_none() => {
            let before = if proxied.is_signed {
                "before the upstream answered"
            } else {
                "before the request was sent on"
            };
            findings.sentence = Some(match &proxied.broken_off {
                Some(ending) => format!("{before}, {ending}"),
                None => format!("it ended {before}"),
            });
            findings.chain = unanswered(proxied);
        }
        None => {
            if let Some(ending) = &proxied.broken_off {
                let sentence = findings.sentence();
                findings.sentence = Some(format!("{sentence}; broken off: {ending}"));
            }
        }
    }
    findings
}

/// What it says itself is all that is known.
fn by_proxy(findings: &mut Findings, proxied: &Proxied, refused: &Refused) {
    findings.verdict = refused.verdict;
    findings.sentence = Some(refused.message.to_string());
    (findings.reasons, findings.advice) = (Vec::new(), None);
    findings.chain = unanswered(proxied);
}
