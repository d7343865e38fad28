//! Credentials from the container endpoint of ECS and EKS.
//! [Container credential provider](https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html)

use crate::client::base_url;
use crate::client::redact::Secrets;
use crate::client::remote::handed_out::by_link_local;
use crate::client::remote::http_call::{HttpCall, Limits, Question, unaskable};
use crate::client::remote::link_local::{is_trusted, literal, look_up, resolved};
use crate::client::remote::provider_config::ProviderConfig;
use crate::client::remote::refusal::{answered_badly, refused};
use crate::client::remote::token_file;
use crate::grammar::host::default_port;
use crate::sources::cache::Cache;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use core::cell::{Cell, RefCell};
use core::net::SocketAddr;
use core::time::Duration;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, HOST, HeaderValue};
use http::{Request, Uri};
use std::format;
use std::path::Path;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

const NAME: &str = "container";
const RELATIVE_URI: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const ECS: &str = "http://169.254.170.2";
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(2),
    read: Duration::from_secs(5),
    total: Duration::from_secs(15),
    attempts: 3,
    repeats_timeouts: true,
    answer: 64 * 1024,
    is_link_local: true,
};

/// Asks the endpoint that ECS and EKS Pod Identity put into a container's environment.
///
/// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, a path at ECS's address, goes before
/// `AWS_CONTAINER_CREDENTIALS_FULL_URI`. Plain http only to loopback and to the fixed addresses
/// of ECS and EKS: a name is resolved, and all of its addresses have to be of these; anything else
/// has to be https. Never through a proxy, never to where a redirect points. Asked three times
/// where it fails for the moment.
///
/// `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`, read each time as EKS replaces it, goes before
/// `AWS_CONTAINER_AUTHORIZATION_TOKEN`; a line break in either is an error.
///
/// ```no_run
/// use sigv4::client::{Client, Container, Environment};
///
/// let source = Container::new(Environment::new()).cached();
/// let client = Client::builder().credentials(source).build()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
pub struct Container {
    config: ProviderConfig,
    call: HttpCall,
}

impl Container {
    /// With the variables of an environment. They are read when credentials are asked for.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        Self::with(&ProviderConfig::new(environment))
    }

    /// With the time limits and the clock of a configuration, too.
    #[must_use]
    pub fn with(config: &ProviderConfig) -> Self {
        Self {
            config: config.clone(),
            call: HttpCall::new(NAME, LIMITS, config),
        }
    }

    /// Asks the endpoint only when its credentials are about to expire.
    #[must_use]
    pub fn cached(self) -> Cache<Self> {
        Cache::by(&self.config.clock.clone(), self)
    }

    /// Where it is asked.
    ///
    /// # Errors
    /// [`CredentialsError::Missing`] outside a container, [`CredentialsError::InvalidVariable`] of
    /// what may not be asked.
    pub fn endpoint_url(&self) -> Result<String, CredentialsError> {
        self.endpoint().map(|endpoint| format!("{endpoint}"))
    }

    /// Where to ask, as far as no name has to be resolved for it.
    /// [`CredentialsError::Missing`] outside a container.
    pub(crate) fn endpoint(&self) -> Result<Uri, CredentialsError> {
        let environment = &self.config.environment;
        if let Some(path) = environment.get(RELATIVE_URI)? {
            if !path.starts_with('/') {
                return Err(invalid(RELATIVE_URI, "does not start with '/'"));
            }
            return base_url::parse(&format!("{ECS}{path}"))
                .map_err(|_| invalid(RELATIVE_URI, "is no path"));
        }
        let Some(url) = environment.get(FULL_URI)? else {
            return Err(CredentialsError::Missing {
                name: RELATIVE_URI.into(),
            });
        };
        let uri =
            base_url::parse(&url).map_err(|_| invalid(FULL_URI, "is no http or https URL"))?;
        let address = literal(uri.host().unwrap_or_default());
        if is_in_clear(&uri) && address.is_some_and(|address| !is_trusted(address)) {
            return Err(invalid(
                FULL_URI,
                "is plain http to a host that is neither loopback nor ECS's or EKS's",
            ));
        }
        Ok(uri)
    }

    /// The whole value of the header.
    fn authorization(&self) -> Result<Option<HeaderValue>, CredentialsError> {
        let environment = &self.config.environment;
        let (name, token) = match environment.get(TOKEN_FILE)? {
            Some(path) => (TOKEN_FILE, token_file::read(TOKEN_FILE, Path::new(&path))?),
            None => match environment.secret(TOKEN)? {
                Some(token) => (TOKEN, token),
                None => return Ok(None),
            },
        };
        let mut value = HeaderValue::from_str(&token)
            .map_err(|_| invalid(name, "holds characters that no header may have"))?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}

impl ProvideCredentials for Container {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let endpoint = self.endpoint()?;
        let addresses = addresses(&endpoint)?;
        let tried = Cell::new(0_usize);
        let sent = RefCell::new(None);
        let make = || -> Result<Question, CredentialsError> {
            let mut question = Request::get(endpoint.clone())
                .header(ACCEPT, "application/json")
                .header(ACCEPT_ENCODING, "identity");
            // One after the other.
            let mut others = addresses.iter().cycle().skip(tried.get());
            if let Some(address) = others.next() {
                let host = endpoint
                    .authority()
                    .map_or("", |authority| authority.as_str());
                question = question
                    .header(HOST, host)
                    .uri(at(&endpoint, *address).map_err(unaskable(NAME))?);
            }
            tried.set(tried.get().saturating_add(1));
            // The file may have been replaced since the last attempt.
            let token = self.authorization()?;
            if let Some(token) = &token {
                question = question.header(AUTHORIZATION, token);
            }
            *sent.borrow_mut() = token;
            question
                .body(Zeroizing::new(Vec::new()))
                .map_err(unaskable(NAME))
        };
        let reply = self.call.ask(make, |_| false)?;
        let token = sent.into_inner();
        let token = token.as_ref().and_then(|token| token.to_str().ok());
        let secrets = Secrets::of(token.as_slice());
        if (200..300).contains(&reply.status) {
            return by_link_local(NAME, &reply, &secrets).map_err(answered_badly);
        }
        Err(refused(NAME, &reply, secrets))
    }

    fn name(&self) -> &'static str {
        NAME
    }
}

impl core::fmt::Debug for Container {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Container")
    }
}

fn invalid(name: &str, problem: &'static str) -> CredentialsError {
    CredentialsError::InvalidVariable {
        name: name.into(),
        problem,
    }
}

fn is_in_clear(uri: &Uri) -> bool {
    uri.scheme_str() != Some("https")
}

/// What a name in clear stands for; none of an address or of https, where a certificate tells.
fn addresses(endpoint: &Uri) -> Result<Vec<SocketAddr>, CredentialsError> {
    let host = endpoint.host().unwrap_or_default();
    if !is_in_clear(endpoint) || literal(host).is_some() {
        return Ok(Vec::new());
    }
    let port = endpoint.port_u16().or(default_port(endpoint.scheme_str()));
    resolved(FULL_URI, host, port.unwrap_or(80), look_up)
}

fn at(endpoint: &Uri, address: SocketAddr) -> Result<Uri, http::Error> {
    let mut parts = endpoint.clone().into_parts();
    parts.authority = Some(format!("{address}").parse()?);
    Ok(Uri::from_parts(parts)?)
}
