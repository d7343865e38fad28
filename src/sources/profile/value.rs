//! Values of properties that have to have a form, each checked where it is written.

use crate::sources::command_line::split_command;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::profile::plan::CommandLine;
use crate::sources::profile::problem::ProfileProblem;
use crate::sources::profile::section::ProfileSection;
use crate::sources::session_name::is_session_name;
use core::time::Duration;
use std::prelude::rust_2024::*;

const PROCESS: &str = "credential_process";
const ROLE_ARN: &str = "role_arn";

/// A value that is used as it is, where it is there.
pub(crate) fn text(
    profile: &ProfileSection,
    property: &'static str,
) -> Result<Option<String>, CredentialsError> {
    Ok(profile.text(property)?.map(String::from))
}

/// A region becomes a label of a host: letters, digits and hyphens.
/// [RFC 1123, 2.1](https://www.rfc-editor.org/rfc/rfc1123#section-2.1)
pub(crate) fn region<'a>(
    profile: &'a ProfileSection,
    property: &'static str,
) -> Result<Option<&'a str>, CredentialsError> {
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    match profile.text(property)? {
        Some(region) if region.len() > 63 || !region.bytes().all(may_stand) => {
            let problem = "is no name of a region: up to 63 letters, digits and hyphens";
            Err(invalid(profile, property, problem))
        }
        region => Ok(region),
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
    let problem = "is no ARN of a role: arn:PARTITION:iam::ACCOUNT:role/NAME";
    Err(invalid(profile, ROLE_ARN, problem))
}

fn is_role_arn(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default();
    next() == "arn"
        && !next().is_empty()
        && next() == "iam"
        && next().is_empty()
        && !next().is_empty()
        && next().starts_with("role/")
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
        Some(name) if !is_session_name(name) => {
            let problem = "is not 2 to 64 letters, digits and characters of _+=,.@-";
            Err(invalid(profile, property, problem))
        }
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
