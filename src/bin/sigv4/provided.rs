//! Credentials of the sources that the client asks, too: profiles, processes, services.

use crate::failure::Failure;
use sigv4::client::{
    Chain, CredentialsError, Environment, Imds, ProfileCredentials, ProvideCredentials,
    ProvidedCredentials, ProviderConfig,
};
use sigv4::sources::EndpointSettings;
use std::fmt::Display;
use std::io::IsTerminal;
use std::sync::LazyLock;
use std::time::Duration;

/// For all that is asked together.
const WITHIN: Duration = Duration::from_secs(15);

/// Says that nobody has to be asked whether this is an EC2 instance.
const NO_INSTANCE: &str = "AWS_EC2_METADATA_DISABLED";

/// Of the profile, where one is named; else of the default chain. An instance's metadata, unless
/// they are a profile's, are not asked for what is only shown: elsewhere that takes a while.
pub(crate) fn provided(
    profile: Option<&str>,
    is_shown_only: bool,
) -> Result<ProvidedCredentials, CredentialsError> {
    let asks_instance = !is_shown_only
        || profile.is_some()
        || ProfileCredentials::new(&Environment::new()).plan().is_ok();
    let config = match asks_instance {
        true => config(),
        false => config().environment(Environment::from_lookup(|name| match name {
            NO_INSTANCE => Some("true".into()),
            name => std::env::var_os(name),
        })),
    };
    match profile {
        Some(name) => ProfileCredentials::with_config(&config, Some(name)).provide_credentials(),
        None => Chain::with_config(&config).provide_credentials(),
    }
}

/// What this process asks with; all that it asks has the same fifteen seconds.
pub(crate) fn config() -> ProviderConfig {
    static CONFIG: LazyLock<ProviderConfig> = LazyLock::new(|| {
        ProviderConfig::new(Environment::new())
            .time_in_all(WITHIN)
            .mfa_code(code)
    });
    CONFIG.clone()
}

/// The region of the variables, else of a profile: of the one that is named, of `AWS_PROFILE`'s, of
/// `default`.
pub(crate) fn region(profile: Option<&str>) -> Result<Option<String>, Failure> {
    let profile = ProfileCredentials::with_config(&config(), profile);
    profile
        .region()
        .map_err(|error| in_words(&error, format_args!("no region: {error}")))
}

/// The same, else the region of the instance that this is.
pub(crate) fn told_region(profile: Option<&str>) -> Result<String, Failure> {
    if let Some(region) = region(profile)? {
        return Ok(region);
    }
    let (region, why_not) = match region_of_instance(profile) {
        Ok(region) => (region, None),
        Err(why) => (None, Some(why)),
    };
    region.ok_or_else(|| {
        Failure::usage(format_args!(
            "no region: give --region or set AWS_REGION{}",
            passed_over(why_not.as_ref())
        ))
    })
}

/// Why the instance's metadata tell no region, where they were asked, behind other words.
pub(crate) fn passed_over(why_not: Option<&CredentialsError>) -> String {
    match why_not {
        Some(why) => format!(" (instance metadata passed over: {why})"),
        None => String::new(),
    }
}

/// What Signature Version 4A is for, by the variable, else by a profile, as [`region`] finds it.
pub(crate) fn region_set(profile: Option<&str>) -> Result<Option<String>, Failure> {
    let profile = ProfileCredentials::with_config(&config(), profile);
    profile
        .sigv4a_region_set()
        .map_err(|error| in_words(&error, format_args!("no region set: {error}")))
}

/// Where a profile has services asked.
pub(crate) fn endpoint_settings(profile: Option<&str>) -> Result<EndpointSettings, Failure> {
    let profile = ProfileCredentials::with_config(&config(), profile);
    let settings = profile.endpoint_settings();
    settings.map_err(Failure::credentials)
}

/// The region that this EC2 instance is in; none where its metadata are switched off.
pub(crate) fn region_of_instance(
    profile: Option<&str>,
) -> Result<Option<String>, CredentialsError> {
    let imds = Imds::of_profile(&config(), profile)?;
    if imds.is_off()? {
        return Ok(None);
    }
    let region = imds.region()?;
    log::info!("region {region}: that of the instance, as its metadata say");
    Ok(Some(region))
}

pub(crate) fn failure(error: &CredentialsError) -> Failure {
    let hint = match error.is_not_set_up() {
        true => "; --profile NAME names a profile",
        false => "",
    };
    in_words(error, format_args!("no credentials: {error}{hint}"))
}

/// What a service refuses is not the configuration's fault.
pub(crate) fn in_words(error: &CredentialsError, words: impl Display) -> Failure {
    match error.is_of_service() {
        true => Failure::failed(words),
        false => Failure::credentials(words),
    }
}

/// Without a terminal there is nobody to ask.
fn code(device: &str) -> Option<String> {
    if !std::io::stderr().is_terminal() {
        return None;
    }
    rpassword::prompt_password(format!("Code of {device}: ")).ok()
}
