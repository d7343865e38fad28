//! The command, as a process.
#![cfg(feature = "cli")]

mod behaviours;
mod configured;
mod containers;
mod curl_line;
mod exported;
mod hosts;
mod inspected;
mod instance;
mod items;
mod memory;
mod mfa;
mod papers;
mod post_policy;
mod post_sent;
mod profiles;
mod proxied;
mod proxy;
mod proxy_ended;
mod proxy_files;
mod proxy_log;
mod proxy_reloads;
#[path = "../reference/mod.rs"]
mod reference;
mod request_answers;
mod request_bodies;
mod request_connection;
mod request_explained;
mod request_habits;
mod request_output;
mod request_targets;
mod runner;
mod secret_files;
mod serve;
mod serve_s3;
mod stand_in;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod terminal;
mod tls;
mod tokens;
mod tokens_of_git;
#[path = "../support/upload.rs"]
mod upload;
mod uploads;
mod uploads_refused;
mod vectors;
mod verify_pieces;
mod whoami;
mod wire;
