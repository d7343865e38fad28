//! A caller who signs with a key of one of the principals: verified in full before anything is sent.

use super::question::Question;
use super::signed_headers::keeps_what_is_signed;
use crate::adapter::http::HttpParts;
use crate::endpoint::Resolved;
use crate::error::Error;
use crate::gateway::authorize::{as_api_gateway, as_s3};
use crate::gateway::{Decision, Key, Principal, Principals, SERVICE};
use crate::proxy::answer::Refused;
use crate::proxy::body::BodyFault;
use crate::proxy::cause::Cause;
use crate::proxy::settings::Limits;
use crate::request::timestamp::Timestamp;
use crate::request::{Payload, Request};
use crate::signature::hash::sha256;
use crate::stream::ChunkDecoder;
use crate::verify::claim::Claim;
use crate::verify::policy::Policy;
use crate::verify::refusal::answer::Refusal;
use crate::verify::refusal::reason::RefusalReason;
use crate::verify::session_token::is_own;
use crate::verify::verdict::Verified;
use http::request::Parts;
use std::format;
use std::prelude::rust_2024::*;

/// A request of a caller who signs, as it arrived, and what it would go on as.
pub(crate) struct SignedCaller<'a> {
    pub(crate) principals: &'a Principals,
    pub(crate) limits: &'a Limits,
    /// What the caller has signed.
    pub(crate) arrived: &'a Parts,
    /// What the route signs for: callers have to, too.
    pub(crate) scope: &'a Resolved,
    pub(crate) now: Timestamp,
    /// Another protocol is asked for, and goes on being asked for.
    pub(crate) upgrades: bool,
}

/// What is proven before the body is read.
pub(crate) struct Proof {
    question: Question,
    /// Whose request it is, where the head alone proves it.
    pub(crate) caller: Option<String>,
    /// The hash that the body has to have, where the head says it.
    sha256: Option<[u8; 32]>,
    /// What verifies the body's chunks.
    pub(crate) chunks: Option<ChunkDecoder>,
}

impl Proof {
    /// The signature is right, whatever the body is.
    pub(crate) fn is_of_known_caller(&self) -> bool {
        self.caller.is_some()
    }

    /// The body has to be read as a whole before anything is sent: its hash is signed.
    pub(crate) fn needs_hash(&self) -> bool {
        self.caller.is_none() || self.sha256.is_some()
    }
}

impl<'a> SignedCaller<'a> {
    /// What can be said before the body is read; refused is what no body could mend. `head` is what goes
    /// on.
    pub(crate) fn begin(&self, head: &Parts) -> Result<Proof, Refused> {
        let parts = self.parts()?;
        let unread = parts.request(Payload::Unsigned);
        let claim = self.claim(&unread)?;
        keeps_what_is_signed(&self.arrived.headers, claim.signed_headers())?;
        let known = self.principals.find(claim.access_key_id());
        let account = known.map_or("", |(principal, _)| principal.arn.account_id());
        let question = Question::of(head, self.scope, account, self.upgrades);
        let key = known.map(|(_, key)| claim.signing_key(key.credentials.secret_access_key()));
        let regions = [self.scope.region.as_str()];
        let policy = self.policy(&regions);
        let verified = match claim.verify(key.as_ref(), &unread, &policy, self.now) {
            Ok(verified) => verified,
            // Of a key that is known, the body decides; where the head states its hash, that is signed,
            // and no body makes a wrong signature right.
            Err(Error::PayloadUnknown) => {
                known.ok_or_else(|| self.refusal(RefusalReason::UnknownAccessKey, &unread))?;
                return Ok(Proof {
                    question,
                    caller: None,
                    sha256: None,
                    chunks: None,
                });
            }
            Err(error) => {
                let reason = match known {
                    Some(_) => error.into(),
                    None => RefusalReason::of_unknown_key(error),
                };
                return Err(self.refusal(reason, &unread));
            }
        };
        let caller = self.allowed(known, &verified, &unread, &question)?;
        let chunks = key.as_ref().and_then(|key| verified.chunk_decoder(key));
        // What is signed piece by piece is a body in chunks, or nothing that could be verified here.
        if verified.streaming.is_some() && chunks.is_none() {
            return Err(self.refusal(Error::StreamingPayloadRefused, &unread));
        }
        Ok(Proof {
            question,
            caller: Some(caller.arn.as_str().into()),
            sha256: verified.payload_sha256,
            chunks,
        })
    }

    /// Whose request it is, now that its body is known.
    pub(crate) fn end(&self, proof: Proof, body: Payload<'_>) -> Result<String, Refused> {
        let actual = match body {
            Payload::Bytes(bytes) => Some(sha256(bytes)),
            Payload::Sha256(sha256) => Some(sha256),
            Payload::Unsigned | Payload::Streaming(_) => None,
        };
        if let Some(caller) = proof.caller
            && (proof.sha256.is_none() || proof.sha256 == actual)
        {
            return Ok(caller);
        }
        let parts = self.parts()?;
        let read = parts.request(actual.map_or(Payload::Unsigned, Payload::Sha256));
        let claim = self.claim(&read)?;
        let known = self.principals.find(claim.access_key_id());
        let key = known.map(|(_, key)| claim.signing_key(key.credentials.secret_access_key()));
        let regions = [self.scope.region.as_str()];
        let verified = claim
            .verify(key.as_ref(), &read, &self.policy(&regions), self.now)
            .map_err(|error| self.refusal(error, &read))?;
        if verified.payload_sha256 != actual {
            return Err(self.refusal(Error::PayloadDiffers, &read));
        }
        let caller = self.allowed(known, &verified, &read, &proof.question)?;
        Ok(caller.arn.as_str().into())
    }

    /// A body that is not what the caller has signed, in the service's words.
    pub(crate) fn broken(&self, fault: BodyFault) -> Refused {
        let reason: RefusalReason = match &fault {
            BodyFault::Stream(error) => (*error).into(),
            BodyFault::HashDiffers => Error::PayloadDiffers.into(),
            _ => return fault.into(),
        };
        match self.parts() {
            Ok(parts) => self.refusal(reason, &parts.request(Payload::Unsigned)),
            Err(refused) => refused,
        }
    }

    /// The key is good with this token and at this time, and the policies allow what is asked.
    fn allowed(
        &self,
        known: Option<(&'a Principal, &'a Key)>,
        verified: &Verified<'_>,
        request: &Request<'_>,
        question: &Question,
    ) -> Result<&'a Principal, Refused> {
        let unknown = || self.refusal(RefusalReason::UnknownAccessKey, request);
        let (principal, key) = known.ok_or_else(unknown)?;
        let proven = |refused: Refused| Refused {
            caller: Some(principal.arn.as_str().into()),
            ..refused
        };
        let refuse = |reason| proven(self.refusal(reason, request));
        if !is_own(verified, request, key.credentials.session_token()) {
            return Err(refuse(RefusalReason::WrongSessionToken));
        }
        if key.is_expired(self.now) {
            return Err(refuse(RefusalReason::ExpiredSessionToken));
        }
        let why = match question.decide(principal) {
            Decision::Allowed => return Ok(principal),
            Decision::ExplicitDeny => "with an explicit deny in an identity-based policy".into(),
            Decision::ImplicitDeny => format!(
                "because no identity-based policy allows the {} action",
                question.action()
            ),
        };
        let (caller, question) = (principal.arn.as_str(), question.told());
        let message = format!("User: {caller} is not authorized to perform: {question} {why}");
        let regions = [self.scope.region.as_str()];
        let denied = Refusal::denied(message, request, &self.policy(&regions));
        Err(proven(denied.into()))
    }

    fn parts(&self) -> Result<HttpParts<'a>, Refused> {
        HttpParts::try_from(self.arrived)
            .map_err(|error| Refused::new(Cause::Caller, format!("{error}")))
    }

    fn claim<'r>(&self, request: &Request<'r>) -> Result<Claim<'r>, Refused> {
        Claim::from_request(request).map_err(|error| self.refusal(error, request))
    }

    fn refusal(&self, reason: impl Into<RefusalReason>, request: &Request<'_>) -> Refused {
        let regions = [self.scope.region.as_str()];
        Refusal::of(reason, request, &self.policy(&regions)).into()
    }

    /// As lenient as the service is known to be.
    fn policy<'p>(&'p self, regions: &'p [&'p str]) -> Policy<'p> {
        let strict = Policy::new(regions, &self.scope.service);
        let policy = match self.scope.service.as_str() {
            SERVICE => as_api_gateway(strict),
            "s3" => as_s3(strict),
            _ => strict,
        };
        Policy {
            max_headers: self.limits.headers,
            max_head: self.limits.head.saturating_mul(3),
            ..policy
        }
    }
}
