//! What must not be in a request before it is signed.

use crate::canonical::PayloadHash;
use crate::error::Error;
use crate::names::{DATE_HEADER, PARAMETERS, PAYLOAD_HASH_HEADER, PAYLOAD_HASH_PARAMETER};
use crate::profile::Profile;
use crate::query::{is_parameter, pairs_of, repeated_amz_parameter};
use crate::request::Request;
use crate::target;

/// Nothing that signing writes may be there already: it would be signed twice or
/// silently replaced. Nor may anything that a claim is read from, which would then be
/// there twice. Says whether `x-amz-content-sha256` is still to be written.
pub(crate) fn check_preset(
    request: &Request<'_>,
    profile: &Profile,
    payload_hash: &PayloadHash,
) -> Result<bool, Error> {
    let mut hash_missing = true;
    for &(name, value) in request.headers {
        if name.eq_ignore_ascii_case("authorization") {
            return Err(Error::AuthorizationAlreadySet);
        }
        if name.eq_ignore_ascii_case(DATE_HEADER) {
            return Err(Error::DateAlreadySet);
        }
        let token_headers = [
            profile.session_token_header,
            Profile::DEFAULT.session_token_header,
            Profile::S3_EXPRESS.session_token_header,
        ];
        if token_headers
            .iter()
            .any(|token| name.eq_ignore_ascii_case(token))
        {
            return Err(Error::SecurityTokenAlreadySet);
        }
        if name.eq_ignore_ascii_case(PAYLOAD_HASH_HEADER) {
            if value != payload_hash.as_bytes() || !hash_missing {
                return Err(Error::ContentSha256Differs);
            }
            hash_missing = false;
        }
    }
    let parts = target::split(request.target)?;
    for (key, _, position) in pairs_of(parts.query) {
        let plus = profile.query_plus;
        if PARAMETERS
            .iter()
            .chain(&[
                PAYLOAD_HASH_PARAMETER,
                profile.session_token_parameter,
                Profile::S3_EXPRESS.session_token_parameter,
            ])
            .any(|name| is_parameter(key, name, plus))
        {
            return Err(Error::SigningParameterAlreadySet {
                position: parts.query_offset.saturating_add(position),
            });
        }
    }
    match repeated_amz_parameter(parts.query) {
        Some(position) => Err(Error::RepeatedSigningParameter {
            position: parts.query_offset.saturating_add(position),
        }),
        None => Ok(hash_missing),
    }
}
