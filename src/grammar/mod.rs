//! Which bytes may stand where.

pub(crate) mod encode;
pub(crate) mod hex;
#[cfg(feature = "http")]
pub(crate) mod host;
pub(crate) mod text;
