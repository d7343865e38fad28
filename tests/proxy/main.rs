//! The proxy between real clients and real upstreams, in one process over loopback.
#![cfg(feature = "proxy")]

mod config_files;
mod harness;
#[path = "../support/server.rs"]
mod server;
mod tunnel;
mod versions;
mod way;
