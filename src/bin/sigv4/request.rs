//! `sigv4 request`: a signed request, sent.

use crate::arguments::{Needs, Prepared, RequestArguments};
use crate::body::PIECE;
use crate::failure::{Failure, print, say};
use crate::progress::Progress;
use crate::secret::Secret;
use crate::send::{Connection, failed, send};
use crate::sent_in_chunks::Upload;
use crate::sink::{Sink, is_one_log};
use crate::write_out::{Exchange, WriteOut};
use crate::{explain, explanation_words};
use clap::ValueHint;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use sigv4::Header;
use sigv4::explain::Answer;
use sigv4::stream::ChecksumAlgorithm;
use std::io::Read;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use ureq::http::Response;

/// Sign a request and send it
///
/// The options are curl's. The body of the answer goes to stdout, whatever its status; in a
/// terminal, controls in it are escaped. Redirects are not followed: a signature is good for
/// one host.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 request --json '{\"name\": \"saw\"}' https://abc123.execute-api.us-east-1.amazonaws.com/prod/items")]
pub(crate) struct Arguments {
    /// Write the body of the answer to a file; - is stdout
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Write it to a file that is called as the last part of the URL's path
    #[arg(short = 'O', long, conflicts_with = "output")]
    remote_name: bool,
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
    /// Say nothing on stderr: no bar, no warnings, no errors
    #[arg(short, long)]
    silent: bool,
    /// With -s, say errors all the same
    #[arg(short = 'S', long)]
    show_error: bool,
    /// Print this after the answer; %{http_code}, %header{NAME} and others of curl's stand for
    /// what they are
    #[arg(short, long, value_name = "FORMAT")]
    write_out: Option<WriteOut>,
    /// Seconds until the whole exchange has to be over; 0 is no limit
    #[arg(short, long, value_name = "SECONDS", value_parser = seconds)]
    max_time: Option<Duration>,
    /// Go through this proxy [default: what https_proxy, http_proxy or ALL_PROXY says]
    #[arg(short = 'x', long, value_name = "URL", value_hint = ValueHint::Url)]
    proxy: Option<String>,
    /// Trust these certificate authorities (PEM) instead of Mozilla's
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    cacert: Option<PathBuf>,
    /// Send over plain http to another machine than this one
    #[arg(long)]
    allow_plain_http: bool,
    /// Send the file of -T in chunks, which S3 takes, and read it once
    ///
    /// Over plain http each chunk is signed; over https none is, and a checksum follows the last.
    /// A pipe can be sent so if its length is given: -H 'Content-Length: BYTES'. Without this
    /// option, a body is hashed before it is sent, which every service takes.
    #[arg(long, requires = "upload", conflicts_with = "unsigned_payload")]
    chunked: bool,
    /// Have S3 compare the body with this checksum [default: crc32 where --chunked does not
    /// sign, else none]
    #[arg(long, value_name = "NAME", value_parser = checksums(), ignore_case = true)]
    checksum: Option<ChecksumAlgorithm>,
    #[command(flatten)]
    request: RequestArguments,
}

/// Longer answers are not explained.
const EXPLAINED: u64 = 10 << 20;

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let unsaid = arguments.silent && !arguments.show_error;
    if arguments.silent {
        log::set_max_level(log::LevelFilter::Off);
    }
    let outcome = exchange(arguments);
    outcome.map_err(|failure| match unsaid {
        true => failure.unsaid(),
        false => failure,
    })
}

fn exchange(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { request, .. } = arguments;
    let began = Instant::now();
    let include = arguments.include || request.asks_for_head();
    let prepared = request.prepare(Needs {
        secret: Secret::Needed,
        body_headers: true,
        upload: Upload {
            chunked: arguments.chunked,
            checksum: arguments.checksum,
        },
        time: None,
    })?;
    let connection = Connection {
        max_time: arguments.max_time.filter(|time| !time.is_zero()),
        authorities: arguments.cacert,
        proxy: arguments.proxy,
        silent: arguments.silent,
    };
    check_way(&prepared, &connection, arguments.allow_plain_http)?;
    let output = match arguments.remote_name {
        true => Some(remote_name(&prepared.url.target)?),
        false => arguments.output.filter(|path| path.as_os_str() != "-"),
    };
    let mut sink = Sink::open(output.as_deref())?;
    let say_more = |response: Option<&Response<ureq::Body>>, received: u64| {
        let Some(write_out) = &arguments.write_out else {
            return Ok(());
        };
        print(write_out.render(&Exchange {
            method: &prepared.method,
            scheme: prepared.url.scheme(),
            url: &prepared.url.with_target(&prepared.url.target),
            sent: response.and(prepared.body.length()).unwrap_or(0),
            received,
            took: began.elapsed(),
            response,
        }))
    };
    let mut response = match send(&prepared, &connection) {
        Ok(response) => response,
        Err(failure) => {
            sink.abandon();
            say_more(None, 0)?;
            return Err(failure);
        }
    };
    let status = response.status().as_u16();
    log::info!("{status}");
    let explained = arguments.explain && matches!(status, 301 | 307 | 400 | 401 | 403 | 404);
    let body = match explained {
        true => Some(whole(&mut response)?),
        false => None,
    };
    let refused = status >= 400 && (arguments.fail || arguments.fail_with_body);
    let mut delivered = Delivered::default();
    if refused && arguments.fail {
        sink.abandon();
    } else {
        sink.begin()?;
        if include {
            delivered.put(&mut sink, &head(&response))?;
            delivered = Delivered::default();
        }
        match &body {
            Some(body) => delivered.put(&mut sink, body)?,
            None => {
                // On a terminal, the body itself shows that it comes.
                let bar = matches!(sink, Sink::File(_)) && !arguments.silent;
                let length = response.body().content_length().filter(|_| bar);
                let reader = response.body_mut().with_config().limit(u64::MAX).reader();
                delivered.put_all(&mut sink, &mut Progress::new(reader, length, "received"))?;
            }
        }
        let on_stdout = matches!(sink, Sink::Stdout);
        sink.end(delivered.last)?;
        let denied = matches!(status, 401 | 403) && !arguments.silent;
        let line_is_open = on_stdout && delivered.last.is_some_and(|last| last != b'\n');
        if line_is_open && (explained || refused || denied) && is_one_log() {
            say("\n");
        }
    }
    say_more(Some(&response), delivered.received)?;
    let hint = match status {
        401 | 403 if !explained => "; --explain says why",
        _ => "",
    };
    if let Some(body) = body {
        say(explanation(&prepared, &response, &body)?);
    } else if !refused && !hint.is_empty() {
        log::warn!("the service answered {status}{hint}");
    }
    if refused {
        return Err(Failure::failed(format_args!(
            "the service answered {status}{hint}"
        )));
    }
    Ok(())
}

/// What must not be sent that way.
fn check_way(prepared: &Prepared, connection: &Connection, plain: bool) -> Result<(), Failure> {
    prepared.check_transfer_encoding()?;
    let url = &prepared.url;
    if url.websocket {
        return Err(Failure::usage(format_args!(
            "{}: a WebSocket is no exchange of a request and an answer; sigv4 presign makes a \
             URL for a WebSocket client",
            url.scheme()
        )));
    }
    let proxied = connection
        .proxy
        .as_deref()
        .is_some_and(|proxy| !proxy.is_empty());
    let here = url.is_loopback() && !proxied;
    if !url.https && !plain && !here {
        return Err(Failure::usage(
            "plain http can be read and repeated on the way; use https or --allow-plain-http",
        ));
    }
    Ok(())
}

/// As curl's `-O` takes it, without unescaping.
fn remote_name(target: &str) -> Result<PathBuf, Failure> {
    let (path, _) = target.split_once('?').unwrap_or((target, ""));
    match path.rsplit('/').next() {
        Some(name) if !name.contains('\\') && !["", ".", ".."].contains(&name) => Ok(name.into()),
        _ => Err(Failure::usage(
            "-O: the path of the URL does not end in a name; give one with -o",
        )),
    }
}

fn checksums() -> impl TypedValueParser<Value = ChecksumAlgorithm> {
    PossibleValuesParser::new(["crc32", "crc32c", "crc64nvme", "sha1", "sha256", "sha512"])
        .try_map(|name| ChecksumAlgorithm::parse(&name).ok_or("no checksum of S3"))
}

/// A year is as good as any longer time.
fn seconds(text: &str) -> Result<Duration, &'static str> {
    let number: f64 = text.parse().map_err(|_| "no number")?;
    Duration::try_from_secs_f64(number)
        .map(|time| time.min(Duration::from_secs(31_536_000)))
        .map_err(|_| "no number of seconds")
}

fn head(response: &Response<ureq::Body>) -> Vec<u8> {
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let first = format!("{:?} {} {reason}\n", response.version(), status.as_u16());
    let mut head = first.into_bytes();
    for (name, value) in response.headers() {
        head.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\n"].concat());
    }
    head.push(b'\n');
    head
}

fn whole(response: &mut Response<ureq::Body>) -> Result<Vec<u8>, Failure> {
    let body = response.body_mut().with_config().limit(EXPLAINED);
    body.read_to_vec().map_err(failed)
}

/// How much of the body went where it belongs.
#[derive(Default)]
struct Delivered {
    received: u64,
    last: Option<u8>,
}

impl Delivered {
    fn put(&mut self, sink: &mut Sink, bytes: &[u8]) -> Result<(), Failure> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.received = self.received.saturating_add(length);
        self.last = bytes.last().copied().or(self.last);
        sink.write(bytes)
    }

    fn put_all(&mut self, sink: &mut Sink, body: &mut dyn Read) -> Result<(), Failure> {
        let mut piece = vec![0; PIECE];
        loop {
            let read = body
                .read(&mut piece)
                .map_err(|error| failed(error.into()))?;
            match piece.get(..read) {
                Some(bytes) if !bytes.is_empty() => self.put(sink, bytes)?,
                _ => return Ok(()),
            }
        }
    }
}

fn explanation(
    prepared: &Prepared,
    response: &Response<ureq::Body>,
    body: &[u8],
) -> Result<String, Failure> {
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
    Ok(explanation_words::text(&explanation))
}
