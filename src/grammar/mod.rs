//! Which bytes may stand where.

pub(crate) mod base64;
pub(crate) mod encode;
pub(crate) mod hex;
#[cfg(feature = "http")]
pub(crate) mod host;
pub(crate) mod json;
#[cfg(any(feature = "client", feature = "explain"))]
pub(crate) mod number;
pub(crate) mod text;
pub(crate) mod xml;
