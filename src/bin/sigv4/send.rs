//! A signed request on its way.

use crate::arguments::Prepared;
use crate::body::{Body, CHANGED};
use crate::failure::{Failure, words};
use crate::header_arguments::value;
use crate::input::unread;
use crate::progress::Progress;
use sigv4::ClientError;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;
use ureq::http;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, SendBody};

/// The smallest body, in bytes, that waits for `100 Continue`: what two sockets take is sent before
/// an answer can come, which is then read.
const EXPECT_CONTINUE_FROM: u64 = 64 * 1024;

/// How the other side is reached.
pub(crate) struct Connection {
    pub max_time: Option<Duration>,
    pub authorities: Option<PathBuf>,
    pub proxy: Option<String>,
    pub silent: bool,
}

/// The request, signed. A body that is a file is read a second time, in pieces.
pub(crate) fn send(
    prepared: &Prepared,
    connection: &Connection,
) -> Result<http::Response<ureq::Body>, Failure> {
    let roots = match &connection.authorities {
        Some(path) => RootCerts::new_with_certs(&certificates(path)?),
        None => RootCerts::WebPki,
    };
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_idle_connections(0)
        .proxy(proxy(prepared, connection)?)
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .timeout_global(connection.max_time)
        .timeout_connect(Some(Duration::from_secs(30)))
        .user_agent(concat!("sigv4/", env!("CARGO_PKG_VERSION")))
        .allow_non_standard_methods(true)
        .accept_encoding("")
        .build()
        .into();
    let (mut builder, seed) = prepared.with_request(|request| {
        let signed = prepared
            .signer
            .sign(request, prepared.at)
            .map_err(|error| prepared.refused(error))?;
        prepared.check_authorization(&signed)?;
        let url = prepared.url.with_target(signed.target());
        let mut builder = http::Request::builder().method(request.method).uri(url);
        for (name, value) in signed.headers() {
            builder = builder.header(name, value);
        }
        Ok::<_, Failure>((builder, prepared.signer.chunk_signer(&signed)))
    })?;
    for (name, value) in prepared.sent_headers() {
        builder = builder.header(name, value.as_bytes());
    }
    let invalid = |error: http::Error| Failure::usage(format_args!("request: {error}"));
    // A stated length keeps ureq from sending chunks. With a method that wants a body, its
    // absence has a length, too (RFC 9110, 8.6), and where it is given.
    let wanted = ["POST", "PUT", "PATCH"].contains(&prepared.method.as_str());
    let empty = wanted || value(&prepared.headers, "content-length").is_some();
    let length = prepared.body.length().or(empty.then_some(0));
    let progress = length.filter(|_| !connection.silent);
    if let Some(length) = length {
        builder = builder.header(http::header::CONTENT_LENGTH, length);
    }
    // Who refuses it says so before it is sent, instead of resetting the connection in the midst
    // of it (RFC 9110, 10.1.1).
    if prepared.may_expect && length.is_some_and(|length| length >= EXPECT_CONTINUE_FROM) {
        builder = builder.header(http::header::EXPECT, "100-continue");
        // ureq waits for more after such an answer, until the connection ends.
        if value(&prepared.headers, "connection").is_none() {
            builder = builder.header(http::header::CONNECTION, "close");
        }
    }
    let response = match &prepared.body {
        Body::None if length.is_some() => {
            let empty = SendBody::from_owned_reader(std::io::empty());
            agent.run(builder.body(empty).map_err(invalid)?)
        }
        Body::None => agent.run(builder.body(()).map_err(invalid)?),
        Body::Chunks(chunks) => {
            let reader = chunks.reader(seed, connection.silent)?;
            let reader = SendBody::from_owned_reader(reader);
            agent.run(builder.body(reader).map_err(invalid)?)
        }
        Body::Bytes(bytes) => {
            let reader = SendBody::from_owned_reader(Progress::new(
                std::io::Cursor::new(bytes.clone()),
                progress,
                "sent",
            ));
            agent.run(builder.body(reader).map_err(invalid)?)
        }
        Body::File(file) => {
            let reader = file.reader().map_err(|error| {
                Failure::usage(format_args!("{}: {}", file.path.display(), words(&error)))
            })?;
            let reader = SendBody::from_owned_reader(Progress::new(reader, progress, "sent"));
            agent.run(builder.body(reader).map_err(invalid)?)
        }
    };
    response.map_err(|error| {
        of_body(&prepared.body, &error).unwrap_or_else(|| {
            let host = prepared.url.authority();
            Failure::failed(format_args!("{host}: {}", ClientError::from(error)))
        })
    })
}

/// Where it is the body that failed, and not the connection.
fn of_body(body: &Body, error: &ureq::Error) -> Option<Failure> {
    let ureq::Error::Io(error) = error else {
        return None;
    };
    match body {
        Body::File(file) => unread(error)
            .or_else(|| Some(CHANGED.to_owned()).filter(|said| error.to_string() == *said))
            .map(|said| Failure::failed(format_args!("{}: {said}", file.path.display()))),
        Body::Chunks(chunks) => chunks.problem(error),
        _ => None,
    }
}

/// What may not leave this machine goes to a proxy only where one is named.
fn proxy(prepared: &Prepared, connection: &Connection) -> Result<Option<ureq::Proxy>, Failure> {
    match connection.proxy.as_deref() {
        // As with curl, to go past that of the environment.
        Some("") => Ok(None),
        Some(url) => ureq::Proxy::new(url)
            .map(Some)
            .map_err(|_| Failure::usage("--proxy: the URL of a proxy is http://HOST:PORT")),
        None if !prepared.url.https && prepared.url.is_loopback() => Ok(None),
        None => Ok(ureq::Proxy::try_from_env()),
    }
}

/// More than any list of authorities; a device without an end must not fill the memory.
const MOST_CERTIFICATES: u64 = 16 << 20;

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, Failure> {
    let about = |problem: &dyn std::fmt::Display| {
        Failure::usage(format_args!("{}: {problem}", path.display()))
    };
    let mut pem = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MOST_CERTIFICATES).read_to_end(&mut pem))
        .map_err(|error| about(&words(&error)))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|_| about(&"no PEM"))? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(about(&"no certificate"));
    }
    Ok(certificates)
}

/// In words that quote nothing of what was sent.
pub(crate) fn failed(error: ureq::Error) -> Failure {
    Failure::failed(ClientError::from(error))
}
