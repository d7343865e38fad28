//! What a profile yields, as plain data.
//! [Shared config and credentials files](https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html)

use crate::request::credentials::Credentials;
use crate::sources::profile::endpoint_settings::EndpointSettings;
use core::fmt;
use core::time::Duration;
use std::prelude::rust_2024::*;
use zeroize::Zeroize;

/// What a profile yields: credentials to begin with, and the roles that are assumed one after
/// the other, each with the credentials before it.
///
/// ```
/// use sigv4::sources::{Base, ProfileFiles};
///
/// let config = "[profile app]\nrole_arn = arn:aws:iam::123456789012:role/app\nsource_profile = me";
/// let credentials = "[me]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wJalrEXAMPLEKEY";
/// let plan = ProfileFiles::from_texts(config, credentials)?.plan("app")?;
/// assert!(matches!(plan.base, Base::Static { .. }));
/// assert_eq!(plan.roles[0].role_arn, "arn:aws:iam::123456789012:role/app");
/// # Ok::<(), sigv4::sources::CredentialsError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The profile that was asked for.
    pub profile: String,
    /// Its `region`.
    pub region: Option<String>,
    /// Where the first credentials come from.
    pub base: Base,
    /// The roles, from the base outwards: the credentials of the last are the profile's.
    pub roles: Vec<AssumeRole>,
    /// Where services are asked, as the profile that was asked for says; nothing where nobody is
    /// asked.
    pub endpoints: EndpointSettings,
}

/// Where the first credentials of a [`Plan`] come from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base {
    /// `aws_access_key_id`, `aws_secret_access_key` and `aws_session_token`.
    Static {
        /// The keys.
        credentials: Credentials,
        /// `aws_account_id`.
        account_id: Option<String>,
    },
    /// `credential_source = Environment`.
    Environment,
    /// `credential_source = Ec2InstanceMetadata`.
    Ec2InstanceMetadata {
        /// `ec2_metadata_service_endpoint`.
        endpoint: Option<String>,
        /// `ec2_metadata_service_endpoint_mode`.
        endpoint_mode: Option<String>,
    },
    /// `credential_source = EcsContainer`.
    EcsContainer,
    /// `web_identity_token_file`.
    WebIdentity(WebIdentity),
    /// `sso_session`, or `sso_start_url` in the profile itself.
    Sso(Sso),
    /// `login_session`, of `aws login`.
    Login(Login),
    /// `credential_process`.
    Process(CommandLine),
}

impl Base {
    /// What it is, in words for people.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::Static { .. } => "keys",
            Self::Environment => "environment",
            Self::Ec2InstanceMetadata { .. } => "instance metadata",
            Self::EcsContainer => "the container's endpoint",
            Self::WebIdentity(_) => "web identity",
            Self::Sso(_) => "IAM Identity Center",
            Self::Login(_) => "AWS Sign-In",
            Self::Process(_) => "credential_process",
        }
    }
}

/// `profile app (keys, role arn:aws:iam::123456789012:role/app)`
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "profile {}", self.profile)?;
        if matches!(self.base, Base::Static { .. }) && self.roles.is_empty() {
            return Ok(());
        }
        write!(f, " ({}", self.base.words())?;
        for role in &self.roles {
            write!(f, ", role {}", role.role_arn)?;
        }
        f.write_str(")")
    }
}

/// A command line as it is written; `Debug` does not show it, as it may hold a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct CommandLine(pub String);

impl Drop for CommandLine {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CommandLine(..)")
    }
}

/// A role that is assumed with the credentials before it: STS's `AssumeRole`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssumeRole {
    /// The profile in which it is written.
    pub profile: String,
    /// `role_arn`.
    pub role_arn: String,
    /// `role_session_name`: 2 to 64 characters of `[\w+=,.@-]`.
    pub session_name: Option<String>,
    /// `external_id`.
    pub external_id: Option<String>,
    /// `duration_seconds`: 15 minutes to 12 hours.
    pub duration: Option<Duration>,
    /// `mfa_serial`: the role wants a code of this device.
    pub mfa_serial: Option<String>,
    /// `region` of the profile in which it is written, else of the one that was asked for. STS is
    /// asked there, unless `AWS_REGION` or `AWS_DEFAULT_REGION` name another.
    pub region: Option<String>,
}

/// A role that is assumed with a token: STS's `AssumeRoleWithWebIdentity`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebIdentity {
    /// `role_arn`.
    pub role_arn: String,
    /// `web_identity_token_file`, which is read again each time.
    pub token_file: String,
    /// `role_session_name`: 2 to 64 characters of `[\w+=,.@-]`.
    pub session_name: Option<String>,
    /// As [`AssumeRole::region`].
    pub region: Option<String>,
}

/// A role of IAM Identity Center.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sso {
    /// `sso_session`, whose token can be refreshed; `None` of the older form.
    pub session: Option<String>,
    /// `sso_start_url`, as it is written.
    pub start_url: String,
    /// `sso_region`: where the portal and its tokens are.
    pub region: String,
    /// `sso_account_id` and `sso_role_name`: both, or a token is all that there is to have.
    pub role: Option<SsoRole>,
}

/// Which role of IAM Identity Center.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SsoRole {
    /// `sso_account_id`.
    pub account_id: String,
    /// `sso_role_name`.
    pub role_name: String,
}

/// What `aws login` left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Login {
    /// `login_session`, an ARN.
    pub session: String,
    /// The profile's `region`.
    pub region: Option<String>,
}
