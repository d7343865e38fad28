//! The default chain, and what a profile yields where whatever takes a request can be asked.

use crate::client::remote::{Container, Imds, ProviderConfig, WebIdentity};
use crate::sources::cache::Cache;
use crate::sources::chain::Chain;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use crate::sources::lock::lock;
use crate::sources::profile::endpoint_settings::EndpointSettings;
use crate::sources::profile::plan::Base;
use crate::sources::profile::provider::{Linker, Made, ProfileCredentials};
use crate::sources::profile::selected::Selected;
use crate::sources::profile::value::text;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use std::prelude::rust_2024::*;
use std::sync::{Arc, Mutex};

/// A link of the default chain.
struct Link {
    name: &'static str,
    make: Make,
    /// What can be told without asking anybody: that it is not set up, that it is broken, or that
    /// its turn may come; and the source itself, where it is certain that it does.
    check: fn(&Settings) -> Result<Option<Source>, CredentialsError>,
}

type Source = Arc<dyn ProvideCredentials>;
type Make = fn(&Settings) -> Made;

/// In their order: the environment's keys, the profile, the environment's web identity, the
/// container's endpoint, the instance's metadata.
const LINKS: [Link; 5] = [
    Link {
        name: "environment",
        make: |settings| Ok(Arc::new(settings.config.environment.clone())),
        check: |settings| {
            let credentials = settings.config.environment.credentials()?;
            Ok(Some(Arc::new(credentials)))
        },
    },
    Link {
        name: "profile",
        make: |settings| Ok(Arc::new(settings.profile())),
        check: |settings| {
            let profile = settings.profile();
            profile.plan()?;
            Ok(Some(Arc::new(profile)))
        },
    },
    Link {
        name: "web identity",
        make: web_identity,
        check: |settings| WebIdentity::variables(&settings.config.environment).map(|_| None),
    },
    Link {
        name: "container",
        make: |settings| Ok(Arc::new(Container::with(&settings.config).cached())),
        check: |settings| {
            let container = Container::with(&settings.config);
            container.endpoint().map(|_| None)
        },
    },
    Link {
        name: "instance metadata",
        make: |settings| Ok(Arc::new(instance(settings)?.cached())),
        check: |settings| instance(settings)?.endpoint_url().map(|_| None),
    },
];

/// What links are made of.
#[derive(Clone)]
struct Settings {
    selected: Selected,
    config: ProviderConfig,
}

impl Settings {
    fn new(config: &ProviderConfig, profile: Option<&str>) -> Self {
        Self {
            selected: Selected::new(&config.environment, profile.map(String::from)),
            config: config.clone(),
        }
    }

    fn profile(&self) -> ProfileCredentials {
        ProfileCredentials::of(self.selected.clone(), linker_with(&self.config))
    }
}

impl Chain {
    /// [`usual`](Self::usual) with the settings of a configuration: its environment, its proxy,
    /// its time limits, who is asked for the code of an MFA device.
    #[must_use]
    pub fn with_config(config: &ProviderConfig) -> Self {
        let settings = Settings::new(config, None);
        let late = |link: &Link| Late {
            name: link.name,
            settings: settings.clone(),
            make: link.make,
            made: Mutex::default(),
        };
        LINKS.iter().map(late).fold(Self::new(), Self::with)
    }
}

impl ProfileCredentials {
    /// A profile (that of `AWS_PROFILE`, else `default`, where none is named) with the settings of a
    /// configuration: its environment, its proxy, its time limits, who is asked for the code of an
    /// MFA device.
    #[must_use]
    pub fn with_config(config: &ProviderConfig, name: Option<&str>) -> Self {
        Settings::new(config, name).profile()
    }

    /// Where services are asked, as the profile says. Nobody has to have a profile that nobody asked
    /// for.
    ///
    /// # Errors
    /// As [`ProfileFiles::endpoint_settings`](crate::sources::ProfileFiles::endpoint_settings).
    pub fn endpoint_settings(&self) -> Result<EndpointSettings, CredentialsError> {
        self.selected().endpoint_settings()
    }
}

impl Imds {
    /// With what a profile (that of `AWS_PROFILE`, else `default`, where none is named) says of the
    /// endpoint: [`profile_settings`](Self::profile_settings).
    ///
    /// # Errors
    /// [`CredentialsError::File`] and [`CredentialsError::Profile`]
    pub fn of_profile(
        config: &ProviderConfig,
        name: Option<&str>,
    ) -> Result<Self, CredentialsError> {
        instance(&Settings::new(config, name))
    }
}

/// A profile that is named, and is read now; else the default chain, of which whatever takes no
/// request is checked now: half of a pair, a broken profile, and that nothing is set up where no
/// instance metadata may be asked.
pub(crate) fn first_set_up(
    config: &ProviderConfig,
    profile: Option<&str>,
) -> Result<Source, CredentialsError> {
    let settings = Settings::new(config, profile);
    if profile.is_some() {
        let profile = settings.profile();
        profile.plan()?;
        return Ok(Arc::new(profile));
    }
    let mut tried = Vec::new();
    for link in &LINKS {
        match (link.check)(&settings) {
            Ok(Some(source)) => return Ok(source),
            Ok(None) => return Ok(Arc::new(Chain::with_config(&settings.config))),
            // What is set up and broken ends the search.
            Err(error) if !error.is_not_set_up() => return Err(error),
            Err(error) => tried.push((link.name.into(), error)),
        }
    }
    Err(CredentialsError::NoneFound { tried })
}

pub(crate) fn linker(selected: &Selected) -> Linker {
    linker_with(&ProviderConfig::new(selected.environment().clone()))
}

pub(crate) fn chain(environment: &Environment) -> Chain {
    Chain::with_config(&ProviderConfig::new(environment.clone()))
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
        let cache = Cache::by(&config.clock, source);
        let of_program = matches!(plan.base, Base::Process { .. }) && plan.roles.is_empty();
        Ok(Arc::new(if of_program {
            cache.of_program()
        } else {
            cache
        }))
    })
}

fn web_identity(settings: &Settings) -> Made {
    let Settings { selected, config } = settings;
    // The variables first: a profile is read only where it matters.
    WebIdentity::variables(&config.environment)?;
    let config = config.endpoints_of(&selected.endpoint_settings()?);
    let config = match selected.region()? {
        Some(region) => config.region(region),
        None => config,
    };
    Ok(Arc::new(WebIdentity::from_environment(&config)?.cached()))
}

fn instance(settings: &Settings) -> Result<Imds, CredentialsError> {
    let selected = &settings.selected;
    let setting = |name| selected.get(|profile| text(profile, name));
    let endpoint = setting("ec2_metadata_service_endpoint")?;
    let mode = setting("ec2_metadata_service_endpoint_mode")?;
    Ok(Imds::new(&settings.config).profile_settings(endpoint, mode))
}

/// A source that is made when it is asked for the first time: what it is made of is read then.
struct Late {
    name: &'static str,
    settings: Settings,
    make: Make,
    made: Mutex<Option<Source>>,
}

impl Late {
    fn source(&self) -> Made {
        let mut made = lock(&self.made);
        if let Some(source) = &*made {
            return Ok(source.clone());
        }
        let source = (self.make)(&self.settings)?;
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
