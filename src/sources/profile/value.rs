//! Values of properties that have to have a form, each checked where it is written.

#[cfg(feature = "v4a")]
use crate::request::region_set::of_setting;
use crate::sources::arn::{NO_ROLE_ARN, is_arn_of, is_role_arn};
use crate::sources::command_line::split_command;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::profile::plan::CommandLine;
use crate::sources::profile::problem::ProfileProblem;
use crate::sources::profile::section::ProfileSection;
#[cfg(feature = "v4a")]
use crate::sources::region_name::NO_REGION_SET;
use crate::sources::region_name::{NO_REGION, is_region};
use crate::sources::session_name::{NO_SESSION_NAME, is_session_name};
use core::time::Duration;
use std::prelude::rust_2024::*;

const PROCESS: &str = "credential_process";
const ROLE_ARN: &str = "role_arn";

pub(crate) const IMDS_ENDPOINT: &str = "ec2_metadata_service_endpoint";
pub(crate) const IMDS_ENDPOINT_MODE: &str = "ec2_metadata_service_endpoint_mode";

/// A value that is used as it is, where it is there; those of an instance's metadata have a form.
pub(crate) fn text(
    profile: &ProfileSection,
    property: &'static str,
) -> Result<Option<String>, CredentialsError> {
    let Some(value) = profile.text(property)? else {
        return Ok(None);
    };
    let problem = match property {
        IMDS_ENDPOINT_MODE if !["ipv4", "ipv6"].contains(&value.to_ascii_lowercase().as_str()) => {
            Some("is neither IPv4 nor IPv6")
        }
        IMDS_ENDPOINT => not_an_endpoint(value),
        _ => None,
    };
    match problem {
        Some(problem) => Err(invalid(profile, property, problem)),
        None => Ok(Some(value.into())),
    }
}

/// What keeps a text from being the URL of an endpoint. Whether its host can be one is seen where it
/// is asked.
pub(crate) fn not_an_endpoint(url: &str) -> Option<&'static str> {
    let scheme = url.split_once("://");
    let Some((_, rest)) = scheme.filter(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    }) else {
        return Some("is no http or https URL");
    };
    if url.contains(char::is_whitespace) {
        return Some("has white space in it: on such a line a comment is part of the value");
    }
    if url.contains(['?', '#']) {
        return Some("has a query or a fragment, which an endpoint has not");
    }
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return Some("has a user in it, which an endpoint has not");
    }
    authority.is_empty().then_some("has no host")
}

/// A region becomes a label of a host: letters, digits and hyphens.
/// [RFC 1123, 2.1](https://www.rfc-editor.org/rfc/rfc1123#section-2.1)
pub(crate) fn region<'a>(
    profile: &'a ProfileSection,
    property: &'static str,
) -> Result<Option<&'a str>, CredentialsError> {
    match profile.text(property)? {
        Some(region) if !is_region(region) => Err(invalid(profile, property, NO_REGION)),
        region => Ok(region),
    }
}

/// What Signature Version 4A is for, without spaces around the names.
#[cfg(feature = "v4a")]
pub(crate) fn region_set(profile: &ProfileSection) -> Result<Option<String>, CredentialsError> {
    let property = "sigv4a_signing_region_set";
    match profile.text(property)? {
        Some(text) => of_setting(text)
            .map(Some)
            .ok_or_else(|| invalid(profile, property, NO_REGION_SET)),
        None => Ok(None),
    }
}

/// `arn:PARTITION:iam::ACCOUNT:role/NAME`.
/// [Amazon Resource Names](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html)
pub(crate) fn role_arn(profile: &ProfileSection) -> Result<Option<String>, CredentialsError> {
    let Some(arn) = profile.text(ROLE_ARN)? else {
        return Ok(None);
    };
    if is_role_arn(arn) {
        return Ok(Some(arn.into()));
    }
    Err(invalid(profile, ROLE_ARN, NO_ROLE_ARN))
}

/// `mfa_serial`: an ARN, or the serial number of a device, which AWS's page of
/// [AssumeRole](https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html) has nine
/// characters of at least; a secret access key has forty.
pub(crate) fn mfa_serial(profile: &ProfileSection) -> Result<Option<String>, CredentialsError> {
    let property = "mfa_serial";
    let is_arn = |text: &str| {
        is_arn_of(text, "mfa/") || is_arn_of(text, "sms-mfa/") || is_arn_of(text, "u2f/")
    };
    let is_number = |text: &str| {
        (9..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    match text(profile, property)? {
        Some(serial) if !is_arn(&serial) && !is_number(&serial) => {
            let problem = "is neither the ARN of a device (arn:PARTITION:iam::ACCOUNT:mfa/NAME) nor a \
                           serial number";
            Err(invalid(profile, property, problem))
        }
        serial => Ok(serial),
    }
}
/// A command whose quotes are closed.
pub(crate) fn command(profile: &ProfileSection) -> Result<Option<CommandLine>, CredentialsError> {
    let Some(command) = profile.get(PROCESS) else {
        return Ok(None);
    };
    match split_command(command) {
        Ok(_) => Ok(Some(CommandLine(command.into()))),
        Err(problem) => Err(invalid(profile, PROCESS, problem)),
    }
}

/// `role_session_name`
pub(crate) fn session_name(profile: &ProfileSection) -> Result<Option<String>, CredentialsError> {
    let property = "role_session_name";
    match profile.get(property) {
        Some(name) if !is_session_name(name) => Err(invalid(profile, property, NO_SESSION_NAME)),
        name => Ok(name.map(String::from)),
    }
}

/// `duration_seconds`: 15 minutes to 12 hours.
pub(crate) fn duration(profile: &ProfileSection) -> Result<Option<Duration>, CredentialsError> {
    let property = "duration_seconds";
    let Some(seconds) = profile.get(property) else {
        return Ok(None);
    };
    if let Ok(seconds @ 900..=43_200) = seconds.parse() {
        return Ok(Some(Duration::from_secs(seconds)));
    }
    let problem = "is no number of seconds from 900 to 43200";
    Err(invalid(profile, property, problem))
}

pub(crate) fn invalid(
    profile: &ProfileSection,
    property: &'static str,
    problem: &'static str,
) -> CredentialsError {
    profile.error(property, ProfileProblem::Invalid { property, problem })
}
