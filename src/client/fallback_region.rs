//! The region for hosts that tell none.

use crate::client::remote::{Imds, ProviderConfig};
use crate::sources::credentials_error::CredentialsError;
use crate::sources::profile::provider::ProfileCredentials;
use std::prelude::rust_2024::*;
use std::sync::OnceLock;

/// `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, and last the region that the EC2 instance is in:
/// the order of AWS's SDKs
/// ([AWS Region](https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html)).
pub(crate) struct FallbackRegion {
    /// What takes no request.
    said: Option<String>,
    config: ProviderConfig,
    profile: Option<String>,
    files_may_be_wrong: bool,
    instance: OnceLock<String>,
}

impl FallbackRegion {
    /// Nothing is sent. Where the credentials are not those of a profile (`is_elsewhere`), nobody's
    /// files have to be right.
    pub(crate) fn new(
        config: &ProviderConfig,
        profile: Option<&str>,
        is_elsewhere: bool,
    ) -> Result<Self, CredentialsError> {
        let said = match config.environment.region()? {
            Some(region) => Some(region),
            None => match ProfileCredentials::with_config(config, profile).region() {
                Err(error) if is_elsewhere && error.is_of_files() => None,
                region => region?,
            },
        };
        Ok(Self {
            said,
            config: config.clone(),
            profile: profile.map(String::from),
            files_may_be_wrong: is_elsewhere,
            instance: OnceLock::new(),
        })
    }

    /// What is known without asking.
    pub(crate) fn known(&self) -> Option<&str> {
        let known = self.said.as_ref().or_else(|| self.instance.get());
        known.map(String::as_str)
    }

    /// Asks the instance's metadata, and keeps what they say. `None` where they are switched off.
    pub(crate) fn ask(&self) -> Result<Option<String>, CredentialsError> {
        let imds = match Imds::of_profile(&self.config, self.profile.as_deref()) {
            Err(error) if self.files_may_be_wrong && error.is_of_files() => Imds::new(&self.config),
            imds => imds?,
        };
        if imds.is_off()? {
            return Ok(None);
        }
        let region = imds.region()?;
        log::info!("region {region}: that of the instance, as its metadata say");
        Ok(Some(self.instance.get_or_init(|| region).clone()))
    }
}
