//! Who signs. The secret comes from the environment, a file or a prompt: as an argument
//! it would be in the process list and in the shell's history.

use crate::failure::Failure;
use crate::hidden;
use crate::provided::{failure, provided};
use crate::secret_file;
use clap::ValueHint;
use clap::builder::NonEmptyStringValueParser;
use sigv4::client::{CredentialsError, Environment, ProvideCredentials, ProvidedCredentials};
use sigv4::{Credentials, Timestamp};
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;
use zeroize::Zeroizing;

#[derive(clap::Args)]
#[command(next_help_heading = "Credentials")]
pub(crate) struct CredentialArguments {
    /// The profile of ~/.aws/config and ~/.aws/credentials whose credentials and region are used
    /// [default: that of AWS_PROFILE, else default, where no variable holds a key]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new(), conflicts_with_all = ["access_key_id", "secret_env", "secret_file", "session_token_env"])]
    profile: Option<String>,
    /// Instead of the variable AWS_ACCESS_KEY_ID
    #[arg(long, value_name = "ID", aliases = ["access_key", "access-key"])]
    access_key_id: Option<String>,
    #[command(flatten)]
    secret: SecretArguments,
    /// The variable that holds the session token of temporary credentials; by default
    /// AWS_SESSION_TOKEN, which need not be set
    #[arg(long, value_name = "NAME")]
    session_token_env: Option<String>,
}

#[derive(clap::Args)]
pub(crate) struct SecretArguments {
    /// The variable that holds the secret access key; without it, you are asked
    #[arg(long, value_name = "NAME", default_value = "AWS_SECRET_ACCESS_KEY")]
    secret_env: String,
    /// A file that holds the secret access key, and nothing else
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "secret_env")]
    secret_file: Option<PathBuf>,
}

/// Whether a secret has to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secret {
    /// To sign.
    Needed,
    /// To show what is signed, for which the secret plays no part.
    NotNeeded,
    /// To show a presigned URL, in which the access key id stands.
    OnlyKeyId,
}

impl Secret {
    /// For what is shown only.
    pub(crate) fn shown(presigned: bool) -> Self {
        if presigned {
            Self::OnlyKeyId
        } else {
            Self::NotNeeded
        }
    }
}

/// Who signs, and until when that is good, where it is known.
pub(crate) struct Signatory {
    pub credentials: Credentials,
    pub expires_at: Option<Timestamp>,
    /// What they come from, where it is known.
    pub source: Option<String>,
}

const ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET_ACCESS_KEY: &str = "AWS_SECRET_ACCESS_KEY";
const SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
const EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";

/// Stands in for what is not needed.
const NONE: &str = "-";

impl CredentialArguments {
    /// The profile that is named, whatever the variables say.
    pub(crate) fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// A profile that is named, then options and variables. Where none names a key, the sources
    /// that the client asks, too.
    pub(crate) fn read(&self, secret: Secret) -> Result<Signatory, Failure> {
        if let Some(profile) = &self.profile {
            let provided = provided(Some(profile), secret == Secret::NotNeeded);
            return Ok(provided.map_err(|error| failure(&error))?.into());
        }
        let id = match &self.access_key_id {
            Some(id) => {
                check("--access-key-id", id)?;
                Some(id.clone())
            }
            None => variable(ACCESS_KEY_ID)?.map(|mut id| std::mem::take(&mut *id)),
        };
        match (id, secret) {
            (Some(id), _) => self.named(id, secret),
            (None, _) if self.is_half_named()? => match secret {
                Secret::NotNeeded => self.named(NONE.into(), secret),
                Secret::Needed | Secret::OnlyKeyId => Err(Failure::credentials(
                    "no access key: set AWS_ACCESS_KEY_ID or give --access-key-id",
                )),
            },
            (None, _) => match provided(None, secret == Secret::NotNeeded) {
                Ok(provided) => Ok(provided.into()),
                Err(error) if error.is_not_set_up() && secret == Secret::NotNeeded => {
                    self.named(NONE.into(), secret)
                }
                Err(error) => Err(failure(&error)),
            },
        }
    }

    fn named(&self, id: String, secret: Secret) -> Result<Signatory, Failure> {
        let credentials = Credentials::new(
            id,
            match secret {
                Secret::Needed => std::mem::take(&mut *self.secret.read()?),
                Secret::NotNeeded | Secret::OnlyKeyId => NONE.into(),
            },
        );
        let named = self.session_token_env.as_deref();
        let token_name = named.unwrap_or(SESSION_TOKEN);
        let credentials = match (variable(token_name)?, named) {
            (Some(mut token), _) => credentials.with_session_token(std::mem::take(&mut *token)),
            (None, None) => credentials,
            (None, Some(name)) => {
                return Err(Failure::credentials(format_args!(
                    "no session token: {} is not set",
                    shown(name)
                )));
            }
        };
        Ok(Signatory {
            credentials,
            expires_at: match secret {
                Secret::Needed => end_of(token_name)?,
                Secret::NotNeeded | Secret::OnlyKeyId => None,
            },
            source: Some(match &self.access_key_id {
                Some(_) => "--access-key-id".into(),
                None => "environment".into(),
            }),
        })
    }

    /// Whether the rest of a key is given: whoever gives it does not mean another key.
    fn is_half_named(&self) -> Result<bool, Failure> {
        let half = self.secret.secret_file.is_some() || self.session_token_env.is_some();
        Ok(half || variable(&self.secret.secret_env)?.is_some())
    }
}

impl From<ProvidedCredentials> for Signatory {
    fn from(provided: ProvidedCredentials) -> Self {
        let expires_at = provided.expires_at;
        Self {
            credentials: provided.credentials,
            expires_at: expires_at.and_then(|time| Timestamp::try_from(time).ok()),
            source: provided.source,
        }
    }
}

impl SecretArguments {
    /// A file that is named counts more than a variable that happens to be set.
    pub(crate) fn read(&self) -> Result<Zeroizing<String>, Failure> {
        if let Some(path) = &self.secret_file {
            return secret_file::read(path);
        }
        match variable(&self.secret_env)? {
            Some(secret) => Ok(secret),
            None => self.ask(),
        }
    }

    fn ask(&self) -> Result<Zeroizing<String>, Failure> {
        let missing = || {
            Failure::credentials(format_args!(
                "no secret access key: set {} or give --secret-file",
                shown(&self.secret_env)
            ))
        };
        // Without a terminal there is nobody to ask.
        if !std::io::stderr().is_terminal() {
            return Err(missing());
        }
        match rpassword::prompt_password("Secret access key: ") {
            Ok(secret) if !secret.is_empty() => {
                let secret = Zeroizing::new(secret);
                check("secret access key", &secret)?;
                Ok(secret)
            }
            _ => Err(missing()),
        }
    }
}

/// The end of the token in this variable, as the library reads it: the token itself does not tell, but
/// `aws configure export-credentials --format env` sets `AWS_CREDENTIAL_EXPIRATION` beside it. A token
/// that cannot be signed is an error of its variable.
fn end_of(token_name: &str) -> Result<Option<Timestamp>, Failure> {
    let token_name = token_name.to_owned();
    let shown = shown(&token_name).to_owned();
    let environment = Environment::from_lookup(move |name| match name {
        ACCESS_KEY_ID | SECRET_ACCESS_KEY => Some(NONE.into()),
        SESSION_TOKEN => std::env::var_os(&token_name),
        EXPIRATION => std::env::var_os(EXPIRATION),
        _ => None,
    });
    let provided = environment
        .provide_credentials()
        .map_err(|error| match error {
            CredentialsError::Failed { name, problem } if name == SESSION_TOKEN => {
                Failure::credentials(format_args!("{shown}: {problem}"))
            }
            error => Failure::credentials(error),
        })?;
    Ok(Signatory::from(provided).expires_at)
}

/// What is given for the name of a variable can be its value by mistake.
fn shown(name: &str) -> &str {
    let usual = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    if name.bytes().all(usual) {
        name
    } else {
        "the variable of that name"
    }
}

/// Unset, empty and white space mean the same. Whatever becomes of it, it is wiped.
fn variable(name: &str) -> Result<Option<Zeroizing<String>>, Failure> {
    let blank = |value: &OsString| value.as_encoded_bytes().trim_ascii().is_empty();
    let Some(value) = std::env::var_os(name).filter(|value| !blank(value)) else {
        return Ok(None);
    };
    let value = match value.into_string() {
        Ok(value) => Zeroizing::new(value),
        Err(value) => {
            drop(Zeroizing::new(value.into_encoded_bytes()));
            return Err(Failure::credentials(format_args!(
                "{}: no UTF-8",
                shown(name)
            )));
        }
    };
    check(name, &value)?;
    Ok(Some(value))
}

/// What a pasted line brings along: the signature would merely be wrong.
fn check(name: &str, value: &str) -> Result<(), Failure> {
    match hidden::find(value) {
        Some(found) => Err(Failure::credentials(format_args!("{name}: {found}"))),
        None => Ok(()),
    }
}
