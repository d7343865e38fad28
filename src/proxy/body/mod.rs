//! What becomes of a request's body before the request is signed.
//!
//! ```text
//! Incoming ─► Arrival ─► (decoded) ─► hashed ───► memory, or a file ─► Forwarded
//!            (in time)               └► streamed, believed, in chunks ─┘
//! ```
//! Nothing of a body is read before a refusal that needs none of it: the first read is what sends
//! `100 Continue` to who waits for it (RFC 9110, 10.1.1).

mod arrival;
mod believed;
mod body_fault;
mod decoded_source;
mod forwarded;
mod framing;
mod in_chunks;
mod prepare;
mod read_hashed;
mod spool_file;
mod spooled;
mod stated;

#[cfg(test)]
mod chunks_tests;
#[cfg(test)]
mod hashed_tests;
#[cfg(test)]
mod memory_tests;
#[cfg(test)]
mod scripted_body;
#[cfg(test)]
mod ways_tests;

pub(crate) use body_fault::BodyFault;
pub(crate) use forwarded::Forwarded;
pub(crate) use prepare::{How, prepare};
pub(crate) use read_hashed::Room;
