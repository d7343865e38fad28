//! The proxy between real clients and real upstreams, in one process over loopback.
#![cfg(feature = "proxy")]

mod admin;
mod config_files;
mod drain;
mod harness;
mod load;
mod metrics;
mod openmetrics;
#[path = "../support/server.rs"]
mod server;
mod smuggling;
mod tunnel;
mod versions;
mod way;
