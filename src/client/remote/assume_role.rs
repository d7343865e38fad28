//! Another role's credentials, for those of whoever may assume it.
//! [AssumeRole](https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html)

use crate::client::remote::handed_out::of_role;
use crate::client::remote::provider_config::MfaCode;
use crate::client::remote::sts::{Parameters, Sts};
use crate::sources::cache::Cache;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use core::time::Duration;
use std::format;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

const NAME: &str = "AssumeRole";

/// Assumes a role, with the credentials of another source: that of a chain of roles as well.
///
/// ```no_run
/// use sigv4::client::{AssumeRole, Client, Environment, ProviderConfig, Sts};
///
/// let config = ProviderConfig::new(Environment::new()).region("eu-west-1");
/// let base = Environment::new();
/// let role = AssumeRole::new(Sts::new(&config)?, base, "arn:aws:iam::123456789012:role/Reader")
///     .external_id("ours")
///     .cached();
/// let client = Client::builder().credentials(role).build()?;
/// # Ok::<(), sigv4::ClientError>(())
/// ```
///
/// Asked three times where STS fails for the moment, in 15 seconds at most.
pub struct AssumeRole<P> {
    sts: Sts,
    base: P,
    role_arn: String,
    session_name: Option<String>,
    external_id: Option<String>,
    duration: Option<Duration>,
    mfa_serial: Option<String>,
    mfa_code: Option<MfaCode>,
}

impl<P: ProvideCredentials> AssumeRole<P> {
    /// The role of this ARN. Nothing is sent before credentials are asked for.
    #[must_use]
    pub fn new(sts: Sts, base: P, role_arn: impl Into<String>) -> Self {
        Self {
            sts,
            base,
            role_arn: role_arn.into(),
            session_name: None,
            external_id: None,
            duration: None,
            mfa_serial: None,
            mfa_code: None,
        }
    }

    /// What the session is called in the role's ARN and in AWS CloudTrail: 2 to 64 letters,
    /// digits and `_+=,.@-`. By default `sigv4-kit-` and the time in seconds.
    #[must_use]
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.session_name = Some(name.into());
        self
    }

    /// What the role's trust policy asks of a third party.
    #[must_use]
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// How long the credentials last, in whole seconds: 15 minutes to 12 hours, in a chain of
    /// roles one hour. By default STS decides: one hour.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }

    /// The serial number or ARN of the device whose code the role asks for. Without
    /// [`mfa_code`](Self::mfa_code) that is an error, and nothing is sent.
    #[must_use]
    pub fn mfa_serial(mut self, serial: impl Into<String>) -> Self {
        self.mfa_serial = Some(serial.into());
        self
    }

    /// Asks for the code of that device, each time credentials are asked for.
    #[must_use]
    pub fn mfa_code(mut self, ask: MfaCode) -> Self {
        self.mfa_code = Some(ask);
        self
    }

    /// Assumes the role anew only when its credentials are about to expire.
    #[must_use]
    pub fn cached(self) -> Cache<Self> {
        Cache::by(&self.sts.clock(), self)
    }

    /// Six digits (`TokenCode` of the API reference), from whoever was given to ask.
    fn code(&self, serial: &str) -> Result<Zeroizing<String>, CredentialsError> {
        let failed = |problem: String| CredentialsError::failed(&self.name_of_role(), problem);
        let ask = self.mfa_code.as_ref().ok_or_else(|| {
            failed(format!(
                "the role asks for a code of the MFA device {serial}, and there is nobody to ask for it"
            ))
        })?;
        let code = ask(serial).map(Zeroizing::new);
        let code = code.ok_or_else(|| failed(format!("no code of the MFA device {serial}")))?;
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(failed(format!(
                "what was given for the MFA device {serial} is no code of six digits"
            )));
        }
        Ok(code)
    }

    fn name_of_role(&self) -> String {
        format!("{NAME} {}", self.role_arn)
    }
}

impl<P: ProvideCredentials> ProvideCredentials for AssumeRole<P> {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let name = self.name_of_role();
        let given = self.session_name.as_deref();
        let session = self.sts.session_of(&name, &self.role_arn, given)?;
        let duration = self.duration.map(|time| format!("{}", time.as_secs()));
        let base = self.base.provide_credentials()?.credentials;
        let serial = self.mfa_serial.as_deref();
        let code = serial.map(|serial| self.code(serial)).transpose()?;
        // In the order of botocore's requests, so that the recorded signatures are ours, too.
        let mut parameters = Parameters::of(NAME)
            .with("RoleSessionName", &session)
            .with_some("ExternalId", self.external_id.as_deref())
            .with_some("SerialNumber", serial);
        if let Some(code) = &code {
            parameters = parameters.with_code("TokenCode", code);
        }
        let parameters = parameters
            .with_some("DurationSeconds", duration.as_deref())
            .with("RoleArn", &self.role_arn);
        let answer = self.sts.ask(&name, &parameters, Some(&base), &[])?;
        Ok(of_role(answer.credentials()?, &self.role_arn))
    }

    fn name(&self) -> &'static str {
        "assume role"
    }
}

impl<P: ProvideCredentials> core::fmt::Debug for AssumeRole<P> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AssumeRole")
            .field("sts", &self.sts)
            .field("base", &self.base.name())
            .field("role_arn", &self.role_arn)
            .field("session_name", &self.session_name)
            .finish_non_exhaustive()
    }
}
