//! The way through for those who receive.

pub(crate) mod claim;
mod claim_in_header;
mod claim_in_query;
pub(crate) mod policy;
mod read;
pub(crate) mod verdict;
