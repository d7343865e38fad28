//! Where a service is asked: what a variable names, else its host in a region.
//! [Service-specific endpoints](https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html)

use crate::client::base_url::{is_loopback, parse_base};
use crate::client::remote::provider_config::ProviderConfig;
use crate::endpoint::suffix_of;
use crate::sources::credentials_error::CredentialsError;
use http::Uri;
use std::format;
use std::prelude::rust_2024::*;

const FOR_ALL: &str = "AWS_ENDPOINT_URL";
const IGNORED: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

/// What `variable` names, then `AWS_ENDPOINT_URL`; nothing where
/// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is `true`. Plain http goes to this machine only.
pub(crate) fn configured(
    config: &ProviderConfig,
    variable: &'static str,
) -> Result<Option<Uri>, CredentialsError> {
    let environment = &config.environment;
    let ignored = environment.get(IGNORED)?;
    if ignored.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    for name in [variable, FOR_ALL] {
        let Some(url) = environment.get(name)? else {
            continue;
        };
        let invalid = |problem| CredentialsError::InvalidVariable {
            name: name.into(),
            problem,
        };
        let uri = parse_base(&url).map_err(|_| invalid("is no http or https URL"))?;
        let in_clear = uri.scheme_str() != Some("https");
        if in_clear && !config.plain_http && !is_loopback(uri.host().unwrap_or_default()) {
            return Err(invalid("is plain http to a host that is not this machine"));
        }
        return Ok(Some(uri));
    }
    Ok(None)
}

/// `https://SERVICE.REGION.` and the domain of the region's partition.
pub(crate) fn regional(name: &str, service: &str, region: &str) -> Result<Uri, CredentialsError> {
    let unknown =
        || CredentialsError::failed(name, "the region is in no partition of AWS that is known");
    let suffix = suffix_of(region).ok_or_else(unknown)?;
    let url = format!("https://{service}.{region}.{suffix}/");
    url.parse().map_err(|_| unknown())
}

/// A path, and a query with its question mark, below an endpoint.
pub(crate) fn below(endpoint: &Uri, target: &str) -> Result<Uri, http::Error> {
    let base = endpoint.path().trim_end_matches('/');
    let mut parts = endpoint.clone().into_parts();
    parts.path_and_query = Some(format!("{base}{target}").parse()?);
    Ok(Uri::from_parts(parts)?)
}
