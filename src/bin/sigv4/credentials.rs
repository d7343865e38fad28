//! Who signs. The secret comes from the environment, a file or a prompt: as an argument
//! it would be in the process list and in the shell's history.

use crate::failure::Failure;
use sigv4::Credentials;
use std::io::IsTerminal;
use std::path::PathBuf;
use zeroize::Zeroizing;

#[derive(clap::Args)]
#[command(next_help_heading = "Credentials")]
pub(crate) struct CredentialArguments {
    /// Instead of the variable AWS_ACCESS_KEY_ID
    #[arg(long, value_name = "ID")]
    access_key_id: Option<String>,
    #[command(flatten)]
    secret: SecretArguments,
    /// The variable that holds the session token of temporary credentials
    #[arg(long, value_name = "NAME", default_value = "AWS_SESSION_TOKEN")]
    session_token_env: String,
}

#[derive(clap::Args)]
pub(crate) struct SecretArguments {
    /// The variable that holds the secret access key; without it, you are asked
    #[arg(long, value_name = "NAME", default_value = "AWS_SECRET_ACCESS_KEY")]
    secret_env: String,
    /// A file that holds the secret access key, and nothing else
    #[arg(long, value_name = "FILE")]
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

/// Stands in for what is not needed.
const NONE: &str = "-";

impl CredentialArguments {
    pub(crate) fn read(&self, secret: Secret) -> Result<Credentials, Failure> {
        let id = match (&self.access_key_id, secret) {
            (Some(id), _) => id.clone(),
            (None, Secret::NotNeeded) => {
                variable("AWS_ACCESS_KEY_ID")?.unwrap_or_else(|| NONE.into())
            }
            (None, Secret::Needed | Secret::OnlyKeyId) => variable("AWS_ACCESS_KEY_ID")?
                .ok_or_else(|| {
                    Failure::credentials(
                        "no access key: set AWS_ACCESS_KEY_ID or give --access-key-id",
                    )
                })?,
        };
        let credentials = Credentials::new(
            id,
            match secret {
                Secret::Needed => std::mem::take(&mut *self.secret.read()?),
                Secret::NotNeeded | Secret::OnlyKeyId => NONE.into(),
            },
        );
        Ok(match variable(&self.session_token_env)? {
            Some(token) => credentials.with_session_token(token),
            None => credentials,
        })
    }
}

impl SecretArguments {
    /// A file that is named counts more than a variable that happens to be set.
    pub(crate) fn read(&self) -> Result<Zeroizing<String>, Failure> {
        if let Some(path) = &self.secret_file {
            return secret_from_file(path);
        }
        match variable(&self.secret_env)? {
            Some(secret) => Ok(Zeroizing::new(secret)),
            None => self.ask(),
        }
    }

    fn ask(&self) -> Result<Zeroizing<String>, Failure> {
        let missing = || {
            Failure::credentials(format_args!(
                "no secret access key: set {} or give --secret-file",
                self.secret_env
            ))
        };
        // Without a terminal there is nobody to ask.
        if !std::io::stderr().is_terminal() {
            return Err(missing());
        }
        match rpassword::prompt_password("Secret access key: ") {
            Ok(secret) if !secret.is_empty() => Ok(Zeroizing::new(secret)),
            _ => Err(missing()),
        }
    }
}

/// The line end that an editor leaves is dropped.
fn secret_from_file(path: &std::path::Path) -> Result<Zeroizing<String>, Failure> {
    let text = std::fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|error| {
            Failure::credentials(format_args!("{}: {}", path.display(), error.kind()))
        })?;
    let secret = text.trim_end_matches(['\r', '\n']);
    check(&path.display().to_string(), secret)?;
    if secret.is_empty() {
        return Err(Failure::credentials(format_args!(
            "{}: empty",
            path.display()
        )));
    }
    Ok(Zeroizing::new(secret.to_owned()))
}

/// Unset and empty mean the same.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    let Some(value) = std::env::var_os(name).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let value = value
        .into_string()
        .map_err(|_| Failure::credentials(format_args!("{name}: no UTF-8")))?;
    check(name, &value)?;
    Ok(Some(value))
}

/// White space is what a pasted line brings along; the signature would merely be wrong.
fn check(name: &str, value: &str) -> Result<(), Failure> {
    if value.contains(char::is_whitespace) {
        return Err(Failure::credentials(format_args!(
            "{name}: white space in it"
        )));
    }
    Ok(())
}
