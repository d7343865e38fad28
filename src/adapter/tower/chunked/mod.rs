//! Bodies in the content encoding `aws-chunked`: encoded on their way out, decoded and verified on
//! their way in.

pub(crate) mod arriving;
mod awaited;
mod chunks;
mod decoded_body;
mod encoded_body;
mod receiving;
pub(crate) mod sending;

pub(super) use arriving::Arriving;
pub use chunks::Chunks;
pub use decoded_body::DecodedBody;
pub use encoded_body::EncodedBody;
