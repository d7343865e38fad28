//! Step 1: the canonical request.
//! [Create a canonical request](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request)

pub(crate) mod header_name;
pub(crate) mod header_value;
pub(crate) mod headers;
pub(crate) mod parameter;
pub(crate) mod path;
pub(crate) mod payload;
pub(crate) mod query;
pub(crate) mod target;

use crate::error::Error;
use crate::request::Request;
use crate::request::profile::Profile;
use crate::signature::hash::Hasher;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use headers::{Headers, SignedHeaders};
use payload::PayloadHash;
use target::Target;

/// A request in the one form that both sides compute.
///
/// Borrowed from the request; nothing is written down until it is hashed or shown.
/// `Display` shows it as text, with bytes that are no UTF-8 replaced;
/// [`to_bytes`](Self::to_bytes) gives the exact bytes.
///
/// ```
/// use sigv4::{CanonicalRequest, Payload, Profile, Request};
///
/// let request = Request {
///     method: "GET",
///     target: "/?b=2&a=1",
///     headers: &[("Host", b"example.com")],
///     payload: Payload::EMPTY,
/// };
/// let canonical = CanonicalRequest::new(&request, &Profile::DEFAULT)?;
/// assert!(canonical.to_string().starts_with("GET\n/\na=1&b=2\nhost:example.com\n\nhost\n"));
/// # Ok::<(), sigv4::Error>(())
/// ```
pub struct CanonicalRequest<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: Cow<'a, str>,
    pub(crate) query: Cow<'a, str>,
    pub(crate) headers: SignedHeaders<'a>,
    pub(crate) payload_hash: PayloadHash,
}

impl<'a> CanonicalRequest<'a> {
    /// The canonical form of a request that is signed as it stands: every header but
    /// those that are never signed, the target as it is given, nothing added.
    ///
    /// # Errors
    /// Everything that is malformed in the request (see [`Error`]).
    pub fn new(request: &Request<'a>, profile: &Profile) -> Result<Self, Error> {
        let headers = Headers::read(request)?;
        let target = Target::parse(request.target)?;
        target.check(profile)?;
        let payload_hash = PayloadHash::of(request.payload, profile)?;
        let headers = headers.all_signed(&[]);
        headers.check_ascii(profile)?;
        Ok(Self {
            method: request.method,
            path: target.path.canonical(profile),
            query: target.query.canonical(profile.query_plus, |_| true),
            headers,
            payload_hash,
        })
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
        let mut names = String::new();
        self.headers.write_names(&mut |name| names.push_str(name));
        names
    }

    fn write(&self, out: &mut impl FnMut(&[u8])) {
        out(self.method.as_bytes());
        out(b"\n");
        out(self.path.as_bytes());
        out(b"\n");
        out(self.query.as_bytes());
        out(b"\n");
        self.headers.write(out);
        out(b"\n");
        self.headers.write_names(&mut |name| out(name.as_bytes()));
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
