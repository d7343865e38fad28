//! Step 1: the canonical request.
//! [Create a canonical request](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request)

pub(crate) mod headers;
pub(crate) mod query;
pub(crate) mod target;

use crate::canonical::headers::Headers;
use crate::canonical::query::Query;
use crate::canonical::target::Target;
use crate::error::Error;
use crate::grammar::encode::{encode, normalize_path, reencode};
use crate::grammar::hex::hex;
use crate::grammar::text::{IN_PLAIN_PATH, ascii};
use crate::request::profile::{Profile, QueryPlus, UnsignedPayload};
use crate::request::{Payload, Request};
use crate::signature::hash::{EMPTY_SHA256_HEX, Hasher, sha256};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// A request in the one form that both sides compute.
///
/// Borrowed from the request; nothing is written down until it is hashed or shown.
/// `Display` shows it as text, with bytes that are no UTF-8 replaced;
/// [`to_bytes`](Self::to_bytes) gives the exact bytes.
pub struct CanonicalRequest<'a> {
    method: &'a str,
    path: Cow<'a, str>,
    path_form: PathForm,
    pub(crate) query: Query<'a>,
    pub(crate) headers: Headers<'a>,
    signed_headers: Cow<'a, str>,
    payload_hash: PayloadHash,
}

/// What is still to be done to a path.
#[derive(Clone, Copy)]
enum PathForm {
    Plain,
    ToEncode,
    ToReencode,
}

/// The last line of a canonical request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PayloadHash {
    Sha256([u8; 64]),
    Unsigned,
}

impl<'a> CanonicalRequest<'a> {
    /// The canonical form of a request that is signed as it stands: every header but
    /// those that are never signed, the target as it is given, nothing added.
    ///
    /// # Errors
    /// Everything that is malformed in the request (see [`Error`]).
    pub fn new(request: &'a Request<'a>, profile: &'a Profile) -> Result<Self, Error> {
        let mut canonical = Self::of(request);
        let headers = &mut canonical.headers;
        headers.read(request.method)?;
        let target = Target::split(request.target)?;
        target.check(profile)?;
        let payload_hash = PayloadHash::of(request.payload, profile)?;
        headers.select_all(profile)?;
        let mut names = String::new();
        headers.write_names(&mut |name| names.push_str(name));
        canonical.set(&target, &|_| false, profile, names.into(), payload_hash);
        Ok(canonical)
    }

    /// Its headers are still to be read and selected, the rest to be [set](Self::set).
    /// (In place: a value of this size would be moved about for nothing.)
    #[inline]
    pub(crate) fn of(request: &Request<'a>) -> Self {
        Self {
            method: request.method,
            path: Cow::Borrowed(""),
            path_form: PathForm::Plain,
            query: Query::new(),
            headers: Headers::of(request),
            signed_headers: Cow::Borrowed(""),
            payload_hash: PayloadHash::Unsigned,
        }
    }

    /// A target that is checked, less the query parameters that are not part of what is
    /// signed; the names of the selected headers.
    #[inline(always)]
    pub(crate) fn set(
        &mut self,
        target: &Target<'a>,
        left_out: &dyn Fn(&str) -> bool,
        profile: &Profile,
        signed_headers: Cow<'a, str>,
        payload_hash: PayloadHash,
    ) {
        self.path = if profile.normalize_path && !target.plain_path {
            normalize_path(target.path)
        } else {
            Cow::Borrowed(target.path)
        };
        self.path_form = match (target.plain_path, profile.double_encode_path) {
            (true, _) => PathForm::Plain,
            (false, true) => PathForm::ToEncode,
            (false, false) => PathForm::ToReencode,
        };
        self.query.read(target, profile.query_plus, left_out);
        self.signed_headers = signed_headers;
        self.payload_hash = payload_hash;
    }

    /// SHA-256 of [`to_bytes`](Self::to_bytes), without the bytes being stored.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = Hasher::new();
        self.write(&mut |bytes| hasher.put(bytes));
        hasher.finish()
    }

    /// The exact bytes that are hashed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = Vec::new();
        self.write(&mut |bytes| text.extend_from_slice(bytes));
        text
    }

    /// The names of the signed headers: lower case, sorted, joined by `;`.
    #[must_use]
    pub fn signed_headers(&self) -> &str {
        &self.signed_headers
    }

    fn write(&self, out: &mut impl FnMut(&[u8])) {
        out(self.method.as_bytes());
        out(b"\n");
        let text = &mut |text: &str| out(text.as_bytes());
        match self.path_form {
            PathForm::Plain => text(&self.path),
            PathForm::ToEncode => encode(&self.path, &IN_PLAIN_PATH, text),
            // A `+` in a path is a plus sign everywhere.
            PathForm::ToReencode => {
                reencode(&self.path, &IN_PLAIN_PATH, QueryPlus::Literal, text);
            }
        }
        out(b"\n");
        self.query.write(&mut |text: &str| out(text.as_bytes()));
        out(b"\n");
        self.headers.write(out);
        out(b"\n");
        out(self.signed_headers.as_bytes());
        out(b"\n");
        out(self.payload_hash.as_bytes());
    }
}

impl fmt::Display for CanonicalRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_bytes()))
    }
}

impl fmt::Debug for CanonicalRequest<'_> {
    /// Only the method and the names: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CanonicalRequest")
            .field("method", &self.method)
            .field("signed_headers", &self.signed_headers())
            .finish_non_exhaustive()
    }
}

impl PayloadHash {
    pub(crate) const UNSIGNED: &'static str = "UNSIGNED-PAYLOAD";

    /// What a profile makes of a payload.
    #[inline(always)]
    pub(crate) fn of(payload: Payload<'_>, profile: &Profile) -> Result<Self, Error> {
        match (payload, profile.unsigned_payload) {
            (_, UnsignedPayload::Required) | (Payload::Unsigned, UnsignedPayload::Allowed) => {
                Ok(Self::Unsigned)
            }
            (Payload::Unsigned, UnsignedPayload::Refused) => Err(Error::UnsignedPayloadRefused),
            (Payload::Bytes(b""), _) => Ok(Self::Sha256(EMPTY_SHA256_HEX)),
            (Payload::Bytes(bytes), _) => Ok(Self::Sha256(hex(&sha256(bytes)))),
            (Payload::Sha256(hash), _) => Ok(Self::Sha256(hex(&hash))),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Sha256(hex) => ascii(hex),
            Self::Unsigned => Self::UNSIGNED,
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Sha256(hex) => hex,
            Self::Unsigned => Self::UNSIGNED.as_bytes(),
        }
    }
}
