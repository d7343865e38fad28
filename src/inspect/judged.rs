//! What the gateway found, found out again, and why.

use super::decided;
use super::findings::{Chain, Claimed, Expected, Findings, Link};
use super::reasons::Case;
use super::record::{Judged, Seen};
use super::should_be;
use super::strings::{Known, Strings};
use super::verdict::Verdict;
use crate::error::{Error, Layer};
use crate::gateway::reply::Why;
use crate::gateway::state::State;
use crate::grammar::hex::hex;
use crate::grammar::text::ascii;
use crate::request::Payload;
use crate::signature::hash::sha256;
use crate::verify::claim::{Claim, Form};
use crate::verify::policy::Policy;
use crate::verify::refusal::answer::Refusal;
use crate::verify::refusal::reason::RefusalReason;
use serde_json::{Value, json};
use std::prelude::rust_2024::*;

pub(super) fn findings(seen: &Seen, judged: &Judged, state: &State) -> Findings {
    let headers = seen.head.headers();
    let request = seen.request(&headers);
    let authorizer = state.authorizer(seen.at);
    let regions = [state.region()];
    let policy = authorizer.policy(&regions);
    let claim = Claim::from_request(&request).ok();
    let caller = claim
        .as_ref()
        .and_then(|claim| state.principals.find(claim.access_key_id()));
    let key = claim
        .as_ref()
        .zip(caller)
        .map(|(claim, (_, key))| authorizer.signing_key(claim, key));
    let strings = claim.as_ref().map_or_else(Strings::none, |claim| {
        Strings::of(claim, key.as_deref(), &request, &policy)
    });
    let refusal = match &judged.why {
        Why::Refused(reason) => Some(Refusal::of(**reason, &request, &policy)),
        _ => None,
    };
    let case = Case {
        judged,
        now: seen.at,
        request: &request,
        policy: &policy,
        claim: claim.as_ref(),
        strings: &strings,
        has_key: caller.is_some(),
        needs_token: caller.is_some_and(|(_, key)| key.credentials.session_token().is_some()),
    };
    let (reasons, advice) = case.reasons(refusal.as_ref());
    let decided = decided::of(seen, judged, state, claim.as_ref());
    let chain = case.chain();
    let sentence = case.sentence(&reasons, decided.as_ref());
    let body_hash = match request.payload {
        Payload::Bytes(bytes) => Some(sha256(bytes)),
        Payload::Sha256(hash) => Some(hash),
        _ => None,
    };
    let should_be = should_be::of(&should_be::Case {
        request: &request,
        claim: claim.as_ref(),
        policy: &policy,
        region: state.region(),
        verdict: judged.verdict,
        now: seen.at,
        reasons: &reasons,
    });
    Findings {
        verdict: judged.verdict,
        sentence,
        claim: claim.as_ref().map(Claimed::of),
        expected: Some(Expected {
            region: Some(state.region().to_owned()),
            service: policy.service.to_owned(),
        }),
        body_hash: body_hash.map(|hash| ascii(&hex(&hash)).to_owned()),
        must: case.must(),
        caller: claim
            .as_ref()
            .filter(|_| judged.proven)
            .and_then(|claim| state.caller(claim.access_key_id()))
            .map(str::to_owned),
        policy: decided.map(|decided| decided.json),
        chain,
        should_be,
        answer: Some(answer(seen, judged, refusal.as_ref())),
        profile: policy.profile,
        reasons,
        advice,
        strings,
    }
}

impl Case<'_> {
    fn must(&self) -> Vec<String> {
        let Some(claim) = self.claim else {
            return Vec::new();
        };
        let signed = |name: &str| {
            claim
                .signed_headers()
                .split(';')
                .any(|signed| signed == name)
        };
        let policy = self.policy;
        let is_wanted = |name: &str| {
            let exempt = || policy.unsigned_headers.contains(&name);
            match name {
                "host" => policy.host_signed,
                "content-type" => policy.content_type_signed && claim.form() == Form::Header,
                _ => policy.amz_headers_signed && name.starts_with("x-amz-") && !exempt(),
            }
        };
        let names = self.request.headers.iter();
        let names = names.map(|(name, _)| name.to_ascii_lowercase());
        names
            .filter(|name| is_wanted(name) && !signed(name))
            .collect()
    }

    fn chain(&self) -> Chain {
        let mut chain = Chain::UNKNOWN;
        let Some(claim) = self
            .claim
            .filter(|_| self.judged.verdict != Verdict::Malformed)
        else {
            chain.request = Link::Broken;
            return chain;
        };
        chain.request = Link::Whole;
        let error = self.error();
        let layer = error.map(|error| error.layer());
        let holds = self.strings.error.is_none();
        if holds {
            chain.canonical =
                Link::broken_if(matches!(layer, Some(Layer::Header | Layer::Payload)));
            if chain.canonical == Link::Whole {
                (chain.hash, chain.to_sign) = (Link::Whole, Link::Whole);
            }
        } else if self.strings.known != Known::Unknown
            || matches!(layer, Some(Layer::Header | Layer::Payload))
        {
            chain.canonical = Link::Broken;
        }
        let is_token = self.refused() == Some(RefusalReason::WrongSessionToken);
        if !self.has_key || layer == Some(Layer::Scope) || is_token {
            chain.key = Link::Broken;
        } else if self.strings.known != Known::Unknown {
            chain.key = Link::Whole;
        }
        if holds && chain.key == Link::Whole {
            chain.signature = Link::Whole;
        } else if error == Some(Error::SignatureMismatch) && self.strings.known == Known::Unknown {
            chain.signature = Link::Broken;
        }
        // Version 4 and 4A, either form: judged by the time alone.
        let is_stale = match claim.verify(None, self.request, &self.at_any_scope(claim), self.now) {
            Err(error) => error.layer() == Layer::Freshness,
            Ok(_) => false,
        };
        chain.time = Link::broken_if(is_stale || self.judged.verdict == Verdict::Freshness);
        chain.policy = match self.judged.verdict {
            Verdict::Allowed => Link::Whole,
            Verdict::Policy => Link::Broken,
            _ => Link::Unknown,
        };
        chain
    }

    /// The freshness is looked at before anything that needs a key.
    fn at_any_scope<'p>(&self, claim: &'p Claim<'_>) -> Policy<'p>
    where
        Self: 'p,
    {
        let mut policy = Policy::new(&[], claim.scope().service());
        policy.profile = self.policy.profile;
        policy.clock_skew = self.policy.clock_skew;
        policy
    }
}

fn answer(seen: &Seen, judged: &Judged, refusal: Option<&Refusal>) -> Value {
    let (headers, body) = if let Some(refusal) = refusal {
        let headers = refusal.headers();
        let headers = headers.map(|(name, value)| json!({ "name": name, "value": value }));
        (headers.collect(), Some(refusal.body()))
    } else {
        let body = judged.body.as_ref();
        let body = body.map(|body| String::from_utf8_lossy(body).into_owned());
        (Vec::new(), body)
    };
    json!({ "status": seen.status, "headers": headers, "body": body })
}
