//! Layers, against real servers and clients.

#[path = "../support/mod.rs"]
mod support;

mod bodies;
mod callers;
mod extractors;
mod keys;
mod reject;
mod served;
