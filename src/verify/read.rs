//! A claim as a request carries it, in one form or the other.

use crate::error::Error;
use crate::request::Request;
use crate::verify::claim::Claim;
use crate::verify::claim_in_header::SigningHeaders;
use crate::verify::claim_in_query::SigningParameters;

impl<'a> Claim<'a> {
    /// Finds the signature of a request, in its `Authorization` header or its query, and
    /// reads it. The request is one that arrived: everything as it was on the wire.
    ///
    /// # Errors
    /// [`Error::NotSigned`] where there is none; [`Error::MixedForms`] where there are
    /// two; otherwise one variant for each rule of the grammar.
    pub fn from_request(request: &Request<'a>) -> Result<Self, Error> {
        let headers = SigningHeaders::of(request)?;
        let query = SigningParameters::of(request)?;
        match (headers.authorization, query.is_empty()) {
            (None, true) => Error::NotSigned.into_err(),
            (Some(_), false) => Error::MixedForms.into_err(),
            (Some(value), true) => headers.claim(request, value),
            (None, false) => query.claim(&headers),
        }
    }
}
