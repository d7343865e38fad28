//! A stand-in for an API behind API Gateway's IAM authorization ("Microservice B").
//!
//! It listens on loopback, verifies every request as API Gateway does, evaluates IAM
//! policies for `execute-api:Invoke`, and serves `GET /{stage}/items`,
//! `POST /{stage}/items`, any method of `/{stage}/echo/…`, which says what arrived, and, for
//! everybody, `GET /health`.
//! Refusals have API Gateway's own status, headers and texts.
//!
//! [`Gateway::with_service`] makes it a stand-in for S3, which takes bodies in signed and unsigned
//! pieces, and stores nothing.

mod access_log;
pub(crate) mod api;
pub(crate) mod authorize;
mod bodies;
mod echo;
mod health;
mod iam;
mod items;
#[cfg(feature = "v4a")]
mod key_pairs;
mod limits;
mod located;
mod permission;
mod pieces;
mod principals;
mod random;
pub(crate) mod reached;
pub(crate) mod reply;
mod respond;
mod room;
mod route;
pub(crate) mod s3;
#[cfg(feature = "inspect")]
mod seen;
mod server;
pub(crate) mod service;
pub(crate) mod state;
#[cfg(feature = "inspect")]
mod watch;

pub use api::{Api, ApiError, SERVICE};
pub use iam::decision::{Decision, INVOKE};
pub use iam::document::PolicyDocument;
pub use iam::fault::{PolicyError, PolicyFault};
pub use limits::Limits;
pub use located::{At, JsonFault};
pub use principals::{Key, Principal, PrincipalArn, Principals, PrincipalsError, PrincipalsFault};
pub use random::throw_away_credentials;
pub use server::{Gateway, Running};
pub use service::Service;
