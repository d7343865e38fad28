//! Which links hold, as far as an answer tells.

use super::findings::{Chain, Link};
use super::record::Proxied;
use super::verdict::Verdict;
use crate::explain::{Cause, Explanation, Part};

/// A signature is known to be right where a signed request is accepted, or where the answer names
/// the caller: neither an error of another kind nor a refusal without a reason says anything of it.
pub(super) fn chain(
    verdict: Verdict,
    is_accepted: bool,
    is_signed: bool,
    explanation: Option<&Explanation>,
) -> Chain {
    let mut chain = Chain::UNKNOWN;
    let Some(explanation) = explanation else {
        return chain;
    };
    match verdict {
        Verdict::Malformed => {
            chain.request = Link::broken_if(*explanation.cause() != Cause::Unknown);
            return chain;
        }
        Verdict::Allowed | Verdict::Policy => {
            chain.request = Link::Whole;
            let is_proven = match explanation.cause() {
                Cause::NotAuthorized(denial) => denial.principal.is_some(),
                _ => is_accepted && is_signed,
            };
            if !is_proven {
                return chain;
            }
            return Chain {
                request: Link::Whole,
                canonical: Link::Whole,
                hash: Link::Whole,
                to_sign: Link::Whole,
                key: Link::Whole,
                signature: Link::Whole,
                time: Link::Whole,
                policy: Link::broken_if(verdict == Verdict::Policy),
            };
        }
        Verdict::Freshness => {
            chain.request = Link::Whole;
            chain.time = Link::Broken;
            return chain;
        }
        Verdict::Signature => chain.request = Link::Whole,
    }
    let differs = |wanted: fn(&Part) -> bool| {
        let mut differences = explanation.differences.iter();
        differences.any(|difference| wanted(&difference.part))
    };
    let of_canonical =
        |part: &Part| !matches!(part, Part::Time | Part::Scope | Part::CanonicalRequestHash);
    match explanation.cause() {
        _ if differences_in(explanation, of_canonical) => chain.canonical = Link::Broken,
        _ if differs(|part| *part == Part::CanonicalRequestHash) => chain.hash = Link::Broken,
        _ if differs(|part| *part == Part::Time) => chain.to_sign = Link::Broken,
        Cause::WrongRegion { .. }
        | Cause::WrongService { .. }
        | Cause::UnknownAccessKey
        | Cause::RegionNotEnabled
        | Cause::SessionTokenMissing
        | Cause::SessionTokenRegion
        | Cause::Date => chain.key = Link::Broken,
        Cause::WrongSecret if is_signed => {
            (chain.canonical, chain.hash, chain.to_sign) = (Link::Whole, Link::Whole, Link::Whole);
            chain.signature = Link::Broken;
        }
        Cause::HeaderAdded { .. } | Cause::HeaderRemoved { .. } | Cause::SessionTokenUnsigned => {
            chain.canonical = Link::Broken;
        }
        _ => chain.signature = Link::Broken,
    }
    chain
}

fn differences_in(explanation: &Explanation, wanted: impl Fn(&Part) -> bool) -> bool {
    let mut differences = explanation.differences.iter();
    differences.any(|difference| wanted(&difference.part))
}

/// Of a request that no service answered.
pub(super) fn unanswered(proxied: &Proxied) -> Chain {
    let mut chain = Chain::UNKNOWN;
    if proxied.is_signed {
        chain.request = Link::Whole;
    }
    if let Some(refused) = &proxied.refused {
        if refused.is_of_request {
            chain.request = Link::Broken;
        }
        if refused.verdict == Verdict::Policy {
            chain.policy = Link::Broken;
        }
    }
    chain
}
