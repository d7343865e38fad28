//! The guard on the wire: what callers send over HTTP/1.1 is framed here before hyper reads it.
//!
//! hyper's server takes what other servers read differently: both lengths, equal lengths twice,
//! lines that end in LF alone, no host, two hosts. A proxy that lets such a message through lends its
//! signature to whoever hides a second message in the first.
//!
//! ```text
//! socket ─► Lines ─► Head ─► Framing ─► Guarded ─► hyper ─► service
//!           (CRLF)   (RFC    (which byte  (a message            │
//!                    9112)   is the last) at a time)  ◄── Wire ─┘
//! ```

mod chunks;
mod framing;
mod guarded;
mod head;
mod lines;
mod request_line;
mod slow;
mod wire;
mod wire_fault;

#[cfg(test)]
mod held_tests;
#[cfg(test)]
mod tests;

pub use framing::message_end;
pub(crate) use guarded::Guarded;
pub(crate) use wire::{Decision, Wire};
pub use wire_fault::WireFault;
