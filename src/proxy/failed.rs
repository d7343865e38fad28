//! What an upstream that did not answer is blamed for.

use super::answer::Refused;
use super::body::BodyFault;
use super::cause::Cause;
use core::error::Error;
use std::borrow::Cow;
use std::prelude::rust_2024::*;
use std::{format, io};

/// What kept the request from being answered, without a word of what was sent.
pub(crate) fn refused_by(error: &hyper_util::client::legacy::Error) -> Refused {
    if let Some(fault) = BodyFault::behind(error) {
        return Refused::new(fault.cause(), fault.to_string());
    }
    let mut source = error.source();
    let mut io = None;
    while let Some(inner) = source {
        if let Some(found) = inner.downcast_ref::<io::Error>() {
            io = Some(found);
        }
        source = inner.source();
    }
    let why: Cow<'static, str> = match io {
        Some(io) if io.kind() == io::ErrorKind::TimedOut => {
            return Refused::new(
                Cause::SlowUpstream,
                "connecting to the upstream took too long",
            );
        }
        Some(io) => io.to_string().into(),
        None => Cow::Borrowed("the connection failed"),
    };
    if error.is_connect() {
        return Refused::new(
            Cause::Connect,
            format!("no connection to the upstream: {why}"),
        );
    }
    Refused::new(
        Cause::Upstream,
        format!("the upstream gave no answer: {why}"),
    )
}
