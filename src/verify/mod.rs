//! The way through for those who receive.

#[cfg(feature = "v4a")]
mod by_public_key;
pub(crate) mod claim;
mod claim_in_header;
mod claim_in_query;
#[cfg(feature = "tower")]
pub(crate) mod kept_key;
pub(crate) mod policy;
mod proven_payload;
mod read;
pub(crate) mod refusal;
#[cfg(any(feature = "gateway", feature = "tower"))]
pub(crate) mod session_token;
pub(crate) mod verdict;
