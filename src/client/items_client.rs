//! The client for `GET /items`.

use crate::client::builder::ClientBuilder;
use crate::client::call::Client;
use crate::client::error::ClientError;
use crate::sources::provide::ProvideCredentials;
use serde_json::Value;
use std::prelude::rust_2024::*;

/// What is behind a host whose name tells no service.
const SERVICE: &str = "execute-api";

/// Gets the items of a service behind API Gateway with IAM authorization.
///
/// A failure is logged, at level `error`, and returned: whoever reads the log of the
/// program finds it there, and whoever calls decides what becomes of it. (Do not log it
/// once more.)
///
/// ```no_run
/// use sigv4::ItemsClient;
///
/// let items = ItemsClient::from_env("https://abc123.execute-api.eu-west-1.amazonaws.com/prod")?
///     .get_items()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ItemsClient {
    base_url: String,
    client: Client,
}

impl ItemsClient {
    /// With credentials from the environment. The region is the one in the host's name,
    /// else `AWS_REGION`, else `AWS_DEFAULT_REGION`. The base URL may carry a stage and a
    /// trailing slash.
    ///
    /// # Errors
    /// [`ClientError::Url`] and [`ClientError::Credentials`].
    pub fn from_env(base_url: impl Into<String>) -> Result<Self, ClientError> {
        Self::from_builder(base_url, Client::builder())
    }

    /// With given credentials and region.
    ///
    /// # Errors
    /// [`ClientError::Url`].
    pub fn new(
        base_url: impl Into<String>,
        credentials: impl ProvideCredentials + 'static,
        region: impl Into<String>,
    ) -> Result<Self, ClientError> {
        let builder = Client::builder().credentials(credentials).region(region);
        Self::from_builder(base_url, builder)
    }

    /// With any other settings. Where neither they nor the host's name tell a service, it
    /// is `execute-api`.
    ///
    /// # Errors
    /// As [`ClientBuilder::build`].
    pub fn from_builder(
        base_url: impl Into<String>,
        builder: ClientBuilder,
    ) -> Result<Self, ClientError> {
        let base_url = base_url.into();
        let client = builder
            .base_url(base_url.clone())
            .default_service(SERVICE)
            .build()?;
        Ok(Self { base_url, client })
    }

    /// What `/items` is added to.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// `GET <base URL>/items`.
    ///
    /// # Errors
    /// [`ClientError`] for everything but a status 2xx with JSON.
    pub fn get_items(&self) -> Result<Value, ClientError> {
        log::info!("getting the items from {}", self.base_url);
        let items = self
            .client
            .get("/items")
            .send()
            .and_then(|response| response.json());
        match &items {
            Ok(_) => log::info!("got the items"),
            Err(error) => log::error!("could not get the items: {error}"),
        }
        items
    }
}
