//! `sigv4 items`: the real call.

use crate::failure::{Failure, print};
use crate::provided;
use clap::builder::NonEmptyStringValueParser;
use sigv4::{Client, ClientError, ItemsClient};

/// Get the items of a service behind API Gateway's IAM authorization
///
/// Credentials come from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and
/// `AWS_SESSION_TOKEN`, else from a profile, a container or an instance; the region from the
/// host's name, else `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile, the instance. The items go to stdout as JSON.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  sigv4 items --base-url https://abc123.execute-api.eu-west-1.amazonaws.com/prod"
)]
pub(crate) struct Arguments {
    /// What /items is added to
    #[arg(long, value_name = "URL", env = "MICROSERVICE_B_URL")]
    base_url: String,
    /// The profile of ~/.aws/config and ~/.aws/credentials whose credentials and region are used
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    profile: Option<String>,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut builder = Client::builder().provider_config(provided::config());
    if let Some(profile) = arguments.profile {
        builder = builder.aws_profile(profile);
    }
    let items = ItemsClient::from_builder(arguments.base_url, builder)
        .and_then(|client| client.get_items())
        .map_err(|error| failure(&error))?;
    print(format_args!("{items:#}\n"))
}

fn failure(error: &ClientError) -> Failure {
    match error {
        ClientError::Credentials(why) if why.is_of_service() => Failure::failed(error),
        ClientError::Credentials(_) => Failure::credentials(error),
        ClientError::Url(_)
        | ClientError::Endpoint(_)
        | ClientError::MissingRegion { .. }
        | ClientError::MissingService { .. }
        | ClientError::PlainHttp { .. } => Failure::usage(error),
        _ => Failure::failed(error),
    }
}
