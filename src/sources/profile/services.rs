//! What a profile says of where services are asked.
//! [Service-specific endpoints](https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html),
//! [Dual-stack and FIPS endpoints](https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html)

use crate::sources::credentials_error::CredentialsError;
use crate::sources::profile::endpoint_settings::{EndpointSettings, EndpointUrl, NO_FLAG, to_flag};
use crate::sources::profile::files::ProfileFiles;
use crate::sources::profile::problem::ProfileProblem;
use crate::sources::profile::section::ProfileSection;
use crate::sources::profile::value::{invalid, not_an_endpoint};
use std::prelude::rust_2024::*;

const URL: &str = "endpoint_url";
const SERVICES: &str = "services";
const IGNORED: &str = "ignore_configured_endpoint_urls";
const FIPS: &str = "use_fips_endpoint";
const DUALSTACK: &str = "use_dualstack_endpoint";
/// Those that are asked for credentials. What a `[services]` section says of others is theirs.
const ASKED: [&str; 4] = ["sts", "sso", "sso_oidc", "signin"];

impl ProfileFiles {
    /// What a profile says of endpoints.
    ///
    /// # Errors
    /// [`CredentialsError::Profile`] where it is not there, names a `[services]` section that is not
    /// there, or has a setting that is neither `true` nor `false`, or an endpoint that is used and
    /// is no URL of one.
    pub fn endpoint_settings(&self, profile: &str) -> Result<EndpointSettings, CredentialsError> {
        let Some(section) = self.profile(profile) else {
            return Err(self.not_found(profile));
        };
        let mut settings = EndpointSettings {
            ignored: flag(section, IGNORED)?,
            fips: flag(section, FIPS)?,
            dualstack: flag(section, DUALSTACK)?,
            ..EndpointSettings::default()
        };
        let is_used = settings.ignored != Some(true);
        if let Some(url) = section.text(URL)? {
            settings.url = Some(endpoint_url(profile, section, URL, url, is_used)?);
        }
        let Some(name) = section.text(SERVICES)? else {
            return Ok(settings);
        };
        let services = self.services(name).ok_or_else(|| {
            let problem = "names a section that is not there: [services NAME]";
            invalid(section, SERVICES, problem)
        })?;
        for service in ASKED {
            if let Some(url) = sub_property(profile, services, service, URL)? {
                let url = endpoint_url(profile, services, service, url, is_used)?;
                settings.services.insert(service.into(), url);
            }
        }
        Ok(settings)
    }
}

fn flag(
    section: &ProfileSection,
    property: &'static str,
) -> Result<Option<bool>, CredentialsError> {
    match section.get(property) {
        None => Ok(None),
        Some(text) => match to_flag(text) {
            Some(value) => Ok(Some(value)),
            None => Err(invalid(section, property, NO_FLAG)),
        },
    }
}

fn endpoint_url(
    profile: &str,
    section: &ProfileSection,
    property: &str,
    url: &str,
    is_used: bool,
) -> Result<EndpointUrl, CredentialsError> {
    let place = section.place_of(property);
    match not_an_endpoint(url) {
        Some(problem) if is_used => Err(CredentialsError::Profile {
            profile: profile.into(),
            place,
            problem: ProfileProblem::Invalid {
                property: URL,
                problem,
            },
        }),
        _ => Ok(EndpointUrl {
            url: url.into(),
            profile: profile.into(),
            place: place.unwrap_or_default(),
        }),
    }
}

/// `NAME = VALUE`, on a line of its own below a property without a value. The last one counts.
fn sub_property<'a>(
    profile: &str,
    section: &'a ProfileSection,
    property: &'static str,
    name: &str,
) -> Result<Option<&'a str>, CredentialsError> {
    let Some(lines) = section.get(property) else {
        return Ok(None);
    };
    let Some(lines) = lines.strip_prefix('\n') else {
        return Err(CredentialsError::Profile {
            profile: profile.into(),
            place: section.place_of(property),
            problem: ProfileProblem::Invalid {
                property,
                problem: "has a value of its own: its settings stand on the lines below it",
            },
        });
    };
    let pairs = lines.lines().filter_map(|line| line.split_once('='));
    let mut found = pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name));
    let value = found.next_back().map(|(_, value)| value.trim());
    Ok(value.filter(|value| !value.is_empty()))
}
