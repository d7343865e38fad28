//! The embedded stand-in.
#![cfg(feature = "gateway")]

mod bounds;
mod harness;
mod iam;
mod permissions;
mod refusals;
mod routes;
