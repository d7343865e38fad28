//! What stands for the client's sources where there is no client.

use crate::sources::cache::Cache;
use crate::sources::chain::Chain;
use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use crate::sources::profile::plan::{Base, Plan};
use crate::sources::profile::problem::ProfileProblem;
use crate::sources::profile::provider::{Linker, Made, ProfileCredentials};
use crate::sources::profile::selected::Selected;
use crate::sources::profile::without_request::without_request;
use std::prelude::rust_2024::*;
use std::sync::Arc;

/// Makes what takes no request; of anything else it says what it takes.
pub(crate) fn linker(selected: &Selected) -> Linker {
    let environment = selected.environment().clone();
    Arc::new(
        move |plan| match without_request(&plan.base, &environment)? {
            Some(source) if plan.roles.is_empty() => Ok(match plan.base {
                Base::Process(_) => Arc::new(Cache::new(source)),
                _ => Arc::new(source),
            }),
            Some(_) => needs_client(plan, "STS"),
            None => needs_client(plan, plan.base.words()),
        },
    )
}

pub(crate) fn chain(environment: &Environment) -> Chain {
    Chain::new()
        .with(environment.clone())
        .with(ProfileCredentials::new(environment))
}

fn needs_client(plan: &Plan, service: &'static str) -> Made {
    Err(CredentialsError::Profile {
        profile: plan.profile.clone(),
        place: None,
        problem: ProfileProblem::NeedsClient { service },
    })
}
