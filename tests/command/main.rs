//! The command, as a process.
#![cfg(feature = "cli")]

mod behaviours;
mod options;
mod request;
#[path = "../support/mod.rs"]
mod support;
mod vectors;
