//! `sigv4 canonical`: every stage of a signature, line by line, with its reason.

use crate::arguments::{Needs, Prepared, RequestArguments};
use crate::body::Body;
use crate::duration;
use crate::failure::{Failure, print_bytes};
use crate::secret::Secret;
use crate::sent_in_chunks::Upload;
use anstream::{AutoStream, ColorChoice};
use clap::builder::styling::{AnsiColor, Style};
use sigv4::explain::Part;
use sigv4::{Algorithm, Stages, Streaming};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Show what is signed, each line with where it comes from; nothing is sent
///
/// The secret access key is not needed. A session token is not shown.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 canonical 'https://abc123.execute-api.us-east-1.amazonaws.com/prod/a b?q=1+1'")]
pub(crate) struct Arguments {
    /// Without colours, which are for terminals only in any case; NO_COLOR does the same
    #[arg(long)]
    no_color: bool,
    /// Show it for a presigned URL that is good for this long
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    expires: Option<Duration>,
    #[command(flatten)]
    request: RequestArguments,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let colour =
        !arguments.no_color && AutoStream::choice(&std::io::stdout()) != ColorChoice::Never;
    let prepared = arguments.request.prepare(Needs {
        upload: Upload::default(),
        secret: Secret::shown(arguments.expires.is_some()),
        body_headers: arguments.expires.is_none(),
        time: None,
    })?;
    let (signer, at) = (&prepared.signer, prepared.at);
    let stages = prepared
        .with_request(|request| match arguments.expires {
            Some(expires) => signer.presign_stages(request, expires, at),
            None => signer.stages(request, at),
        })
        .map_err(|error| prepared.refused(error))?;
    let page = Page { colour }.render(&prepared, &stages);
    // Colours are controls.
    print_bytes(page.as_bytes())
}

struct Page {
    colour: bool,
}

/// Where the notes start, unless a line is longer: two spaces after a hash.
const COLUMN: usize = 66;

impl Page {
    fn render(&self, prepared: &Prepared, stages: &Stages) -> String {
        let mut page = self.title("canonical request");
        for (line, note) in canonical_lines(prepared, stages) {
            page += &self.line(&line, &note);
        }
        page += "\n";
        page += &self.title("string to sign");
        let scope = match prepared.signer.profile().algorithm {
            Algorithm::SigV4a => "credential scope: date, service",
            _ => "credential scope: date, region, service",
        };
        let notes = [
            "algorithm",
            "time, as in x-amz-date",
            scope,
            "SHA-256 of the canonical request",
        ];
        for (line, note) in stages.string_to_sign.lines().zip(notes) {
            page += &self.line(line, note);
        }
        page += "\n";
        page += &self.title("request target to send");
        page + &self.line(&stages.target, &target_note(prepared, stages))
    }

    fn title(&self, text: &str) -> String {
        let style = AnsiColor::Cyan.on_default().bold();
        self.styled(style, &format!("# {text}")) + "\n"
    }

    fn line(&self, text: &str, note: &str) -> String {
        let gap = " ".repeat(COLUMN.saturating_sub(text.chars().count()).max(2));
        let note = self.styled(Style::new().dimmed(), &format!("<- {note}"));
        format!("{text}{gap}{note}\n")
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if self.colour {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

/// Method, path, query, headers, an empty line, signed headers, payload hash.
fn canonical_lines(prepared: &Prepared, stages: &Stages) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(&stages.canonical_request);
    let lines: Vec<&str> = text.split('\n').collect();
    let last = lines.len().saturating_sub(1);
    let given = by_name(prepared);
    let profile = prepared.signer.profile();
    let numbered = lines.iter().enumerate();
    numbered
        .map(|(number, line)| match number {
            0 => ((*line).to_owned(), "method".into()),
            1 => ((*line).to_owned(), Part::Path.rule(line, profile)),
            2 => (without_token(line), Part::Query.rule(line, profile)),
            _ if number == last => ((*line).to_owned(), payload_note(prepared, line)),
            _ if number.saturating_add(1) == last => {
                ((*line).to_owned(), signed_note(&given, line))
            }
            _ => header_line(prepared, &given, line),
        })
        .collect()
}

/// The values that were given, by their names in lower case.
type Given<'a> = BTreeMap<String, Vec<&'a str>>;

fn by_name(prepared: &Prepared) -> Given<'_> {
    let mut given = Given::new();
    for (name, value) in &prepared.headers {
        given
            .entry(name.to_ascii_lowercase())
            .or_default()
            .push(value);
    }
    given
}

fn header_line(prepared: &Prepared, given: &Given<'_>, line: &str) -> (String, String) {
    let Some((name, value)) = line.split_once(':') else {
        return (line.to_owned(), "end of the headers".into());
    };
    let given = given.get(name).map_or(&[][..], Vec::as_slice);
    let note = match (name, given) {
        ("host", [given]) if *given == prepared.url.authority() => "from the URL; always signed",
        (_, [_, _, ..]) => "given more than once: joined by ','",
        (_, [given]) if *given != value => "white space at the ends and in runs removed",
        ("content-type", [_]) => "signed where it is sent",
        (_, [_]) if name.starts_with("x-amz-") => "given; x-amz-* is always signed",
        (_, [_]) if prepared.presigned => "given; a presigned URL signs what is given",
        (_, [_]) => "given; signed because --signed-headers names it",
        ("x-amz-date", []) => "added: the time of the signature",
        ("x-amz-content-sha256", []) => match Streaming::parse(value) {
            Some(_) => "added: how the body is signed",
            None if value == UNSIGNED => "added: the body is not signed",
            None => "added: the hash of the body, by this service's rules",
        },
        ("x-amz-region-set", []) => "added: the regions that the signature is for",
        _ if is_token(name) => "added: the session token, not shown",
        _ => "added",
    };
    let shown = if is_token(name) {
        format!("{name}:(a session token, {} bytes)", value.len())
    } else {
        line.to_owned()
    };
    (shown, note.into())
}

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

fn is_token(name: &str) -> bool {
    name == "x-amz-security-token" || name == "x-amz-s3session-token"
}

fn without_token(query: &str) -> String {
    let pieces = query.split('&').map(|piece| match piece.split_once('=') {
        Some((name, value)) if is_token(&name.to_ascii_lowercase()) => {
            format!("{name}=(a session token, {} bytes)", value.len())
        }
        _ => piece.to_owned(),
    });
    pieces.collect::<Vec<_>>().join("&")
}

fn signed_note(given: &Given<'_>, line: &str) -> String {
    let signed: BTreeSet<_> = line.split(';').collect();
    let names = given.keys().map(String::as_str);
    let left_out: Vec<_> = names.filter(|name| !signed.contains(name)).collect();
    match left_out.as_slice() {
        [] => "names of the headers above".into(),
        names => format!(
            "names of the headers above; sent unsigned: {}",
            names.join(", ")
        ),
    }
}

fn payload_note(prepared: &Prepared, line: &str) -> String {
    if let Some((streaming, _)) = Streaming::parse(line) {
        return match (streaming.is_chunked(), streaming.is_signed()) {
            (_, false) => "the body is sent in chunks, and not signed",
            (true, true) => "the body is sent in chunks, each signed by itself",
            (false, true) => "the body is a stream of events, each signed by itself",
        }
        .into();
    }
    match &prepared.body {
        _ if line == UNSIGNED => "the body is not signed".into(),
        Body::None => "SHA-256 of no body".into(),
        Body::Bytes(bytes) => format!("SHA-256 of the body, {} bytes", bytes.len()),
        Body::File(file) => format!("SHA-256 of the file, {} bytes", file.length),
        Body::Chunks(_) => "how the chunks of the body are signed".into(),
    }
}

fn target_note(prepared: &Prepared, stages: &Stages) -> String {
    let (path, _) = prepared
        .url
        .target
        .split_once('?')
        .unwrap_or((&prepared.url.target, ""));
    let normalized =
        prepared.signer.profile().normalize_path && (path.contains("//") || path.contains("/."));
    match (stages.target == prepared.url.target, normalized) {
        (true, _) => "as given".into(),
        (false, false) => "escaped, so that every server reads it alike".into(),
        (false, true) => "dot segments and '//' removed, the rest escaped".into(),
    }
}
