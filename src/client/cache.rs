//! Credentials that are kept until shortly before they expire.

use crate::client::clock::Clock;
use crate::client::{CredentialsError, ProvideCredentials, ProvidedCredentials};
use std::prelude::rust_2024::*;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// How long before their end credentials are renewed, where they last long enough.
const MARGIN: Duration = Duration::from_secs(5 * 60);
/// How long old credentials are used after a renewal failed, before the next try.
const PAUSE: Duration = Duration::from_secs(10);

/// Keeps what a source provides, and asks it again before that expires.
///
/// - One thread renews; the others go on with the old credentials, or wait where there
///   are none. Those that waited for a renewal that failed get its error.
/// - A renewal that fails while the old credentials still hold is logged, and the old
///   ones are used.
/// - Credentials without an end are kept for good.
pub struct Cache<P> {
    source: P,
    clock: Clock,
    state: Mutex<State>,
    /// Held while the source is asked.
    renewal: Mutex<()>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// How many times the source was asked, and how it ended when it failed.
    asked: u64,
    failure: Option<CredentialsError>,
}

struct Held {
    provided: ProvidedCredentials,
    renew_at: Option<SystemTime>,
}

impl<P: ProvideCredentials> Cache<P> {
    /// An empty cache in front of a source.
    #[must_use]
    pub fn new(source: P) -> Self {
        Self {
            source,
            clock: Clock::system(),
            state: Mutex::default(),
            renewal: Mutex::default(),
        }
    }

    /// Reads the time from elsewhere than the system's clock.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    fn renew(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let answer = self.source.provide_credentials();
        let now = self.clock.now();
        let mut state = lock(&self.state);
        state.asked = state.asked.wrapping_add(1);
        let error = match answer {
            Ok(provided) => {
                let renew_at = provided
                    .expires_at
                    .and_then(|expires_at| renewal_time(now, expires_at));
                state.failure = None;
                state.held = Some(Held {
                    provided: provided.clone(),
                    renew_at,
                });
                return Ok(provided);
            }
            Err(error) => error,
        };
        if let Some(held) = state.held.as_mut().filter(|held| held.holds(now)) {
            log::warn!(
                "credentials from {} could not be renewed, the old ones still hold: {error}",
                self.source.name()
            );
            held.renew_at = now.checked_add(PAUSE);
            return Ok(held.provided.clone());
        }
        state.failure = Some(error.clone());
        Err(error)
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
        let now = self.clock.now();
        let (old, asked) = {
            let state = lock(&self.state);
            match &state.held {
                Some(held) if held.is_fresh(now) => return Ok(held.provided.clone()),
                Some(held) if held.holds(now) => (Some(held.provided.clone()), state.asked),
                _ => (None, state.asked),
            }
        };
        let _renewing = match old {
            None => lock(&self.renewal),
            Some(old) => match self.renewal.try_lock() {
                Ok(renewing) => renewing,
                // Somebody else renews, or paniced doing it.
                Err(_) => return Ok(old),
            },
        };
        {
            let state = lock(&self.state);
            if let Some(held) = &state.held
                && held.is_fresh(self.clock.now())
            {
                return Ok(held.provided.clone());
            }
            if state.asked != asked
                && let Some(error) = &state.failure
            {
                return Err(error.clone());
            }
        }
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

/// A source that panics leaves nothing half-written behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
