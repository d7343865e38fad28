//! `sigv4 items`: the real call.

use crate::failure::{Failure, print};
use sigv4::{ClientError, ItemsClient};

/// Get the items of a service behind API Gateway's IAM authorization
///
/// Credentials come from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and
/// `AWS_SESSION_TOKEN`; the region from the host's name, else `AWS_REGION`, else
/// `AWS_DEFAULT_REGION`. The items go to stdout as JSON.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  sigv4 items --base-url https://abc123.execute-api.eu-west-1.amazonaws.com/prod"
)]
pub(crate) struct Arguments {
    /// What /items is added to
    #[arg(long, value_name = "URL", env = "MICROSERVICE_B_URL")]
    base_url: String,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let items = ItemsClient::from_env(arguments.base_url)
        .and_then(|client| client.get_items())
        .map_err(|error| failure(&error))?;
    print(format_args!("{items:#}\n"))
}

fn failure(error: &ClientError) -> Failure {
    match error {
        ClientError::Credentials(_) => Failure::credentials(error),
        ClientError::Url(_)
        | ClientError::Endpoint(_)
        | ClientError::MissingRegion { .. }
        | ClientError::MissingService { .. }
        | ClientError::PlainHttp { .. } => Failure::usage(error),
        _ => Failure::failed(error),
    }
}
