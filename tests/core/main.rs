//! The core: signing, presigning, verifying.

mod allocations;
mod api;
mod corners;
mod http;
mod properties;
#[path = "../reference/mod.rs"]
mod reference;
mod reject;
mod sign;
#[path = "../support/mod.rs"]
mod support;
mod vectors;
mod verify;
