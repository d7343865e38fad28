//! Where services are asked, as a profile says: plain data.
//! [Service-specific endpoints](https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html)

use std::collections::BTreeMap;
use std::prelude::rust_2024::*;

/// Where a profile has services asked that hand out credentials. Variables go before it.
///
/// ```
/// use sigv4::sources::ProfileFiles;
///
/// let config = "[profile dev]\nservices = here\n\
///     [services here]\nsts =\n  endpoint_url = http://localhost:4566\n";
/// let settings = ProfileFiles::from_texts(config, "")?.endpoint_settings("dev")?;
/// assert_eq!(settings.services["sts"].url, "http://localhost:4566");
/// # Ok::<(), sigv4::sources::CredentialsError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointSettings {
    /// `endpoint_url` of the services (`sts`, `sso`, `sso_oidc`, `signin`) in the section that
    /// `services` names.
    pub services: BTreeMap<String, EndpointUrl>,
    /// `endpoint_url` of the profile, for the others.
    pub url: Option<EndpointUrl>,
    /// `ignore_configured_endpoint_urls`
    pub ignored: Option<bool>,
    /// `use_fips_endpoint`
    pub fips: Option<bool>,
    /// `use_dualstack_endpoint`
    pub dualstack: Option<bool>,
}

/// An endpoint as it is written, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointUrl {
    /// Not looked at yet.
    pub url: String,
    /// The profile that leads to it.
    pub profile: String,
    /// `FILE:LINE`
    pub place: String,
}

/// `true` or `false`, in any case.
pub(crate) fn to_flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// What is wrong with any other.
pub(crate) const NO_FLAG: &str = "is neither true nor false";
