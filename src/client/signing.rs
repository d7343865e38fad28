//! What a request is signed with, and what is refused before it is.

use crate::adapter::http::is_safe_to_sign;
use crate::adapter::spans::Span;
use crate::client::error::ClientError;
use crate::client::fallback_region::FallbackRegion;
use crate::client::links::first_set_up;
use crate::client::remote::ProviderConfig;
use crate::client::skew::Skew;
use crate::client::transport::peer;
use crate::grammar::host::is_loopback;
use crate::request::Payload;
use crate::request::profile::Profile;
use crate::request::timestamp::Timestamp;
use crate::sign::signer::Signer;
use crate::sign::signers::Signers;
use crate::signature::Signature;
use crate::sources::clock::Clock;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use crate::sources::invisible::find_invisible;
use crate::sources::provide::ProvideCredentials;
use http::header::{HOST, HeaderName, HeaderValue};
use http::{Request, Uri};
use std::format;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::{Instant, SystemTime};
use zeroize::Zeroizing;

/// The largest body that is read into memory to be signed, unless told otherwise.
const BODY_LIMIT: u64 = 10 * 1024 * 1024;

/// A ureq middleware: every request of the agent is signed, with its body.
///
/// ```no_run
/// use sigv4::SigV4;
///
/// let agent: ureq::Agent = ureq::Agent::config_builder()
///     .middleware(SigV4::from_env("execute-api")?)
///     .build()
///     .into();
/// let items = agent
///     .get("https://abc123.execute-api.eu-west-1.amazonaws.com/prod/items")
///     .call()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// - Signed are `host`, `content-type` and `x-amz-*`, because API Gateway and proxies
///   add and change others; more with [`also_sign`](Self::also_sign).
/// - The body is read into memory up to a limit, hashed, and sent with a
///   `Content-Length`. One that states a longer `Content-Length` goes to S3 in chunks while it
///   is read, with `PUT`, as [`Upload`](crate::client::Upload) has it.
/// - A body of 1 MiB or more is announced with `Expect: 100-continue` and sent when the
///   service asks for it, or after a second: a refusal that comes first is read, and
///   nothing is sent for it.
/// - What goes on the wire is the signed target, free of what a server would normalise.
/// - Redirects are not followed: the response that points elsewhere is returned.
/// - Plain http goes to this machine only, past any proxy, unless
///   [`allow_plain_http`](Self::allow_plain_http) says otherwise.
///
/// An error comes out as [`ureq::Error::Other`] with a [`ClientError`] inside.
#[derive(Clone)]
pub struct SigV4 {
    provider: Arc<dyn ProvideCredentials>,
    pub(super) region: Option<String>,
    pub(super) service: Option<String>,
    pub(super) fallback_region: Option<Arc<FallbackRegion>>,
    pub(super) fallback_service: Option<&'static str>,
    signing_host: Option<String>,
    pub(super) profile: Option<Profile>,
    also_sign: Vec<HeaderName>,
    pub(crate) body_limit: u64,
    plain_http: bool,
    pub(crate) agent_redirects: bool,
    pub(crate) clock: Clock,
    pub(crate) skew: Skew,
    pub(crate) signers: Arc<Signers>,
}

/// What a request brings along in its extensions: how it alone is to be signed.
#[derive(Clone, Copy, Default)]
pub(crate) struct Terms {
    /// Seconds to add to the clock, instead of those that all requests have in common.
    pub offset: Option<i64>,
    /// The end of the call: ureq's own time starts when the request is signed.
    pub deadline: Option<Instant>,
    /// The service takes no `Expect`.
    pub expects_nothing: bool,
}

/// What signing leaves with a response, for those who read it.
#[derive(Clone)]
pub(crate) struct Trace {
    pub signed_at: Timestamp,
    pub offset: i64,
    pub sent_at: i64,
    pub received_at: i64,
    /// `Expect: 100-continue` was sent for the body.
    pub expects: bool,
    pub region: String,
    pub service: String,
    pub signature: Signature,
    pub session_token: Option<Zeroizing<String>>,
}

impl SigV4 {
    /// Signs for one region and one service; where the [rules](Self::profile) or the host ask for
    /// Signature Version 4A, the region is a region set.
    #[must_use]
    pub fn new(
        provider: impl ProvideCredentials + 'static,
        region: impl Into<String>,
        service: impl Into<String>,
    ) -> Self {
        let mut signing = Self::inferring(provider);
        signing.region = Some(region.into());
        signing.service = Some(service.into());
        signing
    }

    /// Signs for the region and the service that the host's name tells, as those of AWS do.
    #[must_use]
    pub fn inferring(provider: impl ProvideCredentials + 'static) -> Self {
        Self {
            provider: Arc::new(provider),
            region: None,
            service: None,
            fallback_region: None,
            fallback_service: None,
            signing_host: None,
            profile: None,
            also_sign: Vec::new(),
            body_limit: BODY_LIMIT,
            plain_http: false,
            agent_redirects: true,
            clock: Clock::system(),
            skew: Skew::default(),
            signers: Arc::default(),
        }
    }

    /// Signs for one service, with the credentials of
    /// [`Chain::usual`](crate::client::Chain::usual). The region is the one that the host's name
    /// tells, else that of `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile, or the EC2 instance that
    /// this is.
    ///
    /// # Errors
    /// [`ClientError::Credentials`] names what is missing or malformed.
    pub fn from_env(service: impl Into<String>) -> Result<Self, ClientError> {
        Self::from_environment(&Environment::new(), service)
    }

    /// The same with variables from elsewhere.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_environment(
        environment: &Environment,
        service: impl Into<String>,
    ) -> Result<Self, ClientError> {
        let config = ProviderConfig::new(environment.clone());
        let mut signing = Self::inferring(first_set_up(&config, None)?);
        signing.service = Some(service.into());
        let is_elsewhere = environment.credentials().is_ok();
        let region = FallbackRegion::new(&config, None, is_elsewhere)?;
        signing.fallback_region = Some(Arc::new(region));
        Ok(signing)
    }

    /// Signs for this region, whatever the host; with Signature Version 4A for this region set.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Signs for this service, whatever the host.
    #[must_use]
    pub fn service(mut self, service: impl Into<String>) -> Self {
        self.service = Some(service.into());
        self
    }

    /// Signs by other rules than those of the service's name.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// Signs and sends this as `Host`, instead of the URL's: for a tunnel or a private
    /// endpoint in front of the real host.
    #[must_use]
    pub fn signing_host(mut self, host: impl Into<String>) -> Self {
        self.signing_host = Some(host.into());
        self
    }

    /// Signs this header too, where a request has it and it may be signed.
    #[must_use]
    pub fn also_sign(mut self, header: HeaderName) -> Self {
        self.also_sign.push(header);
        self
    }

    /// The largest body that is held in memory, in bytes; 10 MiB by default.
    #[must_use]
    pub fn body_limit(mut self, bytes: u64) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Plain http to any host. Whoever listens on the way can read everything and repeat
    /// the request for some minutes.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Reads the time from elsewhere than the system's clock.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    pub(crate) fn with_provider(mut self, provider: Arc<dyn ProvideCredentials>) -> Self {
        self.provider = provider;
        self
    }

    pub(crate) fn has_region(&self) -> bool {
        self.region.is_some()
    }

    pub(crate) fn fall_back_to(
        &mut self,
        region: Option<FallbackRegion>,
        service: Option<&'static str>,
    ) {
        self.fallback_region = region.map(Arc::new);
        self.fallback_service = service;
    }

    /// For an agent that follows no redirects anyway.
    pub(crate) fn without_agent_redirects(&mut self) {
        self.agent_redirects = false;
    }

    /// Everything that can be wrong before anything is sent.
    pub(crate) fn sign(
        &self,
        request: &mut Request<()>,
        payload: Payload<'_>,
        span: &Span,
    ) -> Result<(Trace, Arc<Signer>), ClientError> {
        let url_host = request
            .uri()
            .host()
            .ok_or(crate::error::Error::MissingHost)?;
        if self.is_in_clear(request.uri()) && !is_loopback(url_host) {
            return Err(ClientError::PlainHttp {
                host: url_host.into(),
            });
        }
        self.name_host(request)?;
        let scope = self.scope(request)?;
        let provided = self.provider.provide_credentials()?;
        if let Some(source) = &provided.source {
            log::info!("credentials: {source}");
        }
        let credentials = provided.credentials;
        // Whoever provides them: signed with as it is, it would earn a 403 without a hint.
        if let Some((position, character)) = find_invisible(credentials.secret_access_key()) {
            let name = format!("the secret access key of {}", self.provider.name());
            return Err(ClientError::Credentials(
                CredentialsError::InvisibleCharacter {
                    name,
                    position,
                    character,
                },
            ));
        }
        let session_token = credentials.session_token();
        let session_token = session_token.map(|token| Zeroizing::new(token.into()));
        let signer = self.signers.get(&credentials, &scope, self.profile);
        span.signer(&signer);
        let now = self.clock.unix()?;
        let terms = request.extensions().get::<Terms>().copied();
        let terms = terms.unwrap_or_default();
        let offset = terms
            .offset
            .unwrap_or_else(|| self.skew.offset(&peer(request.uri(), None)));
        let signed_at = Timestamp::from_unix(now.saturating_add(offset))?;
        let is_signed = |name: &HeaderName| self.is_signed(name);
        let signature = signer.sign_http_selected(request, payload, signed_at, is_signed)?;
        let trace = Trace {
            signed_at,
            offset,
            sent_at: now,
            received_at: now,
            expects: false,
            region: scope.region,
            service: scope.service,
            signature,
            session_token,
        };
        Ok((trace, signer))
    }

    pub(super) fn name_host(&self, request: &mut Request<()>) -> Result<(), ClientError> {
        if let Some(host) = &self.signing_host {
            let value = HeaderValue::from_str(host).map_err(|_| ClientError::InvalidRequest {
                part: "signing host".into(),
            })?;
            request.headers_mut().insert(HOST, value);
        }
        Ok(())
    }

    /// What may not leave this machine, and so may not go to a proxy.
    pub(crate) fn is_in_clear(&self, uri: &Uri) -> bool {
        uri.scheme_str() != Some("https") && !self.plain_http
    }

    fn is_signed(&self, name: &HeaderName) -> bool {
        is_safe_to_sign(name) || self.also_sign.contains(name)
    }
}

impl core::fmt::Debug for SigV4 {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SigV4")
            .field("provider", &self.provider.name())
            .field("region", &self.region)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}
