//! Where callers come in: a port or a UNIX socket, each with or without TLS.
//!
//! ```text
//! socket ─► slot ─► handshake ─► stream
//! ```
//! A handshake keeps nobody else from being accepted.

pub(crate) mod certificates;
pub(crate) mod listener;
pub(crate) mod stream;
pub(crate) mod tcp;
#[cfg(unix)]
pub(crate) mod unix;

#[cfg(test)]
mod tests;
