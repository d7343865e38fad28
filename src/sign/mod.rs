//! The way through for those who send.

pub(crate) mod authorization;
pub(crate) mod preset;
pub(crate) mod presign;
pub(crate) mod signer;
pub(crate) mod stages;
