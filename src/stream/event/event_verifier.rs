//! Signed messages, verified.

use super::event_error::EventError;
use super::event_signer::{DATE, SIGNATURE, date_header, event_link};
use super::header::HeaderValue;
use super::message::Message;
use crate::request::scope::Scope;
use crate::request::timestamp::Timestamp;
use crate::signature::Signature;
use crate::signature::key::SigningKey;
use crate::verify::verdict::Verified;
use alloc::string::String;
use core::fmt;
use core::time::Duration;

/// Verifies the events of one stream, in their order.
///
/// ```no_run
/// # use sigv4::stream::event::{EventError, EventVerifier, MessageReader};
/// # use sigv4::{SigningKey, Timestamp};
/// # fn read(mut piece: &[u8], mut reader: MessageReader, mut verifier: EventVerifier, now: Timestamp) -> Result<(), EventError> {
/// while !piece.is_empty() {
///     let read = reader.read(piece)?;
///     piece = &piece[read.consumed..];
///     let Some(outer) = read.message else { continue };
///     let at = verifier.date(&outer)?;
///     let key = SigningKey::derive("secret", &verifier.scope(&at)); // of that day: keep it
///     let inner = verifier.verify(&outer, &key, now)?; // an encoded message; empty at the end
///     # let _ = inner;
/// }
/// verifier.finish()?; // when the stream ends
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EventVerifier {
    region: String,
    service: String,
    previous: Signature,
    clock_skew: Duration,
    count: u64,
    ended: bool,
    failed: Option<EventError>,
}

impl Verified<'_> {
    /// Who verifies the events behind this request, if it begins an event stream: one of
    /// [`Streaming::Events`](crate::Streaming::Events), or the presigned `GET` of a WebSocket,
    /// without a body, where the profile takes events; both under
    /// [`Policy::streaming`](crate::Policy::streaming). (Whether a presigned `GET` opens a WebSocket
    /// is for the caller to say, who knows its path.) Each event may be as far from the clock as
    /// `clock_skew`.
    #[must_use]
    pub fn event_verifier(&self, clock_skew: Duration) -> Option<EventVerifier> {
        let verifier = || EventVerifier::new(&self.scope, self.signature, clock_skew);
        self.begins_events.then(verifier)
    }
}

impl EventVerifier {
    /// Begins with `seed`, the signature of the request, which has been verified. Region and
    /// service are those of its scope.
    #[must_use]
    pub fn new(scope: &Scope<'_>, seed: Signature, clock_skew: Duration) -> Self {
        Self {
            region: scope.region().into(),
            service: scope.service().into(),
            previous: seed,
            clock_skew,
            count: 0,
            ended: false,
            failed: None,
        }
    }

    /// When an event says that it was signed.
    ///
    /// # Errors
    /// [`EventError::MissingDate`].
    pub fn date(&self, message: &Message<'_>) -> Result<Timestamp, EventError> {
        self.milliseconds(message).map(|(_, at)| at)
    }

    /// The scope of an event of that time, for which the key has to be.
    #[must_use]
    pub fn scope<'a>(&'a self, at: &'a Timestamp) -> Scope<'a> {
        let algorithm = crate::request::algorithm::Algorithm::SigV4;
        Scope::trusted(algorithm, at, &self.region, &self.service)
    }

    /// The payload of the next event, an encoded message; empty for the one that ends the stream.
    /// `key` is the one for [`scope`](Self::scope) at its [`date`](Self::date).
    ///
    /// The signature is over the date and the payload, so that nothing else may be in the message:
    /// its headers are `:date` and `:chunk-signature`, in any order, and no others.
    ///
    /// # Errors
    /// [`EventError::MissingDate`], [`EventError::MissingSignature`],
    /// [`EventError::UnexpectedHeader`], [`EventError::NotCurrent`],
    /// [`EventError::SignatureMismatch`], [`EventError::AfterEnd`]. Every later call gives the
    /// same.
    pub fn verify<'a>(
        &mut self,
        message: &Message<'a>,
        key: &SigningKey,
        now: Timestamp,
    ) -> Result<&'a [u8], EventError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let outcome = self.check(message, key, now);
        match outcome {
            Ok(payload) => {
                self.count = self.count.saturating_add(1);
                self.ended = payload.is_empty();
            }
            Err(error) => self.failed = Some(error),
        }
        outcome
    }

    fn check<'a>(
        &mut self,
        message: &Message<'a>,
        key: &SigningKey,
        now: Timestamp,
    ) -> Result<&'a [u8], EventError> {
        let event = self.count;
        if self.ended {
            return Err(EventError::AfterEnd { event });
        }
        let (milliseconds, at) = self.milliseconds(message)?;
        let signature = match message.header(SIGNATURE) {
            Some(HeaderValue::Bytes(bytes)) => <&[u8; 32]>::try_from(bytes).ok(),
            _ => None,
        };
        let signature = signature.ok_or(EventError::MissingSignature { event })?;
        let mut headers = message.headers();
        if headers.any(|header| header.name != SIGNATURE && header.name != DATE) {
            return Err(EventError::UnexpectedHeader { event });
        }
        let limit = self.clock_skew.as_secs();
        if at.since(&now).unsigned_abs() > limit {
            return Err(EventError::NotCurrent {
                event,
                signed: at,
                now,
                limit,
            });
        }
        let date = date_header(milliseconds);
        let payload = message.payload();
        let link = event_link(at, self.scope(&at), self.previous, &date, payload);
        let signature = Signature::from_hmac(signature);
        if !key.verifies(&link, &signature) {
            return Err(EventError::SignatureMismatch { event });
        }
        self.previous = signature;
        Ok(payload)
    }

    /// That the stream ended as its sender meant it to, with an empty event.
    ///
    /// # Errors
    /// [`EventError::CutOff`], or what [`verify`](Self::verify) said.
    pub fn finish(&self) -> Result<(), EventError> {
        match self.failed {
            Some(error) => Err(error),
            None if self.ended => Ok(()),
            None => Err(EventError::CutOff { events: self.count }),
        }
    }

    /// As the header has it, and in whole seconds.
    fn milliseconds(&self, message: &Message<'_>) -> Result<(i64, Timestamp), EventError> {
        let milliseconds = match message.header(DATE) {
            Some(HeaderValue::Timestamp(milliseconds)) => Some(milliseconds),
            _ => None,
        };
        let at = |milliseconds: i64| {
            let at = Timestamp::from_unix(milliseconds.div_euclid(1_000)).ok()?;
            Some((milliseconds, at))
        };
        let event = self.count;
        milliseconds
            .and_then(at)
            .ok_or(EventError::MissingDate { event })
    }
}

impl fmt::Debug for EventVerifier {
    /// Without signatures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventVerifier")
            .field("count", &self.count)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
