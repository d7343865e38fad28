//! Which bytes may stand where.

pub(crate) mod encode;
pub(crate) mod hex;
pub(crate) mod text;
