//! `sigv4 explain`: what a service's answer means for a request. No network.

use crate::arguments::{Needs, Prepared, RequestArguments};
use crate::body::read_named;
use crate::credentials::Secret;
use crate::duration;
use crate::failure::{Failure, harmless, print};
use crate::raw::RawAnswer;
use sigv4::Header;
use sigv4::explain::{Answer, Cause, Explanation, Sent, explain};
use std::fmt::Write;
use std::time::Duration;

/// Say why a service refused a request
///
/// Give the request as it was meant to be, and what came back: the body, or head and body
/// as `curl -i` prints them. Where the service shows the canonical request that it computed,
/// it is compared line by line with the one that this request signs. The secret access key
/// is not needed.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 explain --response answer.txt https://abc123.execute-api.us-east-1.amazonaws.com/prod/items")]
pub(crate) struct Arguments {
    /// What the service sent back; - for stdin
    #[arg(long, value_name = "FILE")]
    response: String,
    /// The request was a presigned URL, good for this long
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    expires: Option<Duration>,
    #[command(flatten)]
    request: RequestArguments,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let raw = RawAnswer::parse(&read_named(&arguments.response)?)?;
    let headers: Vec<Header<'_>> = raw
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.trim_ascii()))
        .collect();
    let answer = Answer {
        // A body alone is looked at because it was an error.
        status: raw.status.unwrap_or(403),
        headers: &headers,
        body: &raw.body,
    };
    let prepared = arguments.request.prepare(Needs {
        secret: Secret::shown(arguments.expires.is_some()),
        body_headers: arguments.expires.is_none(),
        time: answer.signed_at(),
    })?;
    let explanation = explain_it(&prepared, arguments.expires, &answer)?;
    print(text(&explanation))?;
    match explanation.cause {
        Cause::Unknown => Err(Failure::failed("the answer cannot be explained")),
        _ => Ok(()),
    }
}

pub(crate) fn explain_it(
    prepared: &Prepared,
    expires: Option<Duration>,
    answer: &Answer<'_>,
) -> Result<Explanation, Failure> {
    let (signer, at) = (&prepared.signer, prepared.at);
    let stages = prepared.with_request(|request| match expires {
        Some(expires) => signer.presign_stages(request, expires, at),
        None => signer.stages(request, at),
    });
    let sent = Sent {
        stages: &stages.map_err(|error| prepared.refused(error))?,
        credentials: signer.credentials(),
    };
    Ok(explain(&sent, answer))
}

/// Cause, remedy, then each line that differs.
pub(crate) fn text(explanation: &Explanation) -> String {
    let mut text = format!(
        "cause:  {}\nremedy: {}\n",
        explanation.cause, explanation.remedy
    );
    for difference in &explanation.differences {
        let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "(not there)".into());
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "\n{}\n  signed:   {}\n  computed: {}\n",
            difference.part,
            side(&difference.signed),
            side(&difference.computed)
        );
        if let (Some(signed), Some(computed)) = (&difference.signed, &difference.computed) {
            text += &mark(signed, computed);
        }
    }
    harmless(&text)
}

/// Under the first character that is not the same.
fn mark(signed: &str, computed: &str) -> String {
    let same = signed.chars().zip(computed.chars());
    let same = same.take_while(|(left, right)| left == right).count();
    if signed == computed {
        return String::new();
    }
    format!(
        "  {}^\n",
        " ".repeat("computed: ".len().saturating_add(same))
    )
}
