//! Other crates' requests, signed and verified.

pub(crate) mod http;
