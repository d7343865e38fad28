//! The way through for those who send.

pub(crate) mod authorization;
pub(crate) mod header_form;
pub(crate) mod presign;
pub(crate) mod signer;
#[cfg(any(feature = "client", feature = "tower"))]
pub(crate) mod signers;
pub(crate) mod stages;
pub(crate) mod unsigned;
