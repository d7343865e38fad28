//! The proxy between real clients and real upstreams, in one process over loopback.
#![cfg(feature = "proxy")]

mod admin;
mod agents;
mod answers;
mod bodies;
mod bounds;
mod busy_upstream;
mod by_hand;
mod callers_left;
mod config_files;
mod deadline;
mod drain;
mod endings;
mod explained;
mod fault;
mod faults;
mod h2_answers;
mod h2_upstream;
mod harness;
mod inspected;
mod inspected_refusals;
mod listen;
mod load;
mod log_lines;
#[path = "../support/logs.rs"]
mod logs;
mod metrics;
#[path = "../support/misbehaving.rs"]
mod misbehaving;
mod openmetrics;
mod pages;
mod pool;
mod renamed;
mod resign;
mod resign_attacks;
#[path = "../support/server.rs"]
mod server;
mod slow_readers;
mod smuggling;
mod stalled;
mod token;
mod tunnel;
mod versions;
mod way;
