//! The default chain, and the profile that is one of its links.
//! [Credential provider chain](https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html#credentialProviderChain)

#[cfg(feature = "client")]
use crate::client::links;
use crate::sources::chain::Chain;
use crate::sources::environment::Environment;
#[cfg(not(feature = "client"))]
use crate::sources::profile::links;
use crate::sources::profile::provider::ProfileCredentials;
use crate::sources::profile::selected::Selected;
use std::prelude::rust_2024::*;

impl ProfileCredentials {
    /// The profile that `AWS_PROFILE` or `AWS_DEFAULT_PROFILE` names, else `default`.
    ///
    /// Where the two differ, or name one that is not there, that is an error. A `default` that is not
    /// there, and a profile that says nothing about credentials, are
    /// [`CredentialsError::PassedOver`](crate::sources::CredentialsError::PassedOver).
    #[must_use]
    pub fn new(environment: &Environment) -> Self {
        linked(Selected::new(environment, None))
    }

    /// This profile, whatever `AWS_PROFILE` says. That it is not there, or says nothing about
    /// credentials, is an error.
    #[must_use]
    pub fn named(environment: &Environment, name: impl Into<String>) -> Self {
        linked(Selected::new(environment, Some(name.into())))
    }
}

fn linked(selected: Selected) -> ProfileCredentials {
    let linker = links::linker(&selected);
    ProfileCredentials::of(selected, linker)
}

impl Chain {
    /// The default chain, with the variables of this process: [`usual`](Self::usual) of
    /// [`Environment::new`].
    ///
    /// ```no_run
    /// use sigv4::sources::{Chain, ProvideCredentials};
    ///
    /// let provided = Chain::from_env().provide_credentials()?;
    /// println!("signing as {}", provided.credentials.access_key_id());
    /// # Ok::<(), sigv4::sources::CredentialsError>(())
    /// ```
    #[must_use]
    pub fn from_env() -> Self {
        Self::usual(&Environment::new())
    }

    /// The environment's keys, then the profile that `AWS_PROFILE` names (else `default`) and,
    /// with the feature `client`, what has to be asked for: a role with the environment's web
    /// identity, the container's endpoint (ECS, EKS), the instance's metadata (EC2).
    ///
    /// The first that is set up is used. One that is set up and fails ends the search, as do half
    /// of a pair in the environment and a mistake in the profile: signing as somebody else in
    /// silence would be worse.
    #[must_use]
    pub fn usual(environment: &Environment) -> Self {
        links::chain(environment)
    }
}
