//! What goes back to the caller: an upstream's answer as it streams, or one of the proxy's own.

use super::body::BodyFault;
use super::cause::Cause;
use super::ending::Broken;
use super::hop;
use super::inbound::WireFault;
use super::peeked::Peeked;
use super::untaken::Untaken;
use crate::verify::refusal::answer::Refusal;
use bytes::Bytes;
use core::pin::Pin;
use core::task::{Context, Poll};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::borrow::Cow;
use std::future::Future;
use std::prelude::rust_2024::*;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Sleep, sleep};

/// The header that tells an answer of the proxy's own from one of the upstream's.
pub(crate) const ERROR_HEADER: HeaderName = HeaderName::from_static("x-sigv4-proxy-error");

/// A request that the proxy answers itself.
#[derive(Debug)]
pub(crate) struct Refused {
    pub cause: Cause,
    /// That of the cause, but where HTTP has one of its own.
    pub status: StatusCode,
    /// One sentence for people; never a secret, nothing of a query.
    pub message: Cow<'static, str>,
    /// What the service would answer, where a client of the service has to understand it.
    pub of_service: Option<Box<Refusal>>,
    /// Who has signed it, where that is proven.
    pub caller: Option<Box<str>>,
}

impl Refused {
    pub(crate) fn new(cause: Cause, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            cause,
            status: cause.status(),
            message: message.into(),
            of_service: None,
            caller: None,
        }
    }

    /// As JSON: `{"message": …, "cause": …}`, or as the service writes it.
    pub(crate) fn response(&self) -> Response<Answer> {
        let body = match &self.of_service {
            Some(refusal) => refusal.body(),
            None => serde_json::json!({ "message": self.message, "cause": self.cause.as_str() })
                .to_string(),
        };
        let mut response = Response::new(Answer::whole(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in self.of_service.iter().flat_map(|refusal| refusal.headers()) {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        if self.cause == Cause::Token {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.cause == Cause::Busy {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(ERROR_HEADER, HeaderValue::from_static(self.cause.as_str()));
        response
    }
}

/// Of a caller who signs: as the service refuses, so that SDKs understand it.
impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let refused = Self::new(Cause::Caller, refusal.note());
        Self {
            status: StatusCode::from_u16(refusal.status()).unwrap_or(refused.status),
            of_service: Some(Box::new(refusal)),
            ..refused
        }
    }
}

impl From<WireFault> for Refused {
    fn from(fault: WireFault) -> Self {
        Self {
            status: fault.status(),
            ..Self::new(fault.cause(), fault.to_string())
        }
    }
}

impl From<BodyFault> for Refused {
    fn from(fault: BodyFault) -> Self {
        if let Some(fault) = WireFault::of(&fault) {
            return (*fault).into();
        }
        Self::new(fault.cause(), fault.to_string())
    }
}

/// The body of an answer.
pub(crate) enum Answer {
    Whole(Bytes),
    Streamed(Box<FromUpstream>),
}

/// An upstream's body, passed on as it comes.
pub(crate) struct FromUpstream {
    /// With a place among the upstream's connections, until the last byte.
    body: Untaken<(Peeked<Incoming>, OwnedSemaphorePermit)>,
    idle: Duration,
    /// Set while nothing comes.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Answer {
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::Whole(bytes.into())
    }

    /// Over HTTP/1 it is the connection that waits for the caller, and ends where that takes too long; one of
    /// several streams is let go by itself.
    pub(crate) fn streamed(
        body: Peeked<Incoming>,
        idle: Duration,
        place: OwnedSemaphorePermit,
        of_stream: bool,
    ) -> Self {
        if body.is_end_stream() {
            return Self::Whole(Bytes::new());
        }
        let mut body = Untaken::new((body, place));
        if of_stream {
            body.watch(idle);
        }
        Self::Streamed(Box::new(FromUpstream {
            body,
            idle,
            waiting: None,
        }))
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match &mut *self {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(core::mem::take(bytes))))),
            Self::Streamed(streamed) => streamed.poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Streamed(streamed) => {
                let ended = streamed.body.look(|(body, _)| body.is_end_stream());
                ended.unwrap_or_default()
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Streamed(streamed) => {
                let hint = streamed.body.look(|(body, _)| body.size_hint());
                hint.unwrap_or_default()
            }
        }
    }
}

impl FromUpstream {
    fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let polled = (self.body).ask(|(body, _)| Pin::new(body).poll_frame(context));
        let Some(polled) = polled else {
            return Poll::Ready(Some(Err(Broken::Untaken(self.idle))));
        };
        match polled {
            Poll::Ready(frame) => {
                self.waiting = None;
                Poll::Ready(frame.map(|frame| {
                    let mut frame = frame.map_err(Broken::Upstream)?;
                    if let Some(trailers) = frame.trailers_mut() {
                        hop::keep_trailers(trailers);
                    }
                    Ok(frame)
                }))
            }
            Poll::Pending => {
                let idle = self.idle;
                let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(idle)));
                let waited = waiting.as_mut().poll(context);
                waited.map(|()| Some(Err(Broken::Silent(idle))))
            }
        }
    }
}
