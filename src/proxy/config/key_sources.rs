//! Credentials of routes: one cache for each profile, kept when settings are read anew.

use crate::client::links::first_set_up;
use crate::client::{Chain, Imds, ProfileCredentials, ProviderConfig};
use crate::proxy::settings::Keys;
use crate::sources::cache::Cache;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use core::time::Duration;
use std::boxed::Box;
use std::collections::{BTreeMap, BTreeSet};
use std::format;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::SystemTime;

/// How long credentials without an end are used before their source, most often a file that somebody
/// may have changed, is asked again.
const USED_UNASKED: Duration = Duration::from_secs(60);

/// Where credentials of routes come from: a cache for each profile, and one for the default chain,
/// shared by all routes that name it. Kept by who reads settings anew, so that what is at hand stays.
#[derive(Debug)]
pub struct KeySources {
    config: ProviderConfig,
    caches: BTreeMap<Option<String>, Keys>,
    /// Of these nobody has been asked yet.
    unasked: BTreeSet<Option<String>>,
}

impl KeySources {
    /// With the settings that sources of credentials take.
    #[must_use]
    pub fn new(config: ProviderConfig) -> Self {
        Self {
            config,
            caches: BTreeMap::new(),
            unasked: BTreeSet::new(),
        }
    }

    /// With the variables of this process.
    #[must_use]
    pub fn from_env() -> Self {
        Self::new(ProviderConfig::new(Environment::new()))
    }

    /// Has sources that are new asked, each by a thread of its own, so that the first request does
    /// not wait. What comes of it is logged: that there are none yet is no error, they may come.
    pub fn ask(&mut self) {
        for profile in core::mem::take(&mut self.unasked) {
            let Some(keys) = self.caches.get(&profile).cloned() else {
                continue;
            };
            let whose = match &profile {
                Some(name) => format!("credentials of profile {name}"),
                None => "credentials".into(),
            };
            let thread = std::thread::Builder::new().name("sigv4 credentials".into());
            let started = thread.spawn(move || match keys.provide_credentials() {
                Ok(provided) => log::info!(
                    "{whose}: key {}{}",
                    provided.credentials.access_key_id(),
                    provided
                        .source
                        .map_or_else(String::new, |source| format!(", from {source}"))
                ),
                Err(error) => log::warn!("no {whose} yet: {error}"),
            });
            if let Err(error) = started {
                log::warn!("cannot start a thread for credentials: {error}");
            }
        }
    }

    /// The cache of a profile, else of the default chain. Whatever takes no request is checked:
    /// a profile that is not there, and a file that is broken, never get better by waiting.
    pub(super) fn of(&mut self, profile: Option<&str>) -> Result<Keys, CredentialsError> {
        let name = profile.map(String::from);
        if let Some(keys) = self.caches.get(&name) {
            return Ok(keys.clone());
        }
        match first_set_up(&self.config, profile) {
            Err(error) if !error.is_not_set_up() => return Err(error),
            // Where none are set up yet, they may come.
            _ => {}
        }
        let source: Box<dyn ProvideCredentials> = match profile {
            Some(name) => Box::new(AskedAgain(ProfileCredentials::with_config(
                &self.config,
                Some(name),
            ))),
            None => Box::new(AskedAgain(Chain::with_config(&self.config))),
        };
        let keys = Arc::new(Cache::new(source));
        self.caches.insert(name.clone(), keys.clone());
        self.unasked.insert(name);
        Ok(keys)
    }

    /// Lets go of what no route names any more.
    pub(super) fn keep(&mut self, used: &BTreeSet<Option<String>>) {
        self.caches.retain(|name, _| used.contains(name));
        self.unasked.retain(|name| used.contains(name));
    }

    pub(super) fn region(&self, profile: Option<&str>) -> Result<Option<String>, CredentialsError> {
        ProfileCredentials::with_config(&self.config, profile).region()
    }

    #[cfg(feature = "v4a")]
    pub(super) fn region_set(
        &self,
        profile: Option<&str>,
    ) -> Result<Option<String>, CredentialsError> {
        ProfileCredentials::with_config(&self.config, profile).sigv4a_region_set()
    }

    #[cfg(not(feature = "v4a"))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps)] // as with the feature
    pub(super) fn region_set(&self, _: Option<&str>) -> Result<Option<String>, CredentialsError> {
        Ok(None)
    }

    /// The region that this EC2 instance is in; none where its metadata are switched off.
    pub(super) fn region_of_instance(
        &self,
        profile: Option<&str>,
    ) -> Result<Option<String>, CredentialsError> {
        let imds = Imds::of_profile(&self.config, profile)?;
        if imds.is_off()? {
            return Ok(None);
        }
        imds.region().map(Some)
    }
}

/// A source whose credentials without an end are good for a minute: a cache keeps them for good
/// otherwise, whatever becomes of the file that they are in.
struct AskedAgain<P>(P);

impl<P: ProvideCredentials> ProvideCredentials for AskedAgain<P> {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let mut provided = self.0.provide_credentials()?;
        if provided.expires_at.is_none() && provided.ask_again_at.is_none() {
            provided.ask_again_at = SystemTime::now().checked_add(USED_UNASKED);
        }
        Ok(provided)
    }

    fn name(&self) -> &'static str {
        self.0.name()
    }
}
