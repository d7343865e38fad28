//! How a client is set up.

use crate::client::base_url::{parse_base, shown};
use crate::client::call::Client;
use crate::client::error::ClientError;
use crate::client::fallback_region::FallbackRegion;
use crate::client::links::first_set_up;
use crate::client::pause::Pause;
use crate::client::remote::ProviderConfig;
use crate::client::retry::RetryPolicy;
use crate::client::signing::SigV4;
use crate::client::timeouts::{LONGEST, Timeouts};
use crate::request::profile::Profile;
use crate::sources::environment::Environment;
use crate::sources::provide::ProvideCredentials;
use core::time::Duration;
use http::header::HeaderName;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::SystemTime;
use ureq::Proxy;
use ureq::tls::{RootCerts, TlsConfig};

/// Settings of a [`Client`]. What is not set has a default that suits most services.
///
/// ```
/// use sigv4::{Credentials, client::Client};
/// use std::time::Duration;
///
/// let client = Client::builder()
///     .base_url("https://items.example.com/prod") // a custom domain tells neither
///     .region("eu-west-1")
///     .service("execute-api")
///     .credentials(Credentials::new("AKIDEXAMPLE", "wJalrEXAMPLEKEY"))
///     .total_timeout(Duration::from_secs(10))
///     .build()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
#[must_use = "nothing happens before it is built"]
pub struct ClientBuilder {
    sources: ProviderConfig,
    provider: Option<Arc<dyn ProvideCredentials>>,
    aws_profile: Option<String>,
    /// Holds no credentials of its own before it is built.
    signing: SigV4,
    default_service: Option<&'static str>,
    base_url: Option<String>,
    timeouts: Timeouts,
    retry: RetryPolicy,
    correct_clock: bool,
    response_limit: u64,
    proxy: Option<Proxy>,
    root_certs: RootCerts,
    user_agent: String,
    pause: Pause,
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        let environment = Environment::new();
        Self {
            signing: SigV4::inferring(environment.clone()),
            sources: ProviderConfig::new(environment),
            provider: None,
            aws_profile: None,
            default_service: None,
            base_url: None,
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            correct_clock: true,
            response_limit: 10 * 1024 * 1024,
            proxy: Proxy::try_from_env(),
            root_certs: RootCerts::WebPki,
            user_agent: concat!("sigv4-kit/", env!("CARGO_PKG_VERSION")).into(),
            pause: Arc::new(std::thread::sleep),
        }
    }

    fn signing(mut self, change: impl FnOnce(SigV4) -> SigV4) -> Self {
        self.signing = change(self.signing);
        self
    }

    /// Where credentials come from: [`Credentials`](crate::Credentials) themselves, or
    /// any other source. By default [`Chain::usual`](crate::client::Chain::usual).
    pub fn credentials(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.provider = Some(Arc::new(provider));
        self
    }

    /// Credentials and region of this profile of `~/.aws/config` and `~/.aws/credentials`,
    /// whatever `AWS_PROFILE` and `AWS_ACCESS_KEY_ID` say. Credentials that are given go before
    /// it; so does a region that is given, that a host tells, or that the environment sets.
    pub fn aws_profile(mut self, name: impl Into<String>) -> Self {
        self.aws_profile = Some(name.into());
        self
    }

    /// Variables from elsewhere than the process's environment.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.sources = self.sources.environment(environment);
        self
    }

    /// How the sources of credentials are asked that were not given: with which variables, proxy,
    /// certificates and time limits, and who has the code of an MFA device.
    pub fn provider_config(mut self, config: ProviderConfig) -> Self {
        self.sources = config;
        self
    }

    /// Signs for this region, whatever the host. By default the one that the host's name
    /// tells, else the environment's, else the profile's, else that of the EC2 instance that this
    /// is: its metadata are asked when the first request needs it, unless
    /// `AWS_EC2_METADATA_DISABLED` is `true`.
    pub fn region(self, region: impl Into<String>) -> Self {
        self.signing(|signing| signing.region(region))
    }

    /// Signs for this service, whatever the host. By default the one that the host's
    /// name tells; a custom domain tells none.
    pub fn service(self, service: impl Into<String>) -> Self {
        self.signing(|signing| signing.service(service))
    }

    /// Signs by other rules than those of the service's name.
    pub fn profile(self, profile: Profile) -> Self {
        self.signing(|signing| signing.profile(profile))
    }

    /// Signs and sends this as `Host`, instead of the URL's.
    pub fn signing_host(self, host: impl Into<String>) -> Self {
        self.signing(|signing| signing.signing_host(host))
    }

    /// Signs this header too, beside `host`, `content-type` and `x-amz-*`.
    pub fn also_sign(self, header: HeaderName) -> Self {
        self.signing(|signing| signing.also_sign(header))
    }

    /// The largest request body, in bytes; 10 MiB by default.
    pub fn body_limit(self, bytes: u64) -> Self {
        self.signing(|signing| signing.body_limit(bytes))
    }

    /// Plain http to any host, not only to this machine.
    pub fn allow_plain_http(self) -> Self {
        self.signing(SigV4::allow_plain_http)
    }

    /// Reads the time from elsewhere than the system's clock.
    pub fn clock(self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.signing(|signing| signing.clock(now))
    }

    /// What paths are added to; it may carry a path itself, such as a stage.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// For a host that tells no service.
    pub(crate) fn default_service(mut self, service: &'static str) -> Self {
        self.default_service = Some(service);
        self
    }

    /// The time for a connection, with name and TLS; 5 s by default, a year at most.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = timeout.min(LONGEST);
        self
    }

    /// The time for a response to begin, and for each piece of it; 30 s by default, a
    /// year at most.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.read = timeout.min(LONGEST);
        self
    }

    /// The time for a call with all its attempts and pauses; 60 s by default, a year at
    /// most. A source of credentials is not interrupted, but after this time nothing is
    /// sent any more.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.total = timeout.min(LONGEST);
        self
    }

    /// How often a call is tried.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Switches off that a request is signed again with the service's time, when it was
    /// refused and the clocks differ by over four minutes. The difference is kept for that
    /// host and port.
    pub fn without_clock_correction(mut self) -> Self {
        self.correct_clock = false;
        self
    }

    /// The largest response, in bytes after decompression; 10 MiB by default.
    pub fn response_limit(mut self, bytes: u64) -> Self {
        self.response_limit = bytes;
        self
    }

    /// A proxy, or `None` for no proxy at all. By default that of the environment
    /// (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`), as ureq reads it. Plain http to this
    /// machine goes past it.
    pub fn proxy(mut self, proxy: Option<Proxy>) -> Self {
        self.proxy = proxy;
        self
    }

    /// Trusts these certificates only. By default Mozilla's roots.
    pub fn root_certs(mut self, certs: &[ureq::tls::Certificate<'static>]) -> Self {
        self.root_certs = RootCerts::new_with_certs(certs);
        self
    }

    /// Trusts what the operating system trusts.
    #[cfg(feature = "platform-roots")]
    pub fn platform_roots(mut self) -> Self {
        self.root_certs = RootCerts::PlatformVerifier;
        self
    }

    /// Sent as `User-Agent`, which is never signed.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Waits in another way between two attempts, so that tests do not have to.
    pub fn pause(mut self, pause: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        self.pause = Arc::new(pause);
        self
    }

    /// The client. Nothing is sent.
    ///
    /// # Errors
    /// [`ClientError::Url`] for the base URL, [`ClientError::Credentials`] for the
    /// environment where it is used.
    pub fn build(self) -> Result<Client, ClientError> {
        let base_url = self.base_url.as_deref().map(parse_base).transpose()?;
        let profile = self.aws_profile.as_deref();
        let is_elsewhere = profile.is_none()
            && (self.provider.is_some() || self.sources.environment.credentials().is_ok());
        let provider = match self.provider {
            Some(provider) => provider,
            None => first_set_up(&self.sources, profile)?,
        };
        if http::HeaderValue::from_str(&self.user_agent).is_err() {
            return Err(ClientError::InvalidRequest {
                part: "the value of the header user-agent".into(),
            });
        }
        let mut signing = self.signing.with_provider(provider);
        let region = if signing.has_region() {
            None
        } else {
            let region = FallbackRegion::new(&self.sources, profile, is_elsewhere)?;
            Some(region)
        };
        signing.fall_back_to(region, self.default_service);
        signing.without_agent_redirects();
        let tls = TlsConfig::builder().root_certs(self.root_certs).build();
        let config = ureq::Agent::config_builder()
            .middleware(signing.clone())
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .user_agent(self.user_agent)
            .tls_config(tls)
            .timeout_global(Some(self.timeouts.total))
            .timeout_connect(Some(self.timeouts.connect))
            .timeout_resolve(Some(self.timeouts.connect))
            .timeout_recv_response(Some(self.timeouts.read))
            .timeout_per_read(Some(self.timeouts.read))
            .timeout_per_write(Some(self.timeouts.read))
            .proxy(self.proxy)
            .build();
        Ok(Client {
            agent: ureq::Agent::new_with_config(config),
            signing,
            base_url,
            timeouts: self.timeouts,
            retry: self.retry,
            correct_clock: self.correct_clock,
            response_limit: self.response_limit,
            pause: self.pause,
        })
    }
}

impl Client {
    /// A client with settings of its own.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// A client with credentials and region from the environment.
    ///
    /// # Errors
    /// [`ClientError::Credentials`] names what is missing or malformed.
    pub fn from_env() -> Result<Self, ClientError> {
        Self::builder().build()
    }
}

impl core::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("base_url", &self.base_url.as_deref().map(shown))
            .field("signing", &self.signing)
            .finish_non_exhaustive()
    }
}
