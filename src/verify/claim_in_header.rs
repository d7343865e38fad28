//! The claim of an `Authorization` header.

use crate::canonical::header_name::Known;
use crate::error::Error;
use crate::grammar::text::pieces;
use crate::request::Request;
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
    http_date: HttpDate<'a>,
    pub content_sha256: Option<&'a str>,
}

/// The `date` header, and its place.
#[derive(Clone, Copy, Default)]
enum HttpDate<'a> {
    #[default]
    Missing,
    At(usize, &'a [u8]),
    Again(usize),
}

impl<'a> SigningHeaders<'a> {
    /// A header that is there twice is refused: one of the two would be the signed one and
    /// the other the one that counts.
    pub(super) fn of(request: &Request<'a>) -> Result<Self, Error> {
        let mut found = Self::default();
        for (index, &(name, value)) in request.headers.iter().enumerate() {
            let slot = match Known::of(name) {
                Known::Authorization if found.authorization.is_some() => {
                    return Err(Error::RepeatedAuthorization);
                }
                Known::Authorization => &mut found.authorization,
                Known::Date => &mut found.date,
                Known::HttpDate => {
                    found.http_date = match found.http_date {
                        HttpDate::Missing => HttpDate::At(index, value),
                        HttpDate::At(..) | HttpDate::Again(_) => HttpDate::Again(index),
                    };
                    continue;
                }
                Known::PayloadHash => &mut found.content_sha256,
                _ => continue,
            };
            if slot.replace(text(index, value)?).is_some() {
                return Err(Error::RepeatedSigningHeader { index });
            }
        }
        Ok(found)
    }

    /// `value` is that of the `Authorization` header.
    pub(super) fn claim(&self, value: &'a str) -> Result<Claim<'a>, Error> {
        let parameters = Stated::parse(value)?;
        let signature = parse_signature(parameters.signature)?;
        let at = self.at(parameters.signed_headers)?;
        let credential = credential_parts(parameters.credential)?;
        check(credential, parameters.signed_headers, &at)?;
        let [access_key_id, date, region, service, _] = credential;
        let rest = access_key_id
            .len()
            .saturating_add(1)
            .saturating_add(date.len());
        Ok(Claim {
            form: Form::Header,
            access_key_id: Cow::Borrowed(access_key_id),
            region: Cow::Borrowed(region),
            service: Cow::Borrowed(service),
            scope_rest: parameters.credential.get(rest..),
            signed_headers: Cow::Borrowed(parameters.signed_headers),
            signature,
            at,
            expires: None,
            content_sha256: self.content_sha256.map(Cow::Borrowed),
        })
    }

    /// The time of the signature: `x-amz-date`, or where there is none a `date` that is signed.
    /// [Elements of a request signature](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html)
    fn at(&self, signed_headers: &str) -> Result<Timestamp, Error> {
        if let Some(date) = self.date {
            return Timestamp::parse(date);
        }
        let (index, value) = match self.http_date {
            HttpDate::Missing => return Err(Error::MissingDate),
            HttpDate::Again(index) => return Err(Error::RepeatedSigningHeader { index }),
            HttpDate::At(index, value) => (index, value),
        };
        if !pieces(signed_headers, b';').any(|name| name == "date") {
            return Err(Error::DateNotSigned { index });
        }
        let date = text(index, value)?;
        if date.starts_with(|first: char| first.is_ascii_digit()) {
            Timestamp::parse(date)
        } else {
            Timestamp::parse_http(date)
        }
    }
}
