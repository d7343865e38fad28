//! Tokens that services make of a signature.

#[path = "../support/mod.rs"]
mod support;

mod figures;
mod inputs;
mod names;
mod properties;
mod vector;
