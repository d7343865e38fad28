//! The profile that is asked for, and its settings.

use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
#[cfg(feature = "client")]
use crate::sources::profile::endpoint_settings::EndpointSettings;
use crate::sources::profile::files::ProfileFiles;
use crate::sources::profile::section::ProfileSection;
use crate::sources::profile::value::region;
#[cfg(feature = "v4a")]
use crate::sources::profile::value::region_set;
use std::prelude::rust_2024::*;

const PROFILE: &str = "AWS_PROFILE";
/// botocore reads it first, the SDKs for C and Rust do not read it.
const OLD_PROFILE: &str = "AWS_DEFAULT_PROFILE";
const DEFAULT: &str = "default";

/// Who asked for the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The program.
    Code,
    /// `AWS_PROFILE` or `AWS_DEFAULT_PROFILE`.
    Variable,
    /// Nobody.
    Default,
}

/// A profile by name: the program's, else that of `AWS_PROFILE` or `AWS_DEFAULT_PROFILE`, else
/// `default`.
#[derive(Clone, Debug)]
pub(crate) struct Selected {
    environment: Environment,
    name: Option<String>,
}

impl Selected {
    pub(crate) fn new(environment: &Environment, name: Option<String>) -> Self {
        Self {
            environment: environment.clone(),
            name,
        }
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    pub(crate) fn name(&self) -> Result<(String, By), CredentialsError> {
        if let Some(name) = &self.name {
            return Ok((name.clone(), By::Code));
        }
        let variables = (
            self.environment.get(PROFILE)?,
            self.environment.get(OLD_PROFILE)?,
        );
        match variables {
            (Some(name), Some(old)) if name != old => Err(CredentialsError::InvalidVariable {
                name: OLD_PROFILE.into(),
                problem: "names another profile than AWS_PROFILE, and AWS's tools do not agree on \
                          which of the two is meant: unset one",
            }),
            (Some(name), _) | (None, Some(name)) => Ok((name, By::Variable)),
            (None, None) => Ok((DEFAULT.into(), By::Default)),
        }
    }

    /// Where the profile has services asked.
    #[cfg(feature = "client")]
    pub(crate) fn endpoint_settings(&self) -> Result<EndpointSettings, CredentialsError> {
        let (name, by) = self.name()?;
        let files = ProfileFiles::load(&self.environment)?;
        if by == By::Default && files.profile(&name).is_none() {
            return Ok(EndpointSettings::default());
        }
        files.endpoint_settings(&name)
    }

    /// A setting of the profile. Nobody has to have a profile that nobody asked for.
    pub(crate) fn get(
        &self,
        read: impl FnOnce(&ProfileSection) -> Result<Option<String>, CredentialsError>,
    ) -> Result<Option<String>, CredentialsError> {
        let (name, by) = self.name()?;
        let files = ProfileFiles::load(&self.environment)?;
        match files.profile(&name) {
            Some(profile) => read(profile),
            None if by == By::Default => Ok(None),
            None => Err(files.not_found(&name)),
        }
    }

    /// `AWS_REGION`, `AWS_DEFAULT_REGION`, then `region` of the profile.
    pub(crate) fn region(&self) -> Result<Option<String>, CredentialsError> {
        match self.environment.region()? {
            Some(region) => Ok(Some(region)),
            None => self.get(|profile| Ok(region(profile, "region")?.map(String::from))),
        }
    }

    /// `AWS_SIGV4A_SIGNING_REGION_SET`, then `sigv4a_signing_region_set` of the profile.
    #[cfg(feature = "v4a")]
    pub(crate) fn sigv4a_region_set(&self) -> Result<Option<String>, CredentialsError> {
        match self.environment.sigv4a_region_set()? {
            Some(set) => Ok(Some(set)),
            None => self.get(region_set),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Selected;
    use crate::sources::environment::Environment;
    use crate::sources::profile::location::Locations;
    use serde_json::Value;
    use std::path::{Path, PathBuf};
    use std::prelude::rust_2024::*;

    /// The vectors that AWS's SDKs share, of both platforms. See `test-vectors/aws-sdk-credentials`.
    #[test]
    fn which_files_and_which_profile() {
        let vectors = "test-vectors/aws-sdk-credentials/file-location-tests.json";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(vectors);
        let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let tests = vectors["tests"].as_array().unwrap();
        assert_eq!(tests.len(), 9);
        for test in tests {
            let variables = test["environment"].clone();
            let environment =
                Environment::from_lookup(move |name| Some(variables.get(name)?.as_str()?.into()));
            let found = Locations::of(&environment, test["platform"] == "windows");
            let expected = |name: &str| test[name].as_str().map(PathBuf::from);
            assert_eq!(found.config, expected("configLocation"), "{test}");
            assert_eq!(found.credentials, expected("credentialsLocation"), "{test}");
            if let Some(profile) = test["profile"].as_str() {
                assert_eq!(Selected::new(&environment, None).name().unwrap().0, profile);
            }
        }
    }
}
