//! Which endpoint of the instance metadata service is asked.
//! [IMDS client](https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-client.html)

use crate::client::base_url::parse_base;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use http::Uri;
use std::format;
use std::prelude::rust_2024::*;

const ENDPOINT: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const MODE: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
const IPV4: &str = "http://169.254.169.254/";
const IPV6: &str = "http://[fd00:ec2::254]/";

/// What a program or a profile says of the endpoint.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub endpoint: Option<String>,
    pub mode: Option<String>,
}

/// The first of: the program's endpoint, the variable's, the profile's; the program's mode,
/// the variable's, the profile's; IPv4. (The vectors `imds-endpoint-tests`.)
pub(crate) fn choose(
    program: &Said,
    environment: &Environment,
    profile: &Said,
) -> Result<Uri, CredentialsError> {
    let variable = environment.get(ENDPOINT)?;
    let endpoints = [
        ("the endpoint", program.endpoint.clone()),
        (ENDPOINT, variable),
        ("ec2_metadata_service_endpoint", profile.endpoint.clone()),
    ];
    for (name, url) in endpoints {
        if let Some(url) = url {
            return parse_base(&url).map_err(|error| {
                CredentialsError::failed(name, format!("is no http or https URL: {error}"))
            });
        }
    }
    let variable = environment.get(MODE)?;
    let modes = [
        ("the endpoint mode", program.mode.clone()),
        (MODE, variable),
        ("ec2_metadata_service_endpoint_mode", profile.mode.clone()),
    ];
    for (name, mode) in modes {
        match mode.as_ref().map(|mode| mode.to_ascii_lowercase()) {
            None => {}
            Some(mode) if mode == "ipv4" => return Ok(Uri::from_static(IPV4)),
            Some(mode) if mode == "ipv6" => return Ok(Uri::from_static(IPV6)),
            Some(_) => {
                return Err(CredentialsError::failed(name, "is neither IPv4 nor IPv6"));
            }
        }
    }
    Ok(Uri::from_static(IPV4))
}
