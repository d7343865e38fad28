//! What the gateway found, found out again, and why.

use super::borrowed::Borrowed;
use super::decided;
use super::findings::{Chain, Claimed, Expected, Findings, Link};
use super::reasons::Case;
use super::record::{Judged, Seen};
use super::should_be;
use super::signed_names::SignedNames;
use super::strings::{Known, Strings, own_region};
use super::verdict::Verdict;
use crate::error::{Error, Layer};
use crate::gateway::reply::Why;
use crate::gateway::service::Service;
use crate::gateway::state::State;
use crate::grammar::hex::hex;
use crate::grammar::text::ascii;
use crate::post_policy::PostFault;
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
    let is_whole = seen.head.is_whole;
    let strings = match &claim {
        Some(claim) => Strings::of(claim, key.as_deref(), &request, &policy),
        None if !is_whole => Strings {
            note: "the head is longer than what is kept of one: nothing is known of its signature"
                .into(),
            ..Strings::none()
        },
        None if judged.verdict != Verdict::Malformed && state.service == Service::S3 => Strings {
            note: "the signature stands in a form, whose fields are not kept".into(),
            ..Strings::none()
        },
        None => Strings::none(),
    };
    let refusal = match &judged.why {
        // It quotes what arrived.
        Why::Refused(reason) if is_whole => Some(Refusal::of(**reason, &request, &policy)),
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
    let chain = if is_whole {
        case.chain()
    } else {
        Chain::UNKNOWN
    };
    let sentence = case.sentence(&reasons, decided.as_ref());
    let form = judged.form.as_deref();
    let of_form = || form.map(Claimed::of_form);
    let claimed = claim.as_ref().map(Claimed::of).or_else(of_form);
    let caller = claimed.as_ref().filter(|_| judged.proven);
    let caller = caller.and_then(|claimed| state.caller(&claimed.key));
    let body_hash = match request.payload {
        Payload::Bytes(bytes) => Some(sha256(bytes)),
        Payload::Sha256(hash) => Some(hash),
        _ => None,
    };
    let should_be = is_whole.then(|| should_be::Case {
        request: &request,
        claim: claim.as_ref(),
        policy: &policy,
        region: state.region(),
        verdict: judged.verdict,
        now: seen.at,
        reasons: &reasons,
    });
    let should_be = should_be.as_ref().and_then(should_be::of);
    Findings {
        verdict: judged.verdict,
        sentence,
        claim: claimed,
        expected: Some(Expected {
            region: Some(state.region().to_owned()),
            service: policy.service.to_owned(),
        }),
        body_hash: body_hash.map(|hash| ascii(&hex(&hash)).to_owned()),
        borrowed: Borrowed::default(),
        must: case.must(),
        caller: caller.map(str::to_owned),
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
        let signed = SignedNames::of(claim.signed_headers());
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
            .filter(|name| is_wanted(name) && !signed.has(name))
            .collect()
    }

    fn chain(&self) -> Chain {
        let mut chain = Chain::UNKNOWN;
        let Some(claim) = self
            .claim
            .filter(|_| self.judged.verdict != Verdict::Malformed)
        else {
            return self.chain_of_form();
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
        chain.time = match self.judged.verdict {
            Verdict::Freshness => Link::Broken,
            _ => self.time(claim),
        };
        chain.policy = match self.judged.verdict {
            Verdict::Allowed => Link::Whole,
            Verdict::Policy => Link::Broken,
            _ => Link::Unknown,
        };
        chain
    }

    /// The freshness is looked at before headers, payload and signature, and behind all else: for
    /// the claim's own scope, which may be another one than the gateway's.
    fn time(&self, claim: &Claim<'_>) -> Link {
        let regions = [own_region(claim)];
        let policy = Policy {
            regions: &regions,
            service: claim.scope().service(),
            ..*self.policy
        };
        match claim.verify(None, self.request, &policy, self.now) {
            Ok(_) => Link::Whole,
            Err(error) => match error.layer() {
                Layer::Freshness => Link::Broken,
                Layer::Header | Layer::Payload | Layer::Signature => Link::Whole,
                _ => Link::Unknown,
            },
        }
    }

    /// Of a form of S3's: its fields are not kept.
    fn chain_of_form(&self) -> Chain {
        let error = match self.refused() {
            Some(RefusalReason::Post(PostFault::Claim(error))) => Some(error),
            _ => self.error(),
        };
        let mut chain = Chain::UNKNOWN;
        chain.request = Link::Whole;
        match self.judged.verdict {
            Verdict::Malformed => chain.request = Link::Broken,
            Verdict::Freshness => chain.time = Link::Broken,
            Verdict::Signature => match error.map(|error| error.layer()) {
                Some(Layer::Scope) => chain.key = Link::Broken,
                Some(Layer::Signature) => chain.signature = Link::Broken,
                _ if self.refused() == Some(RefusalReason::UnknownAccessKey) => {
                    chain.key = Link::Broken;
                }
                _ => {}
            },
            Verdict::Allowed | Verdict::Policy if self.judged.proven => {
                chain = Chain {
                    request: Link::Whole,
                    canonical: Link::Unknown,
                    hash: Link::Unknown,
                    to_sign: Link::Whole,
                    key: Link::Whole,
                    signature: Link::Whole,
                    time: Link::Whole,
                    policy: Link::broken_if(self.judged.verdict == Verdict::Policy),
                };
            }
            Verdict::Policy => chain.policy = Link::Broken,
            Verdict::Allowed => {}
        }
        chain
    }
}

fn answer(seen: &Seen, judged: &Judged, refusal: Option<&Refusal>) -> Value {
    let (headers, body) = if let Some(refusal) = refusal.filter(|_| judged.body.is_none()) {
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

#[cfg(test)]
mod tests;
