//! Where AWS Sign-In is asked: on hosts that are named as no other service's are.

use crate::client::remote::provider_config::ProviderConfig;
use crate::client::remote::service_endpoint::{Kind, SIGN_IN, configured, kind};
use crate::endpoint::suffix_of;
use crate::sources::credentials_error::CredentialsError;
use http::Uri;
use std::format;
use std::prelude::rust_2024::*;

/// The domain of a partition's hosts, and that of the hosts where people sign in.
const DOMAINS: [(&str, &str); 8] = [
    ("amazonaws.com", "aws.amazon.com"),
    ("amazonaws.com.cn", "amazonaws.cn"),
    ("amazonaws.eu", "amazonaws-eusc.eu"),
    ("c2s.ic.gov", "c2shome.ic.gov"),
    ("cloud.adc-e.uk", "csphome.adc-e.uk"),
    ("csp.hci.ic.gov", "csphome.hci.ic.gov"),
    ("sc2s.sgov.gov", "sc2shome.sgov.gov"),
    GOV,
];
/// AWS GovCloud, which shares the domain of its hosts.
const GOV: (&str, &str) = ("us-gov-", "amazonaws-us-gov.com");

/// In a region: what variables and a profile name, else AWS's own host (botocore 1.44.5, its endpoint
/// rules of `signin`).
pub(crate) fn endpoint(
    config: &ProviderConfig,
    region: Option<&str>,
) -> Result<Uri, CredentialsError> {
    if let Some(endpoint) = configured(config, &SIGN_IN)? {
        return Ok(endpoint);
    }
    let failed = |problem| CredentialsError::failed(SIGN_IN.name, problem);
    let unknown = || failed("the region is in no partition of AWS that is known");
    let none = "no region tells where to ask: set AWS_REGION or the profile's region";
    let region = region.ok_or_else(|| failed(none))?;
    let Kind { fips, dualstack } = kind(config)?;
    let suffix = suffix_of(region, dualstack).ok_or_else(unknown)?;
    let is_gov = region.starts_with(GOV.0);
    let named = if is_gov { GOV.0 } else { suffix };
    let home = DOMAINS.iter().find(|(domain, _)| *domain == named);
    let home = home.map_or(suffix, |(_, home)| home);
    let host = match (fips, dualstack) {
        (false, false) => format!("{region}.signin.{home}"),
        (false, true) => format!("signin.{region}.{suffix}"),
        (true, false) if region == "us-gov-west-1" => format!("signin-fips.{home}"),
        (true, false) if is_gov => format!("{region}.signin-fips.{home}"),
        (true, _) => format!("signin-fips.{region}.{suffix}"),
    };
    format!("https://{host}/").parse().map_err(|_| unknown())
}

#[cfg(test)]
mod tests {
    use super::endpoint;
    use crate::client::remote::provider_config::ProviderConfig;
    use crate::sources::environment::Environment;
    use std::format;
    use std::prelude::rust_2024::*;

    const BOTH: [&str; 2] = ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"];

    fn config(set: &'static [&'static str]) -> ProviderConfig {
        ProviderConfig::new(Environment::from_lookup(|name| {
            set.contains(&name).then(|| "true".into())
        }))
    }

    /// As botocore 1.44.5 resolves them.
    #[test]
    fn hosts() {
        for (region, hosts) in [
            (
                "eu-west-1",
                [
                    "eu-west-1.signin.aws.amazon.com",
                    "signin-fips.eu-west-1.amazonaws.com",
                    "signin.eu-west-1.api.aws",
                    "signin-fips.eu-west-1.api.aws",
                ],
            ),
            (
                "cn-north-1",
                [
                    "cn-north-1.signin.amazonaws.cn",
                    "signin-fips.cn-north-1.amazonaws.com.cn",
                    "signin.cn-north-1.api.amazonwebservices.com.cn",
                    "signin-fips.cn-north-1.api.amazonwebservices.com.cn",
                ],
            ),
            (
                "us-gov-west-1",
                [
                    "us-gov-west-1.signin.amazonaws-us-gov.com",
                    "signin-fips.amazonaws-us-gov.com",
                    "signin.us-gov-west-1.api.aws",
                    "signin-fips.us-gov-west-1.api.aws",
                ],
            ),
            (
                "us-gov-east-1",
                [
                    "us-gov-east-1.signin.amazonaws-us-gov.com",
                    "us-gov-east-1.signin-fips.amazonaws-us-gov.com",
                    "signin.us-gov-east-1.api.aws",
                    "signin-fips.us-gov-east-1.api.aws",
                ],
            ),
            (
                "us-iso-east-1",
                [
                    "us-iso-east-1.signin.c2shome.ic.gov",
                    "signin-fips.us-iso-east-1.c2s.ic.gov",
                    "signin.us-iso-east-1.api.aws.ic.gov",
                    "signin-fips.us-iso-east-1.api.aws.ic.gov",
                ],
            ),
            (
                "us-isob-east-1",
                [
                    "us-isob-east-1.signin.sc2shome.sgov.gov",
                    "signin-fips.us-isob-east-1.sc2s.sgov.gov",
                    "signin.us-isob-east-1.api.aws.scloud",
                    "signin-fips.us-isob-east-1.api.aws.scloud",
                ],
            ),
            (
                "us-isof-south-1",
                [
                    "us-isof-south-1.signin.csphome.hci.ic.gov",
                    "signin-fips.us-isof-south-1.csp.hci.ic.gov",
                    "signin.us-isof-south-1.api.aws.hci.ic.gov",
                    "signin-fips.us-isof-south-1.api.aws.hci.ic.gov",
                ],
            ),
            (
                "eu-isoe-west-1",
                [
                    "eu-isoe-west-1.signin.csphome.adc-e.uk",
                    "signin-fips.eu-isoe-west-1.cloud.adc-e.uk",
                    "signin.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
                    "signin-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
                ],
            ),
            (
                "eusc-de-east-1",
                [
                    "eusc-de-east-1.signin.amazonaws-eusc.eu",
                    "signin-fips.eusc-de-east-1.amazonaws.eu",
                    "signin.eusc-de-east-1.api.amazonwebservices.eu",
                    "signin-fips.eusc-de-east-1.api.amazonwebservices.eu",
                ],
            ),
        ] {
            let sets: [&[&str]; 4] = [&[], &BOTH[..1], &BOTH[1..], &BOTH];
            for (host, set) in hosts.into_iter().zip(sets) {
                let found = endpoint(&config(set), Some(region)).unwrap();
                assert_eq!(format!("{found}"), format!("https://{host}/"), "{set:?}");
            }
        }
    }

    /// Of a file that somebody else wrote, too, it becomes a part of a host's name.
    #[test]
    fn regions_that_are_none() {
        for region in [
            "x.evil.example/",
            "us-east-1.evil.example",
            "",
            "US-EAST-1",
            "moon-1",
        ] {
            let error = endpoint(&config(&[]), Some(region)).unwrap_err();
            assert_eq!(
                format!("{error}"),
                "login session: the region is in no partition of AWS that is known",
                "{region}"
            );
        }
    }
}
