//! Credentials from the container endpoint of ECS and EKS.
//! [Container credential provider](https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html)

use crate::client::base_url::{self, is_loopback};
use crate::client::transport::{of_body, of_call, peer};
use crate::sources::cache::Cache;
use crate::sources::credential_json::{Shape, parse};
use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use core::time::Duration;
use http::Uri;
use http::header::{AUTHORIZATION, HeaderValue};
use std::format;
use std::fs::File;
use std::io::{self, Read};
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

const NAME: &str = "container";
const RELATIVE_URI: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const ECS: &str = "http://169.254.170.2";
/// Where plain http may go beside loopback: ECS, then EKS.
const LINK_LOCAL: [&str; 3] = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];
const MAX_ANSWER: u64 = 64 * 1024;
/// A buffer that grew would leave a secret behind. There is room for one byte too many, and
/// to find the end.
const CAPACITY: usize = 64 * 1024 + 64;
const SHAPE: Shape = Shape {
    source: NAME,
    session_token: "Token",
    needs_version: false,
};

/// Asks the endpoint that ECS and EKS put into a container's environment.
///
/// Plain http only to loopback and to the fixed addresses of ECS and EKS; anything else
/// has to be https. Never through a proxy, never to where a redirect points.
///
/// ```no_run
/// use sigv4::client::{Client, Container, Environment};
///
/// let source = Container::new(Environment::new()).cached();
/// let client = Client::builder().credentials(source).build()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Container {
    environment: Environment,
    agent: ureq::Agent,
}

impl Container {
    /// With the variables of an environment. They are read when credentials are asked for.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(2)))
            .timeout_global(Some(Duration::from_secs(5)))
            .max_idle_connections(0)
            .build();
        Self {
            environment,
            agent: ureq::Agent::new_with_config(config),
        }
    }

    /// Asks the endpoint only when its credentials are about to expire.
    #[must_use]
    pub fn cached(self) -> Cache<Self> {
        Cache::new(self)
    }

    /// Where to ask. [`CredentialsError::Missing`] outside a container.
    pub(crate) fn endpoint(&self) -> Result<Uri, CredentialsError> {
        let invalid = |name: &str, problem| CredentialsError::InvalidVariable {
            name: name.into(),
            problem,
        };
        if let Some(path) = self.environment.get(RELATIVE_URI)? {
            if !path.starts_with('/') {
                return Err(invalid(RELATIVE_URI, "does not start with '/'"));
            }
            return base_url::parse(&format!("{ECS}{path}"))
                .map_err(|_| invalid(RELATIVE_URI, "is no path"));
        }
        let Some(url) = self.environment.get(FULL_URI)? else {
            return Err(CredentialsError::Missing {
                name: RELATIVE_URI.into(),
            });
        };
        let uri =
            base_url::parse(&url).map_err(|_| invalid(FULL_URI, "is no http or https URL"))?;
        let host = uri.host().unwrap_or_default();
        let trusted = is_loopback(host) || LINK_LOCAL.contains(&host);
        if uri.scheme_str() != Some("https") && !trusted {
            return Err(invalid(
                FULL_URI,
                "is plain http to a host that is neither loopback nor ECS's or EKS's",
            ));
        }
        Ok(uri)
    }

    /// The file is read each time: EKS replaces it. It wins over the variable.
    fn authorization(&self) -> Result<Option<HeaderValue>, CredentialsError> {
        let (name, token) = match self.environment.get(TOKEN_FILE)? {
            Some(path) => {
                let token = read_bounded(&path).map_err(|error| {
                    CredentialsError::failed(TOKEN_FILE, format!("{path:?}: {error}"))
                })?;
                (TOKEN_FILE, token)
            }
            None => match self.environment.secret(TOKEN)? {
                Some(token) => (TOKEN, token),
                None => return Ok(None),
            },
        };
        let mut value =
            HeaderValue::from_str(token.trim_end_matches(['\r', '\n'])).map_err(|_| {
                CredentialsError::InvalidVariable {
                    name: name.into(),
                    problem: "holds characters that no header may have",
                }
            })?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}

impl ProvideCredentials for Container {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let failed = |problem: String| CredentialsError::failed(NAME, problem);
        let endpoint = self.endpoint()?;
        let peer = peer(&endpoint, None);
        let mut request = self.agent.get(endpoint);
        if let Some(token) = self.authorization()? {
            request = request.header(AUTHORIZATION, token);
        }
        let response = request
            .call()
            .map_err(|error| failed(format!("{}", of_call(error, &peer))))?;
        if !response.status().is_success() {
            return Err(failed(format!("status {}", response.status().as_u16())));
        }
        let mut answer = Zeroizing::new(Vec::with_capacity(CAPACITY));
        response
            .into_body()
            .into_reader()
            .take(MAX_ANSWER.saturating_add(1))
            .read_to_end(&mut answer)
            .map_err(|error| failed(format!("{}", of_body(error, &peer))))?;
        if u64::try_from(answer.len()).map_or(true, |length| length > MAX_ANSWER) {
            return Err(failed(format!("the answer is over {MAX_ANSWER} bytes")));
        }
        parse(&answer, &SHAPE)
    }

    fn name(&self) -> &'static str {
        NAME
    }
}

fn read_bounded(path: &str) -> io::Result<Zeroizing<String>> {
    let mut token = Zeroizing::new(String::with_capacity(CAPACITY));
    let length = File::open(path)?
        .take(MAX_ANSWER.saturating_add(1))
        .read_to_string(&mut token)?;
    if u64::try_from(length).map_or(true, |length| length > MAX_ANSWER) {
        return Err(io::Error::other(format!("over {MAX_ANSWER} bytes")));
    }
    Ok(token)
}
