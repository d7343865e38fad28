//! The head of a request, signed.

use super::answer::Refused;
use super::cause::Cause;
use crate::adapter::http::{is_safe_to_sign, with_target};
use crate::canonical::target::escaped;
use crate::error::Error;
use crate::request::Payload;
use crate::request::timestamp::Timestamp;
use crate::sign::signer::Signer;
use crate::signature::Signature;
use http::Request;
use std::borrow::Cow;
use std::format;
use std::prelude::rust_2024::*;

/// Signs what hops leave alone, and leaves the target as it came, but for bytes that no URI can hold:
/// these are sent escaped, as what is signed is what is sent.
pub(super) fn sign(
    signer: &Signer,
    request: &mut Request<()>,
    payload: Payload<'_>,
    at: Timestamp,
) -> Result<Signature, Refused> {
    if let Some(target) = request.uri().path_and_query()
        && let Cow::Owned(escaped) = escaped(target.as_str())
    {
        *request.uri_mut() = with_target(request.uri(), &escaped).map_err(unsignable)?;
    }
    let uri = request.uri().clone();
    let signature = signer.sign_http_selected(request, payload, at, is_safe_to_sign);
    *request.uri_mut() = uri;
    signature.map_err(unsignable)
}

pub(super) fn unsignable(error: Error) -> Refused {
    Refused::new(
        Cause::Unsignable,
        format!("the request cannot be signed: {error}"),
    )
}
