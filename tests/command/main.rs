//! The command, as a process.
#![cfg(feature = "cli")]

mod behaviours;
mod curl_line;
mod items;
mod request_answers;
mod request_bodies;
mod request_connection;
mod request_explained;
mod request_targets;
mod runner;
mod serve;
mod stand_in;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod vectors;
mod wire;
