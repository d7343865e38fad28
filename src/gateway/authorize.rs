//! Who calls, and whether they may: signature, session token, policies.

use super::api::Api;
use super::iam::decision::Decision;
#[cfg(feature = "v4a")]
use super::key_pairs::KeyPairs;
use super::limits::Limits;
use super::permission::Permission;
use super::principals::{Key, Principal, Principals};
use super::reply::{Denial, Reply};
use super::service::Service;
use crate::canonical::header_name::PAYLOAD_HASH_HEADER;
use crate::error::Error;
use crate::post_policy::{ArrivedForm, PostClaim, PostFault, VerifiedPost};
use crate::request::profile::Profile;
use crate::request::timestamp::Timestamp;
use crate::request::{Payload, Request};
use crate::signature::key::SigningKey;
use crate::verify::claim::Claim;
use crate::verify::policy::Policy;
use crate::verify::refusal::answer::Refusal;
use crate::verify::refusal::reason::{RefusalReason, shows_what_arrived};
use crate::verify::session_token::{is_own, is_same_token};
use crate::verify::verdict::Verified;
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

/// What decides about a request beside the request itself.
pub(crate) struct Authorizer<'s> {
    pub(crate) service: Service,
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

/// A request that is its caller's, and allowed.
pub(crate) struct Authorized<'s, 'v> {
    pub(crate) caller: &'s Principal,
    pub(crate) verified: Verified<'v>,
    pub(crate) key: Cow<'s, SigningKey>,
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
                let unknown = || self.refusal(RefusalReason::UnknownAccessKey, request);
                known.map(|_| ()).ok_or_else(unknown)
            }
            Err(error) => Err(Refusal::of(error, &unread, &policy).into()),
        }
    }

    /// The service's answer.
    pub(crate) fn refusal(&self, reason: impl Into<RefusalReason>, request: &Request<'_>) -> Reply {
        let regions = [self.api.region.as_str()];
        Refusal::of(reason, request, &self.policy(&regions)).into()
    }

    /// That of Version 4A is kept.
    #[cfg_attr(not(feature = "v4a"), allow(clippy::unused_self))] // it keeps nothing
    pub(crate) fn signing_key(&self, claim: &Claim<'_>, key: &Key) -> Cow<'s, SigningKey> {
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
        Claim::from_request(request).map_err(|error| self.refusal(error, request))
    }

    /// The caller, if the request is theirs and the policies allow it.
    pub(crate) fn authorize<'v>(
        &self,
        claim: &'v Claim<'_>,
        request: &Request<'v>,
        permission: &Permission<'_>,
    ) -> Result<Authorized<'s, 'v>, Refused<'s>> {
        let regions = [self.api.region.as_str()];
        let policy = self.policy(&regions);
        let known = self.principals.find(claim.access_key_id());
        let signing_key = known.map(|(_, key)| self.signing_key(claim, key));
        let verified = claim
            .verify(signing_key.as_deref(), request, &policy, self.now)
            .map_err(|error| {
                let reason = match known {
                    Some(_) => error.into(),
                    None => RefusalReason::of_unknown_key(error),
                };
                self.refusal(reason, request)
            })?;
        let known = known.zip(signing_key);
        let unknown = || self.refusal(RefusalReason::UnknownAccessKey, request);
        let ((principal, key), signing_key) = known.ok_or_else(unknown)?;
        let refuse = |reply: Reply| Refused {
            reply,
            caller: Some(principal),
        };
        for (reason, holds) in [
            (
                RefusalReason::WrongSessionToken,
                !is_own(&verified, request, key.credentials.session_token()),
            ),
            (RefusalReason::ExpiredSessionToken, key.is_expired(self.now)),
        ] {
            if holds {
                return Err(refuse(self.refusal(reason, request)));
            }
        }
        match self.decide(principal, permission) {
            Ok(()) => Ok(Authorized {
                caller: principal,
                verified,
                key: signing_key,
            }),
            Err(reply) => Err(refuse(reply)),
        }
    }

    /// What the policies say.
    fn decide(&self, principal: &Principal, permission: &Permission<'_>) -> Result<(), Reply> {
        // A caller of another account needs a resource policy as well, and there is none.
        // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
        let denial = if principal.arn.account_id() == self.api.account_id {
            match principal.decision(permission.action, permission.resource) {
                Decision::Allowed => return Ok(()),
                Decision::ExplicitDeny => Denial::Explicit,
                Decision::ImplicitDeny => Denial::NoIdentityPolicy,
            }
        } else {
            Denial::NoResourcePolicy
        };
        let caller = principal.arn.as_str();
        Err(Reply::denied(self.service, caller, permission, denial))
    }

    /// The caller, if the form is theirs, meets its policy, and the policies allow each of the
    /// actions that the form asks for.
    pub(crate) fn authorize_form<'v>(
        &self,
        claim: &'v PostClaim<'_>,
        form: &ArrivedForm<'_>,
        actions: impl Fn(&VerifiedPost<'_>) -> Vec<&'static str>,
    ) -> Result<(&'s Principal, VerifiedPost<'v>), Refused<'s>> {
        let regions = [self.api.region.as_str()];
        let policy = self.policy(&regions);
        let refusal = |reason: RefusalReason| Reply::from(Refusal::of_post(reason, form, &policy));
        let known = self.principals.find(claim.access_key_id());
        let key = known.map(|(_, key)| claim.signing_key(key.credentials.secret_access_key()));
        let verified = claim
            .verify(key.as_ref(), &policy, self.now)
            .map_err(|fault| match (fault, known) {
                (PostFault::Claim(error), None) => refusal(RefusalReason::of_unknown_key(error)),
                (fault, _) => refusal(fault.into()),
            })?;
        let unknown = || refusal(RefusalReason::UnknownAccessKey);
        let (principal, key) = known.ok_or_else(unknown)?;
        let refuse = |reply: Reply| Refused {
            reply,
            caller: Some(principal),
        };
        if !is_same_token(verified.session_token, key.credentials.session_token()) {
            return Err(refuse(refusal(RefusalReason::WrongSessionToken)));
        }
        if key.is_expired(self.now) {
            return Err(refuse(refusal(RefusalReason::ExpiredSessionToken)));
        }
        let resource = self.resource_of(&verified);
        for action in actions(&verified) {
            let permission = Permission {
                action,
                resource: &resource,
            };
            self.decide(principal, &permission).map_err(refuse)?;
        }
        Ok((principal, verified))
    }

    /// The object that a form makes, as IAM names it.
    pub(crate) fn resource_of(&self, verified: &VerifiedPost<'_>) -> String {
        let (bucket, key) = (verified.bucket, &verified.key);
        format!("arn:{}:s3:::{bucket}/{key}", self.api.partition())
    }

    /// The answer to a form.
    pub(crate) fn form_refusal(&self, fault: PostFault, form: &ArrivedForm<'_>) -> Reply {
        let regions = [self.api.region.as_str()];
        Refusal::of_post(fault, form, &self.policy(&regions)).into()
    }

    pub(crate) fn policy<'p>(&self, regions: &'p [&'p str]) -> Policy<'p> {
        let service = Policy::new(regions, self.service.signing_name());
        let policy = match self.service {
            Service::ApiGateway => as_api_gateway(service),
            Service::S3 => as_s3(service),
        };
        Policy {
            #[cfg(feature = "v4a")]
            both_algorithms: self.key_pairs.is_some(),
            max_headers: self.limits.headers,
            max_head: self.limits.head,
            ..policy
        }
    }
}

/// As lenient as API Gateway is: it does not insist on a signed `content-type`, takes a payload
/// hash and a session token that come unsigned (aws-requests-auth and httpx-auth-awssigv4 send them
/// so), and reads a raw `+` in a query either way. What comes unsigned is compared all the same:
/// the hash with the body, the token with the key's.
pub(crate) fn as_api_gateway(policy: Policy<'_>) -> Policy<'_> {
    Policy {
        content_type_signed: false,
        unsigned_headers: &[PAYLOAD_HASH_HEADER, SESSION_TOKEN_HEADER],
        both_query_plus: true,
        ..policy
    }
}

/// S3 takes bodies in pieces and clocks that are 15 minutes apart, reads a raw `+` either way, and does
/// not insist on a signed `content-type` (curl sends one, and does not sign it).
pub(crate) fn as_s3(policy: Policy<'_>) -> Policy<'_> {
    Policy {
        content_type_signed: false,
        streaming: true,
        clock_skew: Duration::from_secs(900),
        both_query_plus: true,
        ..policy
    }
}

const SESSION_TOKEN_HEADER: &str = Profile::DEFAULT.session_token_header;
