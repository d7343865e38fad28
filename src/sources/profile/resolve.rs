//! From a profile to its [`Plan`].
//! [Assume role](https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html)
//!
//! What AWS's pages leave open is settled by the vectors that AWS's SDKs share
//! (`test-vectors/aws-sdk-credentials/assume-role-tests.json`).

use crate::error::Error;
use crate::request::credentials::Credentials;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::profile::endpoint_settings::EndpointSettings;
use crate::sources::profile::files::ProfileFiles;
use crate::sources::profile::plan::{AssumeRole, Base, Login, Plan, WebIdentity};
use crate::sources::profile::problem::ProfileProblem;
use crate::sources::profile::section::ProfileSection;
use crate::sources::profile::sso::{check_sso_role, sso};
use crate::sources::profile::value::{
    IMDS_ENDPOINT, IMDS_ENDPOINT_MODE, command, duration, invalid, mfa_serial, region, role_arn,
    session_name, text,
};
use std::collections::BTreeSet;
use std::prelude::rust_2024::*;

const ACCESS_KEY_ID: &str = "aws_access_key_id";
const SECRET_ACCESS_KEY: &str = "aws_secret_access_key";
const ROLE_ARN: &str = "role_arn";
const SOURCE_PROFILE: &str = "source_profile";
const CREDENTIAL_SOURCE: &str = "credential_source";
const TOKEN_FILE: &str = "web_identity_token_file";
const REGION: &str = "region";
const SESSION_TOKEN: &str = "aws_session_token";
const LOGIN_SESSION: &str = "login_session";
const PROCESS: &str = "credential_process";

/// Whoever writes one of these means the profile to have credentials.
const MEANT: [&str; 18] = [
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    SESSION_TOKEN,
    ROLE_ARN,
    SOURCE_PROFILE,
    CREDENTIAL_SOURCE,
    TOKEN_FILE,
    "sso_session",
    "sso_start_url",
    "sso_account_id",
    "sso_role_name",
    "sso_region",
    LOGIN_SESSION,
    PROCESS,
    "role_session_name",
    "external_id",
    "duration_seconds",
    "mfa_serial",
];

/// More profiles than anybody has in one chain: each is asked by the one before it, and a file of
/// some megabytes could name enough of them to overrun the stack.
const MOST_PROFILES: usize = 64;

impl ProfileFiles {
    /// What a profile yields.
    ///
    /// # Errors
    /// [`CredentialsError::Profile`] names the profile, the file and the line:
    /// [`NotFound`](ProfileProblem::NotFound) and
    /// [`NoCredentials`](ProfileProblem::NoCredentials) of a profile that is not there or says
    /// nothing, else what is wrong with it. It never quotes a value.
    pub fn plan(&self, name: &str) -> Result<Plan, CredentialsError> {
        let Some(mut profile) = self.profile(name) else {
            return Err(self.not_found(name));
        };
        let default_region = region(profile, REGION)?;
        let mut seen = BTreeSet::from([profile.name()]);
        let mut roles = Vec::new();
        let base = loop {
            // From the second profile on, keys of its own win over its role.
            if !roles.is_empty()
                && let Some(base) = keys(profile)?
            {
                break base;
            }
            let Some(role) = assume_role(profile, default_region)? else {
                check_source(profile)?;
                break base(self, profile)?;
            };
            roles.push(role);
            profile = match source(profile)? {
                None => break base(self, profile)?,
                Some(name) if name == profile.name() => break base(self, profile)?,
                Some(name) => {
                    if !seen.insert(name) {
                        let problem = ProfileProblem::Loop {
                            source: name.into(),
                        };
                        return Err(profile.error(SOURCE_PROFILE, problem));
                    }
                    if seen.len() > MOST_PROFILES {
                        let problem = ProfileProblem::TooManyProfiles {
                            limit: MOST_PROFILES,
                        };
                        return Err(profile.error(SOURCE_PROFILE, problem));
                    }
                    self.profile(name).ok_or_else(|| {
                        profile.error(SOURCE_PROFILE, ProfileProblem::SourceNotFound)
                    })?
                }
            };
        };
        // Last, as whoever asks for a role that is none may have more to mend before (vectors).
        for role in &roles {
            self.profile(&role.profile).map(role_arn).transpose()?;
        }
        // A token alone is what the profile that was asked for may have (vectors); a role is not
        // assumed with it.
        if !roles.is_empty() {
            check_sso_role(&base, profile)?;
        }
        roles.reverse();
        let asks = matches!(base, Base::WebIdentity(_) | Base::Sso(_) | Base::Login(_));
        let endpoints = if asks || !roles.is_empty() {
            self.endpoint_settings(name)?
        } else {
            EndpointSettings::default()
        };
        Ok(Plan {
            profile: name.into(),
            region: default_region.map(String::from),
            base,
            roles,
            endpoints,
        })
    }
}

impl ProfileFiles {
    /// Whether a profile has a property of credentials, if only an empty one.
    pub(crate) fn means_credentials(&self, name: &str) -> bool {
        let Some(profile) = self.profile(name) else {
            return false;
        };
        let mut properties = profile.properties();
        properties.any(|(property, _)| MEANT.contains(&property))
    }
}

/// `role_arn` asks for a role, unless a token file says how.
fn assume_role(
    profile: &ProfileSection,
    default_region: Option<&str>,
) -> Result<Option<AssumeRole>, CredentialsError> {
    if profile.get(TOKEN_FILE).is_some() {
        return Ok(None);
    }
    let Some(role_arn) = text(profile, ROLE_ARN)? else {
        return Ok(None);
    };
    Ok(Some(AssumeRole {
        profile: profile.name().into(),
        role_arn,
        session_name: session_name(profile)?,
        external_id: text(profile, "external_id")?,
        duration: duration(profile)?,
        mfa_serial: mfa_serial(profile)?,
        region: region(profile, REGION)?
            .or(default_region)
            .map(String::from),
    }))
}

/// Without a role there is nothing to assume with the credentials of another profile, and the
/// profile's own were not meant.
fn check_source(profile: &ProfileSection) -> Result<(), CredentialsError> {
    if profile.get(SOURCE_PROFILE).is_none() || profile.get(TOKEN_FILE).is_some() {
        return Ok(());
    }
    let problem = ProfileProblem::Missing {
        property: ROLE_ARN,
        beside: SOURCE_PROFILE,
    };
    Err(profile.error(SOURCE_PROFILE, problem))
}

/// The profile whose credentials assume the role; `None` where a `credential_source` does.
/// Exactly one of the two has to be there.
fn source(profile: &ProfileSection) -> Result<Option<&str>, CredentialsError> {
    match (
        profile.text(SOURCE_PROFILE)?,
        profile.get(CREDENTIAL_SOURCE),
    ) {
        (Some(_), Some(_)) => Err(profile.error(
            CREDENTIAL_SOURCE,
            ProfileProblem::Both {
                one: SOURCE_PROFILE,
                other: CREDENTIAL_SOURCE,
            },
        )),
        (None, None) => Err(profile.error(ROLE_ARN, ProfileProblem::NoSource)),
        (source, _) => Ok(source),
    }
}

/// The first credentials: `credential_source`, a token file, IAM Identity Center, `aws login`, a
/// process, keys; in this order.
fn base(files: &ProfileFiles, profile: &ProfileSection) -> Result<Base, CredentialsError> {
    let region = || Ok::<_, CredentialsError>(region(profile, REGION)?.map(String::from));
    if let Some(source) = profile.get(CREDENTIAL_SOURCE) {
        return match source {
            "Environment" => Ok(Base::Environment),
            "Ec2InstanceMetadata" => Ok(Base::Ec2InstanceMetadata {
                endpoint: text(profile, IMDS_ENDPOINT)?,
                endpoint_mode: text(profile, IMDS_ENDPOINT_MODE)?,
            }),
            "EcsContainer" => Ok(Base::EcsContainer),
            _ => Err(profile.error(
                CREDENTIAL_SOURCE,
                ProfileProblem::Invalid {
                    property: CREDENTIAL_SOURCE,
                    problem: "is none of Environment, Ec2InstanceMetadata, EcsContainer",
                },
            )),
        };
    }
    if let Some(token_file) = profile.text(TOKEN_FILE)? {
        let role_arn = role_arn(profile)?.ok_or_else(|| {
            let problem = ProfileProblem::Missing {
                property: ROLE_ARN,
                beside: TOKEN_FILE,
            };
            profile.error(TOKEN_FILE, problem)
        })?;
        return Ok(Base::WebIdentity(WebIdentity {
            role_arn,
            token_file: token_file.into(),
            session_name: session_name(profile)?,
            region: region()?,
        }));
    }
    if let Some(sso) = sso(files, profile)? {
        return Ok(Base::Sso(sso));
    }
    if let Some(session) = profile.text(LOGIN_SESSION)? {
        return Ok(Base::Login(Login {
            session: session.into(),
            region: region()?,
        }));
    }
    if let Some(command) = command(profile)? {
        return Ok(Base::Process(command));
    }
    let none = || profile.error("", ProfileProblem::NoCredentials);
    keys(profile)?.ok_or_else(none)
}

/// Half of a pair is a mistake.
fn keys(profile: &ProfileSection) -> Result<Option<Base>, CredentialsError> {
    let missing =
        |property, beside| Err(profile.error(beside, ProfileProblem::Missing { property, beside }));
    let pair = (
        profile.text(ACCESS_KEY_ID)?,
        profile.text(SECRET_ACCESS_KEY)?,
    );
    let (id, secret) = match pair {
        (Some(id), Some(secret)) => (id, secret),
        (Some(_), None) => return missing(SECRET_ACCESS_KEY, ACCESS_KEY_ID),
        (None, Some(_)) => return missing(ACCESS_KEY_ID, SECRET_ACCESS_KEY),
        (None, None) => return Ok(None),
    };
    let credentials = Credentials::new(id, secret);
    let credentials = match profile.text(SESSION_TOKEN)? {
        Some(token) => credentials.with_session_token(token),
        None => credentials,
    };
    let problem = "has a character that cannot be signed";
    match credentials.check() {
        Ok(()) => {}
        Err(Error::InvalidSessionToken { .. }) => {
            return Err(invalid(profile, SESSION_TOKEN, problem));
        }
        Err(_) => return Err(invalid(profile, ACCESS_KEY_ID, problem)),
    }
    Ok(Some(Base::Static {
        credentials,
        account_id: text(profile, "aws_account_id")?,
    }))
}
