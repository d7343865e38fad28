//! What an upstream that did not answer is blamed for.

use super::answer::Refused;
use super::body::BodyFault;
use super::cause::Cause;
use super::ending::{innermost, words};
use crate::grammar::shown::Shown;
use core::error::Error;
use std::io::ErrorKind;
use std::prelude::rust_2024::*;
use std::{format, io};

/// What kept the request of a route from being answered, without a word of what was sent. The log has the
/// whole of it; the caller learns of what kind it is, no names or addresses of what is behind the proxy.
pub(crate) fn refused_by(error: &hyper_util::client::legacy::Error, route: &str) -> Refused {
    if let Some(fault) = BodyFault::behind(error) {
        return Refused::new(fault.cause(), fault.to_string());
    }
    let mut whole = error.to_string();
    let (mut source, mut found) = (error.source(), None);
    let mut is_name = false;
    while let Some(inner) = source {
        let text = words(inner);
        // What has a text only: hyper-util's error of connecting is nobody's to name.
        is_name |= error.is_connect() && text.starts_with("dns error");
        if !whole.ends_with(&text) {
            whole = format!("{whole}: {text}");
        }
        found = inner.downcast_ref::<io::Error>().or(found);
        source = inner.source();
    }
    log::warn!("route {route}: upstream: {}", Shown(&whole));
    let found = found.map(innermost);
    let is_late = found.is_some_and(|io| io.kind() == ErrorKind::TimedOut);
    if is_late {
        let message = if error.is_connect() {
            "connecting to the upstream took too long"
        } else {
            "the connection to the upstream is dead: nothing came back in time"
        };
        return Refused::new(Cause::SlowUpstream, message);
    }
    let why = match found {
        _ if is_name => "its name was not resolved",
        Some(io) => kind(io),
        None => UNKNOWN,
    };
    if error.is_connect() {
        let message = format!("no connection to the upstream: {why}");
        return Refused::new(Cause::Connect, message);
    }
    Refused::new(
        Cause::Upstream,
        format!("the upstream gave no answer: {why}"),
    )
}

const UNKNOWN: &str = "the connection failed";

fn kind(error: &io::Error) -> &'static str {
    let inner = error.get_ref();
    match inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(_)) => return "its certificate is not trusted",
        Some(_) => return "TLS was not agreed upon",
        None => {}
    }
    match error.kind() {
        ErrorKind::ConnectionRefused => "it refuses connections",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => "it cannot be reached",
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => "it closed the connection",
        _ => UNKNOWN,
    }
}
