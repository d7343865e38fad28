//! The claim of an `Authorization` header.

use crate::canonical::header_name::Known;
#[cfg(feature = "v4a")]
use crate::canonical::header_name::REGION_SET_HEADER;
use crate::error::Error;
use crate::grammar::text::pieces;
use crate::request::Request;
use crate::request::algorithm::Algorithm;
#[cfg(feature = "v4a")]
use crate::request::region_set;
use crate::request::timestamp::Timestamp;
use crate::sign::authorization::{Stated, credential_parts, parse_signature};
use crate::verify::claim::{Claim, Form, check, text};
use alloc::borrow::Cow;

/// The headers that belong to a signature.
#[derive(Default)]
pub(super) struct SigningHeaders<'a> {
    pub authorization: Option<&'a str>,
    date: Option<&'a str>,
    /// Of no interest where there is an `x-amz-date`.
    http_date: Found<'a>,
    pub content_sha256: Option<&'a str>,
}

/// A header, and its place.
#[derive(Clone, Copy, Default)]
enum Found<'a> {
    #[default]
    Missing,
    At(usize, &'a [u8]),
    Again(usize),
}

impl<'a> Found<'a> {
    fn put(&mut self, index: usize, value: &'a [u8]) {
        *self = match self {
            Self::Missing => Self::At(index, value),
            Self::At(..) | Self::Again(_) => Self::Again(index),
        };
    }

    /// Its place and its value, of which the signed headers have to tell.
    fn signed(
        self,
        (name, signed_headers): (&str, &str),
        missing: Error,
        not_signed: impl FnOnce(usize) -> Error,
    ) -> Result<&'a str, Error> {
        match self {
            Self::Missing => Err(missing),
            Self::Again(index) => Error::RepeatedSigningHeader { index }.into_err(),
            Self::At(index, _) if pieces(signed_headers, b';').all(|signed| signed != name) => {
                Err(not_signed(index))
            }
            Self::At(index, value) => text(index, value),
        }
    }
}

impl<'a> SigningHeaders<'a> {
    /// A header that is there twice is refused: one of the two would be the signed one and
    /// the other the one that counts.
    pub(super) fn of(request: &Request<'a>) -> Result<Self, Error> {
        let mut found = Self::default();
        for (index, &(name, value)) in request.headers.iter().enumerate() {
            let slot = match Known::of(name) {
                Known::Authorization if found.authorization.is_some() => {
                    return Error::RepeatedAuthorization.into_err();
                }
                Known::Authorization => &mut found.authorization,
                Known::Date => &mut found.date,
                Known::HttpDate => {
                    found.http_date.put(index, value);
                    continue;
                }
                Known::PayloadHash => &mut found.content_sha256,
                _ => continue,
            };
            if slot.replace(text(index, value)?).is_some() {
                return Error::RepeatedSigningHeader { index }.into_err();
            }
        }
        Ok(found)
    }

    /// `value` is that of the `Authorization` header.
    pub(super) fn claim(
        &self,
        #[cfg_attr(not(feature = "v4a"), allow(unused_variables))] request: &Request<'a>,
        value: &'a str,
    ) -> Result<Claim<'a>, Error> {
        let parameters = Stated::parse(value)?;
        let algorithm = parameters.algorithm;
        let signature = parse_signature(algorithm, parameters.signature)?;
        let at = self.at(parameters.signed_headers)?;
        let credential = credential_parts(algorithm, parameters.credential)?;
        check(algorithm, credential, parameters.signed_headers, &at)?;
        let [access_key_id, date, region, service, _] = credential;
        let rest = access_key_id
            .len()
            .saturating_add(1)
            .saturating_add(date.len());
        Ok(Claim {
            form: Form::Header,
            algorithm,
            access_key_id: Cow::Borrowed(access_key_id),
            region: Cow::Borrowed(region),
            service: Cow::Borrowed(service),
            scope_rest: parameters.credential.get(rest..),
            signed_headers: Cow::Borrowed(parameters.signed_headers),
            signature,
            at,
            expires: None,
            content_sha256: self.content_sha256.map(Cow::Borrowed),
            region_set: match algorithm {
                Algorithm::SigV4 => None,
                #[cfg(feature = "v4a")]
                Algorithm::SigV4a => Some(region_set_of(request, parameters.signed_headers)?),
            },
        })
    }

    /// The time of the signature: `x-amz-date`, or where there is none a `date` that is signed.
    /// [Elements of a request signature](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html)
    fn at(&self, signed_headers: &str) -> Result<Timestamp, Error> {
        if let Some(date) = self.date {
            return Timestamp::parse(date);
        }
        let date =
            self.http_date
                .signed(("date", signed_headers), Error::MissingDate, |index| {
                    Error::DateNotSigned { index }
                })?;
        if date.starts_with(|first: char| first.is_ascii_digit()) {
            Timestamp::parse(date)
        } else {
            Timestamp::parse_http(date)
        }
    }
}

/// Without the regions that it is for, a request of Version 4A would be good in all.
#[cfg(feature = "v4a")]
fn region_set_of<'a>(request: &Request<'a>, signed_headers: &str) -> Result<Cow<'a, str>, Error> {
    let mut found = Found::Missing;
    for (index, &(name, value)) in request.headers.iter().enumerate() {
        if Known::of(name) == Known::RegionSet {
            found.put(index, value);
        }
    }
    let region_set = found.signed(
        (REGION_SET_HEADER, signed_headers),
        Error::MissingRegionSet,
        |index| Error::RegionSetNotSigned { index },
    )?;
    region_set::check(region_set)?;
    Ok(Cow::Borrowed(region_set))
}
