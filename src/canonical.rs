//! Step 1: the canonical request.
//! [Create a canonical request](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request)

use crate::encode::{RESERVED_IN_PATH, ascii, encode, hex, normalize_path, reencode};
use crate::error::Error;
use crate::hash::{Hasher, sha256};
use crate::headers::{self, Select, SignedHeaders};
use crate::profile::{Profile, QueryPlus, UnsignedPayload};
use crate::query::Query;
use crate::request::{Header, Payload, Request};
use crate::target;
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
    double_encode_path: bool,
    query: Query<'a>,
    headers: SignedHeaders<'a>,
    payload_hash: PayloadHash,
}

/// The last line of a canonical request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PayloadHash {
    Sha256([u8; 64]),
    Unsigned,
}

/// All that a canonical request is made from. The added headers are those that
/// signing itself adds.
pub(crate) struct Input<'a, 'b> {
    pub request: &'a Request<'a>,
    pub target: &'a str,
    pub profile: &'a Profile,
    pub payload_hash: PayloadHash,
    pub select: Select<'b>,
    pub added_headers: &'b [Header<'a>],
    /// Query parameters that are not part of what is signed.
    pub left_out: &'b [&'b str],
}

impl<'a> CanonicalRequest<'a> {
    /// The canonical form of a request that is signed as it stands: every header but
    /// those that are never signed, the target as it is given, nothing added.
    ///
    /// # Errors
    /// Everything that is malformed in the request (see [`Error`]).
    pub fn new(request: &'a Request<'a>, profile: &'a Profile) -> Result<Self, Error> {
        headers::check(request)?;
        target::check(request.target, profile)?;
        Self::build(&Input {
            request,
            target: request.target,
            profile,
            payload_hash: PayloadHash::of(request.payload, profile)?,
            select: Select::AllSignable,
            added_headers: &[],
            left_out: &[],
        })
    }

    /// From a request that [`headers::check`] and [`target::check`] have passed.
    pub(crate) fn build(input: &Input<'a, '_>) -> Result<Self, Error> {
        let parts = target::split(input.target)?;
        let profile = input.profile;
        Ok(Self {
            method: input.request.method,
            path: if profile.normalize_path {
                normalize_path(parts.path)
            } else {
                Cow::Borrowed(parts.path)
            },
            double_encode_path: profile.double_encode_path,
            query: Query::new(parts, profile.query_plus, input.left_out),
            headers: SignedHeaders::new(
                input.request.headers,
                input.added_headers,
                input.select,
                profile,
            )?,
            payload_hash: input.payload_hash,
        })
    }

    /// Adds query parameters whose texts are not escaped.
    pub(crate) fn add_parameters(&mut self, parameters: &[(&'a str, &'a str)]) {
        self.query.add(parameters);
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
        self.headers.write_names(&mut |bytes| {
            names.push_str(ascii(bytes));
        });
        names
    }

    fn write(&self, out: &mut impl FnMut(&[u8])) {
        out(self.method.as_bytes());
        out(b"\n");
        let text = &mut |text: &str| out(text.as_bytes());
        if self.double_encode_path {
            encode(&self.path, RESERVED_IN_PATH, text);
        } else {
            // A `+` in a path is a plus sign everywhere.
            reencode(&self.path, RESERVED_IN_PATH, QueryPlus::Literal, text);
        }
        out(b"\n");
        self.query.write(&mut |text: &str| out(text.as_bytes()));
        out(b"\n");
        self.headers.write(out);
        out(b"\n");
        self.headers.write_names(out);
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
            (Payload::Bytes(bytes), _) => Ok(Self::Sha256(hex(&sha256(bytes)))),
            (Payload::Sha256(hash), _) => Ok(Self::Sha256(hex(&hash))),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            // Hexadecimal digits are UTF-8: the default is never taken.
            Self::Sha256(hex) => core::str::from_utf8(hex).unwrap_or_default(),
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
