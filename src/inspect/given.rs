//! A request and another service's answer to it: of the proxy, and of whoever pastes them.

use super::borrowed::Borrowed;
use super::chain_of_answer::chain;
use super::findings::{Claimed, Findings, taken};
use super::redact;
use super::strings::{Known, Strings, own_region, token_of};
use super::verdict::Verdict;
use crate::explain::{Answer, Cause, Explanation, Sent, explain, explain_answer};
use crate::grammar::hex::hex;
use crate::grammar::text::ascii;
use crate::request::credentials::Credentials;
use crate::request::profile::Profile;
use crate::request::timestamp::Timestamp;
use crate::request::{Header, Payload, Request};
use crate::sign::signer::Signer;
use crate::sign::stages::Stages;
use crate::signature::hash::sha256;
use crate::verify::claim::Claim;
use crate::verify::policy::Policy;
use serde_json::{Value, json};
use std::format;
use std::prelude::rust_2024::*;

/// What a tool that signs by itself was told.
#[derive(Clone, Copy, Default)]
pub(super) struct SignsFor<'s> {
    pub(super) region: Option<&'s str>,
    pub(super) service: Option<&'s str>,
    pub(super) key: Option<&'s str>,
}

pub(super) fn findings(
    request: Option<&Request<'_>>,
    answer: Option<&Answer<'_>>,
    signs_for: SignsFor<'_>,
) -> Findings {
    let claim = request.and_then(|request| Claim::from_request(request).ok());
    let profile = match (&claim, signs_for.service) {
        (Some(claim), _) => Profile::for_service(claim.scope().service()),
        (None, Some(service)) => Profile::for_service(service),
        (None, None) => Profile::DEFAULT,
    };
    let borrowed = request.map(|request| Borrowed::of(request, claim.as_ref(), &profile));
    let borrowed = borrowed.unwrap_or_default();
    let lent = borrowed.lent(answer);
    let given = request.map_or(&[][..], |request| request.headers);
    let headers = lent.as_ref().map(|lent| lent.headers(given));
    let headers = headers.unwrap_or_default();
    let whole = request
        .zip(lent.as_ref())
        .map(|(request, lent)| lent.request(request, &headers));
    let sent = whole.as_ref().and_then(|request| match &claim {
        Some(claim) => of_claim(claim, request, profile),
        None => of_signer(request, answer, signs_for),
    });
    let explanation = answer.map(|answer| {
        let request = whole.as_ref().or(request);
        let explanation = explained(request, claim.as_ref(), sent.as_ref(), answer);
        // All the rest being the same, it can be the body or the token that differs.
        if borrowed.any() && explanation.differences.is_empty() {
            explain_answer(answer)
        } else {
            explanation
        }
    });
    let verdict = match (&explanation, answer) {
        (Some(explanation), Some(answer)) => verdict(answer.status, explanation.cause()),
        _ => Verdict::Malformed,
    };
    let chain = chain(
        verdict,
        answer.is_some_and(|answer| (200..300).contains(&answer.status)),
        (claim.is_some() || sent.is_some()) && !borrowed.any(),
        explanation.as_ref(),
    );
    let computed = answer.and_then(|answer| computed(answer));
    let sentence = match answer.map(|answer| answer.status) {
        None => Some("no answer yet: paste what the service sent back".into()),
        Some(200..=299) => Some("the service accepted the request".into()),
        Some(status) if verdict == Verdict::Allowed => Some(format!(
            "the service answered {status}, which says nothing against the signature"
        )),
        _ => None,
    };
    let (reasons, advice) = explanation.map(taken).unwrap_or_default();
    let body_hash = request.and_then(|request| match request.payload {
        Payload::Bytes(bytes) => Some(ascii(&hex(&sha256(bytes))).to_owned()),
        Payload::Sha256(hash) => Some(ascii(&hex(&hash)).to_owned()),
        _ => None,
    });
    let note = note(borrowed, sent.is_some(), claim.is_some());
    Findings {
        verdict,
        sentence,
        reasons,
        advice,
        claim: claim.as_ref().map(Claimed::of),
        strings: Strings {
            known: if sent.is_some() {
                Known::Given
            } else {
                Known::Unknown
            },
            note: note.into(),
            computed,
            sent,
            hint: None,
            error: None,
            is_cut_short: false,
        },
        profile,
        expected: None,
        body_hash,
        borrowed,
        must: Vec::new(),
        caller: None,
        policy: None,
        chain,
        should_be: None,
        answer: answer.map(shown),
    }
}

/// How what was signed is known, and what of it is not.
fn note(borrowed: Borrowed, is_known: bool, is_signed: bool) -> &'static str {
    match (is_known, is_signed) {
        (true, _) if borrowed.token => {
            "what this request signs, but for its session token: that is not known here, so it is not \
             compared, nor is what follows from it"
        }
        (false, _) if borrowed.token => {
            "the request has a session token that is not known here: what was signed is not known"
        }
        (true, _) if borrowed.body => {
            "what this request signs, but for its body: that was not given, so its hash is not compared"
        }
        (false, _) if borrowed.body => {
            "the request has a body that was not given: what was signed is not known"
        }
        (true, true) => "what this request signs, as it was given here",
        (true, false) => "what a right client signs for this request: it carries no signature here",
        (false, _) => {
            "there is no request to compare with, or none with a signature that can be read"
        }
    }
}

/// What is no refusal of a signature's, and is not known as one either, lets it pass.
fn verdict(status: u16, cause: &Cause) -> Verdict {
    let refuses = matches!(status, 0 | 400 | 401 | 403);
    match cause {
        _ if (200..300).contains(&status) => Verdict::Allowed,
        Cause::Unknown | Cause::NoBody | Cause::Nothing if !refuses => Verdict::Allowed,
        cause => Verdict::of_cause(cause),
    }
}

/// As whoever signed it has computed it, if nothing was changed since.
fn of_claim(claim: &Claim<'_>, request: &Request<'_>, profile: Profile) -> Option<Stages> {
    let regions = [own_region(claim)];
    let scope = claim.scope();
    let mut policy = Policy::new(&regions, scope.service());
    policy.profile = profile;
    policy.streaming = true;
    policy.max_headers = usize::MAX;
    policy.max_head = usize::MAX;
    let stages = claim.stages(request, &policy).ok();
    stages.or_else(|| {
        // The hash that is stated stands for a body that is not there.
        let unread = Request {
            payload: Payload::Unsigned,
            ..*request
        };
        claim.stages(&unread, &policy).ok()
    })
}

fn of_signer(
    request: &Request<'_>,
    answer: Option<&Answer<'_>>,
    signs_for: SignsFor<'_>,
) -> Option<Stages> {
    let (region, service) = (signs_for.region?, signs_for.service?);
    let at: Timestamp = answer?.signed_at()?;
    let key = signs_for.key.unwrap_or("-");
    let mut credentials = Credentials::new(key, "-");
    let mut headers = request.headers.iter();
    let token = headers.find(|(name, _)| redact::is_token(name));
    if let Some(token) = token.and_then(|(_, value)| core::str::from_utf8(value).ok()) {
        credentials = credentials.with_session_token(token.trim());
    }
    let signer = Signer::new(credentials, region, service);
    let is_signed = |name: &str| {
        let amz = name
            .get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"));
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        (amz || is("host") || is("content-type")) && !is("x-amz-date") && !redact::is_token(name)
    };
    let headers = request.headers.iter().copied();
    let headers: Vec<Header<'_>> = headers.filter(|(name, _)| is_signed(name)).collect();
    let request = Request {
        headers: &headers,
        ..*request
    };
    signer.stages(&request, at).ok()
}

fn explained(
    request: Option<&Request<'_>>,
    claim: Option<&Claim<'_>>,
    sent: Option<&Stages>,
    answer: &Answer<'_>,
) -> Explanation {
    let Some(stages) = sent else {
        return explain_answer(answer);
    };
    let mut credentials = Credentials::new(claim.map_or("-", Claim::access_key_id), "");
    if let (Some(request), Some(claim)) = (request, claim) {
        let profile = Profile::for_service(claim.scope().service());
        if let Some(token) = token_of(request, claim, &profile) {
            credentials = credentials.with_session_token(token.as_str());
        }
    }
    explain(&Sent::new(stages, &credentials), answer)
}

/// What the service says that it computed.
fn computed(answer: &Answer<'_>) -> Option<Stages> {
    let (canonical_request, string_to_sign) = answer.shown();
    if canonical_request.is_none() && string_to_sign.is_none() {
        return None;
    }
    Some(Stages {
        canonical_request: canonical_request.unwrap_or_default().into_bytes(),
        string_to_sign: string_to_sign.unwrap_or_default(),
        ..Stages::default()
    })
}

fn shown(answer: &Answer<'_>) -> Value {
    let headers = answer.headers.iter();
    let headers =
        headers.map(|(name, value)| json!({ "name": name, "value": redact::value(name, value) }));
    json!({
        "status": (answer.status != 0).then_some(answer.status),
        "headers": headers.collect::<Vec<_>>(),
        "body": String::from_utf8_lossy(answer.body),
    })
}
