//! The blocking client and its credentials.
#![cfg(feature = "client")]

mod cached;
mod clocks;
mod connections;
mod container;
mod environment;
mod fault;
mod faults;
mod gateway;
mod half_answers;
mod late_uploads;
#[path = "../support/logs.rs"]
mod logs;
#[path = "../support/misbehaving.rs"]
mod misbehaving;
mod process;
#[path = "../reference/mod.rs"]
mod reference;
mod refusals;
mod refused;
mod remote;
mod sent;
#[path = "../support/server.rs"]
mod server;
mod sigv4a;
mod source;
#[path = "../support/mod.rs"]
mod support;
mod threads;
mod tls;
#[path = "../support/upload.rs"]
mod upload;
mod uploads;
mod wanted;
