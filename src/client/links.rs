//! The links of the default chain that take a request, and what a profile yields with them.

use crate::client::remote::{Container, Imds, ProviderConfig, WebIdentity};
use crate::sources::cache::Cache;
use crate::sources::chain::Chain;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::lock::lock;
use crate::sources::profile::plan::Base;
use crate::sources::profile::provider::{Linker, Made, ProfileCredentials};
use crate::sources::profile::selected::Selected;
use crate::sources::profile::value::text;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use std::boxed::Box;
use std::prelude::rust_2024::*;
use std::sync::{Arc, Mutex};
use std::vec;

impl Chain {
    /// [`usual`](Self::usual) with the settings of a configuration: its environment, its proxy,
    /// its time limits, who is asked for the code of an MFA device.
    #[must_use]
    pub fn with_config(config: &ProviderConfig) -> Self {
        let selected = Selected::new(&config.environment, None);
        let chain = Self::new()
            .with(config.environment.clone())
            .with(profile(&selected, config));
        links(&selected, config).into_iter().fold(chain, Self::with)
    }
}

impl ProfileCredentials {
    /// A profile (that of `AWS_PROFILE`, else `default`, where none is named) with the settings of a
    /// configuration: its environment, its proxy, its time limits, who is asked for the code of an
    /// MFA device.
    #[must_use]
    pub fn with_config(config: &ProviderConfig, name: Option<&str>) -> Self {
        let selected = Selected::new(&config.environment, name.map(String::from));
        profile(&selected, config)
    }
}

fn profile(selected: &Selected, config: &ProviderConfig) -> ProfileCredentials {
    ProfileCredentials::of(selected.clone(), linker_with(config))
}

pub(crate) fn linker(selected: &Selected) -> Linker {
    linker_with(&ProviderConfig::new(selected.environment().clone()))
}

pub(crate) fn after_profile(selected: &Selected) -> Vec<Box<dyn ProvideCredentials>> {
    links(
        selected,
        &ProviderConfig::new(selected.environment().clone()),
    )
}

/// Makes what a plan says. Whatever is not at hand is asked only when it is about to expire.
fn linker_with(config: &ProviderConfig) -> Linker {
    let config = config.clone();
    Arc::new(move |plan| {
        let source = plan.source(&config)?;
        let at_hand = matches!(plan.base, Base::Static { .. } | Base::Environment);
        if at_hand && plan.roles.is_empty() {
            return Ok(Arc::new(source));
        }
        Ok(Arc::new(Cache::by(&config.clock, source)))
    })
}

/// Web identity of the environment, container, instance metadata: what follows the profile.
fn links(selected: &Selected, config: &ProviderConfig) -> Vec<Box<dyn ProvideCredentials>> {
    let web_identity = Late::new("web identity", selected, config, |selected, config| {
        // The variables first: a profile is read only where it matters.
        let source = WebIdentity::from_environment(config)?;
        Ok(match config.environment.region()? {
            Some(_) => Arc::new(source.cached()),
            None => Arc::new(match selected.region()? {
                Some(region) => {
                    let config = config.clone().region(region);
                    WebIdentity::from_environment(&config)?.cached()
                }
                None => source.cached(),
            }),
        })
    });
    let instance = Late::new("instance metadata", selected, config, |selected, config| {
        let endpoint = selected.get(|profile| text(profile, "ec2_metadata_service_endpoint"))?;
        let mode = selected.get(|profile| text(profile, "ec2_metadata_service_endpoint_mode"))?;
        let source = Imds::new(config).profile_settings(endpoint, mode);
        Ok(Arc::new(source.cached()))
    });
    vec![
        Box::new(web_identity),
        Box::new(Container::with(config).cached()),
        Box::new(instance),
    ]
}

type Make = fn(&Selected, &ProviderConfig) -> Made;

/// A source that is made when it is asked for the first time: what it is made of is read then.
struct Late {
    name: &'static str,
    selected: Selected,
    config: ProviderConfig,
    make: Make,
    made: Mutex<Option<Arc<dyn ProvideCredentials>>>,
}

impl Late {
    fn new(name: &'static str, selected: &Selected, config: &ProviderConfig, make: Make) -> Self {
        Self {
            name,
            selected: selected.clone(),
            config: config.clone(),
            make,
            made: Mutex::default(),
        }
    }

    fn source(&self) -> Made {
        let mut made = lock(&self.made);
        if let Some(source) = &*made {
            return Ok(source.clone());
        }
        let source = (self.make)(&self.selected, &self.config)?;
        *made = Some(source.clone());
        Ok(source)
    }
}

impl ProvideCredentials for Late {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        self.source()?.provide_credentials()
    }

    fn name(&self) -> &'static str {
        self.name
    }
}
