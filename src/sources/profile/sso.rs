//! What a profile says of IAM Identity Center.
//! [IAM Identity Center credential provider](https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html)

use crate::sources::credentials_error::CredentialsError;
use crate::sources::profile::files::ProfileFiles;
use crate::sources::profile::plan::{Base, Sso, SsoRole};
use crate::sources::profile::problem::ProfileProblem;
use crate::sources::profile::section::ProfileSection;
use crate::sources::profile::value;
use std::prelude::rust_2024::*;

const SESSION: &str = "sso_session";
const START_URL: &str = "sso_start_url";
const REGION: &str = "sso_region";
const ACCOUNT_ID: &str = "sso_account_id";
const ROLE_NAME: &str = "sso_role_name";

/// `None` where the profile says nothing of it. A session has start URL and region; in the older
/// form they stand in the profile. Where both have them, they have to be the same.
pub(crate) fn sso(
    files: &ProfileFiles,
    profile: &ProfileSection,
) -> Result<Option<Sso>, CredentialsError> {
    let session = profile.text(SESSION)?;
    let start_url = profile.text(START_URL)?;
    let region = value::region(profile, REGION)?;
    let account_id = profile.text(ACCOUNT_ID)?;
    let role_name = profile.text(ROLE_NAME)?;
    let all = [session, start_url, region, account_id, role_name];
    if all.iter().all(Option::is_none) {
        return Ok(None);
    }
    let missing =
        |property, beside| profile.error(beside, ProfileProblem::Missing { property, beside });
    let role = match (account_id, role_name) {
        (Some(account_id), Some(role_name)) => Some(SsoRole {
            account_id: account_id.into(),
            role_name: role_name.into(),
        }),
        (None, Some(_)) => return Err(missing(ACCOUNT_ID, ROLE_NAME)),
        (Some(_), None) => return Err(missing(ROLE_NAME, ACCOUNT_ID)),
        (None, None) => None,
    };
    let Some(name) = session else {
        let beside = |other| if role.is_some() { ROLE_NAME } else { other };
        return Ok(Some(Sso {
            session: None,
            start_url: start_url
                .ok_or_else(|| missing(START_URL, beside(REGION)))?
                .into(),
            region: region
                .ok_or_else(|| missing(REGION, beside(START_URL)))?
                .into(),
            role: Some(role.clone().ok_or_else(|| missing(ACCOUNT_ID, START_URL))?),
        }));
    };
    let section = files
        .sso_session(name)
        .ok_or_else(|| profile.error(SESSION, ProfileProblem::SsoSessionNotFound))?;
    let of_session = |property: &'static str, in_profile: Option<&str>| {
        let value = match property {
            REGION => value::region(section, property),
            _ => section.text(property),
        };
        let value = value.map_err(|error| led_to(profile, error))?;
        if in_profile.is_some() && in_profile != value {
            let problem = "is not that of the sso-session";
            return Err(profile.error(property, ProfileProblem::Invalid { property, problem }));
        }
        let absent = || ProfileProblem::Missing {
            property,
            beside: SESSION,
        };
        let value = value.ok_or_else(|| led_to(profile, section.error("", absent())))?;
        Ok(String::from(value))
    };
    Ok(Some(Sso {
        session: Some(name.into()),
        start_url: of_session(START_URL, start_url)?,
        region: of_session(REGION, region)?,
        role,
    }))
}

/// The place of an error in the session's section, and the profile that leads there.
fn led_to(profile: &ProfileSection, error: CredentialsError) -> CredentialsError {
    match error {
        CredentialsError::Profile { place, problem, .. } => CredentialsError::Profile {
            profile: profile.name().into(),
            place,
            problem,
        },
        error => error,
    }
}

/// A session's token is not credentials yet: they are those of a role.
pub(crate) fn check_sso_role(
    base: &Base,
    profile: &ProfileSection,
) -> Result<(), CredentialsError> {
    if !matches!(base, Base::Sso(sso) if sso.role.is_none()) {
        return Ok(());
    }
    let problem = ProfileProblem::Missing {
        property: ACCOUNT_ID,
        beside: SESSION,
    };
    Err(profile.error(SESSION, problem))
}
