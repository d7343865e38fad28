//! The query of an EKS token's URL.

use crate::canonical::parameter::pairs_of;
use crate::error::Error;
use crate::grammar::encode::{check_escapes, decode};
use crate::grammar::text::pieces;
use crate::request::algorithm::Algorithm;
use crate::request::timestamp::Timestamp;
use crate::sign::authorization::{credential_parts, parse_signature};
use crate::tokens::eks_token::CLUSTER_HEADER;
use crate::tokens::verify::eks_token_error::EksTokenError;
use crate::tokens::verify::sts_url::StsUrl;
use crate::verify::claim::check;
use alloc::borrow::Cow;
use zeroize::Zeroize;

/// How old a token may be, and what `X-Amz-Expires` may say, in seconds.
pub(super) const MAX_AGE: u64 = 900;

/// A parameter that is looked at, by its place in [`NAMES`].
#[derive(Clone, Copy)]
enum Name {
    Action,
    Version,
    Algorithm,
    Credential,
    Date,
    Expires,
    Signature,
    SignedHeaders,
}

/// What a token may have.
const NAMES: [&str; 9] = [
    "Action",
    "Version",
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
    "X-Amz-Security-Token",
];

/// Each once, its value decoded. Wiped when dropped: one is a session token.
pub(super) struct EksParameters<'u>([Option<Cow<'u, str>>; NAMES.len()]);

impl Drop for EksParameters<'_> {
    fn drop(&mut self) {
        for value in self.0.iter_mut().flatten() {
            if let Cow::Owned(value) = value {
                value.zeroize();
            }
        }
    }
}

impl<'u> EksParameters<'u> {
    /// Those of [`NAMES`] and no other, each once: the one that STS counts could be another than
    /// the one that was looked at. Names are decoded, and without case, as aws-iam-authenticator
    /// reads them.
    pub(super) fn read(url: &StsUrl<'u>) -> Result<Self, EksTokenError> {
        check_escapes(url.query, url.query_start).map_err(|error| match error {
            Error::MalformedEscape { position } => EksTokenError::MalformedEscape { position },
            other => EksTokenError::Signature(other),
        })?;
        let mut found = Self([const { None }; NAMES.len()]);
        for (key, value, at) in pairs_of(url.query) {
            let position = url.query_start.saturating_add(at);
            let unexpected = EksTokenError::UnexpectedParameter { position };
            let key = decode(key).ok_or(unexpected)?;
            let mut slots = NAMES.iter().zip(&mut found.0);
            let slot = slots.find(|(name, _)| key.eq_ignore_ascii_case(name));
            let (_, slot) = slot.ok_or(unexpected)?;
            if slot.is_some() {
                return Err(EksTokenError::RepeatedParameter { position });
            }
            *slot = Some(decode(value).ok_or(EksTokenError::InvalidUrl { position })?);
        }
        Ok(found)
    }

    fn get(&self, name: Name) -> Option<&str> {
        self.0.get(name as usize)?.as_deref()
    }

    fn require(&self, name: Name) -> Result<&str, EksTokenError> {
        let missing = NAMES.get(name as usize).copied().unwrap_or_default();
        self.get(name)
            .ok_or(EksTokenError::MissingParameter { name: missing })
    }

    /// `GetCallerIdentity` and no other action: the answer to another would name somebody else, or
    /// do something.
    pub(super) fn check_action(&self) -> Result<(), EksTokenError> {
        if self.require(Name::Action)? != "GetCallerIdentity" {
            return Err(EksTokenError::WrongAction);
        }
        match self.get(Name::Version) {
            None | Some("2011-06-15") => Ok(()),
            Some(_) => Err(EksTokenError::WrongVersion),
        }
    }

    /// The cluster's name is signed, and with it `host`; of others STS is not told, but of the
    /// `accept` that goes with it.
    pub(super) fn check_signed_headers(&self) -> Result<(), EksTokenError> {
        let signed = self.require(Name::SignedHeaders)?;
        let names = || pieces(signed, b';');
        if names().all(|name| name != CLUSTER_HEADER) {
            return Err(EksTokenError::ClusterNotSigned);
        }
        if names().all(|name| name != "host") {
            return Err(EksTokenError::Signature(Error::HostNotSigned));
        }
        let is_sent = |name: &str| ["accept", "host", CLUSTER_HEADER].contains(&name);
        match names().position(|name| !is_sent(name)) {
            Some(index) => Err(EksTokenError::OtherHeaderSigned { index }),
            None => Ok(()),
        }
    }

    /// A decimal number from 0 to 900. STS takes a token for 15 minutes whatever it says.
    pub(super) fn check_expires(&self) -> Result<(), EksTokenError> {
        let text = self.require(Name::Expires)?;
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = text.parse::<u64>().ok().filter(|_| is_number);
        match seconds {
            Some(0..=MAX_AGE) => Ok(()),
            _ => Err(EksTokenError::InvalidExpires),
        }
    }

    pub(super) fn at(&self) -> Result<Timestamp, EksTokenError> {
        Timestamp::parse(self.require(Name::Date)?).map_err(EksTokenError::Signature)
    }

    /// Access key id and region of a signature of Version 4 for `sts`, of the day that it says. One
    /// of another form STS would refuse.
    pub(super) fn claimed(&self, at: &Timestamp) -> Result<(&str, &str), EksTokenError> {
        let algorithm = self.require(Name::Algorithm)?;
        let credential = self.require(Name::Credential)?;
        let signed_headers = self.require(Name::SignedHeaders)?;
        let signature = self.require(Name::Signature)?;
        let read = || {
            if algorithm != Algorithm::SigV4.name() {
                return Err(Error::UnsupportedAlgorithm);
            }
            let credential = credential_parts(Algorithm::SigV4, credential)?;
            check(Algorithm::SigV4, credential, signed_headers, at)?;
            let [access_key_id, _, region, service, _] = credential;
            if service != "sts" {
                return Err(Error::WrongService);
            }
            parse_signature(Algorithm::SigV4, signature)?;
            Ok((access_key_id, region))
        };
        read().map_err(EksTokenError::Signature)
    }
}
