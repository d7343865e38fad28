//! Other crates' requests, signed and verified.

#[cfg(feature = "axum")]
pub mod axum;
pub(crate) mod http;
#[cfg(feature = "tower")]
pub mod tower;
