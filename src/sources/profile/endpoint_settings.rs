//! Where services are asked, as a profile says: plain data.
//! [Service-specific endpoints](https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html)

use core::fmt;
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
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointUrl {
    /// What may stand there was looked at, unless `ignore_configured_endpoint_urls` is `true`.
    pub url: String,
    /// The profile that leads to it.
    pub profile: String,
    /// `FILE:LINE`
    pub place: String,
}

/// Without the URL: nobody has looked at it, and it may hold a password.
impl fmt::Debug for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointUrl")
            .field("profile", &self.profile)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
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
