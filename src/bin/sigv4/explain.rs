//! `sigv4 explain`: what a service's answer means for a request. No network.

use crate::arguments::{Needs, Prepared, RequestArguments};
use crate::body::read_named;
use crate::duration;
use crate::explanation_page as page;
use crate::explanation_words::{json, text};
use crate::failure::{Failure, print};
use crate::optional::Optional;
use crate::raw::RawAnswer;
use crate::secret::Secret;
use crate::sent_in_chunks::Upload;
use sigv4::explain::{Answer, Cause, Explanation, Sent, explain, explain_answer};
use sigv4::{Header, Request};
use std::time::Duration;

/// Say why a service refused a request
///
/// Give what came back (the body, or head and body as `curl -i` prints them) and the request
/// as it was meant to be. Where the service shows the canonical request that it computed, it
/// is compared line by line with the one that this request signs. Without a URL, the answer
/// alone is explained, as far as it tells. The secret access key is not needed.
///
/// With --output json: `causes`, each with `name`, `text`, `evidence` (shown, said or
/// possible), `remedy` and what there is of `header`, `expected`, `signed`, `server`,
/// `scheme`, `principal`, `action`, `resource`, `policy`, `statement`; `differences`, each
/// with `part`, `signed` and `computed`; `advice`; `known`, the name of the known answer.
/// What is not known is absent.
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
    /// How to print it
    #[arg(long, value_enum, default_value_t = Output::Text)]
    output: Output,
    /// Write a page for a browser that explains it, both sides beside each other, with nothing to load;
    /// - for stdout. Output of `curl -v` or a HAR in --response has the request in it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["output", "expires"])]
    page: Option<String>,
    #[command(flatten)]
    request: Optional<RequestArguments>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

/// No region has such a name.
const NO_REGION: &str = "-";

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let came = read_named(&arguments.response)?;
    if let Some(page) = &arguments.page {
        return page::write(page, &came, arguments.request.0, NO_REGION);
    }
    let raw = RawAnswer::parse(&came)?;
    let headers: Vec<Header<'_>> = raw
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.trim_ascii()))
        .collect();
    // A body alone is looked at because it was an error; nothing at all is no answer.
    let assumed = if raw.body.is_empty() { 0 } else { 403 };
    let answer = Answer {
        status: raw.status.unwrap_or(assumed),
        headers: &headers,
        body: &raw.body,
    };
    let explanation = match arguments.request.0 {
        Some(request) => {
            let request = request.with_stand_in_region(NO_REGION);
            let prepared = request.prepare(Needs {
                upload: Upload::default(),
                secret: Secret::shown(arguments.expires.is_some()),
                body_headers: arguments.expires.is_none(),
                time: answer.signed_at(),
            })?;
            explain_it(&prepared, arguments.expires, &answer)?
        }
        None => explain_answer(&answer),
    };
    print(match arguments.output {
        Output::Text => text(&explanation),
        Output::Json => json(&explanation),
    })?;
    match explanation.cause() {
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
    let mut authorization = None;
    let stages = prepared.with_request(|request| {
        // One that did not come from signing is evidence, not part of what is signed.
        let is_authorization = |(name, _): &&Header<'_>| name.eq_ignore_ascii_case("authorization");
        let given = request.headers.iter().find(is_authorization);
        authorization = given.map(|(_, value)| String::from_utf8_lossy(value).into_owned());
        let headers: Vec<Header<'_>> = (request.headers.iter())
            .filter(|header| !is_authorization(header))
            .copied()
            .collect();
        let request = Request {
            headers: &headers,
            ..*request
        };
        match expires {
            Some(expires) => signer.presign_stages(&request, expires, at),
            None => signer.stages(&request, at),
        }
    });
    let stages = stages.map_err(|error| prepared.refused(error))?;
    let mut sent = Sent::new(&stages, signer.credentials());
    if let Some(authorization) = &authorization {
        sent = sent.with_authorization(authorization);
    }
    if stages.scope.split('/').nth(1) == Some(NO_REGION) {
        sent = sent.with_unknown_region();
    }
    Ok(explain(&sent, answer))
}
