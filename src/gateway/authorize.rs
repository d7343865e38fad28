//! Who calls, and whether they may: signature, session token, policies.

use super::api::{Api, SERVICE};
use super::iam::decision::{Decision, INVOKE};
use super::limits::Limits;
use super::principals::{Key, Principal, Principals};
use crate::canonical::header_name::DATE_HEADER;
use super::refusal::{Facts, refusal};
use super::reply::{Denial, Reply};
use crate::error::Error;
use crate::request::Request;
use crate::request::timestamp::Timestamp;
use crate::verify::claim::Claim;
use crate::verify::policy::Policy;
use crate::verify::verdict::Verified;
use std::borrow::ToOwned;
use std::vec::Vec;

/// The caller, if the request is theirs and the policies allow it.
pub(crate) fn authorize<'p>(
    api: &Api,
    principals: &'p Principals,
    request: &Request<'_>,
    path: &str,
    limits: &Limits,
    now: Timestamp,
) -> Result<&'p Principal, Reply> {
    let regions = [api.region.as_str()];
    let policy = Policy {
        // API Gateway does not insist on it, and many clients do not sign it.
        content_type_signed: false,
        max_headers: limits.headers,
        max_head: limits.head,
        ..Policy::new(&regions, SERVICE)
    };
    let refuse = |error| refused(error, request);
    let claim = Claim::from_request(request).map_err(refuse)?;
    let known = principals.find(claim.access_key_id());
    let key = known.map(|(_, key)| claim.signing_key(key.credentials.secret_access_key()));
    let verified = claim
        .verify(key.as_ref(), request, &policy, now)
        .map_err(|error| match (error, known) {
            (Error::SignatureMismatch, None) => Reply::invalid_token(),
            (error, _) => {
                mismatch(error, &claim, request, &policy).unwrap_or_else(|| refuse(error))
            }
        })?;
    let (principal, key) = known.ok_or_else(Reply::invalid_token)?;
    check_session_token(&verified, key, now)?;
    let resource = api.resource(request.method, path);
    // A caller of another account needs a resource policy as well, and there is none.
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
    let denial = if principal.arn.account_id() == api.account_id {
        match principal.decision(INVOKE, &resource) {
            Decision::Allowed => return Ok(principal),
            Decision::ExplicitDeny => Denial::Explicit,
            Decision::ImplicitDeny => Denial::NoIdentityPolicy,
        }
    } else {
        Denial::NoResourcePolicy
    };
    let caller = principal.arn.as_str();
    Err(Reply::denied(caller, INVOKE, &resource, denial))
}

/// For a request whose signature is not the one that follows from what arrived: the
/// strings that do follow from it.
fn mismatch(
    error: Error,
    claim: &Claim<'_>,
    request: &Request<'_>,
    policy: &Policy<'_>,
) -> Option<Reply> {
    let mut claim = claim.clone();
    let mut headers = request.headers.to_vec();
    let names = claim.signed_headers().to_owned();
    match error {
        Error::SignatureMismatch => {}
        // AWS computes with the body that arrived, whatever hash came with it.
        Error::PayloadDiffers | Error::UnsignedPayloadRefused | Error::UnsupportedContentSha256 => {
            claim.content_sha256 = None;
        }
        // AWS computes with an empty value for a signed header that did not arrive.
        Error::SignedHeaderMissing { .. } => {
            let missing = |name: &&str| {
                !(request.headers.iter()).any(|(found, _)| found.eq_ignore_ascii_case(name))
            };
            headers.extend(
                names
                    .split(';')
                    .filter(missing)
                    .map(|name| (name, &b""[..])),
            );
        }
        _ => return None,
    }
    let arrived = Request {
        headers: &headers,
        ..*request
    };
    let policy = Policy {
        max_headers: usize::MAX,
        ..*policy
    };
    let stages = claim.stages(&arrived, &policy).ok();
    Some(Reply::mismatch(stages.as_ref()))
}

/// A temporary key is good only with its own token, and only until it expires; a
/// long-term key comes without a token.
fn check_session_token(verified: &Verified<'_>, key: &Key, now: Timestamp) -> Result<(), Reply> {
    if verified.session_token.as_deref() != key.credentials.session_token() {
        return Err(Reply::invalid_token());
    }
    if key.is_expired(now) {
        return Err(Reply::expired_token());
    }
    Ok(())
}

fn refused(error: Error, request: &Request<'_>) -> Reply {
    let value_of = |wanted: &str| {
        let mut headers = request.headers.iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.and_then(|(_, value)| core::str::from_utf8(value).ok())
    };
    let header_names: Vec<_> = request.headers.iter().map(|(name, _)| *name).collect();
    refusal(
        error,
        &Facts {
            service: SERVICE,
            authorization: value_of("authorization"),
            query: request
                .target
                .split_once('?')
                .map_or("", |(_, query)| query),
            dated: value_of(DATE_HEADER).is_some(),
            header_names: &header_names,
        },
    )
}
