//! Who calls, and whether they may: signature, session token, policies.

use super::api::{Api, SERVICE};
use super::iam::decision::{Decision, INVOKE};
#[cfg(feature = "v4a")]
use super::key_pairs::KeyPairs;
use super::limits::Limits;
use super::principals::{Key, Principal, Principals};
use super::reply::{Denial, Reply};
use crate::canonical::header_name::PAYLOAD_HASH_HEADER;
use crate::error::Error;
use crate::request::profile::Profile;
use crate::request::timestamp::Timestamp;
use crate::request::{Payload, Request};
use crate::signature::key::SigningKey;
use crate::verify::claim::Claim;
use crate::verify::policy::Policy;
use crate::verify::refusal::answer::Refusal;
use crate::verify::refusal::reason::{RefusalReason, shows_what_arrived};
use crate::verify::session_token::is_own;
use alloc::borrow::Cow;

/// What decides about a request beside the request itself.
pub(crate) struct Authorizer<'s> {
    pub(crate) api: &'s Api,
    pub(crate) principals: &'s Principals,
    pub(crate) limits: &'s Limits,
    /// Where Signature Version 4A is taken.
    #[cfg(feature = "v4a")]
    pub(crate) key_pairs: Option<&'s KeyPairs>,
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
        let policy = self.policy(&regions);
        let known = self.principals.find(claim.access_key_id());
        let key = known.map(|(_, key)| self.signing_key(claim, key));
        match claim.verify(key.as_deref(), &unread, &policy, self.now) {
            Ok(_) => Ok(()),
            // For a key that is known, the answer shows what follows from the body.
            Err(error) if error == Error::PayloadUnknown || shows_what_arrived(error) => {
                known.map(|_| ()).ok_or_else(unknown_key)
            }
            Err(error) => Err(Refusal::of(error, &unread, &policy).into()),
        }
    }

    /// That of Version 4A is kept.
    #[cfg_attr(not(feature = "v4a"), allow(clippy::unused_self))] // it keeps nothing
    fn signing_key(&self, claim: &Claim<'_>, key: &Key) -> Cow<'s, SigningKey> {
        #[cfg(feature = "v4a")]
        if claim.algorithm().has_region_set()
            && let Some(pairs) = self.key_pairs
            && let Some(pair) = pairs.get(claim, key)
        {
            return Cow::Borrowed(pair);
        }
        Cow::Owned(claim.signing_key(key.credentials.secret_access_key()))
    }

    /// Who says that they are calling.
    pub(crate) fn claim<'r>(&self, request: &Request<'r>) -> Result<Claim<'r>, Reply> {
        let regions = [self.api.region.as_str()];
        Claim::from_request(request)
            .map_err(|error| Refusal::of(error, request, &self.policy(&regions)).into())
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
        let key = known.map(|(_, key)| self.signing_key(claim, key));
        let verified = claim
            .verify(key.as_deref(), request, &policy, self.now)
            .map_err(|error| {
                let reason = match known {
                    Some(_) => error.into(),
                    None => RefusalReason::of_unknown_key(error),
                };
                Reply::from(Refusal::of(reason, request, &policy))
            })?;
        let (principal, key) = known.ok_or_else(unknown_key)?;
        let refuse = |reply: Reply| Refused {
            reply,
            caller: Some(principal),
        };
        if !is_own(&verified, request, key.credentials.session_token()) {
            return Err(refuse(RefusalReason::WrongSessionToken.into()));
        }
        if key.is_expired(self.now) {
            return Err(refuse(RefusalReason::ExpiredSessionToken.into()));
        }
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
            #[cfg(feature = "v4a")]
            both_algorithms: self.key_pairs.is_some(),
            max_headers: self.limits.headers,
            max_head: self.limits.head,
            ..Policy::new(regions, SERVICE)
        }
    }
}

const SESSION_TOKEN_HEADER: &str = Profile::DEFAULT.session_token_header;

fn unknown_key() -> Reply {
    RefusalReason::UnknownAccessKey.into()
}
