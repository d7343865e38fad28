//! A small blocking client over [ureq](https://docs.rs/ureq), in three layers:
//!
//! - [`SigV4`], a middleware that signs whatever passes through a ureq agent;
//! - [`Client`], for any service: credentials, region and service found, retries, clock
//!   correction, typed errors;
//! - [`ItemsClient`], for one endpoint.
//!
//! Beside it, the sources of credentials that are asked over HTTP, of which the default [`Chain`] and
//! profiles make use: [`AssumeRole`], [`WebIdentity`], [`Sso`], [`Login`], [`Container`], [`Imds`].
//!
//! Nothing here writes a header, a body or a credential to the log. ureq itself logs
//! what goes over the wire at level `trace` (target `ureq_proto`): keep that off.
//!
//! ```no_run
//! use sigv4::client::{Client, ClientError};
//!
//! let client = Client::builder()
//!     .base_url("https://abc123.execute-api.eu-west-1.amazonaws.com/prod")
//!     .build()?;
//! match client.get("/items").send() {
//!     Ok(response) => println!("{}", response.json::<serde_json::Value>()?),
//!     Err(ClientError::NotAuthorized { action, resource, .. }) => {
//!         println!("a policy forbids {action:?} on {resource:?}");
//!     }
//!     Err(ClientError::SignatureMismatch { canonical_string, .. }) => {
//!         println!("the service computed another signature, over {canonical_string:?}");
//!     }
//!     Err(error) => return Err(error),
//! }
//! # Ok::<(), ClientError>(())
//! ```

mod aws_error;
pub(crate) mod base_url;
mod builder;
mod call;
mod error;
mod error_body;
mod error_words;
mod error_xml;
mod evidence;
mod fallback_region;
mod http_date;
mod items_client;
pub(crate) mod links;
mod middleware;
mod pause;
mod prepared;
mod redact;
mod remote;
mod request_builder;
mod response;
mod retry;
mod signed_for;
mod signing;
pub(crate) mod skew;
mod streamed;
mod timeouts;
mod transport;
mod upload;
mod url_error;

pub use crate::endpoint::{KnownHost as AwsHost, recognize};
pub use crate::sources::{
    Cache, Chain, CredentialsError, Environment, Process, ProfileCredentials, ProvideCredentials,
    ProvidedCredentials, find_invisible,
};
pub use builder::ClientBuilder;
pub use call::Client;
pub use error::{ClientError, TransportKind};
pub use items_client::ItemsClient;
pub use remote::{
    AssumeRole, CallerIdentity, Container, Imds, Login, MfaCode, ProviderConfig, Sso, Sts,
    WebIdentity,
};
pub use request_builder::RequestBuilder;
pub use response::Response;
pub use retry::RetryPolicy;
pub use signing::SigV4;
pub use upload::Upload;
pub use url_error::UrlError;
