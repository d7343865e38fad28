//! The region for hosts that tell none.

use crate::client::remote::{Imds, ProviderConfig};
use crate::sources::credentials_error::CredentialsError;
use crate::sources::lock::lock;
use crate::sources::profile::provider::ProfileCredentials;
use core::time::Duration;
use std::prelude::rust_2024::*;
use std::sync::{Mutex, OnceLock};
use std::time::SystemTime;

/// `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, and last the region that the EC2 instance is in:
/// the order of AWS's SDKs
/// ([AWS Region](https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html)).
pub(crate) struct FallbackRegion {
    /// What takes no request; where that is broken, what is wrong.
    said: Result<Option<String>, CredentialsError>,
    config: ProviderConfig,
    profile: Option<String>,
    instance: OnceLock<String>,
    /// Read where a request is signed by Signature Version 4A.
    #[cfg(feature = "v4a")]
    region_set: OnceLock<Result<Option<String>, CredentialsError>>,
    failure: Mutex<Option<Failure>>,
}

/// Why the instance told none, and when.
struct Failure {
    error: CredentialsError,
    at: SystemTime,
}

/// How long that is remembered: where nobody answers, each request would wait for it.
const PAUSE: Duration = Duration::from_secs(10);

impl FallbackRegion {
    /// Nothing is sent. Where the credentials are not those of a profile (`is_elsewhere`), nobody's
    /// files have to be right before a request needs the region.
    pub(crate) fn new(
        config: &ProviderConfig,
        profile: Option<&str>,
        is_elsewhere: bool,
    ) -> Result<Self, CredentialsError> {
        let said = match config.environment.region()? {
            Some(region) => Ok(Some(region)),
            None => ProfileCredentials::with_config(config, profile).region(),
        };
        Ok(Self {
            said: if is_elsewhere { said } else { Ok(said?) },
            config: config.clone(),
            profile: profile.map(String::from),
            instance: OnceLock::new(),
            #[cfg(feature = "v4a")]
            region_set: OnceLock::new(),
            failure: Mutex::default(),
        })
    }

    /// What Signature Version 4A is for, by variable or profile; it counts more than the host's name.
    #[cfg(feature = "v4a")]
    pub(crate) fn region_set(&self) -> Result<Option<&str>, CredentialsError> {
        let read = self.region_set.get_or_init(|| {
            let profile = self.profile.as_deref();
            ProfileCredentials::with_config(&self.config, profile).sigv4a_region_set()
        });
        match read {
            Ok(set) => Ok(set.as_deref()),
            Err(error) => Err(error.clone()),
        }
    }

    /// What is known without asking.
    pub(crate) fn known(&self) -> Option<&str> {
        let said = self.said.as_ref().ok().and_then(Option::as_ref);
        said.or_else(|| self.instance.get()).map(String::as_str)
    }

    /// What is wrong with what was to tell it: the instance is not asked then, as what it says need
    /// not be what was meant.
    pub(crate) fn broken(&self) -> Option<&CredentialsError> {
        self.said.as_ref().err()
    }

    /// Asks the instance's metadata, and keeps what they say. `None` where they are switched off.
    pub(crate) fn ask(&self) -> Result<Option<String>, CredentialsError> {
        let imds = Imds::of_profile(&self.config, self.profile.as_deref())?;
        if imds.is_off()? {
            return Ok(None);
        }
        // One asks at a time.
        let mut failure = lock(&self.failure);
        if let Some(region) = self.instance.get() {
            return Ok(Some(region.clone()));
        }
        let now = self.config.clock.now();
        // Not where the clock was put back behind it.
        let is_recent = |at| now.duration_since(at).is_ok_and(|passed| passed < PAUSE);
        if let Some(failed) = failure.as_ref().filter(|failed| is_recent(failed.at)) {
            return Err(failed.error.clone());
        }
        match imds.region() {
            Ok(region) => {
                log::info!("region {region}: that of the instance, as its metadata say");
                Ok(Some(self.instance.get_or_init(|| region).clone()))
            }
            Err(error) => {
                *failure = Some(Failure {
                    error: error.clone(),
                    at: now,
                });
                Err(error)
            }
        }
    }
}
