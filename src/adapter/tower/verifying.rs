//! The way of a request that arrives, up to its handler.

use super::BoxError;
use super::body::Body;
use super::chunked::Arriving;
use super::clock::{Now, Sleep};
use super::collect::is_longer;
use super::look_up::{Asked, KnownKey, LookUp};
use super::reading::{leftover, read, rest};
use super::refused::{NO_REQUEST, Refused};
use super::rules::Rules;
use super::stopped::Stopped;
use super::verified::Verified;
use crate::adapter::http::HttpParts;
use crate::canonical::query::Query;
use crate::canonical::target::Target;
use crate::error::Error;
use crate::request::timestamp::Timestamp;
use crate::request::{Payload, Request};
use crate::signature::hash::sha256;
use crate::signature::key::SigningKey;
use crate::stream::ChunkDecoder;
use crate::verify::claim::{Claim, Form, session_token};
use crate::verify::kept_key::StandIn;
use crate::verify::policy::Policy;
use crate::verify::refusal::answer::Refusal;
use crate::verify::refusal::reason::{RefusalReason, shows_what_arrived};
use crate::verify::session_token::is_own;
use crate::verify::verdict;
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::sync::Arc;
use bytes::Bytes;
use core::cell::OnceCell;
use core::pin::pin;
use core::time::Duration;
use http::header::EXPECT;
use http::request::Parts;

/// Of a store of keys.
const TOO_LATE: &str = "the keys were not looked up in time";

/// How a layer verifies.
#[derive(Clone)]
pub(super) struct Settings {
    pub rules: Rules,
    pub body_limit: usize,
    pub stream_limit: Option<u64>,
    pub unchecked_checksums: bool,
    pub deadline: Duration,
    pub anonymous: bool,
    /// What is answered where a handler wants a caller, and there is none.
    pub not_signed: Arc<Refusal>,
    pub now: Now,
    pub sleep: Sleep,
    pub stand_in: Arc<StandIn>,
}

/// A request whose body is there, or is verified while it is read; and its caller, where it has
/// one.
pub(super) struct Arrived<P> {
    pub body: Body,
    pub stream: Option<Arc<Arriving>>,
    pub caller: Option<Verified<P>>,
}

impl Settings {
    /// Everything that has to hold before a handler is called.
    ///
    /// What is wrong whatever the body is, is found before that is read. Known and unknown keys go
    /// the same way: a key is derived, or kept, and a signature computed.
    pub(super) async fn verify<L: LookUp, B>(
        &self,
        keys: &L,
        head: &Parts,
        body: &mut Option<B>,
    ) -> Result<Arrived<L::Principal>, Box<Stopped>>
    where
        B: http_body::Body + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let now = self.now.get();
        let parts = match HttpParts::try_from(head) {
            Ok(parts) => parts,
            Err(error) => return Err(self.stop_for(error.into(), &NO_REQUEST, None).unread()),
        };
        let Some(claim) = self.claim(&parts)? else {
            // In a box, as signed requests need no room for it.
            return Box::pin(self.anonymous(&parts, head, body)).await;
        };
        let stop = |reason: RefusalReason, payload: Payload<'_>| {
            self.stop(reason, &parts, payload, Some(claim.access_key_id()))
        };
        // What is not needed afterwards is not kept in the future.
        let known = {
            let token = self.session_token(&parts, &claim);
            let token = token.map_err(|error| stop(error.into(), Payload::Unsigned).unread())?;
            let asked = Asked {
                claim: &claim,
                session_token: token.as_deref(),
            };
            let found = pin!(keys.look_up(&asked));
            let found = self.sleep.within(self.deadline, found).await;
            found.unwrap_or_else(|| Err(TOO_LATE.into()))
        };
        let known = known.map_err(|source| {
            let stopped = stop(RefusalReason::Unavailable, Payload::Unsigned);
            stopped.because(Some(source)).unread()
        })?;
        let attempt = Attempt {
            claim: &claim,
            known,
            stand_in: &self.stand_in,
            key: OnceCell::new(),
        };
        if self.takes_in_pieces(&claim) {
            let request = parts.request(Payload::Unsigned);
            let verdict = (self.rules).with(|policy| attempt.verdict(&request, policy, now));
            let begun = verdict.and_then(|(caller, decoder)| {
                let decoder = decoder.ok_or(Error::StreamingPayloadRefused)?;
                self.begin(*decoder, head, body, Some(caller))
            });
            return begun.map_err(|reason| stop(reason, Payload::Unsigned).unread());
        }
        let is_to_come = body.as_ref().is_some_and(|body| !body.is_end_stream());
        if is_to_come {
            let unread = parts.request(Payload::Unsigned);
            let foreseen = self
                .rules
                .with(|policy| attempt.proven(&unread, policy, now).map(|_| ()));
            match foreseen {
                Ok(()) | Err(Error::PayloadUnknown) => {}
                // The answer shows what follows from the body.
                Err(error) if shows_what_arrived(error) && error != Error::SignatureMismatch => {}
                Err(error) => {
                    return Err(stop(attempt.reason(error), Payload::Unsigned).unread());
                }
            }
            if self.is_too_long(body.as_ref()) {
                return Err(stop(RefusalReason::BodyTooLong, Payload::Unsigned).unread());
            }
        }
        let bytes = match body.take() {
            Some(body) if is_to_come => {
                // In a box, as requests without a body need no room for it.
                let bytes = Box::pin(read(body, self.body_limit, &self.sleep, self.deadline)).await;
                bytes.map_err(|(reason, why)| stop(reason, Payload::Unsigned).because(why))?
            }
            _ => Bytes::new(),
        };
        // Once, as the answer to a wrong signature needs it again.
        let payload = Payload::Sha256(sha256(&bytes));
        let caller = self
            .rules
            .with(|policy| attempt.verdict(&parts.request(payload), policy, now));
        let (caller, _) = caller.map_err(|reason| stop(reason, payload))?;
        drop(parts);
        Ok(Arrived::whole(bytes, Some(caller)))
    }

    /// What to answer, when the rest of the body is out of the way.
    pub(super) async fn refused<B: http_body::Body>(
        &self,
        stopped: Box<Stopped>,
        head: &Parts,
        body: Option<B>,
    ) -> Refused {
        // Who waits for a 100 (RFC 9110, 10.1.1) need not send the body after a refusal.
        if stopped.unread
            && !head.headers.contains_key(EXPECT)
            && let Some(body) = body
        {
            let leftover = pin!(leftover(body, self.body_limit));
            rest(leftover, &self.sleep, self.deadline).await;
        }
        stopped.refused
    }

    /// Whether a body says so itself.
    fn is_too_long(&self, body: Option<&impl http_body::Body>) -> bool {
        body.is_some_and(|body| is_longer(body, self.body_limit))
    }

    /// `None` for who comes without a signature, where that is allowed.
    fn claim<'a>(&self, parts: &'a HttpParts<'a>) -> Result<Option<Claim<'a>>, Box<Stopped>> {
        let unread = parts.request(Payload::Unsigned);
        match Claim::from_request(&unread) {
            Ok(claim) => Ok(Some(claim)),
            Err(Error::NotSigned) if self.anonymous => Ok(None),
            Err(error) => Err(self.stop_for(error.into(), &unread, None).unread()),
        }
    }

    /// What comes without a signature.
    async fn anonymous<P, B: http_body::Body + Send + 'static>(
        &self,
        parts: &HttpParts<'_>,
        head: &Parts,
        body: &mut Option<B>,
    ) -> Result<Arrived<P>, Box<Stopped>>
    where
        B::Error: Into<BoxError>,
    {
        let stop = |reason| self.stop(reason, parts, Payload::Unsigned, None);
        let decoder = self.decoder_of_anonymous(parts);
        if let Some(decoder) = decoder.map_err(|error| stop(error.into()).unread())? {
            let begun = self.begin(decoder, head, body, None);
            return begun.map_err(|reason| stop(reason).unread());
        }
        if self.is_too_long(body.as_ref()) {
            return Err(stop(RefusalReason::BodyTooLong).unread());
        }
        let bytes = match body.take().filter(|body| !body.is_end_stream()) {
            Some(body) => {
                let bytes = read(body, self.body_limit, &self.sleep, self.deadline).await;
                bytes.map_err(|(reason, why)| stop(reason).because(why))?
            }
            None => Bytes::new(),
        };
        Ok(Arrived::whole(bytes, None))
    }

    fn session_token<'a>(
        &self,
        parts: &'a HttpParts<'a>,
        claim: &Claim<'_>,
    ) -> Result<Option<Cow<'a, str>>, Error> {
        let unread = parts.request(Payload::Unsigned);
        let query = match claim.form() {
            Form::Header => Query::NONE,
            Form::Query => Target::parse(unread.target)?.query,
        };
        session_token(&unread, query, claim.form(), self.rules.profile())
    }

    /// After the body was read, as far as that went.
    #[cold]
    #[inline(never)]
    fn stop(
        &self,
        reason: RefusalReason,
        parts: &HttpParts<'_>,
        payload: Payload<'_>,
        access_key_id: Option<&str>,
    ) -> Box<Stopped> {
        self.stop_for(reason, &parts.request(payload), access_key_id)
    }

    #[cold]
    #[inline(never)]
    fn stop_for(
        &self,
        reason: RefusalReason,
        request: &Request<'_>,
        access_key_id: Option<&str>,
    ) -> Box<Stopped> {
        let refusal = self
            .rules
            .with(|policy| Refusal::of(reason, request, policy));
        Stopped::new(refusal, access_key_id)
    }
}

impl<P> Arrived<P> {
    fn whole(body: Bytes, caller: Option<Verified<P>>) -> Self {
        Self {
            body: Body::new(body),
            stream: None,
            caller,
        }
    }
}

/// A claim, and the key that it is compared with, where one is known.
struct Attempt<'a, P> {
    claim: &'a Claim<'a>,
    known: Option<KnownKey<P>>,
    stand_in: &'a StandIn,
    /// Derived when all else is right.
    key: OnceCell<Arc<SigningKey>>,
}

impl<'a, P> Attempt<'a, P> {
    fn reason(&self, error: Error) -> RefusalReason {
        match self.known {
            Some(_) => error.into(),
            None => RefusalReason::of_unknown_key(error),
        }
    }

    fn proven<'v>(
        &self,
        request: &Request<'v>,
        policy: &Policy<'_>,
        now: Timestamp,
    ) -> Result<verdict::Verified<'v>, Error>
    where
        'a: 'v,
    {
        let known = self.known.as_ref();
        let derived = || KnownKey::signing_key(known, self.claim, self.stand_in);
        let key = || self.key.get_or_init(derived);
        self.claim
            .proven(request, policy, now, key, |key, string_to_sign| {
                // Anybody can sign with the stand-in for an unknown key: it opens nothing.
                key.verifies(string_to_sign, &self.claim.signature) & known.is_some()
            })
    }

    fn verdict(
        self,
        request: &Request<'_>,
        policy: &Policy<'_>,
        now: Timestamp,
    ) -> Result<(Verified<P>, Option<Box<ChunkDecoder>>), RefusalReason> {
        let verified = match self.proven(request, policy, now) {
            Ok(verified) => verified,
            Err(error) => return Err(self.reason(error)),
        };
        let known = self.known.ok_or(RefusalReason::UnknownAccessKey)?;
        let own = known.session_token.as_ref().map(|token| token.as_str());
        if !is_own(&verified, request, own) {
            return Err(RefusalReason::WrongSessionToken);
        }
        if known.is_expired(now) {
            return Err(RefusalReason::ExpiredSessionToken);
        }
        // In a box, as it is large, and few requests have one.
        let decoder = |key: &Arc<SigningKey>| verified.chunk_decoder(&**key).map(Box::new);
        let key = self.key.get().filter(|_| verified.streaming.is_some());
        let caller = Verified::new(self.claim, &verified, known.principal);
        Ok((caller, key.and_then(decoder)))
    }
}
