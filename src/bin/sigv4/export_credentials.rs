//! `sigv4 export-credentials`: credentials for other tools.

use crate::failure::{Failure, print_bytes};
use crate::provided::{failure, provided};
use crate::shell::push_quoted;
use clap::builder::NonEmptyStringValueParser;
use sigv4::Timestamp;
use sigv4::client::ProvidedCredentials;
use std::fmt::Write;
use zeroize::Zeroizing;

/// Print the credentials that are found, secrets included, for other tools
///
/// They are those that a request would be signed with: of the environment, of a profile, of a
/// role, of IAM Identity Center, of a container or an instance.
///
/// As `credential_process = sigv4 export-credentials --profile NAME` in `~/.aws/config` every tool
/// of AWS's has them. With --format env, what a shell sets them with; what they do not have, such as
/// a session token, is unset.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sigv4 export-credentials --profile dev\n  \
        keys=$(sigv4 export-credentials --profile dev --format env) && eval \"$keys\"")]
pub(crate) struct Arguments {
    /// The profile [default: the default chain: variables, then AWS_PROFILE's profile, …]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    profile: Option<String>,
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Process)]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// What a shell evaluates: export AWS_ACCESS_KEY_ID=…
    Env,
    /// JSON, as of process
    Json,
    /// The JSON that a `credential_process` prints
    Process,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let provided =
        provided(arguments.profile.as_deref(), false).map_err(|error| failure(&error))?;
    if let Some(source) = &provided.source {
        log::info!("credentials: {source}");
    }
    let text = match arguments.format {
        Format::Env => environment(&provided),
        Format::Json | Format::Process => json(&provided),
    };
    print_bytes(text.as_bytes())
}

/// An instance's that have expired and are used on have an end that nobody knows. Without one they
/// would be kept for ever: they are good until it is time to ask for better ones.
fn ends(provided: &ProvidedCredentials) -> Option<String> {
    let ends = provided.expires_at.or(provided.ask_again_at)?;
    let ends = Timestamp::try_from(ends).ok()?;
    Some(ends.to_rfc3339())
}

/// Room for all that is written, so that no part of a secret stays behind where it grew.
fn room(provided: &ProvidedCredentials) -> Zeroizing<String> {
    let credentials = &provided.credentials;
    let lengths = [
        credentials.access_key_id(),
        credentials.secret_access_key(),
        credentials.session_token().unwrap_or_default(),
        provided.account_id.as_deref().unwrap_or_default(),
    ]
    .map(str::len);
    let length = lengths.into_iter().fold(0, usize::saturating_add);
    // An escape of JSON has six bytes.
    let capacity = length.saturating_mul(6).saturating_add(1024);
    Zeroizing::new(String::with_capacity(capacity))
}

/// [Process credentials](https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html):
/// what is not there is left out.
fn json(provided: &ProvidedCredentials) -> Zeroizing<String> {
    let credentials = &provided.credentials;
    let mut text = room(provided);
    text.push_str("{\n  \"Version\": 1");
    for (name, value) in [
        ("AccessKeyId", Some(credentials.access_key_id())),
        ("SecretAccessKey", Some(credentials.secret_access_key())),
        ("SessionToken", credentials.session_token()),
        ("Expiration", ends(provided).as_deref()),
        ("AccountId", provided.account_id.as_deref()),
    ] {
        let Some(value) = value else { continue };
        for piece in [",\n  \"", name, "\": \""] {
            text.push_str(piece);
        }
        for character in value.chars() {
            match character {
                '"' | '\\' => text.extend(['\\', character]),
                // Writing to a String does not fail.
                '\0'..'\u{20}' => drop(write!(text, "\\u{:04x}", u32::from(character))),
                _ => text.push(character),
            }
        }
        text.push('"');
    }
    text.push_str("\n}\n");
    text
}

/// What other credentials left behind would be sent with these, and is unset.
fn environment(provided: &ProvidedCredentials) -> Zeroizing<String> {
    let credentials = &provided.credentials;
    let mut text = room(provided);
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", Some(credentials.access_key_id())),
        (
            "AWS_SECRET_ACCESS_KEY",
            Some(credentials.secret_access_key()),
        ),
        ("AWS_SESSION_TOKEN", credentials.session_token()),
        ("AWS_CREDENTIAL_EXPIRATION", ends(provided).as_deref()),
        ("AWS_ACCOUNT_ID", provided.account_id.as_deref()),
    ] {
        text.push_str(if value.is_some() { "export " } else { "unset " });
        text.push_str(name);
        if let Some(value) = value {
            text.push('=');
            push_quoted(&mut text, value);
        }
        text.push('\n');
    }
    text
}
