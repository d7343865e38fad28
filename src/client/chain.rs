//! Several sources of credentials, one after the other.

use crate::client::container::Container;
use crate::client::credentials_error::CredentialsError;
use crate::client::environment::Environment;
use crate::client::provide::{ProvideCredentials, ProvidedCredentials};
use core::fmt;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::vec;

/// Several sources: the first that is set up is used.
///
/// A source that is set up but broken ends the search: silently signing as somebody
/// else would be worse than an error.
///
/// ```no_run
/// use sigv4::client::{Chain, Client, Process};
///
/// let helper = Process::new("vault-helper --role items")?.cached();
/// let client = Client::builder().credentials(Chain::from_env().with(helper)).build()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
#[derive(Default)]
pub struct Chain(Vec<Box<dyn ProvideCredentials>>);

impl Chain {
    /// A chain of no sources.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The default chain, with the variables of this process: [`usual`](Self::usual) of
    /// [`Environment::new`].
    ///
    /// ```no_run
    /// use sigv4::client::{Chain, ProvideCredentials};
    ///
    /// let provided = Chain::from_env().provide_credentials()?;
    /// println!("signing as {}", provided.credentials.access_key_id());
    /// # Ok::<(), sigv4::client::CredentialsError>(())
    /// ```
    #[must_use]
    pub fn from_env() -> Self {
        Self::usual(&Environment::new())
    }

    /// The environment, then the container endpoint (ECS, EKS), which is asked only when
    /// its credentials are about to expire: what needs no file.
    /// Half of a pair in the environment is an error, which ends the chain.
    /// A [`Process`](crate::client::Process) goes where the program wants it.
    #[must_use]
    pub fn usual(environment: &Environment) -> Self {
        Self::new()
            .with(environment.clone())
            .with(Container::new(environment.clone()).cached())
    }

    /// One more source, after the others.
    #[must_use]
    pub fn with(mut self, source: impl ProvideCredentials + 'static) -> Self {
        self.0.push(Box::new(source));
        self
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(ProvideCredentials::name);
        f.debug_list().entries(names).finish()
    }
}

impl ProvideCredentials for Chain {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let mut tried = Vec::with_capacity(self.0.len());
        for source in &self.0 {
            match source.provide_credentials() {
                Ok(provided) => return Ok(provided),
                Err(error) => {
                    let missing = matches!(error, CredentialsError::Missing { .. });
                    tried.push((source.name().into(), error));
                    if !missing {
                        break;
                    }
                }
            }
        }
        Err(CredentialsError::NoneFound { tried })
    }

    fn name(&self) -> &'static str {
        "chain"
    }
}

/// The credentials of an environment, checked now; in a container, those of its endpoint.
pub(crate) fn from_environment(
    environment: &Environment,
) -> Result<Arc<dyn ProvideCredentials>, CredentialsError> {
    let unset = match environment.credentials() {
        Ok(credentials) => return Ok(Arc::new(credentials)),
        Err(error @ CredentialsError::Missing { .. }) => error,
        Err(error) => return Err(error),
    };
    let container = Container::new(environment.clone());
    match container.endpoint() {
        Ok(_) => Ok(Arc::new(container.cached())),
        Err(error) => {
            let tried = vec![
                (environment.name().into(), unset),
                (container.name().into(), error),
            ];
            Err(CredentialsError::NoneFound { tried })
        }
    }
}
