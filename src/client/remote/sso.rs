//! The credentials of a role in IAM Identity Center.
//! [IAM Identity Center credential provider](https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html),
//! [GetRoleCredentials](https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html),
//! [CreateToken](https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html)

use crate::client::redact::Secrets;
use crate::client::remote::handed_out::{rfc3339, temporary};
use crate::client::remote::home::home;
use crate::client::remote::http_call::{HttpCall, Limits, Question, unaskable};
use crate::client::remote::provider_config::ProviderConfig;
use crate::client::remote::refusal::{answered_badly, may_pass, refused};
use crate::client::remote::replaced_file::replace;
use crate::client::remote::service_endpoint::{SSO, SSO_OIDC, below, endpoint};
use crate::client::remote::sso_token::{Renewal, SsoToken};
use crate::client::remote::token_file;
use crate::grammar::encode::encode;
use crate::grammar::text::UNRESERVED;
use crate::sources::cache::Cache;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::fields::Fields;
use crate::sources::lock::lock;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use core::time::Duration;
use http::Request;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderValue};
use sha1::{Digest, Sha1};
use std::format;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::prelude::rust_2024::*;
use std::sync::{Mutex, Once};
use std::time::UNIX_EPOCH;
use zeroize::Zeroizing;

const NAME: &str = "IAM Identity Center";
const TOKEN_HEADER: &str = "x-amz-sso_bearer_token";
/// How long before its end a token is renewed.
const MARGIN: Duration = Duration::from_secs(5 * 60);
/// For two seconds at most.
const LOOKS: u32 = 20;
const LOOK: Duration = Duration::from_millis(100);

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
    token_file: PathBuf,
    /// Of an `sso-session`; one of a start URL cannot be renewed.
    session: Option<String>,
    profile: Option<String>,
    region: String,
    account_id: String,
    role_name: String,
    /// A token that was renewed and could not be written back.
    unsaved: Mutex<Option<Zeroizing<Vec<u8>>>>,
    /// That others may read the file.
    said: Once,
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
            token_file,
            session: None,
            profile: None,
            region,
            account_id: String::new(),
            role_name: String::new(),
            unsaved: Mutex::default(),
            said: Once::new(),
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
        &self.token_file
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

    /// The token of the file, or a newer one that could not be written to it.
    fn token(&self) -> Result<SsoToken, CredentialsError> {
        let file = self.token_file.display();
        let name = format!("the token in {file}");
        let read = match token_file::private(&self.token_file, &self.said) {
            Ok(json) => SsoToken::read(&name, json).inspect(|token| {
                let start_url = self.start_url.as_deref();
                token.warn_of_others(&name, start_url, &self.region, &self.warned);
            }),
            // Who removes it, logs out: nothing of it is used on.
            Err(error) if error.kind() == ErrorKind::NotFound => {
                *lock(&self.unsaved) = None;
                return Err(self.log_in(format!("there is no token in {file}")));
            }
            Err(error) => Err(CredentialsError::failed(&name, format!("{error}"))),
        };
        let unsaved = lock(&self.unsaved).clone();
        let unsaved = unsaved.and_then(|json| SsoToken::read(&name, json).ok());
        match (read, unsaved) {
            (Ok(token), Some(unsaved)) if token.expires_at < unsaved.expires_at => Ok(unsaved),
            (Err(_), Some(unsaved)) => Ok(unsaved),
            (read, _) => read,
        }
    }

    /// A token that holds, renewed where it is time for it.
    fn valid_token(&self) -> Result<SsoToken, CredentialsError> {
        let token = self.token()?;
        let now = self.config.clock.now();
        let holds = now < token.expires_at;
        let is_due = now
            .checked_add(MARGIN)
            .is_none_or(|soon| soon >= token.expires_at);
        let mut reason = String::new();
        if is_due && self.session.is_some() {
            let renewed = match token.renewal(NAME, now) {
                Ok(renewal) => renewal.map(|renewal| self.renewed(&token, &renewal)),
                Err(error) => Some(Err(error)),
            };
            match renewed {
                Some(Ok(renewed)) => return Ok(renewed),
                Some(Err(error)) if holds => {
                    log::warn!("the token could not be renewed, the old one still holds: {error}");
                }
                // What does not answer may do so later: no need to log in for that.
                Some(Err(error)) if may_pass(&error) => return Err(error),
                Some(Err(error)) => reason = format!(" and could not be renewed ({error})"),
                None => {}
            }
        }
        if holds {
            return Ok(token);
        }
        let end = rfc3339(NAME, token.expires_at)?;
        Err(self.log_in(format!("the token expired at {end}{reason}")))
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
        // Who was faster has used up what it is renewed with, and still has to write the file.
        let is_used_up = reply.status == 400 && token.expires_at <= now;
        for _ in 0..if is_used_up { LOOKS } else { 1 } {
            // Somebody else renewed it meanwhile, or logged in: that one counts.
            if let Ok(other) = self.token()
                && other.access != token.access
                && now < other.expires_at
            {
                return Ok(other);
            }
            if is_used_up {
                (self.config.pause)(LOOK);
            }
        }
        if !(200..300).contains(&reply.status) {
            let mut secrets = Secrets::of(&renewal.secrets());
            secrets.add(&token.access);
            return Err(refused(NAME, &reply, secrets));
        }
        let renewed = token.renewed(NAME, &reply.body, now);
        let renewed = renewed.map_err(answered_badly)?;
        let written = replace(&self.token_file, renewed.json());
        let mut unsaved = lock(&self.unsaved);
        *unsaved = match written {
            Ok(()) => None,
            Err(error) => {
                let file = self.token_file.display();
                log::warn!("the renewed token could not be written to {file}: {error}");
                Some(Zeroizing::new(renewed.json().to_vec()))
            }
        };
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
