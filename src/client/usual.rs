//! The default chain, which ends with a source that is asked over HTTP.

use crate::client::remote::Container;
use crate::sources::chain::Chain;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use crate::sources::provide::ProvideCredentials;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::vec;

impl Chain {
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
    /// A [`Process`](crate::sources::Process) goes where the program wants it.
    #[must_use]
    pub fn usual(environment: &Environment) -> Self {
        Self::new()
            .with(environment.clone())
            .with(Container::new(environment.clone()).cached())
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
