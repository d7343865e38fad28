//! From what a profile yields to the sources that provide it.

use crate::client::remote::assume_role::AssumeRole;
use crate::client::remote::container::Container;
use crate::client::remote::imds::Imds;
use crate::client::remote::login::Login;
use crate::client::remote::provider_config::ProviderConfig;
use crate::client::remote::sso::Sso;
use crate::client::remote::sts::Sts;
use crate::client::remote::web_identity::WebIdentity;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::lock::lock;
use crate::sources::profile::plan::{self, Base, Plan};
use crate::sources::profile::problem::ProfileProblem;
use crate::sources::profile::without_request::without_request;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use std::format;
use std::prelude::rust_2024::*;
use std::sync::{Arc, Mutex};

impl Plan {
    /// The source of the profile's credentials: its base, and the roles that are assumed from there
    /// outwards, each with the credentials before it. Nothing is sent before it is asked. Put a
    /// [`Cache`](crate::sources::Cache) in front of it.
    ///
    /// # Errors
    /// Of an endpoint or a region that cannot be used, a home folder that is missing, a command that
    /// is none.
    pub fn provider(
        &self,
        config: &ProviderConfig,
    ) -> Result<impl ProvideCredentials + 'static, CredentialsError> {
        Ok(Planned {
            profile: self.profile.clone(),
            source: self.source(config)?,
        })
    }

    /// As [`provider`](Self::provider), with errors that do not name the profile.
    pub(crate) fn source(
        &self,
        config: &ProviderConfig,
    ) -> Result<Box<dyn ProvideCredentials>, CredentialsError> {
        let config = &config.endpoints_of(&self.endpoints);
        let mut source = self.base(config)?;
        for role in &self.roles {
            source = match self.instance(config) {
                Some(imds) if is_region_open(role, config)? => Box::new(OnInstance {
                    imds,
                    role: role.clone(),
                    base: source.into(),
                    config: config.clone(),
                    made: Mutex::default(),
                }),
                _ => Box::new(assumed(role, source, config)?),
            };
        }
        Ok(source)
    }

    /// Where it is the base.
    fn instance(&self, config: &ProviderConfig) -> Option<Imds> {
        let Base::Ec2InstanceMetadata {
            endpoint,
            endpoint_mode,
        } = &self.base
        else {
            return None;
        };
        let source = Imds::new(config);
        Some(source.profile_settings(endpoint.clone(), endpoint_mode.clone()))
    }

    fn base(
        &self,
        config: &ProviderConfig,
    ) -> Result<Box<dyn ProvideCredentials>, CredentialsError> {
        Ok(match &self.base {
            Base::Ec2InstanceMetadata {
                endpoint,
                endpoint_mode,
            } => {
                let source = Imds::new(config);
                Box::new(source.profile_settings(endpoint.clone(), endpoint_mode.clone()))
            }
            Base::EcsContainer => Box::new(Container::with(config)),
            Base::WebIdentity(role) => {
                let sts = asked_in(role.region.as_deref(), config)?;
                let source = WebIdentity::new(sts, &role.role_arn, &role.token_file);
                Box::new(match &role.session_name {
                    Some(name) => source.session_name(name),
                    None => source,
                })
            }
            Base::Sso(sso) => Box::new(self.sso(sso, config)?),
            Base::Login(login) => {
                let source = Login::new(config, &login.session)?.profile(&self.profile);
                Box::new(match login.region.as_deref().or(self.region.as_deref()) {
                    Some(region) => source.region(region),
                    None => source,
                })
            }
            other => {
                let source = without_request(other, &config.environment)?;
                source.ok_or_else(|| CredentialsError::failed(&self.profile, "has no source"))?
            }
        })
    }

    fn sso(&self, sso: &plan::Sso, config: &ProviderConfig) -> Result<Sso, CredentialsError> {
        let Some(role) = &sso.role else {
            return Err(CredentialsError::Profile {
                profile: self.profile.clone(),
                place: None,
                problem: ProfileProblem::NoCredentials,
            });
        };
        let (account, role) = (&role.account_id, &role.role_name);
        let source = match &sso.session {
            Some(session) => Sso::of_session(config, session, &sso.region, account, role)
                .map(|source| source.start_url(&sso.start_url)),
            None => Sso::of_start_url(config, &sso.start_url, &sso.region, account, role),
        };
        source.map(|source| source.profile(&self.profile))
    }
}

fn assumed<P: ProvideCredentials>(
    role: &plan::AssumeRole,
    base: P,
    config: &ProviderConfig,
) -> Result<AssumeRole<P>, CredentialsError> {
    let sts = asked_in(role.region.as_deref(), config)?;
    let mut source = AssumeRole::new(sts, base, &role.role_arn);
    if let Some(name) = &role.session_name {
        source = source.session_name(name);
    }
    if let Some(id) = &role.external_id {
        source = source.external_id(id);
    }
    if let Some(duration) = role.duration {
        source = source.duration(duration);
    }
    if let Some(serial) = &role.mfa_serial {
        source = source.mfa_serial(serial);
    }
    Ok(match &config.mfa_code {
        Some(ask) => source.mfa_code(ask.clone()),
        None => source,
    })
}

/// STS in the region of the environment, else in that of the profile.
fn asked_in(region: Option<&str>, config: &ProviderConfig) -> Result<Sts, CredentialsError> {
    match (config.environment.region()?, region) {
        (None, Some(region)) => Sts::new(&config.clone().region(region)),
        (Some(_), _) if config.named_region().is_none() => {
            Sts::new(config).map_err(|error| match error {
                CredentialsError::Failed { problem, .. } => {
                    CredentialsError::failed("AWS_REGION or AWS_DEFAULT_REGION", problem)
                }
                error => error,
            })
        }
        _ => Sts::new(config),
    }
}

/// Whether nothing that takes no request tells where STS is asked.
fn is_region_open(
    role: &plan::AssumeRole,
    config: &ProviderConfig,
) -> Result<bool, CredentialsError> {
    let said = config.environment.region()?;
    Ok(said.is_none() && role.region.is_none() && config.named_region().is_none())
}

/// A role of an instance that nothing tells a region but the instance: STS is asked there, as the
/// global endpoint is that of one partition.
struct OnInstance {
    imds: Imds,
    role: plan::AssumeRole,
    base: Arc<dyn ProvideCredentials>,
    config: ProviderConfig,
    made: Mutex<Option<Arc<dyn ProvideCredentials>>>,
}

impl OnInstance {
    fn source(&self) -> Result<Arc<dyn ProvideCredentials>, CredentialsError> {
        let mut made = lock(&self.made);
        if let Some(source) = &*made {
            return Ok(source.clone());
        }
        let mut role = self.role.clone();
        match self.imds.region() {
            Ok(region) => role.region = Some(region),
            // Where there are none, its credentials say so.
            Err(error) if error.is_not_set_up() => log::info!("no region of the instance: {error}"),
            Err(error) => return Err(error),
        }
        let is_told = role.region.is_some();
        let source: Arc<dyn ProvideCredentials> =
            Arc::new(assumed(&role, self.base.clone(), &self.config)?);
        if is_told {
            *made = Some(source.clone());
        }
        Ok(source)
    }
}

impl ProvideCredentials for OnInstance {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        self.source()?.provide_credentials()
    }

    fn name(&self) -> &'static str {
        "assume role"
    }
}

struct Planned {
    profile: String,
    source: Box<dyn ProvideCredentials>,
}

impl ProvideCredentials for Planned {
    /// A profile names its source: where that is not set up, it is an error, and no other source's
    /// turn.
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let profile = format!("profile {}", self.profile);
        match self.source.provide_credentials() {
            Ok(provided) => Ok(provided.from_source(profile)),
            Err(error) => Err(error.of_chosen(&profile)),
        }
    }

    fn name(&self) -> &'static str {
        "profile"
    }
}
