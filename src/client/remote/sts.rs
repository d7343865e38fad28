//! AWS Security Token Service: a form is sent, XML comes back.
//! [STS API reference](https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html)

use crate::adapter::http::is_safe_to_sign;
use crate::client::redact::Secrets;
use crate::client::remote::http_call::{HttpCall, Limits, Question};
use crate::client::remote::provider_config::ProviderConfig;
use crate::client::remote::refusal::{answered_badly, code, refused};
use crate::client::remote::service_endpoint::{STS, below, configured, global, regional};
use crate::client::remote::session_name::given_or_default;
use crate::client::remote::sts_answer::StsAnswer;
use crate::grammar::encode::encode;
use crate::grammar::text::UNRESERVED;
use crate::request::Payload;
use crate::request::credentials::Credentials;
use crate::request::timestamp::Timestamp;
use crate::sign::signer::Signer;
use crate::sources::clock::Clock;
use crate::sources::credentials_error::CredentialsError;
use core::cell::RefCell;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE};
use http::{Request, Uri};
use std::format;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

const NAME: &str = "STS";
const VERSION: &str = "2011-06-15";
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
/// Where requests to the global endpoint are signed for.
const GLOBAL_REGION: &str = "us-east-1";
/// In whose place the region's own is meant.
const GLOBAL: &str = "aws-global";

/// Where AWS STS is asked, and what its requests are signed for.
///
/// The region is the configuration's ([`ProviderConfig::region`]), else `AWS_REGION`, else
/// `AWS_DEFAULT_REGION`. Without one, it is the global endpoint, signed for `us-east-1`: that
/// of the partition `aws` alone; the log says so. `AWS_ENDPOINT_URL_STS`, `AWS_ENDPOINT_URL` and
/// [`EndpointSettings`](crate::sources::EndpointSettings) name another endpoint; with
/// `AWS_USE_FIPS_ENDPOINT` and `AWS_USE_DUALSTACK_ENDPOINT` it is one of these.
pub struct Sts {
    call: HttpCall,
    clock: Clock,
    endpoint: Uri,
    region: String,
    names_partition: bool,
}

impl Sts {
    /// Nothing is sent.
    ///
    /// # Errors
    /// [`CredentialsError::InvalidVariable`] of an endpoint that is no URL, or in clear to another
    /// machine; [`CredentialsError::Failed`] of a region of no partition.
    pub fn new(config: &ProviderConfig) -> Result<Self, CredentialsError> {
        let region = match config.named_region() {
            Some(region) => Some(region.into()),
            None => config.environment.region()?,
        };
        let region = region.filter(|region| region != GLOBAL);
        let configured = configured(config, &STS)?;
        let names_partition = region.is_some() || configured.is_some();
        let endpoint = match (configured, &region) {
            (Some(endpoint), _) => endpoint,
            (None, Some(region)) => regional(config, &STS, region)?,
            (None, None) => global(config)?,
        };
        let region = region.unwrap_or_else(|| {
            log::info!("no region is set: STS is asked at {endpoint}, signed for {GLOBAL_REGION}");
            GLOBAL_REGION.into()
        });
        Ok(Self {
            call: HttpCall::new(NAME, Limits::SERVICE, config),
            clock: config.clock.clone(),
            endpoint,
            region,
            names_partition,
        })
    }

    /// The URL that is asked.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("{}", self.endpoint)
    }

    /// The region that requests are signed for.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// What the session of a role is called, that may be asked for here. `name` is what an error is
    /// about.
    pub(crate) fn session_of(
        &self,
        name: &str,
        role_arn: &str,
        given: Option<&str>,
    ) -> Result<String, CredentialsError> {
        self.check_partition(role_arn)?;
        let now = self.clock.unix();
        let now = now.map_err(|error| CredentialsError::failed(NAME, format!("{error}")))?;
        given_or_default(name, given, now)
    }

    /// The global endpoint knows the roles of one partition.
    fn check_partition(&self, role_arn: &str) -> Result<(), CredentialsError> {
        let failed = |problem| Err(CredentialsError::failed("the role's ARN", problem));
        match role_arn.split(':').collect::<Vec<_>>().as_slice() {
            ["arn", "aws", "iam", ..] => Ok(()),
            ["arn", _, "iam", ..] if self.names_partition => Ok(()),
            ["arn", _, "iam", ..] => failed(
                "no region is set, and the global endpoint of STS does not know its partition: \
                 set AWS_REGION or the profile's region",
            ),
            _ => failed("is none (arn:PARTITION:iam::ACCOUNT:role/NAME)"),
        }
    }

    /// Asks for an action, signed with these credentials, or not signed at all. `name` is
    /// what the error is about, `secrets` are those among the parameters, `again` the codes
    /// after which another attempt is worth it.
    pub(crate) fn ask(
        &self,
        name: &str,
        parameters: &Parameters<'_>,
        credentials: Option<&Credentials>,
        again: &[&str],
    ) -> Result<StsAnswer, CredentialsError> {
        let form = parameters.form();
        let signer =
            credentials.map(|credentials| Signer::new(credentials.clone(), &self.region, "sts"));
        let signature = RefCell::new(None);
        let make = || -> Result<Question, CredentialsError> {
            let failed = |problem| CredentialsError::failed(name, problem);
            let uri = below(&self.endpoint, "/");
            let uri = uri.map_err(|error| failed(format!("{error}")))?;
            let body = Zeroizing::new(form.as_bytes().to_vec());
            let mut question = Request::post(uri)
                .header(CONTENT_TYPE, FORM)
                .header(ACCEPT_ENCODING, "identity")
                .body(body)
                .map_err(|error| failed(format!("{error}")))?;
            if let Some(signer) = &signer {
                let now = self.clock.unix().and_then(Timestamp::from_unix);
                let now = now.map_err(|error| failed(format!("{error}")))?;
                let payload = Payload::Bytes(form.as_bytes());
                let made = signer.sign_http_selected(&mut question, payload, now, is_safe_to_sign);
                let made = made.map_err(|error| failed(format!("cannot sign: {error}")))?;
                *signature.borrow_mut() = Some(made);
            }
            Ok(question)
        };
        log::info!("{name}: asking {} for {}", self.endpoint, parameters.action);
        let mut call = self.call.clone();
        if parameters.once_only {
            call = call.once_only();
        }
        let reply = call.ask(make, |reply| {
            let code = code(reply).unwrap_or_default();
            is_throttling(&code) || again.contains(&code.as_str())
        })?;
        if (200..300).contains(&reply.status) {
            return StsAnswer::read(name, parameters.action, reply.body).map_err(answered_badly);
        }
        let mut secrets = Secrets::of(&parameters.secrets);
        if let Some(token) = credentials.and_then(Credentials::session_token) {
            secrets.add(token);
        }
        if let Some(signature) = signature.take() {
            secrets.add(&format!("{signature}"));
        }
        Err(refused(name, &reply, secrets))
    }
}

impl core::fmt::Debug for Sts {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Sts")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// Codes of the query services that ask to come back later.
fn is_throttling(code: &str) -> bool {
    matches!(
        code,
        "Throttling" | "ThrottlingException" | "RequestLimitExceeded" | "TooManyRequestsException"
    )
}

/// An action, and what it is asked with.
pub(crate) struct Parameters<'a> {
    action: &'static str,
    pairs: Vec<(&'static str, &'a str)>,
    /// Those that must not come out again.
    secrets: Vec<&'a str>,
    /// One of them is good for one use.
    once_only: bool,
}

impl<'a> Parameters<'a> {
    pub(crate) fn of(action: &'static str) -> Self {
        Self {
            action,
            pairs: Vec::new(),
            secrets: Vec::new(),
            once_only: false,
        }
    }

    /// A code that is good for one use: no second attempt follows.
    pub(crate) fn with_code(mut self, name: &'static str, code: &'a str) -> Self {
        self.once_only = true;
        self.with_secret(name, code)
    }

    pub(crate) fn with(mut self, name: &'static str, value: &'a str) -> Self {
        self.pairs.push((name, value));
        self
    }

    pub(crate) fn with_some(self, name: &'static str, value: Option<&'a str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(crate) fn with_secret(mut self, name: &'static str, value: &'a str) -> Self {
        self.secrets.push(value);
        self.with(name, value)
    }

    /// In one allocation, as what grows leaves copies behind.
    fn form(&self) -> Zeroizing<String> {
        let pairs = [("Action", self.action), ("Version", VERSION)];
        let pairs = pairs.iter().chain(&self.pairs);
        let longest = |(name, value): &(&str, &str)| {
            let value = value.len().saturating_mul(3);
            name.len().saturating_add(value).saturating_add(2)
        };
        let length = pairs.clone().map(longest).fold(0, usize::saturating_add);
        let mut form = Zeroizing::new(String::with_capacity(length));
        for (name, value) in pairs {
            if !form.is_empty() {
                form.push('&');
            }
            form.push_str(name);
            form.push('=');
            encode(value, &UNRESERVED, &mut |piece| form.push_str(piece));
        }
        form
    }
}
