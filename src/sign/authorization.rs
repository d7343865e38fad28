//! The `Authorization` header.
//! [Add the signature to the request](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#add-signature-to-request)

use crate::error::Error;
use crate::grammar::text::{LOWER_CASE_TOKEN, are_all_in, pieces, trim};
use crate::request::algorithm::Algorithm;
use crate::request::scope::{Scope, forbidden};
use crate::signature::Signature;
use alloc::string::String;
use core::fmt;

/// What an `Authorization` header says.
///
/// `Display` writes the header's value.
///
/// ```
/// use sigv4::Authorization;
///
/// let header = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
///     SignedHeaders=host;x-amz-date, \
///     Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
/// let parsed = Authorization::parse(header)?;
/// assert_eq!(parsed.access_key_id, "AKIDEXAMPLE");
/// assert_eq!(parsed.scope.service(), "iam");
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authorization<'a> {
    /// Whose key made the signature.
    pub access_key_id: &'a str,
    /// What the key is good for.
    pub scope: Scope<'a>,
    /// Names of the signed headers: lower case, sorted, unique, joined by `;`.
    pub signed_headers: &'a str,
    /// The signature.
    pub signature: Signature,
}

impl<'a> Authorization<'a> {
    /// Reads a header's value, strictly: the algorithm, then `Credential`,
    /// `SignedHeaders` and `Signature`, each once, in any order, separated by a comma
    /// and optional white space.
    ///
    /// # Errors
    /// One variant of [`Error`] for each rule, from [`Error::UnsupportedAlgorithm`] on.
    pub fn parse(value: &'a str) -> Result<Self, Error> {
        let parameters = Stated::parse(value)?;
        let algorithm = parameters.algorithm;
        let [access_key_id, scope @ ..] = credential_parts(algorithm, parameters.credential)?;
        check_access_key_id(access_key_id)?;
        Ok(Self {
            access_key_id,
            scope: Scope::parse(algorithm, scope, None)?,
            signed_headers: parse_signed_headers(parameters.signed_headers)?,
            signature: parse_signature(algorithm, parameters.signature)?,
        })
    }
}

/// The algorithm of the header, and its three parameters, each still to be read.
pub(crate) struct Stated<'a> {
    pub algorithm: Algorithm,
    pub credential: &'a str,
    pub signed_headers: &'a str,
    pub signature: &'a str,
}

impl<'a> Stated<'a> {
    pub(crate) fn parse(value: &'a str) -> Result<Self, Error> {
        let (algorithm, parameters) = Algorithm::cut(value)
            .and_then(|(algorithm, rest)| Some((algorithm, rest.strip_prefix(' ')?)))
            .ok_or(Error::UnsupportedAlgorithm)?;
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        let mut position = value.len().saturating_sub(parameters.len());
        for piece in pieces(parameters, b',') {
            let malformed = Error::MalformedAuthorization { position };
            position = position.saturating_add(piece.len()).saturating_add(1);
            let piece = trim(piece);
            let (slot, text) = if let Some(text) = piece.strip_prefix("Credential=") {
                (&mut credential, text)
            } else if let Some(text) = piece.strip_prefix("SignedHeaders=") {
                (&mut signed_headers, text)
            } else if let Some(text) = piece.strip_prefix("Signature=") {
                (&mut signature, text)
            } else {
                return Err(malformed);
            };
            if slot.replace(text).is_some() {
                return Err(malformed);
            }
        }
        Ok(Self {
            algorithm,
            credential: credential.ok_or(Error::MissingCredential)?,
            signed_headers: signed_headers.ok_or(Error::MissingSignedHeaders)?,
            signature: signature.ok_or(Error::MissingSignature)?,
        })
    }
}

/// Appends the value of a header up to its list of signed headers, which is to follow.
pub(crate) fn write_credential(out: &mut String, access_key_id: &str, scope: &Scope<'_>) {
    out.push_str(scope.algorithm().name());
    out.push_str(" Credential=");
    out.push_str(access_key_id);
    out.push('/');
    out.push_str(scope.date());
    scope.write_rest(&mut |text| out.push_str(text));
    out.push_str(", SignedHeaders=");
}

/// Appends what follows the list of signed headers.
pub(crate) fn write_signature(out: &mut String, signature: &Signature) {
    out.push_str(", Signature=");
    signature.write(&mut |digits| out.push_str(digits));
}

impl fmt::Display for Authorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        write_credential(&mut text, self.access_key_id, &self.scope);
        text.push_str(self.signed_headers);
        write_signature(&mut text, &self.signature);
        f.write_str(&text)
    }
}

/// `access key id / date / region / service / aws4_request`, exactly five parts; exactly four
/// where the algorithm has a region set, and then the region is empty.
pub(crate) fn credential_parts(algorithm: Algorithm, text: &str) -> Result<[&str; 5], Error> {
    const REGION: usize = 2;
    let malformed = || Error::MalformedCredential {
        parts: text.split('/').count(),
        expected: if algorithm.has_region_set() { 4 } else { 5 },
    };
    let (mut given, mut parts) = (pieces(text, b'/'), [""; 5]);
    for (index, part) in parts.iter_mut().enumerate() {
        if index != REGION || !algorithm.has_region_set() {
            *part = given.next().ok_or_else(malformed)?;
        }
    }
    match given.next() {
        None => Ok(parts),
        Some(_) => Err(malformed()),
    }
}

pub(crate) fn check_access_key_id(id: &str) -> Result<(), Error> {
    if id.is_empty() {
        return Error::EmptyAccessKeyId.into_err();
    }
    match forbidden(id) {
        Some(position) => Error::InvalidAccessKeyId { position }.into_err(),
        None => Ok(()),
    }
}

/// Lower-case names, sorted, each once, joined by `;`.
pub(crate) fn parse_signed_headers(text: &str) -> Result<&str, Error> {
    let mut position = 0_usize;
    let mut last = "";
    for name in pieces(text, b';') {
        if name.is_empty() || !are_all_in(&LOWER_CASE_TOKEN, name) {
            return Error::InvalidSignedHeader { position }.into_err();
        }
        // Not with the empty text in front of the first, as C libraries that load by
        // a mask take 80 ns where there is nothing to load (docs/PERFORMANCE.md, Layers).
        if !last.is_empty() && name <= last {
            return Error::UnsortedSignedHeaders { position }.into_err();
        }
        last = name;
        position = position.saturating_add(name.len()).saturating_add(1);
    }
    Ok(text)
}

pub(crate) fn parse_signature(algorithm: Algorithm, text: &str) -> Result<Signature, Error> {
    match algorithm {
        Algorithm::SigV4 => Signature::parse(text).ok_or(Error::MalformedSignature),
        #[cfg(feature = "v4a")]
        Algorithm::SigV4a => Signature::parse_sigv4a(text).ok_or(Error::MalformedEcdsaSignature),
    }
}
