//! `sigv4 request`: a signed request, sent.

use crate::arguments::{Needs, Prepared, RequestArguments};
use crate::body::PIECE;
use crate::credentials::Secret;
use crate::explain;
use crate::failure::{Failure, print_bytes};
use crate::progress::Progress;
use crate::send::{self, failed};
use sigv4::Header;
use sigv4::explain::Answer;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use ureq::http;

/// Sign a request and send it
///
/// The options are curl's. The body of the answer goes to stdout, whatever its status.
/// Redirects are not followed: a signature is good for one host.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 request --json '{\"name\": \"saw\"}' https://abc123.execute-api.us-east-1.amazonaws.com/prod/items")]
pub(crate) struct Arguments {
    /// Write the body of the answer to a file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print status line and headers of the answer, too
    #[arg(short, long)]
    include: bool,
    /// Exit with 1, and print no body, if the status is 400 or above
    #[arg(short, long)]
    fail: bool,
    /// The same, but print the body
    #[arg(long, conflicts_with = "fail")]
    fail_with_body: bool,
    /// If the answer is a refusal (400, 401, 403, 404) or a redirect, say on stderr why
    #[arg(long)]
    explain: bool,
    /// Seconds until the whole exchange has to be over; 0 is no limit
    #[arg(short, long, value_name = "SECONDS", value_parser = seconds)]
    max_time: Option<Duration>,
    /// Trust these certificate authorities (PEM) instead of Mozilla's
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
    /// Send over plain http to another machine than this one
    #[arg(long)]
    allow_plain_http: bool,
    #[command(flatten)]
    request: RequestArguments,
}

/// Longer answers are not explained.
const EXPLAINED: u64 = 10 << 20;

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { request, .. } = arguments;
    let prepared = request.prepare(Needs {
        secret: Secret::Needed,
        body_headers: true,
        time: None,
    })?;
    if !prepared.url.https && !arguments.allow_plain_http && !prepared.url.is_loopback() {
        return Err(Failure::usage(
            "plain http can be read and repeated on the way; use https or --allow-plain-http",
        ));
    }
    let mut response = send::send(
        &prepared,
        arguments.max_time.filter(|time| !time.is_zero()),
        arguments.cacert.as_deref(),
    )?;
    let status = response.status().as_u16();
    log::info!("{status}");
    let head = if arguments.include {
        head(&response)
    } else {
        String::new()
    };
    let refused = matches!(status, 301 | 307 | 400 | 401 | 403 | 404);
    if arguments.explain && refused {
        let body = response
            .body_mut()
            .with_config()
            .limit(EXPLAINED)
            .read_to_vec();
        let body = body.map_err(failed)?;
        if !arguments.fail {
            deliver(
                head.as_bytes(),
                &mut &*body,
                arguments.output.as_deref(),
                None,
            )?;
        }
        explain_to_stderr(&prepared, &response, &body)?;
    } else if !(arguments.fail && status >= 400) {
        let length = response.body().content_length();
        let mut reader = response.body_mut().with_config().limit(u64::MAX).reader();
        deliver(
            head.as_bytes(),
            &mut reader,
            arguments.output.as_deref(),
            length,
        )?;
    }
    if (arguments.fail || arguments.fail_with_body) && status >= 400 {
        return Err(Failure::failed(format_args!(
            "the service answered {status}"
        )));
    }
    Ok(())
}

/// A year is as good as any longer time.
fn seconds(text: &str) -> Result<Duration, &'static str> {
    let number: f64 = text.parse().map_err(|_| "no number")?;
    Duration::try_from_secs_f64(number)
        .map(|time| time.min(Duration::from_secs(31_536_000)))
        .map_err(|_| "no number of seconds")
}

fn head(response: &http::Response<ureq::Body>) -> String {
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut head = format!("{:?} {} {reason}\n", response.version(), status.as_u16());
    for (name, value) in response.headers() {
        head += &format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()));
    }
    head + "\n"
}

/// Head and body to stdout or to a file, in pieces.
fn deliver(
    head: &[u8],
    body: &mut dyn Read,
    to: Option<&Path>,
    length: Option<u64>,
) -> Result<(), Failure> {
    let mut file = match to {
        Some(path) => Some(std::fs::File::create(path).map_err(|error| about(path, &error))?),
        None => None,
    };
    let mut put = |bytes: &[u8]| match (&mut file, to) {
        (Some(file), Some(path)) => file.write_all(bytes).map_err(|error| about(path, &error)),
        _ => print_bytes(bytes),
    };
    put(head)?;
    // On a terminal, the body itself shows that it comes.
    let length = length.filter(|_| to.is_some());
    let mut body = Progress::new(body, length, "received");
    let mut piece = vec![0; PIECE];
    loop {
        let read = body
            .read(&mut piece)
            .map_err(|error| failed(error.into()))?;
        match piece.get(..read) {
            Some(bytes) if !bytes.is_empty() => put(bytes)?,
            _ => return Ok(()),
        }
    }
}

fn explain_to_stderr(
    prepared: &Prepared,
    response: &http::Response<ureq::Body>,
    body: &[u8],
) -> Result<(), Failure> {
    let headers: Vec<Header<'_>> = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let answer = Answer {
        status: response.status().as_u16(),
        headers: &headers,
        body,
    };
    let explanation = explain::explain_it(prepared, None, &answer)?;
    // On a terminal, the answer would run into it.
    let gap = std::io::stdout().is_terminal() && !body.ends_with(b"\n");
    let gap = if gap { "\n" } else { "" };
    log::warn!("{gap}{}", explain::text(&explanation).trim_end());
    Ok(())
}

fn about(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format_args!("{}: {}", path.display(), error.kind()))
}
