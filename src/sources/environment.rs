//! Credentials and region from the environment.
//! [Environment variables](https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html)

use crate::error::Error;
use crate::request::credentials::Credentials;
#[cfg(feature = "v4a")]
use crate::request::region_set::of_setting;
use crate::sources::clock::parse_iso_8601;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::invisible::find_invisible;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
#[cfg(feature = "v4a")]
use crate::sources::region_name::NO_REGION_SET;
use crate::sources::region_name::{NO_REGION, is_region};
use core::mem::take;
use std::ffi::OsString;
use std::format;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use zeroize::Zeroizing;

const NAME: &str = "environment";
const ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET_ACCESS_KEY: &str = "AWS_SECRET_ACCESS_KEY";
const SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
const EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";
const ACCOUNT_ID: &str = "AWS_ACCOUNT_ID";
const REGION: &str = "AWS_REGION";
const DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";
#[cfg(feature = "v4a")]
const REGION_SET: &str = "AWS_SIGV4A_SIGNING_REGION_SET";

type Lookup = dyn Fn(&str) -> Option<OsString> + Send + Sync;

/// The variables of a process, or what stands in for them.
///
/// As a source of credentials it reads `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and,
/// for temporary credentials, `AWS_SESSION_TOKEN` and `AWS_CREDENTIAL_EXPIRATION`, each time anew,
/// and `AWS_ACCOUNT_ID`.
///
/// ```
/// use sigv4::sources::Environment;
///
/// let environment = Environment::from_lookup(|name| match name {
///     "AWS_ACCESS_KEY_ID" => Some("AKIDEXAMPLE".into()),
///     "AWS_SECRET_ACCESS_KEY" => Some("wJalrEXAMPLEKEY".into()),
///     _ => None,
/// });
/// assert_eq!(environment.credentials()?.access_key_id(), "AKIDEXAMPLE");
/// # Ok::<(), sigv4::sources::CredentialsError>(())
/// ```
#[derive(Clone)]
pub struct Environment(Arc<Lookup>);

impl Environment {
    /// The variables of this process.
    #[must_use]
    pub fn new() -> Self {
        Self::from_lookup(|name| std::env::var_os(name))
    }

    /// Variables from elsewhere, such as a map in a test.
    #[must_use]
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    /// The credentials.
    ///
    /// # Errors
    /// [`CredentialsError::Missing`] names the first variable that is missing,
    /// [`CredentialsError::InvalidVariable`] one that is no UTF-8,
    /// [`CredentialsError::InvisibleCharacter`] one with a line end, white space around it or
    /// anything else that cannot be seen, [`CredentialsError::Failed`] one with a character that
    /// no signature takes. A key without its secret, or the other way round, is
    /// [`CredentialsError::Incomplete`].
    pub fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let access_key_id = self.get(ACCESS_KEY_ID)?;
        let secret_access_key = self.secret(SECRET_ACCESS_KEY)?;
        let session_token = self.secret(SESSION_TOKEN)?;
        let credentials = match (access_key_id, secret_access_key) {
            (Some(id), Some(mut secret)) => Credentials::new(id, take(&mut *secret)),
            (None, None) => {
                return Err(CredentialsError::Missing {
                    name: ACCESS_KEY_ID.into(),
                });
            }
            (None, Some(_)) => {
                return Err(CredentialsError::Incomplete {
                    name: ACCESS_KEY_ID.into(),
                });
            }
            (Some(_), None) => {
                return Err(CredentialsError::Incomplete {
                    name: SECRET_ACCESS_KEY.into(),
                });
            }
        };
        let credentials = match session_token {
            Some(mut token) => credentials.with_session_token(take(&mut *token)),
            None => credentials,
        };
        // Checked here, where the variable can be named.
        match credentials.check() {
            Ok(()) => Ok(credentials),
            Err(error @ Error::InvalidSessionToken { .. }) => {
                Err(CredentialsError::failed(SESSION_TOKEN, format!("{error}")))
            }
            Err(error) => Err(CredentialsError::failed(ACCESS_KEY_ID, format!("{error}"))),
        }
    }

    /// `AWS_REGION`, then `AWS_DEFAULT_REGION`.
    ///
    /// # Errors
    /// [`CredentialsError::InvalidVariable`] and [`CredentialsError::InvisibleCharacter`].
    pub fn region(&self) -> Result<Option<String>, CredentialsError> {
        match self.formed(REGION, is_region, NO_REGION)? {
            Some(region) => Ok(Some(region)),
            None => self.formed(DEFAULT_REGION, is_region, NO_REGION),
        }
    }

    /// `AWS_SIGV4A_SIGNING_REGION_SET`: what Signature Version 4A is for, where no region set is
    /// given. Spaces around names are left out.
    /// [Authentication scheme](https://docs.aws.amazon.com/sdkref/latest/guide/feature-auth-scheme.html)
    ///
    /// # Errors
    /// [`CredentialsError::InvalidVariable`] and [`CredentialsError::InvisibleCharacter`].
    #[cfg(feature = "v4a")]
    pub fn sigv4a_region_set(&self) -> Result<Option<String>, CredentialsError> {
        let is_set = |text: &str| of_setting(text).is_some();
        let set = self.formed(REGION_SET, is_set, NO_REGION_SET)?;
        Ok(set.as_deref().and_then(of_setting))
    }

    /// A variable that holds no secret.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, CredentialsError> {
        let value = self.secret(name)?;
        Ok(value.map(|mut value| take(&mut *value)))
    }

    /// One whose value has to have a form: what is wrong is said of the variable, before anything
    /// is made of it.
    pub(crate) fn formed(
        &self,
        name: &str,
        has_form: fn(&str) -> bool,
        problem: &'static str,
    ) -> Result<Option<String>, CredentialsError> {
        match self.secret(name)? {
            Some(value) if !has_form(&value) => Err(CredentialsError::InvalidVariable {
                name: name.into(),
                problem,
            }),
            value => Ok(value.map(|mut value| take(&mut *value))),
        }
    }

    /// A variable that names a file or a folder, which need not be UTF-8.
    pub(crate) fn path(&self, name: &str) -> Option<OsString> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// A variable. Unset, empty and white space mean the same. Whatever becomes of it, it is wiped.
    pub(crate) fn secret(&self, name: &str) -> Result<Option<Zeroizing<String>>, CredentialsError> {
        let Some(value) = (self.0)(name).filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        let value = match value.into_string() {
            Ok(value) => Zeroizing::new(value),
            Err(value) => {
                drop(Zeroizing::new(value.into_encoded_bytes()));
                return Err(CredentialsError::InvalidVariable {
                    name: name.into(),
                    problem: "is no UTF-8",
                });
            }
        };
        if value.bytes().all(|byte| byte.is_ascii_whitespace()) {
            return Ok(None);
        }
        match find_invisible(&value) {
            None => Ok(Some(value)),
            Some((position, character)) => Err(CredentialsError::InvisibleCharacter {
                name: name.into(),
                position,
                character,
            }),
        }
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self::new()
    }
}

impl core::fmt::Debug for Environment {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Environment")
    }
}

impl ProvideCredentials for Environment {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let mut provided = ProvidedCredentials::new(self.credentials()?);
        // Long-term keys have no end: what says otherwise is of others that were there before.
        if provided.credentials.session_token().is_some()
            && let Some(text) = self.get(EXPIRATION)?
        {
            let end = parse_iso_8601(&text).ok_or(CredentialsError::InvalidVariable {
                name: EXPIRATION.into(),
                problem: "is no RFC 3339 time",
            })?;
            provided = provided.until(end);
        }
        provided.account_id = self.get(ACCOUNT_ID)?;
        Ok(provided)
    }

    fn name(&self) -> &'static str {
        NAME
    }
}
