//! What all sources of credentials that are asked over HTTP have in common.

use crate::client::pause::Pause;
use crate::client::timeouts::LONGEST;
use crate::sources::clock::Clock;
use crate::sources::environment::Environment;
use crate::sources::lock::lock;
use crate::sources::profile::endpoint_settings::EndpointSettings;
use core::time::Duration;
use std::prelude::rust_2024::*;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;
use ureq::Proxy;
use ureq::tls::{RootCerts, TlsConfig};

/// Asks somebody for the code that the device with this serial number or ARN shows now.
/// `None` where nobody answers.
pub type MfaCode = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Variables, region, proxy, certificates and time limits of the sources that are asked over
/// HTTP: [`AssumeRole`](crate::client::AssumeRole), [`WebIdentity`](crate::client::WebIdentity),
/// [`Sso`](crate::client::Sso), [`Container`](crate::client::Container),
/// [`Imds`](crate::client::Imds).
///
/// ```
/// use sigv4::client::{Environment, ProviderConfig, Sts};
///
/// let config = ProviderConfig::new(Environment::from_lookup(|_| None)).region("eu-west-1");
/// assert_eq!(Sts::new(&config)?.endpoint(), "https://sts.eu-west-1.amazonaws.com/");
/// # Ok::<(), sigv4::client::CredentialsError>(())
/// ```
#[derive(Clone)]
pub struct ProviderConfig {
    pub(crate) environment: Environment,
    pub(crate) clock: Clock,
    pub(crate) plain_http: bool,
    pub(crate) pause: Pause,
    pub(crate) mfa_code: Option<MfaCode>,
    endpoints: Option<EndpointSettings>,
    region: Option<String>,
    proxy: Option<Proxy>,
    root_certs: RootCerts,
    timeout: Option<Duration>,
    left: Option<Arc<Mutex<Duration>>>,
}

impl ProviderConfig {
    /// The variables given, the system's clock, the environment's proxy, Mozilla's roots, and
    /// each source's own time limits.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            clock: Clock::system(),
            plain_http: false,
            pause: Arc::new(std::thread::sleep),
            mfa_code: None,
            endpoints: None,
            region: None,
            proxy: Proxy::try_from_env(),
            root_certs: RootCerts::WebPki,
            timeout: None,
            left: None,
        }
    }

    /// Other variables; all else stays, the time in all too.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Where AWS STS is asked, before `AWS_REGION` and `AWS_DEFAULT_REGION`: a profile's region.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Where services are asked, as a profile says
    /// ([`ProfileFiles::endpoint_settings`](crate::sources::ProfileFiles::endpoint_settings)), after
    /// the variables. By default what is made of a profile has that profile's.
    #[must_use]
    pub fn endpoint_settings(mut self, settings: EndpointSettings) -> Self {
        self.endpoints = Some(settings);
        self
    }

    /// A proxy, or `None` for no proxy at all. Instance metadata, a container's endpoint and
    /// plain http to this machine go past it in any case.
    #[must_use]
    pub fn proxy(mut self, proxy: Option<Proxy>) -> Self {
        self.proxy = proxy;
        self
    }

    /// Trusts these certificates only. By default Mozilla's roots.
    #[must_use]
    pub fn root_certs(mut self, certs: &[ureq::tls::Certificate<'static>]) -> Self {
        self.root_certs = RootCerts::new_with_certs(certs);
        self
    }

    /// Trusts what the operating system trusts.
    #[cfg(feature = "platform-roots")]
    #[must_use]
    pub fn platform_roots(mut self) -> Self {
        self.root_certs = RootCerts::PlatformVerifier;
        self
    }

    /// Plain http to any host that an `AWS_ENDPOINT_URL_…` variable names, as to a stand-in in
    /// another container. Credentials come back in clear.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// The time for a connection, and for an answer to begin, instead of the source's own: a
    /// second for an instance's metadata, two and five for a container's endpoint, three and ten
    /// for a service. A year at most.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout.min(LONGEST));
        self
    }

    /// The longest time for all requests of all sources with this configuration together,
    /// for a program that asks once. What a person or another program takes does not count.
    #[must_use]
    pub fn time_in_all(mut self, time: Duration) -> Self {
        self.left = Some(Arc::new(Mutex::new(time)));
        self
    }

    /// Asks for the code of an MFA device, where a profile's role wants one.
    #[must_use]
    pub fn mfa_code(
        mut self,
        ask: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.mfa_code = Some(Arc::new(ask));
        self
    }

    /// Reads the time from elsewhere than the system's clock.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Waits in another way between two attempts, so that tests do not have to.
    #[must_use]
    pub fn pause(mut self, pause: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        self.pause = Arc::new(pause);
        self
    }

    /// What a profile says of endpoints, unless the program has said it.
    pub(crate) fn endpoints_of(&self, settings: &EndpointSettings) -> Self {
        let mut config = self.clone();
        config.endpoints.get_or_insert_with(|| settings.clone());
        config
    }

    pub(crate) fn endpoints(&self) -> Option<&EndpointSettings> {
        self.endpoints.as_ref()
    }

    pub(crate) fn named_region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    pub(crate) fn agent(&self, is_link_local: bool) -> ureq::Agent {
        let tls = TlsConfig::builder().root_certs(self.root_certs.clone());
        let proxy = self.proxy.clone().filter(|_| !is_link_local);
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .user_agent(concat!("sigv4-kit/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls.build())
            .proxy(proxy)
            .build();
        ureq::Agent::new_with_config(config)
    }

    /// What was set, or a source's own limit.
    pub(crate) fn limit(&self, own: Duration) -> Duration {
        self.timeout.unwrap_or(own)
    }

    /// A source's own limit for all its attempts, long enough for one, or what is left of the time
    /// in all.
    pub(crate) fn total(&self, own: Duration) -> Duration {
        let own = own.max(self.limit(own));
        let left = self.left.as_ref().map(|left| *lock(left));
        own.min(left.unwrap_or(own))
    }

    pub(crate) fn spend(&self, time: Duration) {
        if let Some(left) = &self.left {
            let mut left = lock(left);
            *left = left.saturating_sub(time);
        }
    }
}

impl core::fmt::Debug for ProviderConfig {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ProviderConfig")
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}
