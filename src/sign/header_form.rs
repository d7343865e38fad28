//! The header form: an `Authorization` header and what has to go with it.

use crate::canonical::CanonicalRequest;
use crate::canonical::header_name::{
    DATE_HEADER, MOST_ADDED, PAYLOAD_HASH_HEADER, REGION_SET_HEADER,
};
use crate::canonical::payload::PayloadHash;
use crate::canonical::target::Target;
use crate::error::Error;
use crate::request::profile::SessionToken;
use crate::request::timestamp::Timestamp;
use crate::request::{Header, Payload, Request};
use crate::sign::authorization::{write_credential, write_signature};
use crate::sign::signer::Signer;
use crate::sign::unsigned::Unsigned;
use crate::signature::Signature;
use crate::stream::head::ChunkedBody;
use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

/// Long enough for the `Authorization` header of most requests.
const AUTHORIZATION_CAPACITY: usize = 320;

/// A request's signature in its header form.
///
/// ```
/// use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
///
/// let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "execute-api");
/// let request = Request {
///     method: "GET",
///     target: "/prod//items?flag",
///     headers: &[("host", b"example.com")],
///     payload: Payload::EMPTY,
/// };
/// let signed = signer.sign(&request, Timestamp::parse("20150830T123600Z")?)?;
/// assert_eq!(signed.target(), "/prod/items?flag="); // what to send
/// let names: Vec<_> = signed.headers().map(|(name, _)| name).collect();
/// assert_eq!(names, ["authorization", "x-amz-date"]); // what to add
/// # Ok::<(), sigv4::Error>(())
/// ```
pub struct Signed<'a> {
    authorization: Cow<'a, str>,
    rest: Rest<'a>,
}

/// All but the `Authorization` header itself.
struct Rest<'a> {
    at: Timestamp,
    /// Where `x-amz-content-sha256` has to be sent and is not there yet.
    payload_hash: Option<PayloadHash>,
    session_token: Option<(&'static str, &'a str)>,
    region_set: Option<&'a str>,
    target: Cow<'a, str>,
    signature: Signature,
}

/// The headers that signing adds: date, payload hash, session token, region set.
#[derive(Default)]
pub(crate) struct Added<'a> {
    headers: [Header<'a>; MOST_ADDED],
    count: usize,
}

impl<'a> Added<'a> {
    #[inline(always)]
    fn push(&mut self, name: &'a str, value: &'a [u8]) {
        if let Some(slot) = self.headers.get_mut(self.count) {
            *slot = (name, value);
            self.count = self.count.saturating_add(1);
        }
    }

    #[inline(always)]
    fn as_slice(&self) -> &[Header<'a>] {
        self.headers.get(..self.count).unwrap_or_default()
    }
}

impl Signer {
    /// [The header form](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html),
    /// vectors `header.*` of `test-vectors/aws-v4`: signs every header of the request but
    /// those that are never signed (`user-agent`, `connection`, …), and returns the headers
    /// to add.
    ///
    /// # Errors
    /// [`Error`], for what is malformed in the request or the credentials, and for
    /// headers that signing itself writes but that are there already.
    pub fn sign<'a>(
        &'a self,
        request: &'a Request<'a>,
        at: Timestamp,
    ) -> Result<Signed<'a>, Error> {
        let mut authorization = String::with_capacity(AUTHORIZATION_CAPACITY);
        let rest = self.header_form(request, at, &mut authorization)?;
        let authorization = Cow::Owned(authorization);
        Ok(Signed {
            authorization,
            rest,
        })
    }

    /// As [`sign`](Self::sign), with the value of the `Authorization` header in a buffer of
    /// the caller's, which replaces what was there.
    ///
    /// Once the buffer is long enough and the key of the day is derived, nothing is allocated
    /// for a request of up to 16 headers and 12 query parameters whose target is in canonical
    /// form: letters, digits, `-_.~`, separators, no segment to remove, parameters in order.
    ///
    /// # Errors
    /// As [`sign`](Self::sign). The buffer is then empty.
    pub fn sign_into<'a>(
        &'a self,
        request: &'a Request<'a>,
        at: Timestamp,
        authorization: &'a mut String,
    ) -> Result<Signed<'a>, Error> {
        authorization.clear();
        let rest = self.header_form(request, at, authorization)?;
        let authorization = Cow::Borrowed(authorization.as_str());
        Ok(Signed {
            authorization,
            rest,
        })
    }

    /// The `Authorization` header goes into an empty buffer.
    #[inline(always)]
    fn header_form<'a>(
        &'a self,
        request: &Request<'a>,
        at: Timestamp,
        authorization: &mut String,
    ) -> Result<Rest<'a>, Error> {
        let unsigned = self.unsigned(request)?;
        let target = self.to_send(unsigned.target)?;
        let added = self.added_headers(&unsigned, &at);
        let sent = unsigned.target.sent(&target)?;
        let canonical = self.header_canonical(request.method, &unsigned, sent, &added)?;
        let string_to_sign = self.string_to_sign(&canonical, &at);
        let signature = self.signature(&string_to_sign);
        write_credential(
            authorization,
            self.credentials.access_key_id(),
            &string_to_sign.scope,
        );
        let names = &canonical.headers;
        names.write_names(&mut |name| authorization.push_str(name));
        write_signature(authorization, &signature);
        drop(canonical);
        Ok(Rest {
            at,
            payload_hash: self.added_hash(&unsigned).copied(),
            session_token: self.session_token(&unsigned),
            region_set: self.region_set(),
            target,
            signature,
        })
    }

    /// A request that may be signed in the header form.
    #[inline(always)]
    pub(crate) fn unsigned<'a>(&self, request: &Request<'a>) -> Result<Unsigned<'a>, Error> {
        self.check()?;
        let payload_hash = PayloadHash::of(request.payload, &self.profile);
        let unsigned = Unsigned::read(request, payload_hash, &self.profile)?;
        if let Payload::Streaming(streaming) = request.payload {
            ChunkedBody::to_sign(request.headers, streaming)?;
        }
        Ok(unsigned)
    }

    /// The headers that are signed beside those given.
    #[inline(always)]
    pub(crate) fn added_headers<'a>(
        &'a self,
        unsigned: &'a Unsigned<'_>,
        at: &'a Timestamp,
    ) -> Added<'a> {
        let mut added = Added::default();
        added.push(DATE_HEADER, at.as_bytes());
        if let Some(hash) = self.added_hash(unsigned) {
            added.push(PAYLOAD_HASH_HEADER, hash.as_bytes());
        }
        if self.profile.header_session_token == SessionToken::Signed
            && let Some((name, token)) = self.session_token(unsigned)
        {
            added.push(name, token.as_bytes());
        }
        if let Some(region_set) = self.region_set() {
            added.push(REGION_SET_HEADER, region_set.as_bytes());
        }
        added
    }

    /// Step 1, over the target that is sent.
    #[inline(always)]
    pub(crate) fn header_canonical<'a>(
        &self,
        method: &'a str,
        unsigned: &'a Unsigned<'_>,
        target: Target<'a>,
        added: &'a Added<'_>,
    ) -> Result<CanonicalRequest<'a>, Error> {
        let profile = &self.profile;
        let headers = unsigned.headers.all_signed(added.as_slice());
        headers.check_ascii(profile)?;
        Ok(CanonicalRequest {
            method,
            path: target.path.canonical(profile),
            query: target.query.canonical(profile.query_plus, |_| true),
            headers,
            payload_hash: unsigned.payload_hash,
        })
    }

    /// What `x-amz-content-sha256` has to say, where it is sent and not there yet.
    fn added_hash<'a>(&self, unsigned: &'a Unsigned<'_>) -> Option<&'a PayloadHash> {
        // Nothing else says that the body is a stream.
        let is_stream = matches!(unsigned.payload_hash, PayloadHash::Streaming(_));
        let added = unsigned.hash_missing && (self.profile.payload_hash_header || is_stream);
        added.then_some(&unsigned.payload_hash)
    }

    fn session_token(&self, unsigned: &Unsigned<'_>) -> Option<(&'static str, &str)> {
        let token = self.credentials.session_token()?;
        Some((unsigned.token_names.0, token))
    }
}

impl Signed<'_> {
    /// The headers to add, names in lower case: `authorization`, `x-amz-date` and, where
    /// they apply, `x-amz-content-sha256`, the session token and `x-amz-region-set`.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let payload_hash = self.rest.payload_hash.as_ref();
        let region_set = self.rest.region_set;
        [
            ("authorization", self.authorization()),
            (DATE_HEADER, self.rest.at.as_str()),
        ]
        .into_iter()
        .chain(payload_hash.map(|hash| (PAYLOAD_HASH_HEADER, hash.as_str())))
        .chain(self.session_token())
        .chain(region_set.map(|region_set| (REGION_SET_HEADER, region_set)))
    }

    /// The value of `x-amz-date`. Bytes, as checking them for text takes its time.
    #[cfg(feature = "http")]
    pub(crate) fn date(&self) -> &[u8] {
        self.rest.at.as_bytes()
    }

    /// The value of `x-amz-content-sha256`, where that is to be added.
    #[cfg(feature = "http")]
    pub(crate) fn payload_hash(&self) -> Option<&[u8]> {
        self.rest.payload_hash.as_ref().map(PayloadHash::as_bytes)
    }

    /// The value of `x-amz-region-set`, with Signature Version 4A.
    #[cfg(feature = "http")]
    pub(crate) fn region_set(&self) -> Option<&[u8]> {
        self.rest.region_set.map(str::as_bytes)
    }

    /// The name of the header that carries a session token, and the token.
    pub(crate) fn session_token(&self) -> Option<(&'static str, &str)> {
        self.rest.session_token
    }

    /// The value of the `Authorization` header.
    #[must_use]
    pub fn authorization(&self) -> &str {
        &self.authorization
    }

    /// The request target to put on the wire, byte for byte.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.rest.target
    }

    pub(crate) fn at(&self) -> Timestamp {
        self.rest.at
    }

    /// The signature itself.
    #[must_use]
    pub fn signature(&self) -> Signature {
        self.rest.signature
    }
}

impl fmt::Debug for Signed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed")
            .field("at", &self.rest.at)
            .finish_non_exhaustive()
    }
}
