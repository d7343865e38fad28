//! The `Authorization` header.
//! [Add the signature to the request](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#add-signature-to-request)

use crate::encode::{TOKEN, ascii, is_in};
use crate::error::Error;
use crate::scope::{Scope, forbidden};
use crate::signature::Signature;
use crate::string_to_sign::ALGORITHM;
use alloc::string::String;
use core::fmt;

/// What an `Authorization` header says.
///
/// `Display` writes the header's value.
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
        let parameters = Parameters::parse(value)?;
        let (access_key_id, scope) = parse_credential(parameters.credential)?;
        Ok(Self {
            access_key_id,
            scope,
            signed_headers: parse_signed_headers(parameters.signed_headers)?,
            signature: parse_signature(parameters.signature)?,
        })
    }
}

/// The three parameters of the header, each still to be read.
pub(crate) struct Parameters<'a> {
    pub credential: &'a str,
    pub signed_headers: &'a str,
    pub signature: &'a str,
}

impl<'a> Parameters<'a> {
    pub(crate) fn parse(value: &'a str) -> Result<Self, Error> {
        let parameters = value
            .strip_prefix(ALGORITHM)
            .and_then(|rest| rest.strip_prefix(' '))
            .ok_or(Error::UnsupportedAlgorithm)?;
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        let mut position = value.len().saturating_sub(parameters.len());
        for piece in parameters.split(',') {
            let malformed = Error::MalformedAuthorization { position };
            position = position.saturating_add(piece.len()).saturating_add(1);
            let (name, text) = piece
                .trim_matches([' ', '\t'])
                .split_once('=')
                .ok_or(malformed)?;
            let slot = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return Err(malformed),
            };
            if slot.replace(text).is_some() {
                return Err(malformed);
            }
        }
        Ok(Self {
            credential: credential.ok_or(Error::MissingCredential)?,
            signed_headers: signed_headers.ok_or(Error::MissingSignedHeaders)?,
            signature: signature.ok_or(Error::MissingSignature)?,
        })
    }
}

impl Authorization<'_> {
    /// Appends the header's value.
    pub(crate) fn write_to(&self, out: &mut String) {
        let signature = self.signature.hex();
        let [date, region, service, terminator] = self.scope.parts();
        for text in [
            ALGORITHM,
            " Credential=",
            self.access_key_id,
            "/",
            date,
            "/",
            region,
            "/",
            service,
            "/",
            terminator,
            ", SignedHeaders=",
            self.signed_headers,
            ", Signature=",
            ascii(&signature),
        ] {
            out.push_str(text);
        }
    }
}

impl fmt::Display for Authorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write_to(&mut text);
        f.write_str(&text)
    }
}

/// `access key id / date / region / service / aws4_request`, exactly five parts.
pub(crate) fn parse_credential(text: &str) -> Result<(&str, Scope<'_>), Error> {
    let malformed = || Error::MalformedCredential {
        parts: text.split('/').count(),
    };
    let mut rest = text;
    let mut next = || {
        let slash = rest.bytes().position(|byte| byte == b'/')?;
        let (part, tail) = rest.split_at_checked(slash)?;
        rest = tail.get(1..)?;
        Some(part)
    };
    let (Some(access_key_id), Some(date), Some(region), Some(service)) =
        (next(), next(), next(), next())
    else {
        return Err(malformed());
    };
    let terminator = rest;
    if terminator.bytes().any(|byte| byte == b'/') {
        return Err(malformed());
    }
    if access_key_id.is_empty() {
        return Err(Error::EmptyAccessKeyId);
    }
    if let Some(position) = forbidden(access_key_id) {
        return Err(Error::InvalidAccessKeyId { position });
    }
    Ok((
        access_key_id,
        Scope::parse(date, region, service, terminator)?,
    ))
}

/// Lower-case names, sorted, each once, joined by `;`.
pub(crate) fn parse_signed_headers(text: &str) -> Result<&str, Error> {
    let mut position = 0_usize;
    let mut last = "";
    for name in text.split(';') {
        let token = |byte: u8| is_in(&TOKEN, byte) && !byte.is_ascii_uppercase();
        if name.is_empty() || !name.bytes().all(token) {
            return Err(Error::InvalidSignedHeader { position });
        }
        if name <= last {
            return Err(Error::UnsortedSignedHeaders { position });
        }
        last = name;
        position = position.saturating_add(name.len()).saturating_add(1);
    }
    Ok(text)
}

pub(crate) fn parse_signature(text: &str) -> Result<Signature, Error> {
    Signature::parse(text).ok_or(Error::MalformedSignature)
}
