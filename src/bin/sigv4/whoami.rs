//! `sigv4 whoami`: whose credentials these are.

use crate::explain::Output;
use crate::failure::{Failure, print};
use crate::json::Object;
use crate::provided;
use crate::secret::{CredentialArguments, Secret};
use sigv4::client::{CredentialsError, Sts};

/// Say whose credentials are found, and where
///
/// Asks AWS STS (GetCallerIdentity), for which no permission is needed, in the region of
/// --region, `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile; without one at the global endpoint, signed
/// for us-east-1. `AWS_ENDPOINT_URL_STS` names another endpoint. What is used is printed.
///
/// With --output json: `account`, `arn`, `user_id`, `access_key_id`, `source`, `expires_at`,
/// `endpoint` and `region`. What is not known is absent.
///
/// Exit status: 1 where a service refuses or does not answer within 15 seconds, 3 where no
/// credentials are found or what is configured cannot be used.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sigv4 whoami\n  sigv4 whoami --output json")]
pub(crate) struct Arguments {
    /// The region in which STS is asked
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Output::Text)]
    output: Output,
    #[command(flatten)]
    credentials: CredentialArguments,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let signatory = arguments.credentials.read(Secret::Needed)?;
    if let Some(source) = &signatory.source {
        log::info!("credentials: {source}");
    }
    let endpoints = provided::endpoint_settings(arguments.credentials.profile())?;
    let mut config = provided::config().endpoint_settings(endpoints);
    let region = match &arguments.region {
        Some(region) => Some(region.clone()),
        None => region(arguments.credentials.profile(), signatory.source.as_deref())?,
    };
    if let Some(region) = region {
        config = config.region(region);
    }
    let sts = Sts::new(&config).map_err(|error| unusable(arguments, &error))?;
    let identity = sts
        .caller_identity(&signatory.credentials)
        .map_err(|error| failure(&error))?;
    let (ends, endpoint) = (
        signatory.expires_at.map(|end| end.to_rfc3339()),
        sts.endpoint(),
    );
    let rows = [
        ("account", Some(identity.account.as_str())),
        ("arn", Some(&identity.arn)),
        ("user_id", Some(&identity.user_id)),
        ("access_key_id", Some(signatory.credentials.access_key_id())),
        ("source", signatory.source.as_deref()),
        ("expires_at", ends.as_deref()),
        ("endpoint", Some(endpoint.as_str())),
        ("region", Some(sts.region())),
    ];
    let rows = rows
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    match arguments.output {
        Output::Json => {
            let mut object = Object::default();
            for (name, value) in rows {
                object.text(name, value);
            }
            print(format_args!("{}\n", object.finish()))
        }
        Output::Text => {
            let lines = rows.map(|(name, value)| format!("{:<15}{value}\n", words(name)));
            print(lines.collect::<String>())
        }
    }
}

/// The configured one. Credentials of an instance are of its partition, and the global endpoint of
/// STS knows one: theirs is the instance's, where it tells one.
fn region(profile: Option<&str>, source: Option<&str>) -> Result<Option<String>, Failure> {
    let configured = provided::region(profile)?;
    let is_of_instance = source.is_some_and(|source| source.contains("instance metadata"));
    if configured.is_some() || !is_of_instance {
        return Ok(configured);
    }
    Ok(
        provided::region_of_instance(profile).unwrap_or_else(|error| {
            log::info!("the instance tells no region: {error}");
            None
        }),
    )
}

/// What a member is called for people.
fn words(name: &str) -> String {
    match name {
        "arn" => "ARN".into(),
        "expires_at" => "until".into(),
        name => name.replace('_', " "),
    }
}

/// Where STS cannot be asked: whose region it is that is in no partition, and so what to mend.
fn unusable(arguments: &Arguments, error: &CredentialsError) -> Failure {
    let CredentialsError::Failed { problem, .. } = error else {
        return failure(error);
    };
    if arguments.region.is_some() {
        return Failure::usage(format_args!("--region: {problem}"));
    }
    let is_set = |name: &&str| std::env::var(name).is_ok_and(|value| !value.trim().is_empty());
    match ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .into_iter()
        .find(is_set)
    {
        Some(name) => Failure::credentials(format_args!("{name}: {problem}")),
        None => failure(error),
    }
}

fn failure(error: &CredentialsError) -> Failure {
    provided::in_words(error, error)
}
