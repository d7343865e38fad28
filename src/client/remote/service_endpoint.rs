//! Where a service is asked: what variables and a profile name, else its host in a region.
//! [Service-specific endpoints](https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html),
//! [Dual-stack and FIPS endpoints](https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html)

use crate::client::base_url::{is_loopback, parse_base};
use crate::client::remote::provider_config::ProviderConfig;
use crate::endpoint::suffix_of;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::profile::endpoint_settings::{EndpointSettings, NO_FLAG, to_flag};
use crate::sources::profile::problem::ProfileProblem;
use http::Uri;
use std::format;
use std::prelude::rust_2024::*;

const FOR_ALL: &str = "AWS_ENDPOINT_URL";
const IGNORED: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
const FIPS: &str = "AWS_USE_FIPS_ENDPOINT";
const DUALSTACK: &str = "AWS_USE_DUALSTACK_ENDPOINT";

/// A service that hands out credentials.
pub(crate) struct Service {
    /// In errors.
    pub(crate) name: &'static str,
    /// What names its endpoint.
    variable: &'static str,
    /// What a `[services]` section calls it.
    section: &'static str,
    /// What its hosts begin with.
    host: &'static str,
}

pub(crate) const STS: Service = Service {
    name: "STS",
    variable: "AWS_ENDPOINT_URL_STS",
    section: "sts",
    host: "sts",
};
pub(crate) const SSO: Service = Service {
    name: "IAM Identity Center",
    variable: "AWS_ENDPOINT_URL_SSO",
    section: "sso",
    host: "portal.sso",
};
pub(crate) const SSO_OIDC: Service = Service {
    name: "IAM Identity Center",
    variable: "AWS_ENDPOINT_URL_SSO_OIDC",
    section: "sso_oidc",
    host: "oidc",
};
/// Its hosts: `sign_in_endpoint`.
pub(crate) const SIGN_IN: Service = Service {
    name: "login session",
    variable: "AWS_ENDPOINT_URL_SIGNIN",
    section: "signin",
    host: "signin",
};

/// Where a service is asked in a region.
pub(crate) fn endpoint(
    config: &ProviderConfig,
    service: &Service,
    region: &str,
) -> Result<Uri, CredentialsError> {
    match configured(config, service)? {
        Some(endpoint) => Ok(endpoint),
        None => regional(config, service, region),
    }
}

/// The first of: the service's variable, `AWS_ENDPOINT_URL`, the service's `endpoint_url` in the
/// profile's `[services]` section, that of the profile. Nothing where these are to be ignored. Plain
/// http goes to this machine only.
pub(crate) fn configured(
    config: &ProviderConfig,
    service: &Service,
) -> Result<Option<Uri>, CredentialsError> {
    let of_profile = config.endpoints();
    if is_set(config, IGNORED, |profile| profile.ignored)? {
        return Ok(None);
    }
    let environment = &config.environment;
    for name in [service.variable, FOR_ALL] {
        if let Some(url) = environment.get(name)? {
            let uri =
                usable(config, &url).map_err(|problem| CredentialsError::InvalidVariable {
                    name: name.into(),
                    problem,
                })?;
            return own(config, service, name, uri).map(Some);
        }
    }
    let of_service = of_profile.and_then(|profile| profile.services.get(service.section));
    let url = of_service.or_else(|| of_profile?.url.as_ref());
    let Some(url) = url else {
        return Ok(None);
    };
    let uri = usable(config, &url.url).map_err(|problem| CredentialsError::Profile {
        profile: url.profile.clone(),
        place: Some(url.place.clone()),
        problem: ProfileProblem::Invalid {
            property: "endpoint_url",
            problem,
        },
    })?;
    own(config, service, &url.place, uri).map(Some)
}

fn usable(config: &ProviderConfig, url: &str) -> Result<Uri, &'static str> {
    let uri = parse_base(url).map_err(|_| "is no http or https URL")?;
    let in_clear = uri.scheme_str() != Some("https");
    if in_clear && !config.plain_http && !is_loopback(uri.host().unwrap_or_default()) {
        return Err("is plain http to a host that is not this machine");
    }
    Ok(uri)
}

/// An endpoint of one's own is neither of AWS's kinds: where both are set, AWS's SDKs refuse it, too.
fn own(
    config: &ProviderConfig,
    service: &Service,
    setting: &str,
    uri: Uri,
) -> Result<Uri, CredentialsError> {
    let Kind { fips, dualstack } = kind(config)?;
    let other = match (fips, dualstack) {
        (true, _) => "a FIPS",
        (_, true) => "a dual-stack",
        _ => return Ok(uri),
    };
    let problem = format!(
        "an endpoint of one's own ({setting}) and {other} endpoint are both set: unset one of them"
    );
    Err(CredentialsError::failed(service.name, problem))
}

/// `https://SERVICE.REGION.` and the domain of the region's partition.
pub(crate) fn regional(
    config: &ProviderConfig,
    service: &Service,
    region: &str,
) -> Result<Uri, CredentialsError> {
    let unknown = || {
        let problem = "the region is in no partition of AWS that is known";
        CredentialsError::failed(service.name, problem)
    };
    let Kind { fips, dualstack } = kind(config)?;
    let suffix = suffix_of(region, dualstack).ok_or_else(unknown)?;
    // In AWS GovCloud the usual endpoints are of that kind (botocore's rules of these services).
    let is_named = fips && (dualstack || !region.starts_with("us-gov-"));
    let kind = if is_named { "-fips" } else { "" };
    let url = format!("https://{}{kind}.{region}.{suffix}/", service.host);
    url.parse().map_err(|_| unknown())
}

/// That of STS, where no region is set.
pub(crate) fn global(config: &ProviderConfig) -> Result<Uri, CredentialsError> {
    let Kind { fips, dualstack } = kind(config)?;
    if fips || dualstack {
        let problem = "FIPS and dual-stack endpoints are those of a region, and none is set: set \
                       AWS_REGION or the profile's region";
        return Err(CredentialsError::failed(STS.name, problem));
    }
    Ok(Uri::from_static("https://sts.amazonaws.com/"))
}

/// Which of AWS's endpoints is meant.
pub(crate) struct Kind {
    pub(crate) fips: bool,
    pub(crate) dualstack: bool,
}

pub(crate) fn kind(config: &ProviderConfig) -> Result<Kind, CredentialsError> {
    Ok(Kind {
        fips: is_set(config, FIPS, |profile| profile.fips)?,
        dualstack: is_set(config, DUALSTACK, |profile| profile.dualstack)?,
    })
}

/// A variable, then the profile.
fn is_set(
    config: &ProviderConfig,
    variable: &str,
    of_profile: fn(&EndpointSettings) -> Option<bool>,
) -> Result<bool, CredentialsError> {
    match config.environment.get(variable)? {
        Some(text) => to_flag(&text).ok_or_else(|| CredentialsError::InvalidVariable {
            name: variable.into(),
            problem: NO_FLAG,
        }),
        None => Ok(config.endpoints().and_then(of_profile).unwrap_or(false)),
    }
}

/// A path, and a query with its question mark, below an endpoint.
pub(crate) fn below(endpoint: &Uri, target: &str) -> Result<Uri, http::Error> {
    let base = endpoint.path().trim_end_matches('/');
    let mut parts = endpoint.clone().into_parts();
    parts.path_and_query = Some(format!("{base}{target}").parse()?);
    Ok(Uri::from_parts(parts)?)
}

#[cfg(test)]
mod tests {
    use super::{SSO, SSO_OIDC, STS, Service, endpoint, global};
    use crate::client::remote::provider_config::ProviderConfig;
    use crate::sources::environment::Environment;
    use crate::sources::profile::files::ProfileFiles;
    use std::format;
    use std::prelude::rust_2024::*;

    const BOTH: [&str; 2] = ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"];

    fn config(set: &'static [&'static str]) -> ProviderConfig {
        ProviderConfig::new(Environment::from_lookup(|name| {
            set.contains(&name).then(|| "True".into())
        }))
    }

    /// botocore 1.43.11, its endpoint rules of these services.
    #[test]
    fn hosts() {
        let of = |service: &Service, region, set| {
            format!("{}", endpoint(&config(set), service, region).unwrap())
        };
        for (service, region, hosts) in [
            (
                STS,
                "eu-west-1",
                [
                    "sts.eu-west-1.amazonaws.com",
                    "sts-fips.eu-west-1.amazonaws.com",
                    "sts.eu-west-1.api.aws",
                    "sts-fips.eu-west-1.api.aws",
                ],
            ),
            (
                STS,
                "us-gov-west-1",
                [
                    "sts.us-gov-west-1.amazonaws.com",
                    "sts.us-gov-west-1.amazonaws.com",
                    "sts.us-gov-west-1.api.aws",
                    "sts-fips.us-gov-west-1.api.aws",
                ],
            ),
            (
                STS,
                "us-iso-east-1",
                [
                    "sts.us-iso-east-1.c2s.ic.gov",
                    "sts-fips.us-iso-east-1.c2s.ic.gov",
                    "sts.us-iso-east-1.api.aws.ic.gov",
                    "sts-fips.us-iso-east-1.api.aws.ic.gov",
                ],
            ),
            (
                SSO,
                "us-east-1",
                [
                    "portal.sso.us-east-1.amazonaws.com",
                    "portal.sso-fips.us-east-1.amazonaws.com",
                    "portal.sso.us-east-1.api.aws",
                    "portal.sso-fips.us-east-1.api.aws",
                ],
            ),
            (
                SSO,
                "us-gov-west-1",
                [
                    "portal.sso.us-gov-west-1.amazonaws.com",
                    "portal.sso.us-gov-west-1.amazonaws.com",
                    "portal.sso.us-gov-west-1.api.aws",
                    "portal.sso-fips.us-gov-west-1.api.aws",
                ],
            ),
            (
                SSO_OIDC,
                "cn-north-1",
                [
                    "oidc.cn-north-1.amazonaws.com.cn",
                    "oidc-fips.cn-north-1.amazonaws.com.cn",
                    "oidc.cn-north-1.api.amazonwebservices.com.cn",
                    "oidc-fips.cn-north-1.api.amazonwebservices.com.cn",
                ],
            ),
        ] {
            let sets: [&[&str]; 4] = [&[], &BOTH[..1], &BOTH[1..], &BOTH];
            for (host, set) in hosts.into_iter().zip(sets) {
                let url = format!("https://{host}/");
                assert_eq!(of(&service, region, set), url, "{set:?}");
            }
        }
    }

    /// What is of a region has none without one.
    #[test]
    fn without_a_region() {
        assert_eq!(
            format!("{}", global(&config(&[])).unwrap()),
            "https://sts.amazonaws.com/"
        );
        for set in [&BOTH[..1], &BOTH[1..]] {
            let error = global(&config(set)).unwrap_err();
            assert_eq!(
                format!("{error}"),
                "STS: FIPS and dual-stack endpoints are those of a region, and none is set: set \
                 AWS_REGION or the profile's region"
            );
        }
    }

    /// Those of a profile count where no variable says otherwise.
    #[test]
    fn settings_of_a_profile() {
        let files = "[profile p]\nuse_fips_endpoint = TRUE\nuse_dualstack_endpoint = true";
        let files = ProfileFiles::from_texts(files, "").unwrap();
        let settings = files.endpoint_settings("p").unwrap();
        let off = |name: &str| (name == BOTH[1]).then(|| "false".into());
        for (environment, host) in [
            (
                Environment::from_lookup(|_| None),
                "sts-fips.eu-west-1.api.aws",
            ),
            (
                Environment::from_lookup(off),
                "sts-fips.eu-west-1.amazonaws.com",
            ),
        ] {
            let config = ProviderConfig::new(environment).endpoint_settings(settings.clone());
            let found = endpoint(&config, &STS, "eu-west-1").unwrap();
            assert_eq!(format!("{found}"), format!("https://{host}/"));
        }
    }
}
