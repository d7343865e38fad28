//! Sources of credentials, clocks and variables to test with.

use crate::server::{SECRET, TOKEN};
use sigv4::Credentials;
use sigv4::client::{CredentialsError, Environment, ProvideCredentials, ProvidedCredentials};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) type Answered = Result<ProvidedCredentials, CredentialsError>;

/// Answers by the number of the question, and counts them.
pub(crate) struct Counting<F> {
    pub(crate) asked: Arc<AtomicUsize>,
    pub(crate) answer: F,
}

impl<F: Fn(usize) -> Answered + Send + Sync> ProvideCredentials for Counting<F> {
    fn provide_credentials(&self) -> Answered {
        (self.answer)(self.asked.fetch_add(1, Ordering::SeqCst))
    }
}

pub(crate) fn counting<F: Fn(usize) -> Answered + Send + Sync>(
    answer: F,
) -> (Counting<F>, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    (Counting { asked, answer }, counted)
}

/// A clock that stands until it is moved.
#[derive(Clone, Default)]
pub(crate) struct Hands(Arc<AtomicU64>);

impl Hands {
    pub(crate) fn now(&self) -> SystemTime {
        at(self.0.load(Ordering::SeqCst))
    }

    pub(crate) fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    /// Never back.
    pub(crate) fn advance_to(&self, seconds: u64) {
        self.0.fetch_max(seconds, Ordering::SeqCst);
    }

    pub(crate) fn reader(&self) -> impl Fn() -> SystemTime + Send + Sync + 'static {
        let hands = self.clone();
        move || hands.now()
    }
}

pub(crate) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

pub(crate) fn until(number: usize, expires_at: u64) -> Answered {
    let credentials = Credentials::new(format!("AKID{number}"), SECRET).with_session_token(TOKEN);
    Ok(ProvidedCredentials::new(credentials).until(at(expires_at)))
}

pub(crate) fn failed() -> CredentialsError {
    CredentialsError::Failed {
        name: "test".into(),
        problem: "down".into(),
    }
}

pub(crate) fn id(answered: Answered) -> String {
    answered.unwrap().credentials.access_key_id().to_owned()
}

pub(crate) fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables: HashMap<String, String> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Environment::from_lookup(move |name| variables.get(name).map(Into::into))
}
