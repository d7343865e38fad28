//! The way through for those who receive.

pub(crate) mod claim;
pub(crate) mod policy;
pub(crate) mod verdict;
