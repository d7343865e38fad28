//! The credentials that `aws login` leaves behind.
//! [Sign in through the AWS CLI](https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html),
//! [Login credentials provider](https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html),
//! [CreateOAuth2Token](https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html)

use crate::client::redact::Secrets;
use crate::client::remote::dpop::{self, Claims};
use crate::client::remote::home::home;
use crate::client::remote::http_call::{HttpCall, Limits, Question, unaskable};
use crate::client::remote::kept_token::{TokenFile, valid};
use crate::client::remote::login_token::{LoginToken, Renewal};
use crate::client::remote::provider_config::ProviderConfig;
use crate::client::remote::refusal::{answered_badly, refused};
use crate::client::remote::service_endpoint::below;
use crate::client::remote::sign_in_endpoint::endpoint;
use crate::grammar::hex::hex;
use crate::grammar::uuid::version_4;
use crate::signature::hash::sha256;
use crate::sources::cache::Cache;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderValue};
use http::{Request, Uri};
use std::format;
use std::path::Path;
use std::prelude::rust_2024::*;

const NAME: &str = "login session";
const FOLDER: &str = "AWS_LOGIN_CACHE_DIRECTORY";

/// Takes the credentials out of the file that `aws login` writes, read each time.
///
/// They live for a quarter of an hour, and are renewed five minutes before their end, for up to twelve
/// hours after somebody logged in; the file is written back. If that fails, the old ones are used while
/// they hold; then it is [`CredentialsError::LoginNeeded`]. To renew them takes feature `v4a` too, which
/// has the curve of the key that AWS Sign-In wants a proof of (RFC 9449); without it, `aws login`, or any
/// command of the AWS CLI with that profile, renews them.
///
/// AWS Sign-In is asked in the region in which somebody logged in, as the file says; where it does not,
/// in that of [`ProviderConfig::region`], `AWS_REGION`, `AWS_DEFAULT_REGION` or [`Login::region`], the first
/// that is set. `AWS_ENDPOINT_URL_SIGNIN` and `AWS_ENDPOINT_URL` name another endpoint.
///
/// ```no_run
/// use sigv4::client::{Client, Environment, Login, ProviderConfig};
///
/// let config = ProviderConfig::new(Environment::new());
/// let login = Login::new(&config, "arn:aws:iam::123456789012:user/Alice")?;
/// let client = Client::builder().credentials(login.cached()).build()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
pub struct Login {
    config: ProviderConfig,
    sign_in: HttpCall,
    token_file: TokenFile,
    profile: Option<String>,
    region: Option<String>,
}

impl Login {
    /// Of a profile's `login_session`. The file is in `AWS_LOGIN_CACHE_DIRECTORY`, by default
    /// `~/.aws/login/cache`; its name is the SHA-256 of the session, less white space around it.
    ///
    /// # Errors
    /// [`CredentialsError::Missing`] where there is no home folder.
    pub fn new(config: &ProviderConfig, login_session: &str) -> Result<Self, CredentialsError> {
        let environment = &config.environment;
        let folder = match environment.get(FOLDER)? {
            Some(folder) => folder.into(),
            None => home(environment)?.join(".aws").join("login").join("cache"),
        };
        let digits = hex(&sha256(login_session.trim().as_bytes()));
        let name = format!("{}.json", core::str::from_utf8(&digits).unwrap_or_default());
        Ok(Self {
            config: config.clone(),
            sign_in: HttpCall::new(NAME, Limits::SERVICE, config),
            token_file: TokenFile::new(folder.join(name)),
            profile: None,
            region: None,
        })
    }

    /// The profile that somebody has to log in for.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Where AWS Sign-In is asked, if nothing else tells it: the profile's region.
    #[must_use]
    pub fn region(mut self, name: impl Into<String>) -> Self {
        self.region = Some(name.into());
        self
    }

    /// Asks only when the credentials are about to expire.
    #[must_use]
    pub fn cached(self) -> Cache<Self> {
        Cache::by(&self.config.clock.clone(), self)
    }

    fn log_in(&self, problem: impl Into<String>) -> CredentialsError {
        CredentialsError::LoginNeeded {
            name: NAME.into(),
            problem: problem.into(),
            command: match &self.profile {
                Some(profile) => format!("aws login --profile {profile}"),
                None => "aws login".into(),
            },
        }
    }

    /// Where the credentials are.
    #[must_use]
    pub fn token_file(&self) -> &Path {
        self.token_file.path()
    }

    /// Where the file says that somebody logged in, else where everything is asked.
    fn endpoint(&self, renewal: &Renewal) -> Result<Uri, CredentialsError> {
        let told = || match self.config.named_region() {
            Some(region) => Ok(Some(region.into())),
            None => self.config.environment.region(),
        };
        let region = match &renewal.region {
            Some(region) => Some(region.to_string()),
            None => told()?.or_else(|| self.region.clone()),
        };
        endpoint(&self.config, region.as_deref())
    }

    /// Each attempt has a proof of its own, made at its time.
    fn question(&self, uri: &Uri, renewal: &Renewal) -> Result<Question, CredentialsError> {
        let mut random = [0; 16];
        getrandom::getrandom(&mut random).map_err(unaskable(NAME))?;
        let issued_at = self.config.clock.unix().map_err(unaskable(NAME))?;
        let proof = renewal.key.proof(&Claims {
            method: "POST",
            url: uri,
            issued_at,
            id: &version_4(random),
        });
        let mut proof = HeaderValue::from_str(&proof).map_err(unaskable(NAME))?;
        proof.set_sensitive(true);
        Request::post(uri.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT_ENCODING, "identity")
            .header(dpop::HEADER, proof)
            .body(renewal.json(NAME)?)
            .map_err(unaskable(NAME))
    }

    fn renewed(&self, token: &LoginToken) -> Result<LoginToken, CredentialsError> {
        let renewal = token.renewal(NAME)?;
        let endpoint = self.endpoint(&renewal)?;
        let uri = below(&endpoint, "/v1/token").map_err(unaskable(NAME))?;
        log::info!("{NAME}: renewing the credentials at {endpoint}");
        let reply = self
            .sign_in
            .ask(|| self.question(&uri, &renewal), |_| false)?;
        let now = self.config.clock.now();
        // A refresh token may be good for one use; the model of AWS gives its refusals no status.
        let is_used_up =
            matches!(reply.status, 400..=403) && token.provided.expires_at <= Some(now);
        let pause = &self.config.pause;
        if let Some(other) = self.token_file.of_others(token, now, is_used_up, pause) {
            return Ok(other);
        }
        if !(200..300).contains(&reply.status) {
            let credentials = &token.provided.credentials;
            let mut secrets = Secrets::of(&[renewal.secret(), credentials.secret_access_key()]);
            secrets.add(credentials.session_token().unwrap_or_default());
            return Err(in_words(refused(NAME, &reply, secrets)));
        }
        let renewed = token.renewed(NAME, &reply.body, now);
        let renewed = renewed.map_err(answered_badly)?;
        self.token_file.save(&renewed);
        Ok(renewed)
    }
}

/// What AWS Sign-In means, before what it says.
fn in_words(mut error: CredentialsError) -> CredentialsError {
    if let CredentialsError::Refused {
        code: Some(code),
        message,
        ..
    } = &mut error
    {
        let words = match code.as_str() {
            "TOKEN_EXPIRED" => "the session is over",
            "USER_CREDENTIALS_CHANGED" => {
                "the user's own credentials, such as the password, have changed since the login"
            }
            "INSUFFICIENT_PERMISSIONS" => {
                "whoever logged in needs a policy that allows signin:CreateOAuth2Token, as \
                 SignInLocalDevelopmentAccess does"
            }
            _ => return error,
        };
        *message = match message.as_str() {
            "" => words.into(),
            message => format!("{words}: {message}"),
        };
    }
    error
}

impl ProvideCredentials for Login {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let file = self.token_file().display();
        let token = self
            .token_file
            .token(&format!("{NAME} in {file}"), |_: &LoginToken| {})?;
        let token = token.ok_or_else(|| self.log_in(format!("there is no {file}")))?;
        let now = self.config.clock.now();
        let renew = |token: &LoginToken| self.renewed(token).map(Some);
        let token = valid(NAME, token, now, renew, |problem| self.log_in(problem))?;
        Ok(token.provided)
    }

    fn name(&self) -> &'static str {
        NAME
    }
}

impl core::fmt::Debug for Login {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Login")
            .field("token_file", &self.token_file())
            .field("profile", &self.profile)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}
