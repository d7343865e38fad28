//! A request that may be signed: well formed, and free of what signing is going to write.

use crate::canonical::header_name::Known;
use crate::canonical::headers::Headers;
use crate::canonical::parameter::{Parameter, is_parameter, repeated_amz_parameter};
use crate::canonical::payload::PayloadHash;
use crate::canonical::query::Query;
use crate::canonical::target::Target;
use crate::error::Error;
use crate::request::Request;
use crate::request::profile::Profile;

/// What signing reads of a request.
pub(crate) struct Unsigned<'a> {
    pub headers: Headers<'a>,
    pub target: Target<'a>,
    pub payload_hash: PayloadHash,
    /// `x-amz-content-sha256` is still to be written.
    pub hash_missing: bool,
    /// The header and the parameter that carry its session token.
    pub token_names: (&'static str, &'static str),
}

impl<'a> Unsigned<'a> {
    /// With the payload hash that is going to be signed.
    #[inline(always)]
    pub(crate) fn read(
        request: &Request<'a>,
        payload_hash: Result<PayloadHash, Error>,
        profile: &Profile,
    ) -> Result<Self, Error> {
        let headers = Headers::read(request)?;
        let payload_hash = payload_hash?;
        let target = Target::parse(request.target)?;
        // Before anything is rewritten: an error names a place in what the caller gave.
        target.check(profile)?;
        let hash_missing = check_headers(&headers, profile, &payload_hash)?;
        check_query(target.query, profile)?;
        Ok(Self {
            headers,
            target,
            payload_hash,
            hash_missing,
            token_names: profile.token_names(request),
        })
    }
}

/// Nothing that signing writes may be there already: it would be signed twice or
/// silently replaced. Nor may anything that a claim is read from, which would then be
/// there twice. Says whether `x-amz-content-sha256` is still to be written.
#[inline(always)]
fn check_headers(
    headers: &Headers<'_>,
    profile: &Profile,
    payload_hash: &PayloadHash,
) -> Result<bool, Error> {
    let mut hash_missing = true;
    for field in headers.fields() {
        match field.known {
            Known::Authorization => return Err(Error::AuthorizationAlreadySet),
            Known::Date => return Err(Error::DateAlreadySet),
            Known::SessionToken => return Err(Error::SecurityTokenAlreadySet),
            Known::RegionSet if profile.algorithm.has_region_set() => {
                return Err(Error::RegionSetAlreadySet);
            }
            Known::PayloadHash => {
                if field.value != payload_hash.as_bytes() || !hash_missing {
                    return Err(Error::ContentSha256Differs);
                }
                hash_missing = false;
            }
            _ if field
                .name
                .eq_ignore_ascii_case(profile.session_token_header) =>
            {
                return Err(Error::SecurityTokenAlreadySet);
            }
            _ => {}
        }
    }
    Ok(hash_missing)
}

/// The same of the parameters.
#[inline(always)]
fn check_query(query: Query<'_>, profile: &Profile) -> Result<(), Error> {
    let mut amz = 0_usize;
    for (key, _, position) in query.pairs() {
        let parameter = Parameter::of(key);
        let other = match parameter {
            Parameter::Other | Parameter::OtherAmz => true,
            Parameter::RegionSet => !profile.algorithm.has_region_set(),
            _ => false,
        };
        if !other || is_parameter(key, profile.session_token_parameter) {
            return Err(Error::SigningParameterAlreadySet { position });
        }
        amz = amz.saturating_add(usize::from(parameter != Parameter::Other));
    }
    if amz > 1
        && let Some(position) = repeated_amz_parameter(query.pairs())
    {
        return Err(Error::RepeatedSigningParameter { position });
    }
    Ok(())
}
