//! Which bytes may stand where.

pub(crate) mod base64;
pub(crate) mod base64_decode;
pub(crate) mod encode;
pub(crate) mod hex;
#[cfg(feature = "http")]
pub(crate) mod host;
pub(crate) mod json;
#[cfg(any(feature = "client", feature = "explain"))]
pub(crate) mod number;
#[cfg(any(
    feature = "gateway",
    all(feature = "tracing", any(feature = "client", feature = "tower"))
))]
pub(crate) mod shown;
pub(crate) mod text;
#[cfg(any(feature = "client", feature = "gateway"))]
pub(crate) mod uuid;
pub(crate) mod xml;
