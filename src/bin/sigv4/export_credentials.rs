//! `sigv4 export-credentials`: credentials for other tools.

use crate::failure::{Failure, print};
use crate::json::Object;
use crate::provided::{failure, provided};
use crate::shell::quoted;
use crate::time_text::extended;
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
        eval \"$(sigv4 export-credentials --profile dev --format env)\"")]
pub(crate) struct Arguments {
    /// The profile [default: the default chain: variables, then AWS_PROFILE's profile, …]
    #[arg(long, value_name = "NAME")]
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
    let text = Zeroizing::new(match arguments.format {
        Format::Env => environment(&provided),
        Format::Json | Format::Process => json(&provided),
    });
    print(text.as_str())
}

fn ends(provided: &ProvidedCredentials) -> Option<String> {
    let ends = Timestamp::try_from(provided.expires_at?).ok()?;
    Some(extended(ends))
}

/// [Process credentials](https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html):
/// what is not there is left out.
fn json(provided: &ProvidedCredentials) -> String {
    let credentials = &provided.credentials;
    let mut object = Object::default();
    object.number("Version", 1);
    object.text("AccessKeyId", credentials.access_key_id());
    object.text("SecretAccessKey", credentials.secret_access_key());
    object.some("SessionToken", credentials.session_token());
    object.some("Expiration", ends(provided).as_deref());
    object.some("AccountId", provided.account_id.as_deref());
    object.finish() + "\n"
}

/// What other credentials left behind would be sent with these, and is unset.
fn environment(provided: &ProvidedCredentials) -> String {
    let credentials = &provided.credentials;
    let mut text = String::new();
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
        // Writing to a String does not fail.
        let _ = match value {
            Some(value) => writeln!(text, "export {name}={}", quoted(value)),
            None => writeln!(text, "unset {name}"),
        };
    }
    text
}
