//! Whose credentials a client has that was given none.

use crate::client::remote::{Container, Imds, ProviderConfig, WebIdentity};
use crate::sources::chain::Chain;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use crate::sources::profile::provider::ProfileCredentials;
use crate::sources::provide::ProvideCredentials;
use std::prelude::rust_2024::*;
use std::sync::Arc;

/// A profile that is named, and is read now; else the default chain, of which whatever takes no
/// request is checked now: half of a pair, a broken profile, and that nothing is set up where no
/// instance metadata may be asked.
pub(crate) fn provider(
    environment: &Environment,
    profile: Option<&str>,
) -> Result<Arc<dyn ProvideCredentials>, CredentialsError> {
    let config = ProviderConfig::new(environment.clone());
    if profile.is_some() {
        let profile = ProfileCredentials::with_config(&config, profile);
        profile.plan()?;
        return Ok(Arc::new(profile));
    }
    let mut tried = Vec::new();
    match environment.credentials() {
        Ok(credentials) => return Ok(Arc::new(credentials)),
        Err(error) => pass_over(&mut tried, "environment", error)?,
    }
    let chain = || Ok(Arc::new(Chain::with_config(&config)) as Arc<dyn ProvideCredentials>);
    let profile = ProfileCredentials::with_config(&config, None);
    match profile.plan() {
        Ok(_) => return Ok(Arc::new(profile)),
        Err(error) => pass_over(&mut tried, "profile", error)?,
    }
    match WebIdentity::from_environment(&config) {
        Ok(_) => return chain(),
        Err(error) => pass_over(&mut tried, "web identity", error)?,
    }
    match Container::with(&config).endpoint() {
        Ok(_) => return chain(),
        Err(error) => pass_over(&mut tried, "container", error)?,
    }
    match Imds::new(&config).endpoint_url() {
        Ok(_) => return chain(),
        Err(error) => pass_over(&mut tried, "instance metadata", error)?,
    }
    Err(CredentialsError::NoneFound { tried })
}

/// `AWS_REGION`, `AWS_DEFAULT_REGION`, then that of the profile. Where the credentials are not those
/// of a profile (`is_elsewhere`), nobody's files have to be right.
pub(crate) fn region(
    environment: &Environment,
    profile: Option<&str>,
    is_elsewhere: bool,
) -> Result<Option<String>, CredentialsError> {
    if let Some(region) = environment.region()? {
        return Ok(Some(region));
    }
    let config = ProviderConfig::new(environment.clone());
    match ProfileCredentials::with_config(&config, profile).region() {
        Err(error) if is_elsewhere && error.is_of_files() => Ok(None),
        region => region,
    }
}

/// What is set up and broken ends the search.
fn pass_over(
    tried: &mut Vec<(String, CredentialsError)>,
    source: &str,
    error: CredentialsError,
) -> Result<(), CredentialsError> {
    if !error.is_not_set_up() {
        return Err(error);
    }
    tried.push((source.into(), error));
    Ok(())
}
