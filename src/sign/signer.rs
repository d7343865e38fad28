//! Who signs, for which region and service, and by which rules.

use crate::canonical::CanonicalRequest;
use crate::canonical::target::Target;
use crate::error::Error;
use crate::request::algorithm::Algorithm;
use crate::request::credentials::Credentials;
use crate::request::profile::Profile;
#[cfg(feature = "v4a")]
use crate::request::region_set;
use crate::request::scope::{Scope, TERMINATOR};
use crate::request::timestamp::Timestamp;
use crate::signature::Signature;
use crate::signature::key::SigningKey;
use crate::signature::key_cache::KeyCache;
use crate::signature::string_to_sign::StringToSign;
use alloc::borrow::Cow;
use alloc::string::String;

/// Signs requests for one region and one service; with Signature Version 4A, which its
/// [profile](Self::with_profile) says, for a set of regions.
///
/// With feature `std` it keeps the signing keys of its first day and of the latest: share one
/// signer between threads rather than making one for each request.
///
/// ```
/// use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
///
/// let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "execute-api");
/// let request = Request {
///     method: "GET",
///     target: "/prod/items",
///     headers: &[("host", b"abc123.execute-api.us-east-1.amazonaws.com")],
///     payload: Payload::EMPTY,
/// };
/// let signed = signer.sign(&request, Timestamp::parse("20150830T123600Z")?)?;
/// assert!(signed.authorization().starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/"));
/// assert_eq!(signed.target(), "/prod/items"); // what to put on the wire
/// # Ok::<(), sigv4::Error>(())
/// ```
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
    /// That of Signature Version 4A, which is good for as long as the credentials are.
    #[cfg(feature = "v4a")]
    key_pair: Option<SigningKey>,
    key_cache: KeyCache,
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
            #[cfg(feature = "v4a")]
            key_pair: None,
        }
    }

    /// Signs by other rules than those of the service's name.
    ///
    /// Where they are those of Signature Version 4A, its key pair is derived here, which takes as
    /// long as a signature; clones of the signer have it already.
    #[must_use]
    pub fn with_profile(mut self, profile: Profile) -> Self {
        let before = core::mem::replace(&mut self.profile, profile).algorithm;
        if profile.algorithm != before {
            self.checked = self.credentials.check().and_then(|()| self.check_scope());
            #[cfg(feature = "v4a")]
            self.derive_key_pair();
        }
        self
    }

    /// Before it has rules of Signature Version 4A: with the key pair of a signer that has the
    /// same access key.
    #[cfg(all(feature = "v4a", any(feature = "client", feature = "tower")))]
    pub(crate) fn with_key_pair_of(mut self, other: &Self) -> Self {
        let (ours, theirs) = (&self.credentials, &other.credentials);
        if ours.access_key_id() == theirs.access_key_id()
            && ours.secret_access_key() == theirs.secret_access_key()
        {
            self.key_pair.clone_from(&other.key_pair);
        }
        self
    }

    #[cfg(all(feature = "v4a", any(feature = "client", feature = "tower")))]
    pub(crate) fn has_key_pair(&self) -> bool {
        self.key_pair.is_some()
    }

    fn check_scope(&self) -> Result<(), Error> {
        match self.profile.algorithm {
            Algorithm::SigV4 => Scope::check(self.region(), self.service()),
            #[cfg(feature = "v4a")]
            Algorithm::SigV4a => {
                region_set::check(self.region())?;
                Scope::check_service(self.service())
            }
        }
    }

    #[cfg(feature = "v4a")]
    fn derive_key_pair(&mut self) {
        if !self.profile.algorithm.has_region_set() || self.key_pair.is_some() {
            return;
        }
        let id = self.credentials.access_key_id();
        match SigningKey::derive_sigv4a(id, self.credentials.secret_access_key()) {
            Ok(key) => self.key_pair = Some(key),
            Err(error) => self.checked = self.checked.and(Err(error)),
        }
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

    /// The credentials that it signs with.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The region that it signs for; the region set where that is what it signs for.
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

    pub(crate) fn check(&self) -> Result<(), Error> {
        self.checked
    }

    /// What a request says that its scope does not.
    pub(crate) fn region_set(&self) -> Option<&str> {
        let algorithm = self.profile.algorithm;
        algorithm.has_region_set().then(|| self.region())
    }

    /// The target that is signed and has to be sent.
    #[inline(always)]
    pub(crate) fn to_send<'a>(&self, target: Target<'a>) -> Result<Cow<'a, str>, Error> {
        if !self.target_as_given {
            return Ok(target.to_send(&self.profile));
        }
        // Sent raw, a line break would start a header.
        let text = target.text();
        match text.bytes().position(|byte| byte.is_ascii_control()) {
            Some(position) => Err(Error::ControlInTarget { position }),
            None => Ok(Cow::Borrowed(text)),
        }
    }

    /// Step 2.
    pub(crate) fn string_to_sign<'a>(
        &'a self,
        canonical: &CanonicalRequest<'_>,
        at: &'a Timestamp,
    ) -> StringToSign<'a> {
        StringToSign {
            at: *at,
            scope: self.scope(at),
            canonical_request_hash: canonical.hash(),
        }
    }

    /// Of a signature that is made at that time.
    #[inline(always)]
    pub(crate) fn scope<'a>(&'a self, at: &'a Timestamp) -> Scope<'a> {
        let algorithm = self.profile.algorithm;
        let start = if algorithm.has_region_set() {
            self.region_end
        } else {
            0
        };
        Scope::trusted(algorithm, at, self.region(), self.service())
            .with_rest(self.scope_rest.get(start..))
    }

    /// Steps 3 and 4.
    pub(crate) fn signature(&self, string_to_sign: &StringToSign<'_>) -> Signature {
        self.with_key(&string_to_sign.scope, |key| key.sign(string_to_sign))
    }

    /// Step 3, for what is signed behind a request.
    pub(crate) fn key_for(&self, scope: &Scope<'_>) -> SigningKey {
        self.with_key(scope, SigningKey::clone)
    }

    #[inline(always)]
    fn with_key<T>(&self, scope: &Scope<'_>, sign: impl FnOnce(&SigningKey) -> T) -> T {
        #[cfg(feature = "v4a")]
        if let Some(key) = self
            .key_pair
            .as_ref()
            .filter(|_| self.region_set().is_some())
        {
            return sign(key);
        }
        let secret = self.credentials.secret_access_key();
        self.key_cache.with_key(secret, scope, sign)
    }
}
