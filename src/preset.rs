//! What must not be in a request before it is signed.

use crate::canonical::PayloadHash;
use crate::error::Error;
use crate::headers::Headers;
use crate::names::{Known, PARAMETERS, PAYLOAD_HASH_PARAMETER};
use crate::profile::Profile;
use crate::query::{is_amz, is_parameter, pairs_of, repeated_amz_parameter};
use crate::target::Target;

/// Nothing that signing writes may be there already: it would be signed twice or
/// silently replaced. Nor may anything that a claim is read from, which would then be
/// there twice. Says whether `x-amz-content-sha256` is still to be written.
pub(crate) fn check_preset(
    headers: &Headers<'_>,
    target: &Target<'_>,
    profile: &Profile,
    payload_hash: &PayloadHash,
) -> Result<bool, Error> {
    let mut hash_missing = true;
    for entry in headers.entries() {
        let (name, value) = headers.header(entry);
        match entry.known {
            Known::Authorization => return Err(Error::AuthorizationAlreadySet),
            Known::Date => return Err(Error::DateAlreadySet),
            Known::SessionToken => return Err(Error::SecurityTokenAlreadySet),
            Known::PayloadHash => {
                if value != payload_hash.as_bytes() || !hash_missing {
                    return Err(Error::ContentSha256Differs);
                }
                hash_missing = false;
            }
            _ if name.eq_ignore_ascii_case(profile.session_token_header) => {
                return Err(Error::SecurityTokenAlreadySet);
            }
            _ => {}
        }
    }
    let mut amz = 0_usize;
    for (key, _, position) in pairs_of(target.query) {
        let is = |name: &str| is_parameter(key, name, profile.query_plus);
        let mut signing = is(profile.session_token_parameter);
        if is_amz(key) {
            amz = amz.saturating_add(1);
            signing |= PARAMETERS.iter().any(|name| is(name))
                || is(PAYLOAD_HASH_PARAMETER)
                || is(Profile::S3_EXPRESS.session_token_parameter);
        }
        if signing {
            return Err(Error::SigningParameterAlreadySet {
                position: target.query_offset.saturating_add(position),
            });
        }
    }
    if amz > 1
        && let Some(position) = repeated_amz_parameter(target.query)
    {
        return Err(Error::RepeatedSigningParameter {
            position: target.query_offset.saturating_add(position),
        });
    }
    Ok(hash_missing)
}
