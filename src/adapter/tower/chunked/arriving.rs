//! A body in pieces that a handler has, as the layer knows it.

use crate::adapter::spans::Span;
use crate::adapter::tower::refused::Refused;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::pin::Pin;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderValue, TRAILER, TRANSFER_ENCODING};
use std::sync::{Mutex, OnceLock, PoisonError};

/// What is known of a body whose handler has it.
pub(in crate::adapter::tower) struct Arriving {
    decoded_length: u64,
    span: OnceLock<Span>,
    broken: Mutex<Option<Broken>>,
}

/// The answer to a body that broke, and what is still to come of it.
pub(in crate::adapter::tower) struct Broken {
    pub refused: Refused,
    pub rest: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Arriving {
    pub(super) fn new(decoded_length: u64) -> Self {
        Self {
            decoded_length,
            span: OnceLock::new(),
            broken: Mutex::new(None),
        }
    }

    /// A handler sees the head of the body that it gets: without `aws-chunked`, and with the length
    /// of the data.
    pub(in crate::adapter::tower) fn describe(&self, headers: &mut HeaderMap) {
        leave_out_aws_chunked(headers);
        headers.insert(CONTENT_LENGTH, self.decoded_length.into());
        // Of HTTP's own pieces, and of trailers that are dropped.
        headers.remove(TRANSFER_ENCODING);
        headers.remove(TRAILER);
    }

    /// Where what becomes of the body is told, which may be long after its handler has answered.
    pub(in crate::adapter::tower) fn traced_in(&self, span: Span) {
        // Once a request.
        let _ = self.span.set(span);
    }

    pub(super) fn breaks(&self, broken: Broken) {
        if let Some(span) = self.span.get() {
            span.verified(Err(broken.refused.refusal().reason()));
        }
        let mut slot = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = Some(broken);
    }

    /// What the body broke with, if it has.
    pub(in crate::adapter::tower) fn broken(&self) -> Option<Broken> {
        let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        broken.take()
    }
}

/// Other codings of the body stay.
pub(crate) fn leave_out_aws_chunked(headers: &mut HeaderMap) {
    let codings = headers.get_all(CONTENT_ENCODING).iter();
    let codings: Vec<_> = codings
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"aws-chunked"))
        .collect();
    let codings = codings.join(&b", "[..]);
    headers.remove(CONTENT_ENCODING);
    if !codings.is_empty()
        && let Ok(codings) = HeaderValue::from_bytes(&codings)
    {
        headers.insert(CONTENT_ENCODING, codings);
    }
}
