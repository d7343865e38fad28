//! Who signs. The secret comes from the environment, a file or a prompt: as an argument
//! it would be in the process list and in the shell's history.

use crate::failure::Failure;
use sigv4::Credentials;
use std::io::{IsTerminal, Read};
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
    #[arg(long, value_name = "FILE", conflicts_with = "secret_env")]
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
        let named = self.session_token_env.as_deref();
        match (variable(named.unwrap_or("AWS_SESSION_TOKEN"))?, named) {
            (Some(token), _) => Ok(credentials.with_session_token(token)),
            (None, None) => Ok(credentials),
            (None, Some(name)) => Err(Failure::credentials(format_args!(
                "no session token: {} is not set",
                shown(name)
            ))),
        }
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
                shown(&self.secret_env)
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

/// More than any secret; a device without an end must not fill the memory.
const MOST_SECRET: u64 = 64 * 1024;

/// The line end that an editor leaves is dropped.
fn secret_from_file(path: &std::path::Path) -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    std::fs::File::open(path)
        .and_then(|file| file.take(MOST_SECRET).read_to_string(&mut text))
        .map_err(|error| {
            Failure::credentials(format_args!("{}: {}", path.display(), error.kind()))
        })?;
    let secret = text.trim_end_matches(['\r', '\n']);
    check(&path.display().to_string(), secret)?;
    if u64::try_from(text.len()).map_or(true, |length| length >= MOST_SECRET) {
        return Err(Failure::credentials(format_args!(
            "{}: too long for a secret",
            path.display()
        )));
    }
    if secret.is_empty() {
        return Err(Failure::credentials(format_args!(
            "{}: empty",
            path.display()
        )));
    }
    Ok(Zeroizing::new(secret.to_owned()))
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

/// Unset and empty mean the same.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    let Some(value) = std::env::var_os(name).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let value = value
        .into_string()
        .map_err(|_| Failure::credentials(format_args!("{}: no UTF-8", shown(name))))?;
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
