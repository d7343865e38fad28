//! Step 1: the canonical request.
//! [Create a canonical request](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request)

use crate::encode::{encode, normalize_path, reencode};
use crate::error::Error;
use crate::hash::{EMPTY_SHA256_HEX, Hasher, sha256};
use crate::headers::Headers;
use crate::hex::hex;
use crate::profile::{Profile, QueryPlus, UnsignedPayload};
use crate::query::Query;
use crate::request::{Payload, Request};
use crate::target::Target;
use crate::text::{IN_PLAIN_PATH, ascii};
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
    query: Query<'a>,
    headers: Headers<'a>,
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
        let mut headers = Headers::of(request);
        headers.read(request.method)?;
        let target = Target::split(request.target)?;
        target.check(profile)?;
        let payload_hash = PayloadHash::of(request.payload, profile)?;
        headers.select_all(profile)?;
        let method = request.method;
        Ok(Self::build(
            method,
            &target,
            &|_| false,
            profile,
            headers,
            payload_hash,
        ))
    }

    /// From headers that are selected, and a target that is checked, less the query
    /// parameters that are not part of what is signed.
    pub(crate) fn build(
        method: &'a str,
        target: &Target<'a>,
        left_out: &dyn Fn(&str) -> bool,
        profile: &Profile,
        headers: Headers<'a>,
        payload_hash: PayloadHash,
    ) -> Self {
        Self {
            method,
            path: if profile.normalize_path && !target.plain_path {
                normalize_path(target.path)
            } else {
                Cow::Borrowed(target.path)
            },
            path_form: match (target.plain_path, profile.double_encode_path) {
                (true, _) => PathForm::Plain,
                (false, true) => PathForm::ToEncode,
                (false, false) => PathForm::ToReencode,
            },
            query: Query::new(target, profile.query_plus, left_out),
            headers,
            payload_hash,
        }
    }

    /// With its query read anew.
    pub(crate) fn with_query(self, query: Query<'a>) -> Self {
        Self { query, ..self }
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
    pub fn signed_headers(&self) -> String {
        let mut names = String::with_capacity(128);
        self.write_signed_headers(&mut |name| names.push_str(name));
        names
    }

    /// The pieces of [`signed_headers`](Self::signed_headers).
    pub(crate) fn write_signed_headers(&self, out: &mut impl FnMut(&str)) {
        self.headers.write_names(out);
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
        let text = &mut |text: &str| out(text.as_bytes());
        self.headers.write_names(text);
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
