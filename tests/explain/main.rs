//! Explaining refusals.

mod answers;
mod properties;
#[path = "../support/mod.rs"]
mod support;
