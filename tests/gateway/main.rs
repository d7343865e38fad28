//! The embedded stand-in.
#![cfg(feature = "gateway")]

mod access_log;
mod bodies;
mod bounds;
mod echoes;
mod foreign;
mod harness;
mod iam;
#[path = "../support/logs.rs"]
mod logs;
mod permissions;
mod refusals;
mod routes;
mod s3;
mod sigv4a;
#[path = "../support/mod.rs"]
mod support;
