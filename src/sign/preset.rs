//! What must not be in a request before it is signed.

use crate::canonical::PayloadHash;
use crate::canonical::headers::Headers;
use crate::canonical::query::{is_parameter, pairs_of, repeated_amz_parameter};
use crate::canonical::target::Target;
use crate::error::Error;
use crate::grammar::names::{Known, Parameter};
use crate::request::profile::Profile;

/// Nothing that signing writes may be there already: it would be signed twice or
/// silently replaced. Nor may anything that a claim is read from, which would then be
/// there twice. Says whether `x-amz-content-sha256` is still to be written.
#[inline(always)]
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
    let offset = |position| target.query_offset.saturating_add(position);
    let mut amz = 0_usize;
    for (key, _, position) in pairs_of(target.query) {
        let parameter = Parameter::of(key);
        let other = matches!(parameter, Parameter::Other | Parameter::OtherAmz);
        if !other || is_parameter(key, profile.session_token_parameter) {
            return Err(Error::SigningParameterAlreadySet {
                position: offset(position),
            });
        }
        amz = amz.saturating_add(usize::from(parameter == Parameter::OtherAmz));
    }
    if amz > 1
        && let Some(position) = repeated_amz_parameter(target.query)
    {
        return Err(Error::RepeatedSigningParameter {
            position: offset(position),
        });
    }
    Ok(hash_missing)
}
