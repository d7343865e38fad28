//! One question to an endpoint that hands out credentials: the only place that sends any.

use crate::client::base_url::is_loopback;
use crate::client::error::{ClientError, TransportKind};
use crate::client::remote::provider_config::ProviderConfig;
use crate::client::retry::{Failed, RetryPolicy, random, retry_after};
use crate::client::transport::{of_body, of_call, peer};
use crate::sources::credentials_error::CredentialsError;
use core::fmt::Display;
use core::time::Duration;
use http::{HeaderMap, Method, Request};
use std::format;
use std::io::Read;
use std::prelude::rust_2024::*;
use std::time::Instant;
use zeroize::Zeroizing;

/// A buffer that grew would leave a secret behind: room for one byte too many, and to find
/// the end.
const ROOM: usize = 64;

/// In less, nobody is asked.
const LEAST: Duration = Duration::from_millis(1);

/// What a source allows.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub connect: Duration,
    /// For the head of the answer, and for each piece of its body.
    pub read: Duration,
    /// For a question with all its attempts and pauses.
    pub total: Duration,
    pub attempts: u32,
    /// Whether another attempt follows one that took too long.
    pub repeats_timeouts: bool,
    /// The largest answer, in bytes.
    pub answer: usize,
    /// Never through a proxy.
    pub is_link_local: bool,
}

impl Limits {
    /// Of a service in a region: 15 seconds for everything.
    pub(crate) const SERVICE: Self = Self {
        connect: Duration::from_secs(3),
        read: Duration::from_secs(10),
        total: Duration::from_secs(15),
        attempts: 3,
        repeats_timeouts: true,
        answer: 64 * 1024,
        is_link_local: false,
    };
}

pub(crate) type Question = Request<Zeroizing<Vec<u8>>>;

/// What keeps a question from being made.
pub(crate) fn unaskable<E: Display>(name: &str) -> impl Fn(E) -> CredentialsError {
    move |problem| CredentialsError::failed(name, format!("{problem}"))
}

/// An answer of any status.
pub(crate) struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Zeroizing<Vec<u8>>,
    /// Of a refusal, that it goes on, or was to: what is there may end within a secret.
    pub is_part: bool,
}

/// Why there is no answer.
pub(crate) enum CallError {
    /// Nothing was sent.
    Unasked(CredentialsError),
    Unanswered {
        name: &'static str,
        kind: Option<TransportKind>,
        problem: String,
    },
}

impl From<CredentialsError> for CallError {
    fn from(error: CredentialsError) -> Self {
        Self::Unasked(error)
    }
}

impl CallError {
    pub(crate) fn into_error(self) -> CredentialsError {
        match self {
            Self::Unasked(error) => error,
            Self::Unanswered { name, problem, .. } => CredentialsError::Service {
                name: name.into(),
                problem,
            },
        }
    }
}

#[derive(Clone)]
pub(crate) struct HttpCall {
    name: &'static str,
    agent: ureq::Agent,
    limits: Limits,
    config: ProviderConfig,
}

impl HttpCall {
    pub(crate) fn new(name: &'static str, limits: Limits, config: &ProviderConfig) -> Self {
        Self {
            name,
            agent: config.agent(limits.is_link_local),
            limits,
            config: config.clone(),
        }
    }

    /// One attempt: what is sent is good for one use.
    pub(crate) fn once_only(mut self) -> Self {
        self.limits.attempts = 1;
        self
    }

    /// When a round of several questions has to end.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        Instant::now().checked_add(self.config.total(self.limits.total))
    }

    /// The answer, of whatever status. Tried again are failures of the network, statuses that
    /// pass, and what `again` names; each attempt is made anew. No redirect is followed.
    pub(crate) fn ask(
        &self,
        make: impl Fn() -> Result<Question, CredentialsError>,
        again: impl Fn(&Reply) -> bool,
    ) -> Result<Reply, CredentialsError> {
        self.try_ask(self.deadline(), make, again)
            .map_err(CallError::into_error)
    }

    /// The same within a round, for those who want to know why there is no answer.
    pub(crate) fn try_ask(
        &self,
        deadline: Option<Instant>,
        make: impl Fn() -> Result<Question, CredentialsError>,
        again: impl Fn(&Reply) -> bool,
    ) -> Result<Reply, CallError> {
        if self.config.total(self.limits.total) < LEAST {
            return Err(CallError::Unanswered {
                name: self.name,
                kind: Some(TransportKind::Deadline),
                problem: "the time for all sources together is over".into(),
            });
        }
        let began = Instant::now();
        let left_of = |deadline: Option<Instant>| {
            let total = self.config.total(self.limits.total);
            let left = deadline.map(|end| end.saturating_duration_since(Instant::now()));
            left.map_or(total, |left| left.min(total))
        };
        let policy = RetryPolicy::default().max_attempts(self.limits.attempts);
        let mut attempt = 1_u32;
        let asked = loop {
            let outcome = self.once(make()?, left_of(deadline));
            let (passes, wait) = match &outcome {
                Ok(reply) => (
                    passes(reply.status) || again(reply),
                    retry_after(&reply.headers, self.config.clock.unix().unwrap_or_default()),
                ),
                Err(ClientError::Transport { kind, .. }) => (
                    if is_late(*kind) {
                        self.limits.repeats_timeouts
                    } else {
                        kind.is_transient()
                    },
                    None,
                ),
                Err(_) => (false, None),
            };
            let pause = policy.pause(&Failed {
                attempt,
                repeatable: passes,
                retry_after: wait,
                left: left_of(deadline),
                random: random(),
            });
            let Some(pause) = pause else { break outcome };
            log::debug!("{}: attempt {attempt} failed, next in {pause:?}", self.name);
            (self.config.pause)(pause);
            attempt = attempt.saturating_add(1);
        };
        self.config.spend(began.elapsed());
        asked.map_err(|error| CallError::Unanswered {
            name: self.name,
            kind: match error {
                ClientError::Transport { kind, .. } => Some(kind),
                _ => None,
            },
            problem: match error {
                ClientError::ResponseTooLarge { limit } => {
                    format!("the answer is over {limit} bytes")
                }
                other => format!("{other}"),
            },
        })
    }

    fn once(&self, question: Question, left: Duration) -> Result<Reply, ClientError> {
        let (head, body) = question.into_parts();
        let head = Request::from_parts(head, ());
        let in_clear = head.uri().scheme_str() != Some("https");
        let is_here = is_loopback(head.uri().host().unwrap_or_default());
        let proxy = self.agent.config().proxy().cloned();
        let proxy = proxy.filter(|_| !in_clear || self.config.plain_http && !is_here);
        let peer = peer(head.uri(), proxy.as_ref());
        let limit = |own| Some(self.config.limit(own).min(left));
        let head = self
            .agent
            .configure_request(head)
            .proxy(proxy)
            .timeout_global(Some(left))
            .timeout_resolve(limit(self.limits.connect))
            .timeout_connect(limit(self.limits.connect))
            .timeout_recv_response(limit(self.limits.read))
            .timeout_per_read(limit(self.limits.read))
            .timeout_per_write(limit(self.limits.read))
            .build();
        // Without a body, ureq would announce chunks of one for a PUT.
        let answered = if head.method() == Method::GET {
            self.agent.run(head)
        } else {
            self.agent.run(head.map(|()| body.as_slice()))
        };
        let (head, answer) = answered
            .map_err(|error| of_call(error, &peer))?
            .into_parts();
        let mut body = Zeroizing::new(Vec::with_capacity(self.limits.answer.saturating_add(ROOM)));
        let bound = u64::try_from(self.limits.answer).unwrap_or(u64::MAX);
        let read = answer
            .into_reader()
            .take(bound.saturating_add(1))
            .read_to_end(&mut body);
        let status = head.status.as_u16();
        let is_part = read.is_err() || body.len() > self.limits.answer;
        // Of a refusal, the status says enough.
        if head.status.is_success() {
            read.map_err(|error| of_body(error, &peer))?;
            if body.len() > self.limits.answer {
                return Err(ClientError::ResponseTooLarge { limit: bound });
            }
        }
        Ok(Reply {
            status,
            headers: head.headers,
            body,
            is_part,
        })
    }
}

/// Another attempt may find the service better.
fn passes(status: u16) -> bool {
    status == 429 || (500..600).contains(&status)
}

fn is_late(kind: TransportKind) -> bool {
    matches!(
        kind,
        TransportKind::ConnectTimeout | TransportKind::ReadTimeout | TransportKind::Deadline
    )
}
