//! ureq's errors, by what a caller can do about them.

use crate::client::error::{ClientError, TransportKind};
use crate::client::upload::{OfSource, of_source};
use crate::grammar::host::default_port;
use crate::sources::invisible::is_invisible;
use crate::stream::StreamError;
use http::Uri;
use std::io;
use std::prelude::rust_2024::*;
use ureq::{Error, Proxy, Timeout};

/// An error of ours that went through ureq comes out as it was.
impl From<Error> for ClientError {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::Other(inner) => {
                return match inner.downcast::<Self>() {
                    Ok(ours) => *ours,
                    Err(_) => transport(TransportKind::Other, "the connection failed"),
                };
            }
            Error::Io(ref error) => return of_io(error),
            Error::Rustls(ref error) => {
                return Self::Transport {
                    kind: TransportKind::Tls,
                    message: on_one_line(&std::format!("TLS: {error}")),
                };
            }
            Error::Timeout(timeout) => of_timeout(timeout),
            Error::HostNotFound => TransportKind::HostNotFound,
            Error::ConnectionFailed => TransportKind::Connect,
            Error::Tls(_) | Error::Pem(_) | Error::TlsRequired => TransportKind::Tls,
            Error::Protocol(_) | Error::LargeResponseHeader(..) | Error::BodyStalled => {
                TransportKind::Malformed
            }
            Error::Decompress(..) => TransportKind::Decompress,
            Error::InvalidProxyUrl | Error::ConnectProxyFailed(_) => TransportKind::Proxy,
            _ => TransportKind::Other,
        };
        transport(kind, kind.words())
    }
}

impl TransportKind {
    /// ureq's own texts can quote what was sent: these do not.
    fn words(self) -> &'static str {
        match self {
            Self::HostNotFound => "the host was not found",
            Self::Connect => "no connection",
            Self::Tls => "TLS failed",
            Self::ConnectTimeout => "connecting took too long",
            Self::ReadTimeout => "the response took too long",
            Self::Deadline => "the call took too long",
            Self::Reset => "the connection was reset",
            Self::Closed => "the connection was closed too early",
            Self::Malformed => "the response is no valid HTTP",
            Self::Decompress => "the response cannot be decompressed",
            Self::Proxy => "the proxy failed",
            Self::Other => "the connection failed",
        }
    }

    /// Whether another try can go better, when it came before a response.
    pub(crate) fn is_transient(self) -> bool {
        match self {
            Self::HostNotFound
            | Self::Connect
            | Self::ConnectTimeout
            | Self::ReadTimeout
            | Self::Reset
            | Self::Closed => true,
            Self::Tls
            | Self::Deadline
            | Self::Malformed
            | Self::Decompress
            | Self::Proxy
            | Self::Other => false,
        }
    }
}

pub(crate) fn transport(kind: TransportKind, message: &str) -> ClientError {
    ClientError::Transport {
        kind,
        message: message.into(),
    }
}

/// An error of a call, with whom it was about; one of ours as it is.
pub(crate) fn of_call(error: Error, peer: &str) -> ClientError {
    if matches!(&error, Error::Other(inner) if inner.is::<ClientError>()) {
        return error.into();
    }
    match error.into() {
        ClientError::Transport { kind, message } => {
            transport(kind, &std::format!("{peer}: {message}"))
        }
        other => other,
    }
}

/// An error while a body is read: ureq wraps its own in those of `std::io`.
pub(crate) fn of_body(error: io::Error, peer: &str) -> ClientError {
    of_call(Error::from(error), peer)
}

/// Host and port that a request goes to, and the proxy on the way.
pub(crate) fn peer(uri: &Uri, proxy: Option<&Proxy>) -> String {
    let default = default_port(uri.scheme_str()).unwrap_or(80);
    let port = uri.port_u16().unwrap_or(default);
    let host = uri.host().unwrap_or_default();
    match proxy.filter(|proxy| !proxy.is_no_proxy(uri)) {
        Some(proxy) => {
            let (through, at) = (proxy.host(), proxy.port());
            std::format!("{host}:{port} through the proxy {through}:{at}")
        }
        None => std::format!("{host}:{port}"),
    }
}

/// A certificate may name itself anything.
fn on_one_line(text: &str) -> String {
    let printable = |character| {
        if is_invisible(character) {
            ' '
        } else {
            character
        }
    };
    text.chars().map(printable).collect()
}

/// The system's own words, where it has any.
fn in_words(kind: TransportKind, error: &io::Error) -> ClientError {
    let words = kind.words();
    match error.raw_os_error() {
        Some(_) => transport(kind, &std::format!("{words}: {error}")),
        None => transport(kind, words),
    }
}

fn of_io(error: &io::Error) -> ClientError {
    use io::ErrorKind;
    let inner = error.get_ref();
    if inner.is_some_and(|inner| inner.is::<StreamError>() || inner.is::<OfSource>()) {
        return of_source(error);
    }
    let kind = match error.kind() {
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            TransportKind::Reset
        }
        ErrorKind::UnexpectedEof => TransportKind::Closed,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => TransportKind::ReadTimeout,
        ErrorKind::ConnectionRefused
        | ErrorKind::NotConnected
        | ErrorKind::AddrNotAvailable
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown => TransportKind::Connect,
        // ureq reports bad HTTP and bad gzip by variants of its own: what is left is rustls.
        ErrorKind::InvalidData => {
            let inner = error.get_ref().map(ToString::to_string);
            return transport(
                TransportKind::Tls,
                &on_one_line(&std::format!("TLS: {}", inner.unwrap_or_default())),
            );
        }
        // The system's answer for a name that it does not know has no kind of its own.
        _ if error.raw_os_error().is_none() && error.get_ref().is_some() => {
            TransportKind::HostNotFound
        }
        _ => TransportKind::Other,
    };
    in_words(kind, error)
}

fn of_timeout(timeout: Timeout) -> TransportKind {
    match timeout {
        Timeout::Global | Timeout::PerCall => TransportKind::Deadline,
        Timeout::Resolve | Timeout::Connect => TransportKind::ConnectTimeout,
        _ => TransportKind::ReadTimeout,
    }
}
