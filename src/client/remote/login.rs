//! The credentials that `aws login` leaves behind.
//! [Sign in through the AWS CLI](https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html)

use crate::client::remote::handed_out::{rfc3339, temporary, time, with_account};
use crate::client::remote::home::home;
use crate::client::remote::provider_config::ProviderConfig;
use crate::client::remote::token_file;
use crate::grammar::hex::hex;
use crate::signature::hash::sha256;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::fields::Fields;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use core::time::Duration;
use std::format;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::prelude::rust_2024::*;
use std::sync::Once;

const NAME: &str = "login session";
const FOLDER: &str = "AWS_LOGIN_CACHE_DIRECTORY";
/// Credentials that end sooner are to be renewed.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// Takes the credentials out of the file that `aws login` writes, read each time.
///
/// Those that end within five minutes are not used: renewing them needs a proof of possession
/// (RFC 9449), which is not built yet. Then it is [`CredentialsError::LoginNeeded`]; `aws login`, or any
/// command of the AWS CLI with that profile, renews them.
///
/// ```no_run
/// use sigv4::client::{Client, Environment, Login, ProviderConfig};
///
/// let config = ProviderConfig::new(Environment::new());
/// let login = Login::new(&config, "arn:aws:iam::123456789012:user/Alice")?;
/// let client = Client::builder().credentials(login).build()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
#[derive(Debug)]
pub struct Login {
    config: ProviderConfig,
    token_file: PathBuf,
    profile: Option<String>,
    /// That others may read it.
    said: Once,
}

impl Login {
    /// Of a profile's `login_session`. The file is in `AWS_LOGIN_CACHE_DIRECTORY`, by default
    /// `~/.aws/login/cache`; its name is the SHA-256 of the session, less white space around it.
    ///
    /// # Errors
    /// [`CredentialsError::Missing`] where there is no home folder.
    pub fn new(config: &ProviderConfig, login_session: &str) -> Result<Self, CredentialsError> {
        let environment = &config.environment;
        let folder = match environment.get(FOLDER)? {
            Some(folder) => folder.into(),
            None => home(environment)?.join(".aws").join("login").join("cache"),
        };
        let digits = hex(&sha256(login_session.trim().as_bytes()));
        let name = format!("{}.json", core::str::from_utf8(&digits).unwrap_or_default());
        Ok(Self {
            config: config.clone(),
            token_file: folder.join(name),
            profile: None,
            said: Once::new(),
        })
    }

    /// The profile that somebody has to log in for.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    fn log_in(&self, problem: impl Into<String>) -> CredentialsError {
        CredentialsError::LoginNeeded {
            name: NAME.into(),
            problem: problem.into(),
            command: match &self.profile {
                Some(profile) => format!("aws login --profile {profile}"),
                None => "aws login".into(),
            },
        }
    }

    /// Where the credentials are.
    #[must_use]
    pub fn token_file(&self) -> &Path {
        &self.token_file
    }
}

impl ProvideCredentials for Login {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let file = self.token_file.display();
        let name = format!("{NAME} in {file}");
        let json =
            token_file::private(&self.token_file, &self.said).map_err(|error| {
                match error.kind() {
                    ErrorKind::NotFound => self.log_in(format!("there is no {file}")),
                    _ => CredentialsError::failed(&name, format!("{error}")),
                }
            })?;
        let file = Fields::read(&name, &json)?;
        // All four, whether they are needed today or not: without them it is no such file.
        let token = file.object("accessToken")?;
        for field in ["clientId", "refreshToken", "dpopKey"] {
            if file.text(field)?.is_none() {
                return Err(CredentialsError::failed(
                    &name,
                    format!("{field} is missing"),
                ));
            }
        }
        let end = time(&name, "expiresAt", &token.needed("expiresAt")?)?;
        let soon = self.config.clock.now().checked_add(MARGIN);
        if soon.is_none_or(|soon| end <= soon) {
            return Err(self.log_in(format!(
                "the credentials end at {}, and renewing them is not built yet",
                rfc3339(&name, end)?
            )));
        }
        let provided = temporary(
            &name,
            token.needed("accessKeyId")?,
            token.needed("secretAccessKey")?,
            token.needed("sessionToken")?,
            end,
        )?;
        with_account(provided, &token, "accountId")
    }

    fn name(&self) -> &'static str {
        NAME
    }
}
