//! Where credentials come from.

use crate::request::credentials::Credentials;
use crate::sources::credentials_error::CredentialsError;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::SystemTime;

/// A source of credentials. Implement it to bring your own.
///
/// It is asked for every request, and never interrupted: a source that waits has to limit
/// the time itself. Put a slow source, or one whose
/// credentials expire, behind a [`Cache`](crate::sources::Cache).
///
/// ```
/// use sigv4::Credentials;
/// use sigv4::sources::{Cache, CredentialsError, ProvideCredentials, ProvidedCredentials};
/// use std::time::{Duration, SystemTime};
///
/// struct Vault;
///
/// impl ProvideCredentials for Vault {
///     fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
///         let credentials = Credentials::new("ASIAEXAMPLE", "wJalrEXAMPLEKEY")
///             .with_session_token("IQoJb3JpZ2luEXAMPLE");
///         let end = SystemTime::now() + Duration::from_secs(3600);
///         Ok(ProvidedCredentials::new(credentials).until(end))
///     }
///
///     fn name(&self) -> &'static str {
///         "vault"
///     }
/// }
///
/// let source = Cache::new(Vault); // what the builder of a client takes, too
/// assert_eq!(source.provide_credentials()?.credentials.access_key_id(), "ASIAEXAMPLE");
/// # Ok::<(), CredentialsError>(())
/// ```
pub trait ProvideCredentials: Send + Sync {
    /// The credentials to sign with now.
    ///
    /// # Errors
    /// [`CredentialsError`]; where this source is not set up, [`Missing`](CredentialsError::Missing)
    /// or [`PassedOver`](CredentialsError::PassedOver), so that a
    /// [`Chain`](crate::sources::Chain) goes on to the next.
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError>;

    /// What this source is called in errors and logs.
    fn name(&self) -> &'static str {
        "custom source"
    }
}

/// Credentials, and until when they are good.
///
/// ```
/// use sigv4::{Credentials, sources::ProvidedCredentials};
/// use std::time::{Duration, SystemTime};
///
/// let credentials = Credentials::new("ASIAEXAMPLE", "wJalrEXAMPLEKEY")
///     .with_session_token("IQoJb3JpZ2luEXAMPLE");
/// let end = SystemTime::now() + Duration::from_secs(3600);
/// let provided = ProvidedCredentials::new(credentials).until(end);
/// assert_eq!(provided.expires_at, Some(end));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProvidedCredentials {
    /// What to sign with.
    pub credentials: Credentials,
    /// The end of temporary credentials; `None` where it is not known or there is none.
    pub expires_at: Option<SystemTime>,
    /// When to ask the source again, where their end does not tell it.
    pub ask_again_at: Option<SystemTime>,
    /// The account that they belong to, where the source tells it.
    pub account_id: Option<String>,
    /// What they come from, in words for people: `environment`, `profile dev`.
    pub source: Option<String>,
}

impl ProvidedCredentials {
    /// Credentials without an end.
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            expires_at: None,
            ask_again_at: None,
            account_id: None,
            source: None,
        }
    }

    /// The account that they belong to.
    #[must_use]
    pub fn of_account(mut self, account_id: impl Into<String>) -> Self {
        self.account_id = Some(account_id.into());
        self
    }

    /// What they come from, unless that is said already: who knows it best, says it first.
    #[must_use]
    pub fn from_source(mut self, source: impl Into<String>) -> Self {
        self.source.get_or_insert_with(|| source.into());
        self
    }

    /// Their end: they are not used from this time on.
    #[must_use]
    pub fn until(mut self, expires_at: SystemTime) -> Self {
        self.expires_at = Some(expires_at);
        self
    }
}

impl From<Credentials> for ProvidedCredentials {
    fn from(credentials: Credentials) -> Self {
        Self::new(credentials)
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
