//! The blocking client and its credentials.
#![cfg(feature = "client")]

mod calls;
mod credentials;
mod gateway;
mod input;
#[path = "../support/logs.rs"]
mod logs;
#[path = "../support/server.rs"]
mod server;
mod tls;
