//! Bodies that are signed piece by piece: `aws-chunked` uploads to S3, and event streams.
//!
//! ```text
//! signed request ─► its signature ─► chunk ─► chunk ─► empty chunk ─► trailer
//!                                 └► event ─► event ─► empty event
//! ```
//! Each link is signed together with the signature before it: nothing can be changed, left out or
//! added without the chain breaking there, or at the end. (Chunks of the kind without signatures
//! have no chain.)
//!
//! | need | entry point |
//! |---|---|
//! | what the head of an upload has to say, and how long its body is | [`ChunkedBody`] |
//! | encode a body | [`ChunkEncoder`], with [`Signer::chunk_signer`](crate::Signer::chunk_signer) |
//! | decode and verify one | [`ChunkDecoder`], from [`Verified::chunk_decoder`](crate::Verified::chunk_decoder) |
//! | the same with `std::io` (feature `std`) | `EncodingReader`, `EncodingWriter`, `DecodingReader` |
//! | chunks that you frame yourself | [`ChunkSigner`], [`ChunkVerifier`] |
//! | messages of an event stream, plain and signed | `event` (feature `event-stream`) |
//! | the text that is signed | [`Link`] |
//!
//! What holds for all of them:
//!
//! - No I/O but that of the readers and writers with feature `std`. How the bytes are cut makes no
//!   difference.
//! - The data of a signed chunk are handed on when its signature has been verified, not before.
//! - They own what they keep (a key, a scope, a signature), so that a stream can outlive its
//!   request.
//! - The memory of those who read grows with what has arrived, never with what a length says, to at
//!   most a chunk, and a quarter of one while it grows. Those who write have room for a chunk.

mod chain;
#[cfg(feature = "checksum")]
mod checksum;
#[cfg(feature = "std")]
pub(crate) mod computed_trailers;
pub(crate) mod decoder;
#[cfg(feature = "std")]
mod decoding_reader;
mod encoder;
#[cfg(feature = "std")]
mod encoding_reader;
#[cfg(feature = "std")]
mod encoding_writer;
#[cfg(feature = "event-stream")]
pub mod event;
pub(crate) mod head;
mod held;
#[cfg(feature = "std")]
mod io_error;
mod line;
mod link;
mod stream_error;
mod trailers;

pub use chain::{ChunkSigner, ChunkVerifier, VerifyingKey};
#[cfg(feature = "checksum")]
pub use checksum::{Checksum, ChecksumAlgorithm};
pub use decoder::{ChunkDecoder, Decoded};
#[cfg(feature = "std")]
pub use decoding_reader::DecodingReader;
pub use encoder::ChunkEncoder;
#[cfg(feature = "std")]
pub use encoding_reader::EncodingReader;
#[cfg(feature = "std")]
pub use encoding_writer::EncodingWriter;
pub use head::{
    ChunkedBody, ChunkedHeaders, DEFAULT_CHUNK_SIZE, MIN_CHUNK_SIZE, is_checksum_header, is_upload,
};
pub use link::{Link, Linked};
pub use stream_error::StreamError;
