//! Who says that they are calling: the signature that a request carries, read strictly.

use crate::authorization::{Parameters, parse_credential, parse_signature, parse_signed_headers};
use crate::encode::{check_escapes, decoded};
use crate::error::Error;
use crate::key::SigningKey;
use crate::names::{Known, PARAMETERS, PAYLOAD_HASH_PARAMETER};
use crate::presign::MAX_EXPIRES;
use crate::profile::{Profile, QueryPlus};
use crate::query::{is_amz, is_parameter, pairs_of, repeated_amz_parameter};
use crate::request::Request;
use crate::scope::Scope;
use crate::signature::Signature;
use crate::string_to_sign::ALGORITHM;
use crate::target::{Target, path_and_query};
use crate::text::trim;
use crate::timestamp::Timestamp;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// A signature and all that it says of itself
/// ([header form](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html),
/// [query form](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html);
/// vectors `test-vectors/accept` and `reject`). Nothing of it is proven before
/// [`verify`](Self::verify).
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    pub(crate) form: Form,
    credential: Cow<'a, str>,
    /// Where the four slashes of the credential are.
    slashes: [usize; 4],
    pub(crate) signed_headers: Cow<'a, str>,
    pub(crate) signature: Signature,
    pub(crate) at: Timestamp,
    /// Seconds; in the query form only.
    pub(crate) expires: Option<u64>,
    pub(crate) content_sha256: Option<Cow<'a, str>>,
}

/// Where a signature stands in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// The `Authorization` header.
    Header,
    /// The query of a presigned URL.
    Query,
}

impl<'a> Claim<'a> {
    /// Finds the signature of a request, in its `Authorization` header or its query, and
    /// reads it. The request is one that arrived: everything as it was on the wire.
    ///
    /// # Errors
    /// [`Error::NotSigned`] where there is none; [`Error::MixedForms`] where there are
    /// two; otherwise one variant for each rule of the grammar.
    pub fn from_request(request: &Request<'a>) -> Result<Self, Error> {
        let headers = signing_headers(request)?;
        let query = signing_parameters(request)?;
        match (headers.authorization, query.is_empty()) {
            (None, true) => Err(Error::NotSigned),
            (Some(_), false) => Err(Error::MixedForms),
            (Some(value), true) => Self::from_header(value, &headers),
            (None, false) => Self::from_query(query, &headers),
        }
    }

    fn from_header(value: &'a str, headers: &SigningHeaders<'a>) -> Result<Self, Error> {
        let parameters = Parameters::parse(value)?;
        Self {
            form: Form::Header,
            credential: Cow::Borrowed(parameters.credential),
            slashes: [0; 4],
            signed_headers: Cow::Borrowed(parameters.signed_headers),
            signature: parse_signature(parameters.signature)?,
            at: Timestamp::parse(headers.date.ok_or(Error::MissingDate)?)?,
            expires: None,
            content_sha256: headers.content_sha256.map(Cow::from),
        }
        .checked()
    }

    fn from_query(
        query: SigningParameters<'a>,
        headers: &SigningHeaders<'a>,
    ) -> Result<Self, Error> {
        if query.algorithm.ok_or(Error::MissingAlgorithm)? != ALGORITHM {
            return Err(Error::UnsupportedAlgorithm);
        }
        Self {
            form: Form::Query,
            credential: query.credential.ok_or(Error::MissingCredential)?,
            slashes: [0; 4],
            signed_headers: query.signed_headers.ok_or(Error::MissingSignedHeaders)?,
            signature: parse_signature(&query.signature.ok_or(Error::MissingSignature)?)?,
            at: Timestamp::parse(&query.date.ok_or(Error::MissingDate)?)?,
            expires: Some(parse_expires(&query.expires.ok_or(Error::MissingExpires)?)?),
            content_sha256: query
                .content_sha256
                .or(headers.content_sha256.map(Cow::from)),
        }
        .checked()
    }

    /// What both forms have to satisfy.
    fn checked(mut self) -> Result<Self, Error> {
        let (access_key_id, scope) = parse_credential(&self.credential)?;
        parse_signed_headers(&self.signed_headers)?;
        if scope.date() != self.at.date() {
            return Err(Error::ScopeDateDiffers);
        }
        let mut end = 0_usize;
        let [date, region, service, _] = scope.parts();
        self.slashes = [access_key_id, date, region, service].map(|part| {
            let slash = end.saturating_add(part.len());
            end = slash.saturating_add(1);
            slash
        });
        Ok(self)
    }

    /// Whose key is said to have made the signature: look it up by this.
    pub fn access_key_id(&self) -> &str {
        let [end, ..] = self.slashes;
        self.part(None, end)
    }

    /// What the key is said to be good for.
    pub fn scope(&self) -> Scope<'_> {
        let [first, second, third, fourth] = self.slashes;
        Scope::trusted(
            self.part(Some(first), second),
            self.part(Some(second), third),
            self.part(Some(third), fourth),
        )
        .with_rest(self.credential.get(second..).unwrap_or_default())
    }

    /// Where the signature stands.
    pub fn form(&self) -> Form {
        self.form
    }

    /// When the signature is said to have been made.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// How long a presigned URL is said to hold, in seconds.
    pub fn expires(&self) -> Option<u64> {
        self.expires
    }

    /// Names of the signed headers, joined by `;`.
    pub fn signed_headers(&self) -> &str {
        &self.signed_headers
    }

    /// The key that a secret gives for this claim's scope.
    pub fn signing_key(&self, secret_access_key: &str) -> SigningKey {
        SigningKey::derive(secret_access_key, &self.scope())
    }

    /// The part of the credential that ends at slash `end`.
    fn part(&self, start: Option<usize>, end: usize) -> &str {
        let start = start.map_or(0, |slash| slash.saturating_add(1));
        // The slashes are in the text: the default is never taken.
        self.credential.get(start..end).unwrap_or_default()
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

#[derive(Default)]
struct SigningHeaders<'a> {
    authorization: Option<&'a str>,
    date: Option<&'a str>,
    content_sha256: Option<&'a str>,
}

/// A header that is there twice is refused: one of the two would be the signed one and
/// the other the one that counts.
fn signing_headers<'a>(request: &Request<'a>) -> Result<SigningHeaders<'a>, Error> {
    let mut found = SigningHeaders::default();
    for (index, &(name, value)) in request.headers.iter().enumerate() {
        let slot = match Known::of(name) {
            Known::Authorization if found.authorization.is_some() => {
                return Err(Error::RepeatedAuthorization);
            }
            Known::Authorization => &mut found.authorization,
            Known::Date => &mut found.date,
            Known::PayloadHash => &mut found.content_sha256,
            _ => continue,
        };
        if slot.replace(text(index, value)?).is_some() {
            return Err(Error::RepeatedSigningHeader { index });
        }
    }
    Ok(found)
}

/// The text of a header that belongs to the signature.
fn text(index: usize, value: &[u8]) -> Result<&str, Error> {
    core::str::from_utf8(value)
        .map(trim)
        .map_err(|fault| Error::NonAsciiHeaderValue {
            index,
            position: fault.valid_up_to(),
        })
}

/// The session token that came with a claim, under the profile's name for it. A token
/// under any other name is none.
pub(crate) fn session_token<'a>(
    request: &Request<'a>,
    target: &Target<'a>,
    form: Form,
    profile: &Profile,
) -> Result<Option<Cow<'a, str>>, Error> {
    let mut found = None;
    match form {
        Form::Header => {
            for (index, &(name, value)) in request.headers.iter().enumerate() {
                if !name.eq_ignore_ascii_case(profile.session_token_header) {
                    continue;
                }
                if found.replace(Cow::Borrowed(text(index, value)?)).is_some() {
                    return Err(Error::RepeatedSigningHeader { index });
                }
            }
        }
        // Reading the claim has made sure that it is not there twice.
        Form::Query => {
            let name = profile.session_token_parameter;
            let mut pairs = pairs_of(target.query);
            if let Some((_, value, position)) =
                pairs.find(|(key, ..)| is_parameter(key, name, QueryPlus::Literal))
            {
                let position = target.query_offset.saturating_add(position);
                found = Some(decode(value).ok_or(Error::InvalidSigningParameter { position })?);
            }
        }
    }
    Ok(found)
}

#[derive(Default)]
struct SigningParameters<'a> {
    algorithm: Option<Cow<'a, str>>,
    credential: Option<Cow<'a, str>>,
    date: Option<Cow<'a, str>>,
    signed_headers: Option<Cow<'a, str>>,
    expires: Option<Cow<'a, str>>,
    signature: Option<Cow<'a, str>>,
    content_sha256: Option<Cow<'a, str>>,
}

impl SigningParameters<'_> {
    /// Without anything that makes a query a presigned one. A lone session token or
    /// payload hash may be an ordinary parameter of an API.
    fn is_empty(&self) -> bool {
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
}

/// Decoded.
fn signing_parameters<'a>(request: &Request<'a>) -> Result<SigningParameters<'a>, Error> {
    let (path, query) = path_and_query(request.target)?;
    let query_offset = path.len().saturating_add(1);
    check_escapes(query, query_offset)?;
    let signing = || pairs_of(query).filter(|(key, ..)| is_amz(key));
    if signing().nth(1).is_some()
        && let Some(position) = repeated_amz_parameter(query)
    {
        let position = query_offset.saturating_add(position);
        return Err(Error::RepeatedSigningParameter { position });
    }
    let [
        algorithm,
        credential,
        date,
        signed_headers,
        expires,
        _,
        signature,
    ] = PARAMETERS;
    let mut found = SigningParameters::default();
    for (key, value, position) in signing() {
        let is = |name| is_parameter(key, name, QueryPlus::Literal);
        let slot = if is(algorithm) {
            &mut found.algorithm
        } else if is(credential) {
            &mut found.credential
        } else if is(date) {
            &mut found.date
        } else if is(signed_headers) {
            &mut found.signed_headers
        } else if is(expires) {
            &mut found.expires
        } else if is(signature) {
            &mut found.signature
        } else if is(PAYLOAD_HASH_PARAMETER) {
            &mut found.content_sha256
        } else {
            continue;
        };
        let position = query_offset.saturating_add(position);
        let text = decode(value).ok_or(Error::InvalidSigningParameter { position })?;
        *slot = Some(text);
    }
    Ok(found)
}

fn decode(value: &str) -> Option<Cow<'_, str>> {
    if !value.contains('%') {
        return Some(Cow::Borrowed(value));
    }
    let mut bytes = Vec::with_capacity(value.len());
    bytes.extend(decoded(value, QueryPlus::Literal));
    String::from_utf8(bytes).ok().map(Cow::Owned)
}
