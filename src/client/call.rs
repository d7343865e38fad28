//! The general client: attempts until one succeeds or nothing is left to try.

use crate::client::aws_error::{Answer, classify};
use crate::client::error::{ClientError, TransportKind};
use crate::client::error_body::MAX_ERROR_BODY;
use crate::client::pause::Pause;
use crate::client::prepared::{Content, Prepared};
use crate::client::redact::Secrets;
use crate::client::response::Response;
use crate::client::retry::RetryPolicy;
use crate::client::retry::{Failed, is_idempotent, is_retryable_status, random, retry_after};
use crate::client::signing::SigV4;
use crate::client::signing::{Terms, Trace};
use crate::client::skew;
use crate::client::streamed::Streamed;
use crate::client::timeouts::{LONGEST, Timeouts};
use crate::client::transport::{of_body, of_call, peer, transport};
use core::time::Duration;
use http::{Request, Uri};
use std::io::Read;
use std::prelude::rust_2024::*;
use std::time::Instant;
use ureq::{Body, SendBody};

/// Calls any service of AWS, or behind API Gateway, with signed requests.
///
/// ```no_run
/// use sigv4::Client;
///
/// let client = Client::builder()
///     .base_url("https://abc123.execute-api.eu-west-1.amazonaws.com/prod")
///     .build()?;
/// let items: serde_json::Value = client.get("/items").query("limit", "10").send()?.json()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
///
/// Share one between threads: connections, credentials and the clock's correction for each
/// host (64 of them) are kept in it. A clone shares them too.
#[derive(Clone)]
pub struct Client {
    pub(crate) agent: ureq::Agent,
    pub(crate) signing: SigV4,
    pub(crate) base_url: Option<Uri>,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: RetryPolicy,
    pub(crate) correct_clock: bool,
    pub(crate) response_limit: u64,
    pub(crate) pause: Pause,
}

/// Why an attempt failed, and what could come of another.
struct Failure {
    error: ClientError,
    /// The same request may succeed later.
    is_transient: bool,
    retry_after: Option<Duration>,
    /// The clocks differ by this much, and the request was refused.
    clock_offset: Option<i64>,
    /// The service answered, and not about the time.
    time_accepted: bool,
    /// It takes no `Expect`, and says so: it has not looked at the rest (RFC 9110, 15.5.18).
    expectation_failed: bool,
}

impl Failure {
    fn is_final(error: ClientError) -> Box<Self> {
        Box::new(Self {
            error,
            is_transient: false,
            retry_after: None,
            clock_offset: None,
            time_accepted: false,
            expectation_failed: false,
        })
    }
}

impl Client {
    pub(crate) fn base_url(&self) -> Option<&Uri> {
        self.base_url.as_ref()
    }

    pub(crate) fn call(&self, request: &Prepared) -> Result<Response, ClientError> {
        let total = request.timeout.unwrap_or(self.timeouts.total);
        let deadline = Instant::now().checked_add(total);
        let repeatable = request.repeatable || is_idempotent(&request.method);
        let mut attempt = 1_u32;
        let mut clock_corrected = false;
        // An offset that no answer has confirmed yet: for this call alone.
        let mut terms = Terms {
            deadline,
            ..Terms::default()
        };
        let streamed = self.streamed(request, deadline)?;
        // The agent has the client's own time already; see `attempt`. Hashing has used some.
        let is_hashed = streamed
            .as_ref()
            .is_some_and(|streamed| streamed.sha256.is_some());
        let mut left = match deadline {
            Some(deadline) if is_hashed => Some(
                deadline
                    .saturating_duration_since(Instant::now())
                    .min(LONGEST),
            ),
            _ => request.timeout,
        };
        loop {
            let result = self.attempt(request, streamed.as_ref(), left, terms);
            if let Some(offset) = terms.offset
                && result
                    .as_ref()
                    .map_or_else(|failure| failure.time_accepted, |_| true)
            {
                let host = peer(&request.uri, None);
                self.signing.skew.set(&host, offset);
            }
            let failure = match result {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            // What has been read and cannot be read again is not sent again.
            if let Content::Upload(upload) = &request.body
                && !upload.is_at_hand()
            {
                return Err(failure.error);
            }
            let remaining = deadline.map_or(Duration::MAX, |deadline| {
                deadline.saturating_duration_since(Instant::now())
            });
            if failure.expectation_failed && !terms.expects_nothing {
                terms.expects_nothing = true;
            } else if let Some(offset) = failure.clock_offset
                && self.correct_clock
                && !clock_corrected
            {
                log::warn!("the clock differs by {offset} s from the service's: signing again");
                terms.offset = Some(offset);
                clock_corrected = true;
            } else {
                let failed = Failed {
                    attempt,
                    repeatable,
                    retry_after: failure.retry_after,
                    left: remaining,
                    random: random(),
                };
                let pause = self.retry.pause(&failed).filter(|_| failure.is_transient);
                let Some(pause) = pause else {
                    return Err(failure.error);
                };
                log::debug!(
                    "attempt {attempt} failed, next in {pause:?}: {}",
                    failure.error
                );
                (self.pause)(pause);
                attempt = attempt.saturating_add(1);
            }
            let remaining = deadline.map_or(Duration::MAX, |deadline| {
                deadline.saturating_duration_since(Instant::now())
            });
            if remaining.is_zero() {
                return Err(failure.error);
            }
            left = Some(remaining.min(LONGEST));
        }
    }

    /// How an upload is signed and framed; a body that is held needs nothing.
    fn streamed(
        &self,
        request: &Prepared,
        deadline: Option<Instant>,
    ) -> Result<Option<Streamed>, ClientError> {
        let Content::Upload(upload) = &request.body else {
            return Ok(None);
        };
        let mut head = Request::new(());
        *head.method_mut() = request.method.clone();
        *head.uri_mut() = request.uri.clone();
        *head.headers_mut() = request.headers.clone();
        self.signing.name_host(&mut head)?;
        let service = self.signing.service_without_chunks(&head)?;
        let as_a_whole = service.or_else(|| upload.whole.then(|| "the server".into()));
        let sha256 = as_a_whole.map(|service| upload.sha256(&service, deadline));
        Ok(Some(Streamed {
            length: upload.length,
            sha256: sha256.transpose()?,
            #[cfg(feature = "checksum")]
            checksum: upload.checksum,
        }))
    }

    /// One attempt: signed, sent, and answered to the end. A time of its own makes ureq
    /// set up TLS anew for a new connection, so the first attempt goes without.
    fn attempt(
        &self,
        request: &Prepared,
        streamed: Option<&Streamed>,
        left: Option<Duration>,
        terms: Terms,
    ) -> Result<Response, Box<Failure>> {
        // What may not leave this machine goes past the proxy.
        let proxy = self.agent.config().proxy();
        let proxy = proxy.filter(|_| !self.signing.is_in_clear(&request.uri));
        let peer = peer(&request.uri, proxy);
        let before_response = |error: ureq::Error| {
            let error = of_call(error, &peer);
            let is_transient =
                matches!(&error, ClientError::Transport { kind, .. } if kind.is_transient());
            let mut failure = Failure::is_final(error);
            failure.is_transient = is_transient;
            failure
        };
        let mut head = Request::new(());
        *head.method_mut() = request.method.clone();
        *head.uri_mut() = request.uri.clone();
        *head.headers_mut() = request.headers.clone();
        head.extensions_mut().insert(terms);
        if left.is_some() {
            let config = self.agent.configure_request(head);
            head = config.timeout_global(left).build();
        }
        let response = match &request.body {
            Content::Bytes(bytes) if bytes.is_empty() => self.agent.run(head),
            Content::Bytes(bytes) => self.agent.run(head.map(|()| bytes.as_slice())),
            Content::Upload(upload) => {
                if let Some(streamed) = streamed {
                    head.extensions_mut().insert(streamed.clone());
                }
                let reader = upload.open(terms.deadline).map_err(Failure::is_final)?;
                let body = SendBody::from_owned_reader(reader);
                self.agent.run(head.map(|()| body))
            }
        }
        .map_err(before_response)?;
        let sent = response.extensions().get::<Trace>().cloned();
        // Every response of this agent went through the middleware.
        let sent = sent.ok_or_else(|| {
            Failure::is_final(transport(
                TransportKind::Other,
                "the request was not signed",
            ))
        })?;
        let (parts, body) = response.into_parts();
        let status = parts.status.as_u16();
        if parts.status.is_success() {
            let body = read_body(body, self.response_limit, &peer).map_err(|error| {
                let mut failure = Failure::is_final(error);
                failure.time_accepted = true;
                failure
            })?;
            return Ok(Response {
                status,
                headers: parts.headers,
                body,
            });
        }
        let (body, is_part) = read_error_body(body);
        let error = classify(&Answer {
            status,
            headers: &parts.headers,
            body: &body,
            signed_at: sent.signed_at,
            region: &sent.region,
            service: &sent.service,
            secrets: &Secrets::new(
                sent.session_token.as_ref().map(|token| token.as_str()),
                &sent.signature,
            )
            .for_a_part(is_part),
        });
        let offset = skew::measure(&parts.headers, sent.sent_at, sent.received_at)
            .filter(|offset| skew::is_worth_it(sent.offset, *offset));
        let about_time = may_be_about_time(status, &error);
        let is_transient = is_retryable_status(status);
        Err(Box::new(Failure {
            clock_offset: offset.filter(|_| about_time),
            expectation_failed: status == 417 && sent.expects,
            time_accepted: !about_time && !is_transient,
            error,
            is_transient,
            retry_after: retry_after(&parts.headers, sent.received_at.saturating_add(sent.offset)),
        }))
    }
}

/// Refusals that a wrong time can cause: those that say so, and those that say nothing.
/// Another signature is not one of them, as the signature is over the time as it was sent.
fn may_be_about_time(status: u16, error: &ClientError) -> bool {
    match error {
        ClientError::ClockSkew { .. } => true,
        ClientError::Status { .. } => matches!(status, 401 | 403),
        _ => false,
    }
}

/// The limit counts what is kept, that is, after decompression.
fn read_body(body: Body, limit: u64, peer: &str) -> Result<Vec<u8>, ClientError> {
    let too_large = ClientError::ResponseTooLarge { limit };
    if body.content_length().is_some_and(|length| length > limit) {
        return Err(too_large);
    }
    let mut bytes = Vec::new();
    body.into_reader()
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| of_body(error, peer))?;
    if u64::try_from(bytes.len()).map_or(true, |length| length > limit) {
        return Err(too_large);
    }
    Ok(bytes)
}

/// As much of it as came: the status alone says that the call failed.
fn read_error_body(body: Body) -> (Vec<u8>, bool) {
    let limit = u64::try_from(MAX_ERROR_BODY).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    // What was read before an error is kept.
    let read = body
        .into_reader()
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes);
    let is_part = read.is_err() || bytes.len() > MAX_ERROR_BODY;
    (bytes, is_part)
}

impl core::fmt::Debug for Client {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url)
            .field("signing", &self.signing)
            .finish_non_exhaustive()
    }
}
