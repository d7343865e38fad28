//! Credentials that are kept until shortly before they expire.

use crate::request::timestamp::Timestamp;
use crate::sources::clock::Clock;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::lock::lock;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use std::format;
use std::prelude::rust_2024::*;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant, SystemTime};

/// How long before their end credentials are renewed, where they last long enough.
const MARGIN: Duration = Duration::from_secs(5 * 60);
/// How long a failure is remembered: no renewal is tried, the old credentials are used
/// while they hold, and where there are none the same error is given.
const PAUSE: Duration = Duration::from_secs(10);

/// How long a thread waits for another one's renewal.
const PATIENCE: Duration = Duration::from_secs(60);

/// Both times: which of the two clocks is wrong, nobody knows here.
fn expired(end: SystemTime, now: SystemTime) -> String {
    let text = |time| match Timestamp::try_from(time) {
        Ok(time) => time.to_rfc3339(),
        Err(error) => format!("a time that {error}"),
    };
    format!(
        "the credentials had already expired when they were handed out: their end is {}, and it is {} \
         now; is this machine's clock right?",
        text(end),
        text(now)
    )
}

/// Keeps what a source provides, and asks it again before that expires.
///
/// - One thread renews; the others go on with the old credentials, or wait where there
///   are none, at most a minute ([`wait_at_most`](Self::wait_at_most)). Those that waited for a
///   renewal that failed get its error.
/// - A renewal that fails while the old credentials still hold is logged, and the old
///   ones are used. Where there are none, its error is the answer. The source is asked
///   again ten seconds later.
/// - Credentials that have already expired when they are handed out are a failure.
/// - Credentials without an end are kept for good.
/// - [`ready`](Self::ready) never waits, for those who must not: an executor's threads.
///
/// ```no_run
/// use sigv4::sources::{Cache, Process, ProvideCredentials};
///
/// let source = Cache::new(Process::new("vault-helper --role items")?);
/// println!("signing as {}", source.provide_credentials()?.credentials.access_key_id());
/// # Ok::<(), sigv4::sources::CredentialsError>(())
/// ```
pub struct Cache<P> {
    source: P,
    clock: Clock,
    patience: Duration,
    /// What a service hands out is its fault.
    is_of_service: bool,
    state: Mutex<State>,
    /// A renewal has ended.
    ended: Condvar,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    failure: Option<Failure>,
    /// Somebody is asking the source.
    is_renewing: bool,
    /// Tasks that wait for it to end.
    waiting: Vec<Waker>,
}

/// How the last renewal ended, and when, where it failed.
struct Failure {
    error: CredentialsError,
    at: SystemTime,
}

struct Held {
    provided: ProvidedCredentials,
    renew_at: Option<SystemTime>,
}

enum Known {
    Fresh(ProvidedCredentials),
    /// They hold, but it is time to renew them.
    Old(ProvidedCredentials),
    Nothing,
}

impl<P: ProvideCredentials> Cache<P> {
    /// An empty cache in front of a source.
    #[must_use]
    pub fn new(source: P) -> Self {
        Self {
            source,
            clock: Clock::system(),
            patience: PATIENCE,
            is_of_service: false,
            state: Mutex::default(),
            ended: Condvar::new(),
        }
    }

    /// How long a thread waits for another one's renewal where there are no credentials that hold;
    /// a minute by default. What it gets then is [`CredentialsError::Failed`].
    #[must_use]
    pub fn wait_at_most(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    /// Reads the time from elsewhere than the system's clock.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// With the clock that its source has, which asks a service.
    #[cfg(feature = "client")]
    pub(crate) fn by(clock: &Clock, source: P) -> Self {
        Self {
            clock: clock.clone(),
            is_of_service: true,
            ..Self::new(source)
        }
    }

    /// As [`by`](Self::by), of a program on this machine.
    #[cfg(feature = "client")]
    pub(crate) fn of_program(mut self) -> Self {
        self.is_of_service = false;
        self
    }

    /// What can be told without the source; a failure that is remembered, as an error.
    fn known(&self, state: &State) -> Result<Known, CredentialsError> {
        let now = self.clock.now();
        match (&state.held, &state.failure) {
            (Some(held), _) if held.is_fresh(now) => Ok(Known::Fresh(held.provided.clone())),
            (Some(held), _) if held.holds(now) => Ok(Known::Old(held.provided.clone())),
            (_, Some(failure)) if failure.is_recent(now) => Err(failure.error.clone()),
            _ => Ok(Known::Nothing),
        }
    }

    fn renew(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let answer = self.source.provide_credentials();
        let now = self.clock.now();
        let mut state = lock(&self.state);
        let error = match answer {
            Ok(ProvidedCredentials {
                expires_at: Some(end),
                ..
            }) if end <= now => {
                let (name, problem) = (self.source.name().into(), expired(end, now));
                if self.is_of_service {
                    CredentialsError::Service { name, problem }
                } else {
                    CredentialsError::Failed { name, problem }
                }
            }
            Ok(provided) => {
                let of_end = |end| renewal_time(now, end);
                let renew_at = provided.ask_again_at;
                let renew_at = renew_at.or_else(|| provided.expires_at.and_then(of_end));
                state.failure = None;
                state.held = Some(Held {
                    provided: provided.clone(),
                    renew_at,
                });
                return Ok(provided);
            }
            Err(error) => error,
        };
        state.failure = Some(Failure {
            error: error.clone(),
            at: now,
        });
        if let Some(held) = state.held.as_mut().filter(|held| held.holds(now)) {
            log::warn!(
                "credentials from {} could not be renewed, the old ones still hold: {error}",
                self.source.name()
            );
            held.renew_at = now.checked_add(PAUSE);
            return Ok(held.provided.clone());
        }
        Err(error)
    }
}

impl<P: ProvideCredentials + 'static> Cache<P> {
    /// What is at hand, without waiting: neither for the source nor for another thread that asks
    /// it. Where it is time to ask the source, a thread of its own does. `None` where there are no
    /// credentials yet: try again later, or fill the cache first with
    /// [`provide_credentials`](ProvideCredentials::provide_credentials) where blocking is allowed.
    ///
    /// # Errors
    /// That of the last renewal, for ten seconds, where there are no credentials that hold; that no
    /// thread can be started.
    pub fn ready(self: &Arc<Self>) -> Result<Option<ProvidedCredentials>, CredentialsError> {
        self.at_hand(None)
    }

    /// As [`ready`](Self::ready), for a future: where there are no credentials yet, its task is
    /// woken when there are, or an error.
    ///
    /// # Errors
    /// As [`ready`](Self::ready).
    pub fn poll_ready(
        self: &Arc<Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<ProvidedCredentials, CredentialsError>> {
        match self.at_hand(Some(context.waker())) {
            Ok(Some(provided)) => Poll::Ready(Ok(provided)),
            Ok(None) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// `task` is woken when the renewal has ended.
    fn at_hand(
        self: &Arc<Self>,
        task: Option<&Waker>,
    ) -> Result<Option<ProvidedCredentials>, CredentialsError> {
        let mut state = lock(&self.state);
        let held = match self.known(&state)? {
            Known::Fresh(provided) => return Ok(Some(provided)),
            Known::Old(provided) => Some(provided),
            Known::Nothing => None,
        };
        if !state.is_renewing {
            let cache = self.clone();
            let thread = std::thread::Builder::new().name("sigv4 credentials".into());
            let started = thread.spawn(move || {
                let _renewing = Renewing(&cache);
                // It is kept, a failure too.
                let _ = cache.renew();
            });
            match started {
                Ok(_) => state.is_renewing = true,
                Err(_) if held.is_some() => {}
                Err(error) => {
                    let problem = format!("cannot start a thread: {error}");
                    return Err(CredentialsError::failed(self.source.name(), problem));
                }
            }
        }
        if held.is_none()
            && let Some(task) = task
            && !state.waiting.iter().any(|other| other.will_wake(task))
        {
            state.waiting.push(task.clone());
        }
        Ok(held)
    }
}

/// While the source is asked; it may panic.
struct Renewing<'a, P>(&'a Cache<P>);

impl<P> Drop for Renewing<'_, P> {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.is_renewing = false;
        // Tasks would ask again at once.
        if std::thread::panicking() && !state.waiting.is_empty() {
            let error = CredentialsError::failed("the cache", "the source panicked");
            let at = self.0.clock.now();
            state.failure = Some(Failure { error, at });
        }
        let waiting = core::mem::take(&mut state.waiting);
        drop(state);
        self.0.ended.notify_all();
        waiting.into_iter().for_each(Waker::wake);
    }
}

impl Failure {
    /// Not where the clock was put back behind it.
    fn is_recent(&self, now: SystemTime) -> bool {
        now.duration_since(self.at)
            .is_ok_and(|passed| passed < PAUSE)
    }
}

/// Five minutes before the end; of credentials that last less than ten, at half time.
fn renewal_time(now: SystemTime, expires_at: SystemTime) -> Option<SystemTime> {
    let left = expires_at.duration_since(now).unwrap_or_default();
    let half = left.checked_div(2).unwrap_or_default();
    now.checked_add(left.saturating_sub(MARGIN).max(half))
}

impl Held {
    fn holds(&self, now: SystemTime) -> bool {
        self.provided.expires_at.is_none_or(|end| now < end)
    }

    fn is_fresh(&self, now: SystemTime) -> bool {
        self.holds(now) && self.renew_at.is_none_or(|renew_at| now < renew_at)
    }
}

impl<P: ProvideCredentials> ProvideCredentials for Cache<P> {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let began = Instant::now();
        let mut state = lock(&self.state);
        loop {
            match self.known(&state)? {
                Known::Fresh(provided) => return Ok(provided),
                Known::Old(provided) if state.is_renewing => return Ok(provided),
                Known::Nothing if state.is_renewing => {}
                Known::Old(_) | Known::Nothing => break,
            }
            let left = self.patience.saturating_sub(began.elapsed());
            if left.is_zero() {
                let problem = format!(
                    "another thread has been asking for over {:?}",
                    self.patience
                );
                return Err(CredentialsError::failed(self.source.name(), problem));
            }
            let waited = self.ended.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.is_renewing = true;
        drop(state);
        let _renewing = Renewing(self);
        self.renew()
    }

    fn name(&self) -> &'static str {
        self.source.name()
    }
}

impl<P: ProvideCredentials> core::fmt::Debug for Cache<P> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Cache({})", self.source.name())
    }
}
