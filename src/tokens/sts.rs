//! How AWS STS is asked who calls, for those that sign the question and those that pass it on.
//! [GetCallerIdentity](https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html)

use crate::endpoint::suffix_of;
use crate::tokens::error::TokenError;
use alloc::string::String;

/// The question, as a form.
pub(super) const BODY: &str = "Action=GetCallerIdentity&Version=2011-06-15";

/// What it is said to be.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// In which header Vault wants to be named.
pub(super) const SERVER_ID_HEADER: &str = "X-Vault-AWS-IAM-Server-ID";

/// The endpoint of a region, in its partition.
pub(super) fn host(region: &str) -> Result<String, TokenError> {
    let suffix = suffix_of(region, false).ok_or(TokenError::UnknownRegion)?;
    Ok(["sts.", region, ".", suffix].concat())
}
