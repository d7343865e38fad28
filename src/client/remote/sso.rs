//! The credentials of a role in IAM Identity Center.
//! [IAM Identity Center credential provider](https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html),
//! [GetRoleCredentials](https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html),
//! [CreateToken](https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html)

use crate::client::redact::Secrets;
use crate::client::remote::handed_out::temporary;
use crate::client::remote::home::home;
use crate::client::remote::http_call::{HttpCall, Limits, Question, unaskable};
use crate::client::remote::kept_token::{TokenFile, valid};
use crate::client::remote::provider_config::ProviderConfig;
use crate::client::remote::refusal::{answered_badly, refused};
use crate::client::remote::service_endpoint::{SSO, SSO_OIDC, below, endpoint};
use crate::client::remote::sso_token::{Renewal, SsoToken};
use crate::grammar::encode::encode;
use crate::grammar::text::UNRESERVED;
use crate::sources::cache::Cache;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::fields::Fields;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use core::time::Duration;
use http::Request;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderValue};
use sha1::{Digest, Sha1};
use std::format;
use std::path::PathBuf;
use std::prelude::rust_2024::*;
use std::sync::Once;
use std::time::UNIX_EPOCH;
use zeroize::Zeroizing;

const NAME: &str = "IAM Identity Center";
const TOKEN_HEADER: &str = "x-amz-sso_bearer_token";

/// Asks IAM Identity Center for a role's credentials, with the token that `aws sso login` left
/// behind. A token of an `sso-session` is renewed five minutes before its end, and written back; if
/// that fails, the old one is used while it holds.
///
/// ```no_run
/// use sigv4::client::{Client, Environment, ProviderConfig, Sso};
///
/// let config = ProviderConfig::new(Environment::new());
/// let role = Sso::of_session(&config, "dev", "eu-west-1", "123456789012", "Reader")?;
/// let client = Client::builder().credentials(role.cached()).build()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
pub struct Sso {
    config: ProviderConfig,
    portal: HttpCall,
    oidc: HttpCall,
    token_file: TokenFile,
    /// Of an `sso-session`; one of a start URL cannot be renewed.
    session: Option<String>,
    profile: Option<String>,
    region: String,
    account_id: String,
    role_name: String,
    start_url: Option<String>,
    /// That its token is one for something else.
    warned: Once,
}

impl Sso {
    /// With `sso_session`, and the `sso_region` of that section.
    ///
    /// # Errors
    /// [`CredentialsError::Missing`] where there is no home folder.
    pub fn of_session(
        config: &ProviderConfig,
        session: impl Into<String>,
        region: impl Into<String>,
        account_id: impl Into<String>,
        role_name: impl Into<String>,
    ) -> Result<Self, CredentialsError> {
        let session = session.into();
        let token_file = cached_in(config, &session)?;
        let mut source = Self::of(config, token_file, region.into());
        source.session = Some(session);
        source.account_id = account_id.into();
        source.role_name = role_name.into();
        Ok(source)
    }

    /// With `sso_start_url` and `sso_region` in the profile itself, as before there were sessions:
    /// such a token is not renewed.
    ///
    /// # Errors
    /// [`CredentialsError::Missing`] where there is no home folder.
    pub fn of_start_url(
        config: &ProviderConfig,
        start_url: &str,
        region: impl Into<String>,
        account_id: impl Into<String>,
        role_name: impl Into<String>,
    ) -> Result<Self, CredentialsError> {
        let token_file = cached_in(config, start_url)?;
        let mut source = Self::of(config, token_file, region.into()).start_url(start_url);
        source.account_id = account_id.into();
        source.role_name = role_name.into();
        Ok(source)
    }

    fn of(config: &ProviderConfig, token_file: PathBuf, region: String) -> Self {
        Self {
            config: config.clone(),
            portal: HttpCall::new(NAME, Limits::SERVICE, config),
            oidc: HttpCall::new(NAME, Limits::SERVICE, config),
            token_file: TokenFile::new(token_file),
            session: None,
            profile: None,
            region,
            account_id: String::new(),
            role_name: String::new(),
            start_url: None,
            warned: Once::new(),
        }
    }

    /// The one that the token is for.
    pub(crate) fn start_url(mut self, url: impl Into<String>) -> Self {
        self.start_url = Some(url.into());
        self
    }

    /// The profile that somebody has to log in for, where there is no session.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Asks only when the credentials are about to expire.
    #[must_use]
    pub fn cached(self) -> Cache<Self> {
        Cache::by(&self.config.clock.clone(), self)
    }

    /// Where the token is.
    #[must_use]
    pub fn token_file(&self) -> &std::path::Path {
        self.token_file.path()
    }

    fn log_in(&self, problem: impl Into<String>) -> CredentialsError {
        CredentialsError::LoginNeeded {
            name: NAME.into(),
            problem: problem.into(),
            command: match &self.session {
                Some(session) => format!("aws sso login --sso-session {session}"),
                None => match &self.profile {
                    Some(profile) => format!("aws sso login --profile {profile}"),
                    None => "aws sso login".into(),
                },
            },
        }
    }

    fn token(&self) -> Result<SsoToken, CredentialsError> {
        let file = self.token_file.path().display();
        let name = format!("the token in {file}");
        let start_url = self.start_url.as_deref();
        let token = self.token_file.token(&name, |token: &SsoToken| {
            token.warn_of_others(&name, start_url, &self.region, &self.warned);
        })?;
        token.ok_or_else(|| self.log_in(format!("there is no token in {file}")))
    }

    /// A token that holds, renewed where it is time for it.
    fn valid_token(&self) -> Result<SsoToken, CredentialsError> {
        let token = self.token()?;
        let now = self.config.clock.now();
        let renew = |token: &SsoToken| {
            if self.session.is_none() {
                return Ok(None);
            }
            let renewal = token.renewal(NAME, now)?;
            renewal
                .map(|renewal| self.renewed(token, &renewal))
                .transpose()
        };
        valid(NAME, token, now, renew, |problem| self.log_in(problem))
    }

    fn renewed(&self, token: &SsoToken, renewal: &Renewal) -> Result<SsoToken, CredentialsError> {
        let endpoint = endpoint(&self.config, &SSO_OIDC, &self.region)?;
        let uri = below(&endpoint, "/token").map_err(unaskable(NAME))?;
        let make = || -> Result<Question, CredentialsError> {
            Request::post(uri.clone())
                .header(CONTENT_TYPE, "application/json")
                .header(ACCEPT_ENCODING, "identity")
                .body(renewal.json(NAME)?)
                .map_err(unaskable(NAME))
        };
        log::info!("{NAME}: renewing the token at {endpoint}");
        let reply = self.oidc.ask(make, |_| false)?;
        let now = self.config.clock.now();
        let is_used_up = reply.status == 400 && token.expires_at <= now;
        let pause = &self.config.pause;
        if let Some(other) = self.token_file.of_others(token, now, is_used_up, pause) {
            return Ok(other);
        }
        if !(200..300).contains(&reply.status) {
            let mut secrets = Secrets::of(&renewal.secrets());
            secrets.add(&token.access);
            return Err(refused(NAME, &reply, secrets));
        }
        let renewed = token.renewed(NAME, &reply.body, now);
        let renewed = renewed.map_err(answered_badly)?;
        self.token_file.save(&renewed);
        Ok(renewed)
    }

    fn ask(&self, token: &SsoToken) -> Result<ProvidedCredentials, CredentialsError> {
        let endpoint = endpoint(&self.config, &SSO, &self.region)?;
        let mut target = String::from("/federation/credentials?role_name=");
        encode(&self.role_name, &UNRESERVED, &mut |piece| {
            target.push_str(piece);
        });
        target.push_str("&account_id=");
        encode(&self.account_id, &UNRESERVED, &mut |piece| {
            target.push_str(piece);
        });
        let uri = below(&endpoint, &target).map_err(unaskable(NAME))?;
        let make = || -> Result<Question, CredentialsError> {
            let mut value = HeaderValue::from_str(&token.access)
                .map_err(|_| CredentialsError::failed(NAME, "the token is none for a header"))?;
            value.set_sensitive(true);
            Request::get(uri.clone())
                .header(TOKEN_HEADER, value)
                .header(ACCEPT_ENCODING, "identity")
                .body(Zeroizing::new(Vec::new()))
                .map_err(unaskable(NAME))
        };
        log::info!("{NAME}: asking {endpoint} for the role's credentials");
        let reply = self.portal.ask(make, |_| false)?;
        match reply.status {
            200..=299 => {}
            401 => {
                let mut error = refused(NAME, &reply, Secrets::of(&[&token.access]));
                if let CredentialsError::Refused { message, .. } = &mut error {
                    let login = self.log_in("the token is no longer accepted");
                    let login = format!("{login}");
                    *message = login.split_once(": ").map_or("", |(_, told)| told).into();
                }
                return Err(error);
            }
            _ => return Err(refused(NAME, &reply, Secrets::of(&[&token.access]))),
        }
        let provided = handed_out(&reply.body).map_err(answered_badly)?;
        Ok(provided.of_account(&self.account_id))
    }
}

impl ProvideCredentials for Sso {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        self.ask(&self.valid_token()?)
    }

    fn name(&self) -> &'static str {
        NAME
    }
}

impl core::fmt::Debug for Sso {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Sso")
            .field("session", &self.session)
            .field("region", &self.region)
            .field("account_id", &self.account_id)
            .field("role_name", &self.role_name)
            .finish_non_exhaustive()
    }
}

/// The expiration is in milliseconds.
fn handed_out(answer: &[u8]) -> Result<ProvidedCredentials, CredentialsError> {
    let fields = Fields::read(NAME, answer)?.object("roleCredentials")?;
    let id = fields.needed("accessKeyId")?;
    let secret = fields.needed("secretAccessKey")?;
    let token = fields.needed("sessionToken")?;
    let end = fields.number("expiration")?;
    let end = end.and_then(|milliseconds| u64::try_from(milliseconds).ok());
    let end = end.and_then(|end| UNIX_EPOCH.checked_add(Duration::from_millis(end)));
    let end = end.ok_or_else(|| CredentialsError::failed(NAME, "expiration is missing"))?;
    temporary(NAME, id, secret, token, end)
}

/// `~/.aws/sso/cache/` and the SHA-1 of the session's name, or of the start URL as it is written.
fn cached_in(config: &ProviderConfig, key: &str) -> Result<PathBuf, CredentialsError> {
    let mut hex = [0; 40];
    // Forty digits are twenty bytes.
    let _ = hex::encode_to_slice(Sha1::digest(key.as_bytes()), &mut hex);
    let name = format!("{}.json", core::str::from_utf8(&hex).unwrap_or_default());
    let home = home(&config.environment)?;
    Ok(home.join(".aws").join("sso").join("cache").join(name))
}
