//! One call: what is asked, and what is answered.

use crate::client::base_url::{resolve, shown};
use crate::client::call::Client;
use crate::client::error::ClientError;
use crate::client::prepared::{Content, Prepared};
use crate::client::response::Response;
use crate::client::timeouts::LONGEST;
use crate::client::upload::Upload;
use core::fmt;
use core::time::Duration;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use serde::Serialize;
use std::format;
use std::prelude::rust_2024::*;

/// A request that is being put together. [`send`](Self::send) signs and sends it;
/// nothing is checked before.
///
/// ```no_run
/// # let client = sigv4::Client::from_env()?;
/// let created: serde_json::Value = client
///     .post("https://abc123.execute-api.eu-west-1.amazonaws.com/prod/items")
///     .query("dry-run", "true")
///     .header("x-request-source", "nightly")
///     .json(&serde_json::json!({ "name": "a" }))
///     .timeout(std::time::Duration::from_secs(5))
///     .send()?
///     .json()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
#[must_use = "nothing happens before it is sent"]
#[derive(Clone)]
pub struct RequestBuilder<'a> {
    client: &'a Client,
    method: String,
    target: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, Vec<u8>)>,
    body: Content,
    is_json: bool,
    json_error: Option<String>,
    timeout: Option<Duration>,
    repeatable: bool,
}

impl<'a> RequestBuilder<'a> {
    pub(crate) fn new(client: &'a Client, method: &str, target: &str) -> Self {
        Self {
            client,
            method: method.into(),
            target: target.into(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Content::Bytes(Vec::new()),
            is_json: false,
            json_error: None,
            timeout: None,
            repeatable: false,
        }
    }

    /// Adds a pair to the query. Both texts are escaped.
    pub fn query(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((key.into(), value.into()));
        self
    }

    /// Adds a header. `content-type` and `x-amz-*` are signed.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The body, byte for byte.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Content::Bytes(body.into());
        self.is_json = false;
        self.json_error = None;
        self
    }

    /// A body of any size, which is read while it is sent; to S3, with `PUT`, in chunks.
    ///
    /// ```no_run
    /// # let client = sigv4::Client::from_env()?;
    /// use sigv4::client::Upload;
    ///
    /// client
    ///     .put("https://examplebucket.s3.eu-central-1.amazonaws.com/backup.tar")
    ///     .upload(Upload::file("backup.tar").expect("it is there"))
    ///     .timeout(std::time::Duration::from_secs(3_600))
    ///     .send()?;
    /// # Ok::<(), sigv4::ClientError>(())
    /// ```
    pub fn upload(mut self, upload: Upload) -> Self {
        self.body = Content::Upload(upload);
        self.is_json = false;
        self.json_error = None;
        self
    }

    /// The body as JSON, with `content-type: application/json` unless there is another.
    /// Anything that serde writes will do; what cannot be written is told when it is sent.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        let (bytes, error) = match serde_json::to_vec(body) {
            Ok(bytes) => (bytes, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        (self.body, self.json_error) = (Content::Bytes(bytes), error);
        self.is_json = true;
        self
    }

    /// The time for all attempts together, instead of the client's; a year at most.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout.min(LONGEST));
        self
    }

    /// Lets this request be tried again, although its method is not idempotent.
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Signs and sends it, as often as the client's [`RetryPolicy`](crate::client::RetryPolicy) says.
    ///
    /// # Errors
    /// [`ClientError`] for everything but a status 2xx whose body was read to its end.
    pub fn send(self) -> Result<Response, ClientError> {
        let client = self.client;
        client.call(&self.prepare()?)
    }

    fn prepare(self) -> Result<Prepared, ClientError> {
        let invalid = |part: String| ClientError::InvalidRequest { part };
        if let Some(error) = self.json_error {
            return Err(invalid(format!("the body as JSON: {error}")));
        }
        let uri = resolve(self.client.base_url(), &self.target, &self.query)?;
        let method =
            Method::from_bytes(self.method.as_bytes()).map_err(|_| invalid("method".into()))?;
        let mut headers = HeaderMap::with_capacity(self.headers.len());
        for (name, value) in self.headers {
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| invalid("a header's name".into()))?;
            let value = HeaderValue::from_bytes(&value)
                .map_err(|_| invalid(format!("the value of the header {name}")))?;
            headers.append(name, value);
        }
        if self.is_json && !headers.contains_key(CONTENT_TYPE) {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(Prepared {
            method,
            uri,
            headers,
            body: self.body,
            timeout: self.timeout,
            repeatable: self.repeatable,
        })
    }
}

impl fmt::Debug for RequestBuilder<'_> {
    /// Without query, headers and body, which may be anything.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBuilder")
            .field("method", &self.method)
            .field("target", &shown(&self.target))
            .finish_non_exhaustive()
    }
}

impl Client {
    /// `GET`, of a path below the base URL or of an absolute URL.
    pub fn get(&self, target: &str) -> RequestBuilder<'_> {
        self.request("GET", target)
    }

    /// `POST`. It is not tried again unless it is said to be
    /// [`repeatable`](RequestBuilder::repeatable).
    pub fn post(&self, target: &str) -> RequestBuilder<'_> {
        self.request("POST", target)
    }

    /// `PUT`.
    pub fn put(&self, target: &str) -> RequestBuilder<'_> {
        self.request("PUT", target)
    }

    /// `DELETE`.
    pub fn delete(&self, target: &str) -> RequestBuilder<'_> {
        self.request("DELETE", target)
    }

    /// Any method.
    pub fn request(&self, method: &str, target: &str) -> RequestBuilder<'_> {
        RequestBuilder::new(self, method, target)
    }
}
