//! `sigv4 sign`: what has to be added to a request. No network.

use crate::arguments::{Needs, Prepared, RequestArguments};
use crate::data::Source;
use crate::failure::{Failure, print};
use crate::json::Object;
use crate::secret::Secret;
use crate::sent_in_chunks::Upload;
use crate::shell::quoted;
use sigv4::{Request, Signed, Stages};

/// Print the headers that sign a request; nothing is sent
///
/// With --output headers, a line for each header to add; if the target has to be sent in
/// another form than it was given, that is said on stderr. With --output curl, a command
/// line that sends the request. With --output json, all of it, each stage of the signature
/// included.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 sign --region us-east-1 https://abc123.execute-api.us-east-1.amazonaws.com/prod/items")]
pub(crate) struct Arguments {
    /// How to print it
    #[arg(short, long, value_enum, default_value_t = Output::Headers)]
    output: Output,
    #[command(flatten)]
    request: RequestArguments,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Output {
    /// The headers to add, a line each
    Headers,
    /// A command line for sh
    Curl,
    /// Method, URL, target, headers and the stages of the signature
    Json,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let prepared = arguments.request.prepare(Needs {
        upload: Upload::default(),
        secret: Secret::Needed,
        body_headers: true,
        time: None,
    })?;
    if matches!(arguments.output, Output::Curl) {
        prepared.check_transfer_encoding()?;
        if matches!(prepared.source, Source::Nowhere) {
            return Err(Failure::usage(
                "--output curl: a body that can be read only once, or is no text; put it into a file",
            ));
        }
    }
    let text = prepared.with_request(|request| {
        let signed = prepared
            .signer
            .sign(request, prepared.at)
            .map_err(|error| prepared.refused(error))?;
        prepared.check_authorization(&signed)?;
        Ok::<_, Failure>(match arguments.output {
            Output::Headers => {
                if signed.target() != prepared.url.target {
                    log::warn!("send the target as {}", signed.target());
                }
                headers(&prepared, &signed)
            }
            Output::Curl => curl(&prepared, &signed),
            Output::Json => {
                let stages = prepared.signer.stages(request, prepared.at);
                json(
                    &prepared,
                    request,
                    &signed,
                    &stages.map_err(|error| prepared.refused(error))?,
                )
            }
        })
    })?;
    print(text)
}

fn headers(prepared: &Prepared, signed: &Signed<'_>) -> String {
    let lines = to_add(prepared, signed).map(|(name, value)| format!("{name}: {value}\n"));
    lines.collect()
}

/// All that has to be sent beside what was given.
fn to_add<'a>(
    prepared: &'a Prepared,
    signed: &'a Signed<'_>,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let defaulted = prepared.defaulted_headers();
    signed
        .headers()
        .chain(defaulted.map(|(name, value)| (name.as_str(), value.as_str())))
}

fn json(
    prepared: &Prepared,
    request: &Request<'_>,
    signed: &Signed<'_>,
    stages: &Stages,
) -> String {
    let mut object = Object::default();
    object.text("method", request.method);
    object.text("url", &prepared.url.with_target(signed.target()));
    object.text("target", signed.target());
    object.object("headers", |headers| {
        for (name, value) in to_add(prepared, signed) {
            headers.text(name, value);
        }
    });
    object.text("signed_headers", &stages.signed_headers);
    object.text(
        "canonical_request",
        &String::from_utf8_lossy(&stages.canonical_request),
    );
    object.text("string_to_sign", &stages.string_to_sign);
    object.text("signature", &signed.signature().to_string());
    object.finish() + "\n"
}

/// Long options, so that it can be read; curl neither rewrites the target nor adds a
/// content type of its own.
fn curl(prepared: &Prepared, signed: &Signed<'_>) -> String {
    let with_body = !matches!(prepared.source, Source::None);
    let mut words = vec!["curl".to_owned(), "--globoff".into(), "--path-as-is".into()];
    match prepared.method.as_str() {
        "GET" if !with_body => {}
        "HEAD" if !with_body => words.push("--head".into()),
        method => words.push(format!("--request {}", quoted(method))),
    }
    let url_host = prepared.url.authority();
    let sent = prepared
        .sent_headers()
        .filter(|(name, value)| name != "host" || *value != url_host)
        .map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in sent.chain(signed.headers()) {
        let header = match value {
            "" => format!("{name};"),
            _ => format!("{name}: {value}"),
        };
        words.push(format!("--header {}", quoted(&header)));
    }
    let typed = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
    if with_body && !prepared.headers.iter().any(typed) {
        words.push("--header 'content-type:'".into());
    }
    match &prepared.source {
        Source::Text(text) => words.push(format!("--data-raw {}", quoted(text))),
        Source::File(name) => words.push(format!("--data-binary {}", quoted(&format!("@{name}")))),
        Source::None | Source::Nowhere => {}
    }
    words.push(quoted(&prepared.url.with_target(signed.target())));
    words.join(" ") + "\n"
}
