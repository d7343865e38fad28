//! Messages, signed.
//! [Amazon Transcribe: signing](https://docs.aws.amazon.com/transcribe/latest/dg/streaming-http2.html);
//! vectors `test-vectors/event-stream`.

use super::event_error::EventError;
use super::header::{Header, HeaderValue};
use super::message::Message;
use crate::error::Error;
use crate::request::scope::Scope;
use crate::request::timestamp::Timestamp;
use crate::sign::signer::Signer;
use crate::signature::Signature;
use crate::signature::hash::sha256;
use crate::signature::key::SigningKey;
use crate::stream::link::{Link, Linked};
use alloc::vec::Vec;
use core::fmt;

pub(super) const SIGNATURE: &str = ":chunk-signature";
pub(super) const DATE: &str = ":date";

/// Signs the events of one stream, each with the signature before it, at first that of the
/// request. They move on in time, past midnight too, with the key of their day; the credentials
/// stay those of the request.
#[derive(Clone)]
pub struct EventSigner {
    signer: Signer,
    key: Option<([u8; 8], SigningKey)>,
    previous: Signature,
    count: u64,
    finished: bool,
}

impl Signer {
    /// Who signs the events behind a request that was signed under
    /// [`Streaming::Events`](crate::Streaming::Events): `seed` is its signature, or that of the
    /// presigned URL of a WebSocket.
    ///
    /// # Errors
    /// [`Error::StreamingPayloadRefused`] with Signature Version 4A, which has no events.
    pub fn event_signer(&self, seed: Signature) -> Result<EventSigner, Error> {
        if self.profile().algorithm.has_region_set() {
            return Err(Error::StreamingPayloadRefused);
        }
        Ok(EventSigner {
            signer: self.clone(),
            key: None,
            previous: seed,
            count: 0,
            finished: false,
        })
    }
}

impl EventSigner {
    /// Appends the signed form of a message, which is given as bytes: [`Message::write`].
    ///
    /// # Errors
    /// [`EventError::EmptyEvent`], [`EventError::PayloadTooLong`], [`EventError::AfterEnd`]. Nothing
    /// is appended then.
    pub fn sign(
        &mut self,
        message: &[u8],
        at: Timestamp,
        out: &mut Vec<u8>,
    ) -> Result<(), EventError> {
        if message.is_empty() {
            return Err(EventError::EmptyEvent);
        }
        self.append(message, at, out)
    }

    /// Appends the empty event that ends the stream.
    ///
    /// # Errors
    /// [`EventError::AfterEnd`] the second time.
    pub fn finish(&mut self, at: Timestamp, out: &mut Vec<u8>) -> Result<(), EventError> {
        self.append(b"", at, out)?;
        self.finished = true;
        Ok(())
    }

    fn append(
        &mut self,
        payload: &[u8],
        at: Timestamp,
        out: &mut Vec<u8>,
    ) -> Result<(), EventError> {
        let event = self.count;
        if self.finished {
            return Err(EventError::AfterEnd { event });
        }
        let date = date_header(at.unix().saturating_mul(1_000));
        let scope = self.signer.scope(&at);
        let link = event_link(at, scope, self.previous, &date, payload);
        let signature = match &self.key {
            Some((day, key)) if day == scope.date_bytes() => key.sign_any(&link),
            _ => {
                let key = self.signer.key_for(&scope);
                let signature = key.sign_any(&link);
                self.key = Some((*scope.date_bytes(), key));
                signature
            }
        };
        let mut bytes = [0; 32];
        // They are digits.
        signature.write(&mut |digits| {
            let _ = hex::decode_to_slice(digits, &mut bytes);
        });
        let headers = [
            Header {
                name: SIGNATURE,
                value: HeaderValue::Bytes(&bytes),
            },
            date,
        ];
        Message::write(&headers, payload, out)?;
        self.previous = signature;
        self.count = event.saturating_add(1);
        Ok(())
    }
}

pub(super) fn date_header(milliseconds: i64) -> Header<'static> {
    Header {
        name: DATE,
        value: HeaderValue::Timestamp(milliseconds),
    }
}

/// The `:date` header is hashed as it is encoded, to the millisecond; the time that is signed with
/// it has whole seconds.
pub(super) fn event_link<'a>(
    at: Timestamp,
    scope: Scope<'a>,
    previous: Signature,
    date: &Header<'_>,
    payload: &[u8],
) -> Link<'a> {
    let mut encoded = Vec::with_capacity(15);
    date.write(&mut encoded);
    Link {
        at,
        scope,
        previous,
        content: Linked::Event {
            date_sha256: sha256(&encoded),
            payload_sha256: sha256(payload),
        },
    }
}

impl fmt::Debug for EventSigner {
    /// Without keys and signatures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventSigner")
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}
