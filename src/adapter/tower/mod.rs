//! Layers for services of [`http::Request`]: [`VerifyLayer`] in front of a server (axum, hyper),
//! [`SignLayer`] in front of a client (hyper-util, reqwest, tonic). Nothing here needs a runtime.
//!
//! ```
//! use sigv4::Policy;
//! use sigv4::tower::{KnownKey, VerifyLayer};
//! use std::collections::BTreeMap;
//!
//! // Who may call: whatever implements `LookUp`.
//! let keys = BTreeMap::from([("AKIDEXAMPLE".to_owned(), KnownKey::new("a secret", "alice"))]);
//! let policy = Policy::new(&["eu-west-1"], "execute-api");
//! let layer = VerifyLayer::new(&policy, keys, tokio::time::sleep).body_limit(1 << 20);
//! ```

pub(crate) mod body;
pub(crate) mod chunked;
pub(crate) mod clock;
pub(crate) mod collect;
mod credentials;
mod iam_caller;
mod look_up;
mod reading;
mod refused;
mod response_body;
mod rules;
mod sign_layer;
mod signing;
mod stopped;
mod verified;
mod verify_layer;
mod verifying;

pub use body::Body;
pub use chunked::{Chunks, DecodedBody, EncodedBody};
pub use credentials::ReadyCredentials;
pub use iam_caller::{ApiGatewayCaller, IamCaller};
pub use look_up::{Asked, KnownKey, LookUp};
pub use refused::Refused;
pub use response_body::{Answers, AnyBody, ResponseBody, SameBody};
pub use sign_layer::{SignLayer, SignService};
pub use signing::SignError;
pub use verified::Verified;
#[cfg(feature = "axum")]
pub(crate) use verify_layer::Anonymous;
pub use verify_layer::{VerifyLayer, VerifyService};

use alloc::boxed::Box;

/// Any error of somebody else's.
pub type BoxError = Box<dyn core::error::Error + Send + Sync>;
