//! A stand-in for an API behind API Gateway's IAM authorization ("Microservice B").
//!
//! It listens on loopback, verifies every request as API Gateway does, evaluates IAM
//! policies for `execute-api:Invoke`, and serves `GET /{stage}/items`,
//! `POST /{stage}/items`, and any method of `/{stage}/echo/…`, which says what arrived. Refusals have API Gateway's own status, headers and texts.

mod answer;
mod authorize;
mod items;
mod json;
mod limits;
mod pattern;
mod policy;
mod principals;
mod random;
mod respond;
mod server;

pub use authorize::{Api, ApiError, SERVICE};
pub use limits::Limits;
pub use policy::{At, Decision, INVOKE, JsonFault, PolicyDocument, PolicyError, PolicyFault};
pub use principals::{Key, Principal, PrincipalArn, Principals, PrincipalsError, PrincipalsFault};
pub use random::throw_away_credentials;
pub use server::{Gateway, Running};
