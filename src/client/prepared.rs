//! A request that can be sent.

use crate::client::upload::Upload;
use core::time::Duration;
use http::{HeaderMap, Method, Uri};
use std::prelude::rust_2024::*;

/// What is sent with a request.
#[derive(Clone)]
pub(crate) enum Content {
    Bytes(Vec<u8>),
    Upload(Upload),
}

/// A request whose parts have been checked, to be signed anew for every attempt.
pub(crate) struct Prepared {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: Content,
    pub timeout: Option<Duration>,
    pub repeatable: bool,
}
