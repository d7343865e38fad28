//! What the inspector is left of an exchange, when it is over.

use super::answer::Refused;
use super::cause::Cause;
use super::ending::Ending;
use crate::inspect::head::Head;
use crate::inspect::record::{self, Answered, Body, By, Proxied, Seen};
use crate::inspect::verdict::Verdict;
use crate::request::Payload;
use crate::request::timestamp::Timestamp;
use core::fmt;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::prelude::rust_2024::*;
use std::string::ToString;
use std::time::{Duration, SystemTime};
use zeroize::Zeroizing;

/// A request, from its head to its answer.
pub(crate) struct Recorded {
    at: Timestamp,
    /// As it arrived, and once it is signed as it is sent on.
    head: Head,
    /// Once it is signed.
    payload: Option<Payload<'static>>,
    refused: Option<record::Refused>,
    answered: Option<Answered>,
}

impl Recorded {
    /// One of which nothing can be read yet.
    pub(super) fn begin() -> Self {
        Self {
            at: Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::EPOCH),
            head: Head::unknown(),
            payload: None,
            refused: None,
            answered: None,
        }
    }

    pub(super) fn arrived<B>(&mut self, request: &http::Request<B>) {
        self.head = Head::arrived(request);
    }

    /// It is sent so, signature and all.
    pub(super) fn signed(
        &mut self,
        request: &http::Request<()>,
        payload: Payload<'static>,
        at: Timestamp,
    ) {
        self.at = at;
        self.head = Head::sent(request);
        self.payload = Some(payload);
    }

    /// The upstream has begun its answer.
    pub(super) fn answered(&mut self, status: StatusCode, headers: &HeaderMap) {
        let own = |(name, value): (&HeaderName, &HeaderValue)| {
            (name.as_str().to_owned(), value.as_bytes().to_vec())
        };
        self.answered = Some(Answered {
            status: status.as_u16(),
            headers: headers.iter().map(own).collect(),
            body: None,
        });
    }

    /// All of the upstream's answer.
    pub(crate) fn read(&mut self, body: &[u8]) {
        if let Some(answered) = &mut self.answered {
            answered.body = Some(Zeroizing::new(body.to_vec()));
        }
    }

    /// It is the proxy that answers.
    pub(super) fn refused(&mut self, refused: &Refused) {
        let (verdict, is_of_request) = judged(refused.cause);
        self.refused = Some(record::Refused {
            verdict,
            is_of_request,
            message: (&*refused.message).into(),
        });
        self.answered = refused.of_service.as_ref().map(|refusal| {
            let headers = refusal.headers();
            Answered {
                status: refused.status.as_u16(),
                headers: headers
                    .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
                    .collect(),
                body: Some(Zeroizing::new(refusal.body().into_bytes())),
            }
        });
    }

    /// All of it. `received` is what has arrived of the body, in bytes; `ending` is how it was broken off.
    pub(super) fn seen(
        self,
        took: Duration,
        status: Option<StatusCode>,
        caller: Option<&str>,
        received: u64,
        ending: Option<&Ending>,
    ) -> Seen {
        Seen {
            at: self.at,
            took,
            status: status.map(|status| status.as_u16()),
            from: None,
            head: self.head,
            body: match self.payload {
                Some(payload) => Body::Sent {
                    payload,
                    bytes: received,
                },
                None if received == 0 => Body::Unread,
                None => Body::Hashed {
                    bytes: received,
                    sha256: None,
                },
            },
            by: By::Proxy(Proxied {
                is_signed: self.payload.is_some(),
                caller: caller.map(Into::into),
                refused: self.refused,
                answered: self.answered,
                broken_off: ending.map(|ending| ending.to_string().into()),
            }),
        }
    }
}

/// What a cause says of the request, and whether it is the request that is at fault.
fn judged(cause: Cause) -> (Verdict, bool) {
    match cause {
        Cause::Token | Cause::Caller => (Verdict::Signature, false),
        Cause::NotAllowed => (Verdict::Policy, false),
        Cause::Malformed
        | Cause::HeadTooLong
        | Cause::NotSupported
        | Cause::NoRoute
        | Cause::SlowCaller
        | Cause::TooLong
        | Cause::Body
        | Cause::Unsignable => (Verdict::Malformed, true),
        Cause::Spool
        | Cause::NoCredentials
        | Cause::Busy
        | Cause::Connect
        | Cause::Upstream
        | Cause::SlowUpstream => (Verdict::Malformed, false),
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
