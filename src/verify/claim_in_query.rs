//! The claim of a presigned URL.

use crate::canonical::parameter::{Parameter, pairs_of, repeated_amz_parameter};
use crate::canonical::target::path_and_query;
use crate::error::Error;
use crate::grammar::encode::{check_escapes, decode};
use crate::grammar::text::{find, pieces};
use crate::request::Request;
use crate::request::algorithm::Algorithm;
#[cfg(feature = "v4a")]
use crate::request::region_set;
use crate::request::timestamp::Timestamp;
use crate::sign::authorization::{credential_parts, parse_signature};
use crate::sign::presign::MAX_EXPIRES;
use crate::verify::claim::{Claim, Form, check};
use crate::verify::claim_in_header::SigningHeaders;
use alloc::borrow::Cow;

/// The parameters of a query that belong to a signature.
#[derive(Default)]
pub(super) struct SigningParameters<'a> {
    algorithm: Option<Value<'a>>,
    credential: Option<Value<'a>>,
    date: Option<Value<'a>>,
    signed_headers: Option<Value<'a>>,
    expires: Option<Value<'a>>,
    signature: Option<Value<'a>>,
    content_sha256: Option<Value<'a>>,
    region_set: Option<Value<'a>>,
}

/// The value of a parameter, still to be decoded.
#[derive(Clone, Copy)]
struct Value<'a> {
    text: &'a str,
    /// Where the parameter starts in the request target.
    position: usize,
}

impl<'a> SigningParameters<'a> {
    pub(super) fn of(request: &Request<'a>) -> Result<Self, Error> {
        let (path, query) = path_and_query(request.target)?;
        let mut found = Self::default();
        let has = |byte| find(query.as_bytes(), byte).is_some();
        // Neither escapes nor a key in question: most requests that are signed in a header.
        if !has(b'%') && !has(b'X') {
            return Ok(found);
        }
        let offset = path.len().saturating_add(1);
        check_escapes(query, offset)?;
        let pairs = || {
            let place =
                move |(key, text, at): (_, _, usize)| (key, text, offset.saturating_add(at));
            pairs_of(query).map(place)
        };
        let (mut others, mut repeated) = (0_usize, false);
        for (key, text, position) in pairs() {
            let slot = match Parameter::of(key) {
                Parameter::Algorithm => &mut found.algorithm,
                Parameter::Credential => &mut found.credential,
                Parameter::Date => &mut found.date,
                Parameter::SignedHeaders => &mut found.signed_headers,
                Parameter::Expires => &mut found.expires,
                Parameter::Signature => &mut found.signature,
                Parameter::PayloadHash => &mut found.content_sha256,
                Parameter::RegionSet => &mut found.region_set,
                Parameter::SessionToken | Parameter::OtherAmz => {
                    others = others.saturating_add(1);
                    continue;
                }
                Parameter::Other => continue,
            };
            repeated |= slot.replace(Value { text, position }).is_some();
        }
        if (repeated || others > 1)
            && let Some(position) = repeated_amz_parameter(pairs())
        {
            return Err(Error::RepeatedSigningParameter { position });
        }
        Ok(found)
    }

    /// Without anything that makes a query a presigned one. A lone session token, payload
    /// hash or region set may be an ordinary parameter of an API.
    pub(super) fn is_empty(&self) -> bool {
        [
            &self.algorithm,
            &self.credential,
            &self.date,
            &self.signed_headers,
            &self.expires,
            &self.signature,
        ]
        .iter()
        .all(|parameter| parameter.is_none())
    }

    pub(super) fn claim(&self, headers: &SigningHeaders<'a>) -> Result<Claim<'a>, Error> {
        let algorithm = self.algorithm.ok_or(Error::MissingAlgorithm)?;
        let algorithm = match Algorithm::named(algorithm.text) {
            Some(algorithm) => algorithm,
            None => Algorithm::named(&algorithm.decoded()?).ok_or(Error::UnsupportedAlgorithm)?,
        };
        let credential = self.credential.ok_or(Error::MissingCredential)?;
        let signed_headers = self.signed_headers.ok_or(Error::MissingSignedHeaders)?;
        let signed_headers = signed_headers.decoded()?;
        let signature = self.signature.ok_or(Error::MissingSignature)?;
        // Digits need no escapes.
        let signature = match parse_signature(algorithm, signature.text) {
            Ok(signature) => signature,
            Err(_) => parse_signature(algorithm, &signature.decoded()?)?,
        };
        let at = self.date.ok_or(Error::MissingDate)?.decoded()?;
        let at = Timestamp::parse(&at)?;
        let expires = self.expires.ok_or(Error::MissingExpires)?.decoded()?;
        let expires = parse_expires(&expires)?;
        let content_sha256 = match (self.content_sha256, headers.content_sha256) {
            (Some(value), _) => Some(value.decoded()?),
            (None, header) => header.map(Cow::Borrowed),
        };
        let credential = credential.credential(algorithm)?;
        check(
            algorithm,
            credential.each_ref().map(|part| &**part),
            &signed_headers,
            &at,
        )?;
        let [access_key_id, _, region, service, _] = credential;
        let region_set = match algorithm {
            Algorithm::SigV4 => None,
            #[cfg(feature = "v4a")]
            Algorithm::SigV4a => {
                let region_set = self.region_set.ok_or(Error::MissingRegionSet)?.decoded()?;
                region_set::check(&region_set)?;
                Some(region_set)
            }
        };
        Ok(Claim {
            form: Form::Query,
            algorithm,
            access_key_id,
            region,
            service,
            scope_rest: None,
            signed_headers,
            signature,
            at,
            expires: Some(expires),
            content_sha256,
            region_set,
        })
    }
}

impl<'a> Value<'a> {
    fn decoded(self) -> Result<Cow<'a, str>, Error> {
        let position = self.position;
        decode(self.text).ok_or(Error::InvalidSigningParameter { position })
    }

    /// The parts of a credential. Mostly its slashes are escaped and nothing else is: then
    /// there is nothing to decode.
    fn credential(self, algorithm: Algorithm) -> Result<[Cow<'a, str>; 5], Error> {
        let mut escapes = pieces(self.text, b'%');
        let first = escapes.next();
        let mut next = || escapes.next()?.strip_prefix("2F");
        let date = next();
        let region = if algorithm.has_region_set() {
            Some("")
        } else {
            next()
        };
        if let (Some(id), Some(date), Some(region), Some(service), Some(terminator)) =
            (first, date, region, next(), next())
            && escapes.next().is_none()
            && find(self.text.as_bytes(), b'/').is_none()
        {
            return Ok([id, date, region, service, terminator].map(Cow::Borrowed));
        }
        Ok(match self.decoded()? {
            Cow::Borrowed(text) => credential_parts(algorithm, text)?.map(Cow::Borrowed),
            Cow::Owned(text) => {
                credential_parts(algorithm, &text)?.map(|part| Cow::Owned(part.into()))
            }
        })
    }
}

/// A plain decimal number from 1 to 604800.
fn parse_expires(text: &str) -> Result<u64, Error> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if text.is_empty() || !digits || (text.starts_with('0') && text.len() > 1) {
        return Err(Error::MalformedExpires);
    }
    let seconds = text.parse().unwrap_or(u64::MAX);
    if (1..=MAX_EXPIRES).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(Error::ExpiresOutOfRange {
            seconds,
            limit: MAX_EXPIRES,
        })
    }
}
