//! `sigv4 presign`: a URL that carries its own signature. No network.

use crate::arguments::{Needs, RequestArguments};
use crate::duration;
use crate::failure::{Failure, print};
use crate::secret::Secret;
use crate::sent_in_chunks::Upload;
use sigv4::Timestamp;
use std::time::Duration;

/// Print a URL that anybody can use until it expires; nothing is sent
///
/// Whoever has the URL can make the request. Headers given with -H are signed, all of them,
/// and have to be sent with it. The URL keeps its scheme: wss:// is for a WebSocket client.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 presign --expires 15m https://examplebucket.s3.us-east-1.amazonaws.com/test.txt")]
pub(crate) struct Arguments {
    /// How long the URL is good for: 30s, 15m, 2h, at most 7d
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = duration::parse)]
    expires: Duration,
    #[command(flatten)]
    request: RequestArguments,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let prepared = arguments.request.prepare(Needs {
        upload: Upload::default(),
        secret: Secret::Needed,
        body_headers: false,
        time: None,
    })?;
    let (at, expires) = (prepared.at, arguments.expires);
    let url = prepared
        .with_request(|request| prepared.signer.presign(request, expires, at))
        .map_err(|error| prepared.refused(error))?;
    prepared.check_signed(url.signed_headers())?;
    if prepared.signer.credentials().session_token().is_some() {
        warn_of_token(at, expires, prepared.token_ends);
    }
    let others: Vec<_> = url
        .signed_headers()
        .split(';')
        .filter(|name| *name != "host")
        .collect();
    if !others.is_empty() {
        log::warn!(
            "send these headers with the URL as they were signed: {}",
            others.join(", ")
        );
    }
    print(format_args!("{}\n", url.url(prepared.url.scheme())))
}

/// A URL does not outlive the token that signed it.
fn warn_of_token(at: Timestamp, expires: Duration, token_ends: Option<Timestamp>) {
    let Some(token_ends) = token_ends else {
        log::warn!("signed with a session token: the URL stops working when the token expires");
        return;
    };
    let seconds = i64::try_from(expires.as_secs()).unwrap_or(i64::MAX);
    if token_ends.unix() < at.unix().saturating_add(seconds) {
        log::warn!("the session token expires before the URL does, at {token_ends}");
    }
}
