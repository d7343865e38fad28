//! What a right client would have sent: the same request, signed as the service wants it. Without the
//! signature, which only the holder of the secret can make.

use super::cut::escaped;
use super::redact;
use super::signed_names::SignedNames;
use super::strings::token_of;
use super::verdict::Verdict;
use crate::canonical::header_name::PAYLOAD_HASH_HEADER;
use crate::explain::{Cause, Reason};
use crate::grammar::hex::hex;
use crate::grammar::text::ascii;
use crate::request::credentials::Credentials;
use crate::request::timestamp::Timestamp;
use crate::request::{Header, Payload, Request};
use crate::sign::signer::Signer;
use crate::sign::stages::Stages;
use crate::signature::hash::sha256;
use crate::verify::claim::{Claim, Form};
use crate::verify::policy::Policy;
use core::time::Duration;
use serde_json::{Value, json};
use std::format;
use std::prelude::rust_2024::*;

pub(super) struct Case<'c> {
    pub(super) request: &'c Request<'c>,
    pub(super) claim: Option<&'c Claim<'c>>,
    pub(super) policy: &'c Policy<'c>,
    pub(super) region: &'c str,
    pub(super) verdict: Verdict,
    pub(super) now: Timestamp,
    pub(super) reasons: &'c [Reason],
}

/// `None` where nothing has to be another way, or where it cannot be told.
pub(super) fn of(case: &Case<'_>) -> Option<Value> {
    let signs_again = case.verdict != Verdict::Allowed && case.verdict != Verdict::Policy;
    // A key that nobody knows cannot sign any better, and a path that nobody serves does not either.
    let signs_again = signs_again && !matches!(case.first(), Some(Cause::NoSuchRoute));
    let stages = signs_again.then(|| case.stages()).flatten()?;
    let canonical = escaped(&stages.canonical_request);
    let lines: Vec<_> = canonical
        .split('\n')
        .enumerate()
        .map(|(number, line)| match number {
            2 => redact::query(line).into_owned(),
            _ => redact::header_line(line.split(':').next().unwrap_or_default(), line),
        })
        .collect();
    let mut changes: Vec<_> = case
        .reasons
        .iter()
        .map(|reason| reason.remedy.to_string())
        .collect();
    changes.dedup();
    Some(json!({
        "changes": changes,
        "request": case.request_lines(&stages),
        "canonical": lines,
        "string_to_sign": stages.string_to_sign.lines().collect::<Vec<_>>(),
        "note": "the same request as a right client signs it; the signature itself takes the secret access key",
    }))
}

/// Stands in for what only the caller has.
const PLACEHOLDER: &str = "(made with the secret access key)";

impl Case<'_> {
    fn first(&self) -> Option<&Cause> {
        self.reasons.first().map(|reason| &reason.cause)
    }

    fn at(&self) -> Timestamp {
        match self.claim {
            Some(claim) if self.verdict != Verdict::Freshness => claim.at(),
            _ => self.now,
        }
    }

    /// Hashes nothing secret: of the key only its id is used.
    fn stages(&self) -> Option<Stages> {
        let key = self
            .claim
            .map_or("YOUR-ACCESS-KEY-ID", Claim::access_key_id);
        let mut credentials = Credentials::new(key, "-");
        let claim = self.claim;
        if let Some(token) =
            claim.and_then(|claim| token_of(self.request, claim, &self.policy.profile))
        {
            credentials = credentials.with_session_token(token.as_str());
        }
        let mut profile = self.policy.profile;
        if let Some(claim) = self.claim {
            profile.algorithm = claim.algorithm();
        }
        let signer =
            Signer::new(credentials, self.region, self.policy.service).with_profile(profile);
        let payload = match self.request.payload {
            Payload::Unsigned if self.stated() != Some("UNSIGNED-PAYLOAD") => {
                // The hash that is stated is all that is known of the body.
                let hash = self.stated()?;
                let hash = crate::grammar::hex::parse_hex(hash)?;
                Payload::Sha256(hash)
            }
            payload => payload,
        };
        let hash = match payload {
            Payload::Bytes(bytes) => Some(hex(&sha256(bytes))),
            Payload::Sha256(hash) => Some(hex(&hash)),
            _ => None,
        };
        let is_presigned = self.claim.is_some_and(|claim| claim.form() == Form::Query);
        let headers = self.headers(hash.as_ref().map(|hash| ascii(hash)), is_presigned);
        let target = self.target();
        let request = Request {
            headers: &headers,
            payload,
            target: &target,
            ..*self.request
        };
        match self.claim.and_then(Claim::expires).filter(|_| is_presigned) {
            Some(expires) => {
                signer.presign_stages(&request, Duration::from_secs(expires), self.at())
            }
            None => signer.stages(&request, self.at()),
        }
        .ok()
    }

    fn stated(&self) -> Option<&str> {
        self.claim?.content_sha256.as_deref()
    }

    /// Those that are signed, or have to be; less what signing adds.
    fn headers<'h>(&'h self, hash: Option<&'h str>, is_presigned: bool) -> Vec<Header<'h>> {
        let signed = SignedNames::of(self.claim.map_or("", Claim::signed_headers));
        let profile = &self.policy.profile;
        let wanted = |name: &str| {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            let amz = name
                .get(..6)
                .is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"));
            let added = is("authorization") || is("x-amz-date") || is(profile.session_token_header);
            let needed = is("host") || amz || (is("content-type") && !is_presigned);
            !added && !is(PAYLOAD_HASH_HEADER) && (needed || signed.has(name))
        };
        let headers = self.request.headers.iter().copied();
        let mut headers: Vec<_> = headers.filter(|(name, _)| wanted(name)).collect();
        let states = self.request.headers.iter();
        let mut states = states.filter(|(name, _)| name.eq_ignore_ascii_case(PAYLOAD_HASH_HEADER));
        // Who states it states the right one.
        if let (Some(_), Some(hash), false) = (states.next(), hash, profile.payload_hash_header) {
            headers.push((PAYLOAD_HASH_HEADER, hash.as_bytes()));
        }
        headers
    }

    /// Without the parameters of a signature.
    fn target(&self) -> String {
        use crate::canonical::parameter::Parameter;
        let (path, query) = self
            .request
            .target
            .split_once('?')
            .unwrap_or((self.request.target, ""));
        let is_of_signature = |piece: &&str| {
            let key = piece.split('=').next().unwrap_or_default();
            !matches!(Parameter::of(key), Parameter::Other | Parameter::OtherAmz)
        };
        let rest: Vec<_> = query
            .split('&')
            .filter(|piece| !is_of_signature(piece))
            .collect();
        match rest.join("&") {
            rest if rest.is_empty() => path.to_owned(),
            rest => format!("{path}?{rest}"),
        }
    }

    /// As it would go over the wire.
    fn request_lines(&self, stages: &Stages) -> Vec<String> {
        let mut lines = Vec::new();
        let target = redact::target(&stages.target);
        let is_presigned = target.contains("X-Amz-Expires=");
        let end = if is_presigned {
            format!("&X-Amz-Signature={PLACEHOLDER}")
        } else {
            String::new()
        };
        lines.push(format!("{} {target}{end} HTTP/1.1", self.request.method));
        let canonical = escaped(&stages.canonical_request);
        let signed = canonical
            .split('\n')
            .skip(3)
            .take_while(|line| !line.is_empty());
        for line in signed {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            lines.push(format!("{name}: {}", redact::value(name, value.as_bytes())));
        }
        let names = SignedNames::of(&stages.signed_headers);
        for (name, value) in self.request.headers {
            let name = name.to_ascii_lowercase();
            let is_new = !names.has(&name) && name != "authorization" && !redact::is_token(&name);
            if is_new && name != "x-amz-date" {
                lines.push(format!("{name}: {}", redact::value(&name, value)));
            }
        }
        if !is_presigned {
            let algorithm = stages.string_to_sign.lines().next().unwrap_or_default();
            let key = self
                .claim
                .map_or("YOUR-ACCESS-KEY-ID", Claim::access_key_id);
            lines.push(format!(
                "authorization: {algorithm} Credential={key}/{}, SignedHeaders={}, Signature={PLACEHOLDER}",
                stages.scope, stages.signed_headers
            ));
        }
        lines
    }
}
