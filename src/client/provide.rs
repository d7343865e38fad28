//! Where credentials come from.

use crate::client::credential_json;
use crate::client::{Container, Environment};
use crate::request::credentials::Credentials;
use core::fmt;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::SystemTime;
use std::vec;

/// A source of credentials. Implement it to bring your own.
///
/// It is asked for every request, and never interrupted: a source that waits has to limit
/// the time itself. Put a slow source, or one whose
/// credentials expire, behind a [`Cache`](crate::client::Cache).
pub trait ProvideCredentials: Send + Sync {
    /// The credentials to sign with now.
    ///
    /// # Errors
    /// [`CredentialsError`]; [`Missing`](CredentialsError::Missing) where this source is
    /// not set up, so that a [`Chain`] goes on to the next.
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError>;

    /// What this source is called in errors and logs.
    fn name(&self) -> &'static str {
        "custom source"
    }
}

/// Credentials, and until when they are good.
#[derive(Clone, Debug)]
pub struct ProvidedCredentials {
    /// What to sign with.
    pub credentials: Credentials,
    /// The end of temporary credentials; `None` where it is not known or there is none.
    pub expires_at: Option<SystemTime>,
}

impl ProvidedCredentials {
    /// Reads what a [`credential_process`](https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html)
    /// prints: JSON with `Version` 1, `AccessKeyId`, `SecretAccessKey` and, of temporary
    /// credentials, `SessionToken` and `Expiration`.
    ///
    /// # Errors
    /// [`CredentialsError::Failed`] says what is missing or malformed, and quotes nothing.
    pub fn from_json(bytes: &[u8]) -> Result<Self, CredentialsError> {
        credential_json::parse(bytes, &credential_json::PROCESS)
    }
}

/// Why there are no credentials. Never holds one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialsError {
    /// The source is not set up: this variable or setting is missing.
    Missing {
        /// The variable or setting.
        name: String,
    },
    /// Half of a pair is set, this half is missing.
    Incomplete {
        /// The variable or field.
        name: String,
    },
    /// A variable's value cannot be used.
    InvalidVariable {
        /// The variable.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The source is set up, but did not work.
    Failed {
        /// The source.
        name: String,
        /// What went wrong.
        problem: String,
    },
    /// No source of a chain had any; each with its reason.
    NoneFound {
        /// Source and reason, in the order in which they were tried.
        tried: Vec<(String, CredentialsError)>,
    },
}

impl CredentialsError {
    pub(crate) fn failed(name: &str, problem: impl Into<String>) -> Self {
        Self::Failed {
            name: name.into(),
            problem: problem.into(),
        }
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name } => write!(f, "{name} is not set"),
            Self::Incomplete { name } => write!(f, "{name} is missing beside the others"),
            Self::InvalidVariable { name, problem } => write!(f, "{name} {problem}"),
            Self::Failed { name, problem } => write!(f, "{name}: {problem}"),
            Self::NoneFound { tried } => {
                f.write_str("tried")?;
                for (index, (source, error)) in tried.iter().enumerate() {
                    let separator = if index == 0 { " " } else { "; " };
                    write!(f, "{separator}{source} ({error})")?;
                }
                Ok(())
            }
        }
    }
}

impl core::error::Error for CredentialsError {}

impl From<Credentials> for ProvidedCredentials {
    fn from(credentials: Credentials) -> Self {
        Self {
            credentials,
            expires_at: None,
        }
    }
}

/// Always the same.
impl ProvideCredentials for Credentials {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        Ok(self.clone().into())
    }

    fn name(&self) -> &'static str {
        "static"
    }
}

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Arc<P> {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        (**self).provide_credentials()
    }

    fn name(&self) -> &'static str {
        (**self).name()
    }
}

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Box<P> {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        (**self).provide_credentials()
    }

    fn name(&self) -> &'static str {
        (**self).name()
    }
}

/// Several sources: the first that is set up is used.
///
/// A source that is set up but broken ends the search: silently signing as somebody
/// else would be worse than an error.
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
