//! The core: signing, presigning, verifying.

#[path = "../reference/mod.rs"]
mod reference;
#[path = "../support/mod.rs"]
mod support;
#[cfg(feature = "std")]
#[path = "../support/upload.rs"]
mod upload;

mod arrived;
mod steps;

mod authorization;
mod headers;
mod path;
mod payload;
mod profile;
mod query;
mod reported_paths;
mod request_line;
mod timestamp;

mod preset;
mod presign;
mod session_token;
mod signer;

mod claim;
mod date;
mod fault_order;
mod limits;
mod policy;
mod proven;
mod tamper;

mod sigv4a;

mod events;
mod streaming;

mod corners;
mod refusal;
mod refusal_pieces;
mod reject;
mod round_trip;
mod transcription;
mod vectors;

mod allocations;
mod debug;
mod error_text;
mod http;
mod http_presigned;
mod map;
mod properties;
