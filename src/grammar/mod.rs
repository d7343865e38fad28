//! Which bytes may stand where.

pub(crate) mod encode;
pub(crate) mod hex;
#[cfg(feature = "http")]
pub(crate) mod host;
#[cfg(any(feature = "client", feature = "explain"))]
pub(crate) mod number;
pub(crate) mod text;
#[cfg(any(feature = "client", feature = "explain"))]
pub(crate) mod xml;
