//! Tokens that services make of a signature.

#[path = "../support/mod.rs"]
mod support;

mod figures;
mod inputs;
mod names;
mod properties;
mod vector;
mod verified;
mod verified_changed;
mod verified_hosts;
#[cfg(any(feature = "client", feature = "gateway"))]
mod verified_identity;
