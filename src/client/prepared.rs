//! A request that can be sent.

use core::time::Duration;
use http::{HeaderMap, Method, Uri};
use std::prelude::rust_2024::*;

/// A request whose parts have been checked, to be signed anew for every attempt.
pub(crate) struct Prepared {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub timeout: Option<Duration>,
    pub repeatable: bool,
}
