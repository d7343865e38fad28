//! A role's credentials for a token of an identity provider: IRSA on EKS, GitHub Actions, …
//! [AssumeRoleWithWebIdentity](https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html)

use crate::client::remote::handed_out::of_role;
use crate::client::remote::provider_config::ProviderConfig;
use crate::client::remote::sts::{Parameters, Sts};
use crate::client::remote::token_file;
use crate::sources::arn::{NO_ROLE_ARN, is_role_arn};
use crate::sources::cache::Cache;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use crate::sources::session_name::{NO_SESSION_NAME, is_session_name};
use std::format;
use std::path::PathBuf;
use std::prelude::rust_2024::*;

const NAME: &str = "AssumeRoleWithWebIdentity";
const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const ROLE_ARN: &str = "AWS_ROLE_ARN";
const SESSION_NAME: &str = "AWS_ROLE_SESSION_NAME";
/// The identity provider could not be reached; its token is not known everywhere yet.
const AGAIN: [&str; 2] = ["IDPCommunicationError", "InvalidIdentityToken"];

/// Assumes a role with the token in a file, which is read again each time: whoever put it there
/// replaces it. No credentials are needed, and nothing is signed.
///
/// ```no_run
/// use sigv4::client::{Client, Environment, ProviderConfig, WebIdentity};
///
/// let config = ProviderConfig::new(Environment::new());
/// let role = WebIdentity::from_environment(&config)?.cached();
/// let client = Client::builder().credentials(role).build()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
#[derive(Debug)]
pub struct WebIdentity {
    sts: Sts,
    role_arn: String,
    token_file: PathBuf,
    session_name: Option<String>,
}

impl WebIdentity {
    /// The role of this ARN, for the token in this file.
    #[must_use]
    pub fn new(sts: Sts, role_arn: impl Into<String>, token_file: impl Into<PathBuf>) -> Self {
        Self {
            sts,
            role_arn: role_arn.into(),
            token_file: token_file.into(),
            session_name: None,
        }
    }

    /// With `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and, where it is set,
    /// `AWS_ROLE_SESSION_NAME`.
    ///
    /// # Errors
    /// [`CredentialsError::Missing`] without the first, [`CredentialsError::Incomplete`] without
    /// the second; those of [`Sts::new`].
    pub fn from_environment(config: &ProviderConfig) -> Result<Self, CredentialsError> {
        let environment = &config.environment;
        let (token_file, role_arn) = Self::variables(environment)?;
        let mut source = Self::new(Sts::new(config)?, role_arn, token_file);
        source.session_name = environment.formed(SESSION_NAME, is_session_name, NO_SESSION_NAME)?;
        Ok(source)
    }

    /// Token file and role, whether or not STS can be asked: that is for the profile to say, too.
    pub(crate) fn variables(
        environment: &Environment,
    ) -> Result<(String, String), CredentialsError> {
        let token_file = environment
            .get(TOKEN_FILE)?
            .ok_or_else(|| CredentialsError::Missing {
                name: TOKEN_FILE.into(),
            })?;
        let role_arn = environment
            .formed(ROLE_ARN, is_role_arn, NO_ROLE_ARN)?
            .ok_or_else(|| CredentialsError::Incomplete {
                name: ROLE_ARN.into(),
            })?;
        Ok((token_file, role_arn))
    }

    /// What the session is called, as of [`AssumeRole`](crate::client::AssumeRole::session_name).
    #[must_use]
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.session_name = Some(name.into());
        self
    }

    /// Assumes the role anew only when its credentials are about to expire.
    #[must_use]
    pub fn cached(self) -> Cache<Self> {
        Cache::by(&self.sts.clock(), self)
    }
}

impl ProvideCredentials for WebIdentity {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let name = format!("{NAME} {}", self.role_arn);
        let given = self.session_name.as_deref();
        let session = self.sts.session_of(&name, &self.role_arn, given)?;
        let token = token_file::read("the web identity token", &self.token_file)?;
        let parameters = Parameters::of(NAME)
            .with("RoleSessionName", &session)
            .with("RoleArn", &self.role_arn)
            .with_secret("WebIdentityToken", &token);
        let answer = self.sts.ask(&name, &parameters, None, &AGAIN)?;
        Ok(of_role(answer.credentials()?, &self.role_arn))
    }

    fn name(&self) -> &'static str {
        "web identity"
    }
}
