//! Who calls, and whether they may: signature, session token, policies.

use super::api::{Api, SERVICE};
use super::iam::decision::{Decision, INVOKE};
use super::limits::Limits;
use super::principals::{Key, Principal, Principals};
use super::refusal::{Facts, refusal};
use super::reply::{Denial, Reply};
use crate::canonical::header_name::{DATE_HEADER, PAYLOAD_HASH_HEADER};
use crate::error::Error;
use crate::request::profile::Profile;
use crate::request::timestamp::Timestamp;
use crate::request::{Payload, Request};
use crate::verify::claim::Claim;
use crate::verify::policy::Policy;
use crate::verify::verdict::Verified;
use std::borrow::ToOwned;
use std::vec::Vec;

/// What decides about a request beside the request itself.
pub(crate) struct Authorizer<'s> {
    pub(crate) api: &'s Api,
    pub(crate) principals: &'s Principals,
    pub(crate) limits: &'s Limits,
    pub(crate) now: Timestamp,
}

/// A refusal, and who was refused, where a signature has proven it.
pub(crate) struct Refused<'s> {
    pub(crate) reply: Reply,
    pub(crate) caller: Option<&'s Principal>,
}

impl From<Reply> for Refused<'_> {
    fn from(reply: Reply) -> Self {
        let caller = None;
        Self { reply, caller }
    }
}

impl<'s> Authorizer<'s> {
    /// What keeps a request from being anybody's, whatever its body is: that body need not
    /// be waited for.
    pub(crate) fn foresee(&self, claim: &Claim<'_>, request: &Request<'_>) -> Result<(), Reply> {
        let regions = [self.api.region.as_str()];
        let unread = Request {
            payload: Payload::Unsigned,
            ..*request
        };
        let known = self.principals.find(claim.access_key_id());
        let key = known.map(|(_, key)| claim.signing_key(key.credentials.secret_access_key()));
        match claim.verify(key.as_ref(), &unread, &self.policy(&regions), self.now) {
            Ok(_) => Ok(()),
            // For a key that is known, the answer shows what follows from the body.
            Err(error) if error == Error::PayloadUnknown || shows_what_arrived(error) => {
                known.map(|_| ()).ok_or_else(unknown_key)
            }
            Err(error) => Err(refused(error, &unread)),
        }
    }

    /// The caller, if the request is theirs and the policies allow it. `path` is the one
    /// that is proven: below the stage, normalised.
    pub(crate) fn authorize(
        &self,
        claim: &Claim<'_>,
        request: &Request<'_>,
        path: &str,
    ) -> Result<&'s Principal, Refused<'s>> {
        let regions = [self.api.region.as_str()];
        let policy = self.policy(&regions);
        let known = self.principals.find(claim.access_key_id());
        let key = known.map(|(_, key)| claim.signing_key(key.credentials.secret_access_key()));
        let verified = claim
            .verify(key.as_ref(), request, &policy, self.now)
            .map_err(|error| match (error, known) {
                (error, None) if shows_what_arrived(error) => unknown_key(),
                (error, _) if shows_what_arrived(error) => mismatch(claim, error, request, &policy),
                (error, _) => refused(error, request),
            })?;
        let (principal, key) = known.ok_or_else(unknown_key)?;
        let refuse = |reply| Refused {
            reply,
            caller: Some(principal),
        };
        check_session_token(&verified, request, key, self.now).map_err(refuse)?;
        let resource = self.api.resource(request.method, path);
        // A caller of another account needs a resource policy as well, and there is none.
        // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
        let denial = if principal.arn.account_id() == self.api.account_id {
            match principal.decision(INVOKE, &resource) {
                Decision::Allowed => return Ok(principal),
                Decision::ExplicitDeny => Denial::Explicit,
                Decision::ImplicitDeny => Denial::NoIdentityPolicy,
            }
        } else {
            Denial::NoResourcePolicy
        };
        let caller = principal.arn.as_str();
        Err(refuse(Reply::denied(caller, INVOKE, &resource, denial)))
    }

    /// As lenient as API Gateway is: it does not insist on a signed `content-type`, takes a
    /// payload hash and a session token that come unsigned (aws-requests-auth and
    /// httpx-auth-awssigv4 send them so), and reads a raw `+` in a query either way. What
    /// comes unsigned is compared all the same: the hash with the body, the token with the
    /// key's.
    fn policy<'p>(&self, regions: &'p [&'p str]) -> Policy<'p> {
        Policy {
            content_type_signed: false,
            unsigned_headers: &[PAYLOAD_HASH_HEADER, SESSION_TOKEN_HEADER],
            both_query_plus: true,
            max_headers: self.limits.headers,
            max_head: self.limits.head,
            ..Policy::new(regions, SERVICE)
        }
    }
}

const SESSION_TOKEN_HEADER: &str = Profile::DEFAULT.session_token_header;

fn unknown_key() -> Reply {
    Reply::invalid_token("no principal has this access key id")
}

/// Whether AWS answers with the strings that follow from what arrived, the body included.
fn shows_what_arrived(error: Error) -> bool {
    matches!(
        error,
        Error::SignatureMismatch
            | Error::PayloadDiffers
            | Error::UnsignedPayloadRefused
            | Error::UnsupportedContentSha256
            | Error::SignedHeaderMissing { .. }
    )
}

/// For a request whose signature is not the one that follows from what arrived: the
/// strings that do follow from it.
fn mismatch(claim: &Claim<'_>, error: Error, request: &Request<'_>, policy: &Policy<'_>) -> Reply {
    let mut claim = claim.clone();
    let mut headers = request.headers.to_vec();
    let names = claim.signed_headers().to_owned();
    match error {
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
        Error::SignatureMismatch => {}
        // AWS computes with the body that arrived, whatever hash came with it.
        _ => claim.content_sha256 = None,
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
    Reply::mismatch(stages.as_ref())
}

/// A temporary key is good only with its own token, and only until it expires; a
/// long-term key comes without a token. A token in a header counts, whether it is signed
/// and whatever is in the query.
fn check_session_token(
    verified: &Verified<'_>,
    request: &Request<'_>,
    key: &Key,
    now: Timestamp,
) -> Result<(), Reply> {
    let own = key.credentials.session_token();
    let mut headers = request.headers.iter();
    let foreign = headers.any(|(name, value)| {
        name.eq_ignore_ascii_case(SESSION_TOKEN_HEADER) && Some(*value) != own.map(str::as_bytes)
    });
    if foreign || verified.session_token.as_deref() != own {
        return Err(Reply::invalid_token("the session token is not the key's"));
    }
    if key.is_expired(now) {
        return Err(Reply::expired_token());
    }
    Ok(())
}

/// The answer to a claim that cannot be read or does not hold.
pub(crate) fn refused(error: Error, request: &Request<'_>) -> Reply {
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
            dated: value_of(DATE_HEADER).or_else(|| value_of("date")).is_some(),
            header_names: &header_names,
        },
    )
}
