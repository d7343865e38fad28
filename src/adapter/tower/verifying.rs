//! The way of a request that arrives, up to its handler.

use super::BoxError;
use super::clock::{Now, Sleep};
use super::collect::{NotCollected, collect, discard};
use super::look_up::{Asked, KnownKey, LookUp};
use super::rules::Rules;
use super::verified::Verified;
use crate::adapter::http::HttpParts;
use crate::canonical::target::Target;
use crate::error::Error;
use crate::request::timestamp::Timestamp;
use crate::request::{Payload, Request};
use crate::signature::key::SigningKey;
use crate::verify::claim::{Claim, session_token};
use crate::verify::policy::Policy;
use crate::verify::refusal::answer::Refusal;
use crate::verify::refusal::reason::{RefusalReason, shows_what_arrived};
use crate::verify::session_token::is_own;
use alloc::string::String;
use alloc::sync::Arc;
use bytes::Bytes;
use core::fmt;
use core::time::Duration;
use http::header::EXPECT;
use http::request::Parts;

/// How a layer verifies.
#[derive(Clone)]
pub(super) struct Settings {
    pub rules: Rules,
    pub body_limit: usize,
    pub deadline: Duration,
    pub anonymous: bool,
    pub now: Now,
    pub sleep: Sleep,
}

/// Why a layer answered itself: in the extensions of such a response, for those who log.
#[derive(Clone, Debug)]
pub struct Refused {
    refusal: Refusal,
    access_key_id: Option<String>,
    source: Option<Arc<BoxError>>,
}

impl Refused {
    /// What was answered, and why.
    #[must_use]
    pub fn refusal(&self) -> &Refusal {
        &self.refusal
    }

    /// Who claimed to call, where that could be read. Nothing proves it.
    #[must_use]
    pub fn access_key_id(&self) -> Option<&str> {
        self.access_key_id.as_deref()
    }

    /// What kept the store of keys from telling ([`RefusalReason::Unavailable`]).
    #[must_use]
    pub fn store_error(&self) -> Option<&BoxError> {
        self.source.as_deref()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.refusal.note())?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

/// A request whose body is there, and its caller, where it has one.
pub(super) struct Arrived<P> {
    pub body: Bytes,
    pub caller: Option<Verified<P>>,
}

/// What is refused, and whether its body is of no use any more.
struct Stopped {
    refused: Refused,
    unread: bool,
}

impl Settings {
    /// Everything that has to hold before a handler is called.
    ///
    /// What is wrong whatever the body is, is told before that is read. Known and unknown keys go
    /// the same way: a key is derived, and a signature computed.
    pub(super) async fn verify<L: LookUp, B: http_body::Body>(
        &self,
        keys: &L,
        head: &Parts,
        body: B,
    ) -> Result<Arrived<L::Principal>, Refused> {
        let mut body = Some(body);
        let outcome = self.verify_with(keys, head, &mut body).await;
        let Stopped { refused, unread } = match outcome {
            Ok(arrived) => return Ok(arrived),
            Err(stopped) => stopped,
        };
        // Who waits for a 100 (RFC 9110, 10.1.1) need not send the body after a refusal.
        if unread
            && !head.headers.contains_key(EXPECT)
            && let Some(body) = body
        {
            let rest = discard(body, self.body_limit);
            self.sleep.within(self.deadline, rest).await;
        }
        Err(refused)
    }

    async fn verify_with<L: LookUp, B: http_body::Body>(
        &self,
        keys: &L,
        head: &Parts,
        body: &mut Option<B>,
    ) -> Result<Arrived<L::Principal>, Stopped> {
        let now = self.now.get();
        let parts = match HttpParts::try_from(head) {
            Ok(parts) => parts,
            Err(error) => return Err(self.stop(error, None)),
        };
        let unread = parts.request(Payload::Unsigned);
        let stop = |reason: RefusalReason| self.stop_for(reason, &unread, None);
        let claim = match Claim::from_request(&unread) {
            Ok(claim) => claim,
            Err(Error::NotSigned) if self.anonymous => {
                let body = self.read(body).await;
                let body = body.map_err(|reason| stop(reason).read())?;
                return Ok(Arrived { body, caller: None });
            }
            Err(error) => return Err(stop(error.into())),
        };
        let of_claim = |reason: RefusalReason, request: &Request<'_>| {
            self.stop_for(reason, request, Some(claim.access_key_id()))
        };
        let token = Target::parse(unread.target).and_then(|target| {
            let profile = self.rules.with(|policy| policy.profile);
            session_token(&unread, target.query, claim.form(), &profile)
        });
        let token = token.map_err(|error| of_claim(error.into(), &unread))?;
        let asked = Asked {
            claim: &claim,
            session_token: token.as_deref(),
        };
        let known = match keys.look_up(&asked).await {
            Ok(known) => known,
            Err(source) => {
                let mut stopped = of_claim(RefusalReason::Unavailable, &unread);
                stopped.refused.source = Some(Arc::new(source));
                return Err(stopped);
            }
        };
        let attempt = Attempt {
            claim: &claim,
            key: match &known {
                Some(known) => known.signing_key(&claim),
                None => claim.signing_key("no such key"),
            },
            is_known: known.is_some(),
        };
        let is_to_come = body.as_ref().is_some_and(|body| !body.is_end_stream());
        let foreseen = if is_to_come {
            self.rules.with(|policy| {
                let verdict = claim.verify(&attempt.key, &unread, policy, now);
                verdict.map(|_| ())
            })
        } else {
            Ok(())
        };
        match foreseen {
            Ok(()) | Err(Error::PayloadUnknown) => {}
            // The answer shows what follows from the body.
            Err(error) if shows_what_arrived(error) && error != Error::SignatureMismatch => {}
            Err(error) => return Err(of_claim(attempt.reason(error), &unread)),
        }
        let bytes = self.read(body).await;
        let bytes = bytes.map_err(|reason| of_claim(reason, &unread).read())?;
        let request = parts.request(Payload::Bytes(&bytes));
        let caller = self
            .rules
            .with(|policy| attempt.verdict(known, &request, policy, now));
        let caller = caller.map_err(|reason| of_claim(reason, &request).read())?;
        drop(parts);
        Ok(Arrived {
            body: bytes,
            caller: Some(caller),
        })
    }

    /// The whole body, within limit and deadline.
    async fn read<B: http_body::Body>(&self, body: &mut Option<B>) -> Result<Bytes, RefusalReason> {
        let Some(body) = body.take().filter(|body| !body.is_end_stream()) else {
            return Ok(Bytes::new());
        };
        let body = collect(body, self.body_limit);
        match self.sleep.within(self.deadline, body).await {
            Some(Ok(bytes)) => Ok(bytes),
            Some(Err(NotCollected::TooLong)) => Err(RefusalReason::BodyTooLong),
            Some(Err(NotCollected::Read(_))) => Err(RefusalReason::BodyCutOff),
            None => Err(RefusalReason::BodyTooSlow),
        }
    }

    /// For a head that is none of this crate's requests.
    fn stop(&self, error: Error, access_key_id: Option<&str>) -> Stopped {
        let none = Request {
            method: "GET",
            target: "/",
            headers: &[],
            payload: Payload::Unsigned,
        };
        self.stop_for(error.into(), &none, access_key_id)
    }

    fn stop_for(
        &self,
        reason: RefusalReason,
        request: &Request<'_>,
        access_key_id: Option<&str>,
    ) -> Stopped {
        let refusal = self
            .rules
            .with(|policy| Refusal::of(reason, request, policy));
        Stopped {
            refused: Refused {
                refusal,
                access_key_id: access_key_id.map(String::from),
                source: None,
            },
            unread: true,
        }
    }
}

impl Stopped {
    /// After the body was read, as far as that went.
    fn read(mut self) -> Self {
        self.unread = false;
        self
    }
}

/// A claim, and the key that it is compared with: a stand-in, where none is known.
struct Attempt<'a> {
    claim: &'a Claim<'a>,
    key: SigningKey,
    is_known: bool,
}

impl Attempt<'_> {
    fn reason(&self, error: Error) -> RefusalReason {
        if self.is_known {
            error.into()
        } else {
            RefusalReason::of_unknown_key(error)
        }
    }

    fn verdict<P>(
        &self,
        known: Option<KnownKey<P>>,
        request: &Request<'_>,
        policy: &Policy<'_>,
        now: Timestamp,
    ) -> Result<Verified<P>, RefusalReason> {
        let verified = self.claim.verify(&self.key, request, policy, now);
        let verified = verified.map_err(|error| self.reason(error))?;
        // Anybody can sign with the stand-in for an unknown key: it opens nothing.
        let known = known.ok_or(RefusalReason::UnknownAccessKey)?;
        let own = known.session_token.as_ref().map(|token| token.as_str());
        if !is_own(&verified, request, own) {
            return Err(RefusalReason::WrongSessionToken);
        }
        if known.is_expired(now) {
            return Err(RefusalReason::ExpiredSessionToken);
        }
        Ok(Verified::new(self.claim, verified, known.principal))
    }
}
