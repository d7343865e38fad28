//! What is answered.

use crate::client::error::ClientError;
use core::fmt;
use http::HeaderMap;
use serde_json::Value;
use std::prelude::rust_2024::*;

/// An answer with a status of 2xx, read to its end.
#[derive(Clone)]
pub struct Response {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// The HTTP status, 200 to 299.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body, decompressed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body, decompressed.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.body
    }

    /// The body as text.
    ///
    /// # Errors
    /// [`ClientError::InvalidUtf8`].
    pub fn text(&self) -> Result<&str, ClientError> {
        core::str::from_utf8(&self.body).map_err(|error| ClientError::InvalidUtf8 {
            valid_up_to: error.valid_up_to(),
        })
    }

    /// The body as JSON, whatever its content type.
    ///
    /// # Errors
    /// [`ClientError::InvalidJson`].
    pub fn json(&self) -> Result<Value, ClientError> {
        serde_json::from_slice(&self.body).map_err(|error| ClientError::InvalidJson {
            line: error.line(),
            column: error.column(),
        })
    }
}

impl fmt::Debug for Response {
    /// Without headers and body, which may be anything.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
