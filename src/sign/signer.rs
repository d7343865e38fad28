//! The way through for those who send: credentials, region and service to headers.

use crate::canonical::target::{Target, for_wire};
use crate::canonical::{CanonicalRequest, PayloadHash};
use crate::error::Error;
use crate::grammar::names::{DATE_HEADER, PAYLOAD_HASH_HEADER};
use crate::request::Request;
use crate::request::credentials::Credentials;
use crate::request::profile::{Profile, SessionToken};
use crate::request::scope::{Scope, TERMINATOR};
use crate::request::timestamp::Timestamp;
use crate::sign::authorization::{write_credential, write_signature};
use crate::sign::preset::check_preset;
use crate::sign::stages::Stages;
use crate::signature::Signature;
use crate::signature::key_cache::KeyCache;
use crate::signature::string_to_sign::StringToSign;
use alloc::borrow::Cow;
use alloc::string::String;
use core::borrow::BorrowMut;
use core::fmt;

/// Long enough for the `Authorization` header of most requests.
const AUTHORIZATION_CAPACITY: usize = 320;

/// Signs requests for one region and one service.
///
/// With feature `std` it keeps the signing keys of its first day and of the latest: share one
/// signer between threads rather than making one for each request.
#[derive(Clone, Debug)]
pub struct Signer {
    pub(crate) credentials: Credentials,
    /// Of every credential scope, all that follows the date: `/us-east-1/iam/aws4_request`.
    scope_rest: String,
    /// Where the region ends in it.
    region_end: usize,
    pub(crate) profile: Profile,
    target_as_given: bool,
    /// What is wrong with credentials, region or service, which never change.
    checked: Result<(), Error>,
    key_cache: KeyCache,
}

/// A request's signature in its header form.
pub struct Signed<'a> {
    authorization: Cow<'a, str>,
    at: Timestamp,
    payload_hash: Option<PayloadHash>,
    session_token: Option<(&'static str, &'a str)>,
    target: Cow<'a, str>,
    signature: Signature,
}

impl Signer {
    /// A signer with the rules of that service ([`Profile::for_service`]).
    /// Everything is checked when it is used.
    #[must_use]
    pub fn new(
        credentials: Credentials,
        region: impl AsRef<str>,
        service: impl AsRef<str>,
    ) -> Self {
        let (region, service) = (region.as_ref(), service.as_ref());
        let mut scope_rest = String::with_capacity(64);
        for part in [region, service, TERMINATOR] {
            scope_rest.push('/');
            scope_rest.push_str(part);
        }
        Self {
            checked: credentials
                .check()
                .and_then(|()| Scope::check(region, service)),
            credentials,
            scope_rest,
            region_end: region.len().saturating_add(1),
            profile: Profile::for_service(service),
            target_as_given: false,
            key_cache: KeyCache::default(),
        }
    }

    /// Signs by other rules than those of the service's name.
    #[must_use]
    pub fn with_profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Signs the target exactly as it is given, and returns it so.
    ///
    /// By default a target is first brought into a form that every server reads alike:
    /// free of dot segments and `//` (where the profile removes them), of raw spaces and
    /// non-ASCII bytes. With this, they are signed raw, as the published vectors
    /// `get-space-unnormalized` and `get-utf8` do, and have to be sent raw.
    #[must_use]
    pub fn with_target_as_given(mut self) -> Self {
        self.target_as_given = true;
        self
    }

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
        let authorization = String::with_capacity(AUTHORIZATION_CAPACITY);
        self.header_form(request, at, authorization, Cow::Owned, &mut |_| ())
    }

    /// As [`sign`](Self::sign), with the value of the `Authorization` header in a buffer of
    /// the caller's, which replaces what was there.
    ///
    /// Once the buffer is long enough and the key of the day is derived, nothing is allocated
    /// for a request of up to 16 headers and 8 query parameters whose target has nothing to
    /// encode: letters, digits, `-_.~`, separators, and no segment to remove.
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
        let into = |text: &'a mut String| Cow::Borrowed(text.as_str());
        self.header_form(request, at, authorization, into, &mut |_| ())
    }

    /// What [`sign`](Self::sign) computes on the way.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn stages(&self, request: &Request<'_>, at: Timestamp) -> Result<Stages, Error> {
        let mut stages = Stages::default();
        let then = &mut |computed: &Computed<'_>| stages = Stages::of(computed);
        self.header_form(request, at, String::new(), Cow::Owned, then)?;
        Ok(stages)
    }

    /// The credentials that it signs with.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The region that it signs for.
    #[must_use]
    pub fn region(&self) -> &str {
        self.scope_rest.get(1..self.region_end).unwrap_or_default()
    }

    /// The service that it signs for.
    #[must_use]
    pub fn service(&self) -> &str {
        let start = self.region_end.saturating_add(1);
        let end = self.scope_rest.len().saturating_sub(TERMINATOR.len());
        let service = self.scope_rest.get(start..end.saturating_sub(1));
        service.unwrap_or_default()
    }

    /// The rules that it signs by.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Signs, and gives `then` what is computed.
    ///
    /// The `Authorization` header is written into `buffer`, as the canonical request borrows the
    /// names of the signed headers from it; `into` makes it a part of what is returned.
    #[inline]
    fn header_form<'a, B: BorrowMut<String>>(
        &'a self,
        request: &'a Request<'a>,
        at: Timestamp,
        mut buffer: B,
        into: impl FnOnce(B) -> Cow<'a, str>,
        then: &mut dyn FnMut(&Computed<'_>),
    ) -> Result<Signed<'a>, Error> {
        self.check()?;
        let mut canonical = CanonicalRequest::of(request);
        let headers = &mut canonical.headers;
        headers.read(request.method)?;
        let profile = &self.profile;
        let payload_hash = PayloadHash::of(request.payload, profile)?;
        let given = Target::split(request.target)?;
        let target = self.wire_target(&given)?;
        let hash_missing = check_preset(headers, &given, profile, &payload_hash)?;
        headers.add(DATE_HEADER, at.as_bytes());
        let added_hash = (hash_missing && profile.payload_hash_header).then_some(payload_hash);
        if let Some(payload_hash) = &added_hash {
            headers.add(PAYLOAD_HASH_HEADER, payload_hash.as_bytes());
        }
        let token = self.credentials.session_token();
        let session_token = token.map(|token| (profile.session_token_header, token));
        if profile.header_session_token == SessionToken::Signed
            && let Some((name, token)) = session_token
        {
            headers.add(name, token.as_bytes());
        }
        headers.select_all(profile)?;
        let parts = given.of_wire(&target)?;
        let authorization = buffer.borrow_mut();
        let access_key_id = self.credentials.access_key_id();
        let scope = self.scope(&at);
        write_credential(authorization, access_key_id, &scope);
        let start = authorization.len();
        headers.write_names(&mut |name| authorization.push_str(name));
        let names = authorization.get(start..).unwrap_or_default().into();
        canonical.set(&parts, &|_| false, profile, names, payload_hash);
        let computed = self.compute(parts.text, &canonical, at, scope);
        then(&computed);
        let signature = computed.signature;
        drop(canonical);
        write_signature(authorization, &signature);
        Ok(Signed {
            authorization: into(buffer),
            at,
            payload_hash: added_hash,
            session_token,
            target,
            signature,
        })
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        self.checked
    }

    /// The target that is signed and has to be sent.
    #[inline(always)]
    pub(crate) fn wire_target<'a>(&self, target: &Target<'a>) -> Result<Cow<'a, str>, Error> {
        // Before anything is rewritten: an error names a place in what the caller gave.
        target.check(&self.profile)?;
        if !self.target_as_given {
            return Ok(for_wire(target, &self.profile));
        }
        // Sent raw, a line break would start a header.
        let text = target.text;
        match text.bytes().position(|byte| byte.is_ascii_control()) {
            Some(position) => Err(Error::ControlInTarget { position }),
            None => Ok(Cow::Borrowed(text)),
        }
    }

    pub(crate) fn scope<'a>(&'a self, at: &'a Timestamp) -> Scope<'a> {
        Scope::trusted(at, self.region(), self.service()).with_rest(Some(&self.scope_rest))
    }

    /// Steps 2 to 4.
    #[inline(always)]
    pub(crate) fn compute<'a>(
        &'a self,
        target: &'a str,
        canonical: &'a CanonicalRequest<'a>,
        at: Timestamp,
        scope: Scope<'a>,
    ) -> Computed<'a> {
        let string_to_sign = StringToSign {
            at,
            scope,
            canonical_request_hash: canonical.hash(),
        };
        let secret = self.credentials.secret_access_key();
        let signature = self
            .key_cache
            .with_key(secret, &scope, |key| key.sign(&string_to_sign));
        Computed {
            target,
            canonical,
            string_to_sign,
            signature,
        }
    }
}

/// All that is computed for a signature.
pub(crate) struct Computed<'a> {
    /// Before a signature is added to it.
    pub target: &'a str,
    pub canonical: &'a CanonicalRequest<'a>,
    pub string_to_sign: StringToSign<'a>,
    pub signature: Signature,
}

impl Signed<'_> {
    /// The headers to add, names in lower case: `authorization`, `x-amz-date` and, where
    /// they apply, `x-amz-content-sha256` and the session token.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let payload_hash = self.payload_hash.as_ref();
        [
            ("authorization", &*self.authorization),
            (DATE_HEADER, self.at.as_str()),
        ]
        .into_iter()
        .chain(payload_hash.map(|hash| (PAYLOAD_HASH_HEADER, hash.as_str())))
        .chain(self.session_token)
    }

    /// The value of the `Authorization` header.
    #[must_use]
    pub fn authorization(&self) -> &str {
        &self.authorization
    }

    /// The request target to put on the wire, byte for byte.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The signature itself.
    #[must_use]
    pub fn signature(&self) -> Signature {
        self.signature
    }
}

impl fmt::Debug for Signed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
