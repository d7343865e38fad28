//! Where AWS STS is asked who calls.

use crate::endpoint::suffix_of;
use crate::tokens::error::TokenError;
use alloc::string::String;

/// The endpoint of a region, in its partition.
pub(super) fn host(region: &str) -> Result<String, TokenError> {
    let suffix = suffix_of(region, false).ok_or(TokenError::UnknownRegion)?;
    Ok(["sts.", region, ".", suffix].concat())
}
