//! What is answered.

use crate::client::error::ClientError;
use core::fmt;
use http::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use std::prelude::rust_2024::*;

/// An answer with a status of 2xx, read to its end.
///
/// ```no_run
/// # let client = sigv4::Client::from_env()?;
/// let response = client.get("https://abc123.execute-api.eu-west-1.amazonaws.com/prod/items").send()?;
/// println!("{} {:?}", response.status(), response.headers().get("content-type"));
/// let items: serde_json::Value = response.json()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
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

    /// The body as JSON, whatever its content type: any type that serde reads, or
    /// `serde_json::Value`.
    ///
    /// # Errors
    /// [`ClientError::InvalidJson`] where it is none, [`ClientError::UnexpectedJson`] where
    /// it is another than the type asks for.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            match error.classify() {
                Category::Data => ClientError::UnexpectedJson {
                    line,
                    column,
                    expected: expected(&error),
                },
                _ => ClientError::InvalidJson { line, column },
            }
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

/// What the type would have been content with, in serde's words, which quote what came
/// instead in front of it.
fn expected(error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    let (text, _) = text.rsplit_once(" at line ").unwrap_or((&text, ""));
    if text.starts_with("missing field ") {
        return Some(text.into());
    }
    let (_, expected) = text.rsplit_once(", expected ")?;
    Some(expected.into())
}
