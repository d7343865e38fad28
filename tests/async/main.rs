//! Layers, against real servers and clients.

#[path = "../support/mod.rs"]
mod support;

mod answers_read;
mod bodies;
mod body_sockets;
mod by_reqwest;
mod callers;
mod extractors;
mod grpc;
mod keys;
mod lambda;
mod load;
mod reject;
mod response_bodies;
mod served;
mod sign;
mod streams;
mod traces;
mod waiting;
mod wire;
