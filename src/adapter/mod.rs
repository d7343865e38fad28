//! Other crates' requests, signed and verified.

#[cfg(feature = "axum")]
pub mod axum;
pub(crate) mod http;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(any(feature = "client", feature = "tower"))]
pub(crate) mod spans;
#[cfg(feature = "tower")]
pub mod tower;
