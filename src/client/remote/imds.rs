//! The credentials of an EC2 instance's role, and its region.
//! [Use IMDSv2](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html)

use crate::client::error::TransportKind;
use crate::client::redact::Secrets;
use crate::client::remote::handed_out::by_link_local;
use crate::client::remote::http_call::{CallError, HttpCall, Limits, Reply, unaskable};
use crate::client::remote::imds_endpoint::{Said, choose};
use crate::client::remote::provider_config::ProviderConfig;
use crate::client::remote::refusal::{answered_badly, refused};
use crate::client::remote::service_endpoint::below;
use crate::client::retry::random;
use crate::grammar::encode::encode;
use crate::grammar::text::UNRESERVED;
use crate::sources::cache::Cache;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::lock::lock;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use core::time::Duration;
use http::header::{ACCEPT_ENCODING, HeaderValue};
use http::{Method, Request, Uri};
use std::format;
use std::prelude::rust_2024::*;
use std::sync::Mutex;
use std::time::{Instant, SystemTime};
use zeroize::Zeroizing;

const NAME: &str = "instance metadata";
const DISABLED: &str = "AWS_EC2_METADATA_DISABLED";
const TOKEN: &str = "/latest/api/token";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const REGION: &str = "/latest/meta-data/placement/region";
const TOKEN_HEADER: &str = "x-aws-ec2-metadata-token";
const TTL_HEADER: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const TTL: &str = "21600";
/// How long before its end a token is no longer used.
const MARGIN: Duration = Duration::from_secs(120);
/// How often a token that is refused is replaced.
const NEW_TOKENS: u32 = 3;

/// Connect and read within a second each: where nothing answers, this is no EC2 instance.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(1),
    read: Duration::from_secs(1),
    total: Duration::from_secs(5),
    attempts: 4,
    repeats_timeouts: false,
    answer: 65_535,
    is_link_local: true,
};

/// Expired credentials are used on while the service has no better: it is asked again after ten
/// minutes and up to five more, so that not every instance asks at once.
const USED_ON: Duration = Duration::from_secs(10 * 60);
const JITTER: Duration = Duration::from_secs(5 * 60);

/// Asks the instance metadata service (IMDSv2; there is no fall-back to version 1) for the
/// credentials of the instance's role. No proxy, no redirects.
///
/// Where nothing answers, the service is switched off (`AWS_EC2_METADATA_DISABLED=true`, status
/// 403) or the instance has no role (404), it is [`CredentialsError::PassedOver`], and a
/// [`Chain`](crate::client::Chain) goes on.
///
/// Static stability: once there were credentials, those are used on where the service fails or
/// hands out expired ones, as the services may still take them; the log warns of it.
///
/// ```no_run
/// use sigv4::client::{Client, Environment, Imds, ProviderConfig};
///
/// let instance = Imds::new(&ProviderConfig::new(Environment::new()));
/// let region = instance.region()?;
/// let client = Client::builder().credentials(instance.cached()).region(region).build()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
pub struct Imds {
    call: HttpCall,
    config: ProviderConfig,
    program: Said,
    profile: Said,
    token: Mutex<Option<Token>>,
    last: Mutex<Option<ProvidedCredentials>>,
}

struct Token {
    value: HeaderValue,
    until: SystemTime,
}

impl Imds {
    /// The endpoint is that of the variables `AWS_EC2_METADATA_SERVICE_ENDPOINT` and
    /// `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE` (`IPv4` or `IPv6`), else of IPv4.
    #[must_use]
    pub fn new(config: &ProviderConfig) -> Self {
        Self {
            call: HttpCall::new(NAME, LIMITS, config),
            config: config.clone(),
            program: Said::default(),
            profile: Said::default(),
            token: Mutex::default(),
            last: Mutex::default(),
        }
    }

    /// Another endpoint, whatever the variables say.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.program.endpoint = Some(url.into());
        self
    }

    /// `IPv4` or `IPv6`, before the variable for the mode; an endpoint goes before both.
    #[must_use]
    pub fn endpoint_mode(mut self, mode: impl Into<String>) -> Self {
        self.program.mode = Some(mode.into());
        self
    }

    /// What a profile says: `ec2_metadata_service_endpoint` and
    /// `ec2_metadata_service_endpoint_mode`, after the variables.
    #[must_use]
    pub fn profile_settings(mut self, endpoint: Option<String>, mode: Option<String>) -> Self {
        self.profile = Said { endpoint, mode };
        self
    }

    /// Asks the service only when its credentials are about to expire.
    #[must_use]
    pub fn cached(self) -> Cache<Self> {
        Cache::by(&self.config.clock.clone(), self)
    }

    /// The region that the instance is in.
    ///
    /// # Errors
    /// As of its credentials.
    pub fn region(&self) -> Result<String, CredentialsError> {
        let reply = self.get(REGION, self.call.deadline(), &NO_REGION)?;
        let text = first_line(&reply.body);
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        match text.filter(|text| text.bytes().all(plain)) {
            Some(region) => Ok(region.into()),
            None => Err(no("region")),
        }
    }

    /// Where it is asked.
    ///
    /// # Errors
    /// [`CredentialsError::PassedOver`] where it is switched off, [`CredentialsError::Failed`] where
    /// the endpoint is no URL or the mode neither `IPv4` nor `IPv6`.
    pub fn endpoint_url(&self) -> Result<String, CredentialsError> {
        self.base().map(|base| format!("{base}"))
    }

    /// `AWS_EC2_METADATA_DISABLED` is `true`, in any case.
    ///
    /// # Errors
    /// [`CredentialsError::InvalidVariable`] and [`CredentialsError::InvisibleCharacter`].
    pub fn is_off(&self) -> Result<bool, CredentialsError> {
        let disabled = self.config.environment.get(DISABLED)?;
        Ok(disabled.is_some_and(|value| value.eq_ignore_ascii_case("true")))
    }

    fn base(&self) -> Result<Uri, CredentialsError> {
        if self.is_off()? {
            return Err(passed_over(format!("{DISABLED} is true"), "unset it"));
        }
        choose(&self.program, &self.config.environment, &self.profile)
    }

    /// Asked anew where the token has ended, or is about to.
    fn token(
        &self,
        base: &Uri,
        deadline: Option<Instant>,
    ) -> Result<HeaderValue, CredentialsError> {
        let now = self.config.clock.now();
        if let Some(token) = lock(&self.token).as_ref().filter(|token| now < token.until) {
            return Ok(token.value.clone());
        }
        let make = || {
            let question = Request::builder()
                .method(Method::PUT)
                .uri(below(base, TOKEN).map_err(unaskable(NAME))?)
                .header(TTL_HEADER, TTL)
                .header(ACCEPT_ENCODING, "identity");
            question
                .body(Zeroizing::new(Vec::new()))
                .map_err(unaskable(NAME))
        };
        let reply = self.call.try_ask(deadline, make, |_| false);
        let reply = reply.map_err(not_there)?;
        if reply.status == 404 {
            return Err(refused(NAME, &reply, Secrets::of(&[])));
        }
        let reply = accepted(reply, Secrets::of(&[]), &NO_ROLE)?;
        let value = HeaderValue::from_bytes(reply.body.trim_ascii())
            .ok()
            .filter(|value| !value.is_empty());
        let mut value = value.ok_or_else(|| no("token"))?;
        value.set_sensitive(true);
        // Without a time to live it is good for this once.
        let lives = reply.headers.get(TTL_HEADER);
        let lives = lives.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let lives = Duration::from_secs(lives.unwrap_or(0)).saturating_sub(MARGIN);
        *lock(&self.token) = now.checked_add(lives).map(|until| Token {
            value: value.clone(),
            until,
        });
        Ok(value)
    }

    /// A token that is refused (401) is replaced.
    fn get(
        &self,
        path: &str,
        deadline: Option<Instant>,
        absent: &Absent,
    ) -> Result<Reply, CredentialsError> {
        let base = self.base()?;
        let mut replaced = 0;
        loop {
            let token = self.token(&base, deadline)?;
            let make = || {
                let question = Request::get(below(&base, path).map_err(unaskable(NAME))?)
                    .header(TOKEN_HEADER, token.clone())
                    .header(ACCEPT_ENCODING, "identity");
                question
                    .body(Zeroizing::new(Vec::new()))
                    .map_err(unaskable(NAME))
            };
            let reply = self.call.try_ask(deadline, make, |_| false);
            let reply = reply.map_err(CallError::into_error)?;
            if reply.status != 401 || replaced == NEW_TOKENS {
                let token = token.to_str().unwrap_or_default();
                return accepted(reply, Secrets::of(&[token]), absent);
            }
            *lock(&self.token) = None;
            replaced = replaced.saturating_add(1);
        }
    }

    fn ask(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let deadline = self.call.deadline();
        let roles = self.get(ROLES, deadline, &NO_ROLE)?;
        let role = first_line(&roles.body);
        let role = role.ok_or_else(|| no("name of a role"))?;
        let mut path = String::from(ROLES);
        encode(role, &UNRESERVED, &mut |piece| path.push_str(piece));
        let reply = self.get(&path, deadline, &NO_ROLE)?;
        let token = lock(&self.token);
        let token = token.as_ref().and_then(|token| token.value.to_str().ok());
        by_link_local(NAME, &reply, &Secrets::of(token.as_slice())).map_err(answered_badly)
    }

    /// Expired ones go on for a while. Until when, nobody knows: an end that was made up must not
    /// come out as one.
    fn stable(&self, mut provided: ProvidedCredentials) -> ProvidedCredentials {
        let now = self.config.clock.now();
        if provided.expires_at.is_some_and(|end| end <= now) {
            log::warn!("{NAME}: the credentials have expired, and are used on");
            let jitter = JITTER.mul_f64(f64::from(random()) / f64::from(u32::MAX));
            provided.expires_at = None;
            provided.ask_again_at = now.checked_add(USED_ON.saturating_add(jitter));
        }
        provided
    }
}

impl ProvideCredentials for Imds {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let answer = self.ask();
        let mut last = lock(&self.last);
        match answer {
            Ok(provided) => {
                *last = Some(provided.clone());
                Ok(self.stable(provided))
            }
            Err(error) => match last.clone() {
                Some(provided) => {
                    log::warn!("{error}; the last credentials are used on");
                    Ok(self.stable(provided))
                }
                None => Err(error),
            },
        }
    }

    fn name(&self) -> &'static str {
        NAME
    }
}

impl core::fmt::Debug for Imds {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Imds")
            .field("program", &self.program)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

/// What should be in an answer and is not.
fn no(what: &str) -> CredentialsError {
    CredentialsError::Service {
        name: NAME.into(),
        problem: format!("the answer is no {what}"),
    }
}

fn passed_over(why: impl Into<String>, remedy: &str) -> CredentialsError {
    CredentialsError::PassedOver {
        why: why.into(),
        remedy: remedy.into(),
    }
}

/// Nobody there: not on EC2, or beyond the hop limit of a container on it. What answers piece by
/// piece until the time is up is there.
fn not_there(error: CallError) -> CredentialsError {
    match error {
        CallError::Unanswered {
            kind:
                Some(
                    TransportKind::HostNotFound
                    | TransportKind::Connect
                    | TransportKind::ConnectTimeout
                    | TransportKind::ReadTimeout,
                ),
            problem,
            ..
        } => passed_over(
            problem,
            "on EC2, allow metadata to this machine (a container needs a hop limit of 2)",
        ),
        error => error.into_error(),
    }
}

/// What status 404 means, and what to do about it.
type Absent = [&'static str; 2];
const NO_ROLE: Absent = [
    "status 404: the instance has no role",
    "attach an instance profile",
];
const NO_REGION: Absent = ["status 404: it tells no region", "set AWS_REGION"];

/// What the statuses mean here.
fn accepted(
    reply: Reply,
    secrets: Secrets,
    [absent, remedy]: &Absent,
) -> Result<Reply, CredentialsError> {
    match reply.status {
        200..=299 => Ok(reply),
        403 => Err(passed_over(
            "status 403: it is switched off for this instance",
            "switch it on (modify-instance-metadata-options)",
        )),
        404 => Err(passed_over(*absent, remedy)),
        _ => Err(refused(NAME, &reply, secrets)),
    }
}

fn first_line(body: &[u8]) -> Option<&str> {
    let line = core::str::from_utf8(body)
        .ok()?
        .trim()
        .lines()
        .next()?
        .trim();
    (!line.is_empty()).then_some(line)
}
