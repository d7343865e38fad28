//! A profile as a source of credentials.

use crate::sources::credentials_error::CredentialsError;
use crate::sources::lock::lock;
use crate::sources::profile::files::ProfileFiles;
use crate::sources::profile::plan::Plan;
use crate::sources::profile::problem::ProfileProblem;
use crate::sources::profile::selected::{By, Selected};
use crate::sources::profile::sso::check_sso_role;
use crate::sources::provide::{ProvideCredentials, ProvidedCredentials};
use core::fmt;
use std::format;
use std::prelude::rust_2024::*;
use std::sync::{Arc, Mutex};

const NAME: &str = "profile";

/// What a profile of `~/.aws/config` and `~/.aws/credentials` yields: keys, what a process prints
/// and, with the feature `client`, roles, IAM Identity Center, a container's and an instance's
/// credentials.
///
/// The files are read each time, so that a change of them counts; what is asked for anew only
/// shortly before it expires is what a process or a service hands out.
///
/// ```no_run
/// use sigv4::sources::{Environment, ProfileCredentials, ProvideCredentials};
///
/// let source = ProfileCredentials::named(&Environment::new(), "dev");
/// let provided = source.provide_credentials()?;
/// println!("signing as {}", provided.credentials.access_key_id());
/// # Ok::<(), sigv4::sources::CredentialsError>(())
/// ```
pub struct ProfileCredentials {
    selected: Selected,
    linker: Linker,
    kept: Mutex<Option<Kept>>,
}

pub(crate) type Made = Result<Arc<dyn ProvideCredentials>, CredentialsError>;

/// Makes what provides the credentials of a plan.
pub(crate) type Linker = Arc<dyn Fn(&Plan) -> Made + Send + Sync>;

/// What was made of a plan. As long as the plan is the same, it stays.
struct Kept {
    plan: Plan,
    source: Arc<dyn ProvideCredentials>,
}

impl ProfileCredentials {
    pub(crate) fn of(selected: Selected, linker: Linker) -> Self {
        Self {
            selected,
            linker,
            kept: Mutex::default(),
        }
    }

    #[cfg(feature = "client")]
    pub(crate) fn selected(&self) -> &Selected {
        &self.selected
    }

    /// `AWS_REGION`, `AWS_DEFAULT_REGION`, then `region` of the profile.
    ///
    /// # Errors
    /// [`CredentialsError::File`] and [`CredentialsError::Profile`]
    pub fn region(&self) -> Result<Option<String>, CredentialsError> {
        self.selected.region()
    }

    /// The regions that Signature Version 4A is for, where no region set is given:
    /// `AWS_SIGV4A_SIGNING_REGION_SET`, then `sigv4a_signing_region_set` of the profile, without
    /// the spaces that may stand around names. It counts more than what a host tells.
    /// [Authentication scheme](https://docs.aws.amazon.com/sdkref/latest/guide/feature-auth-scheme.html)
    ///
    /// # Errors
    /// As [`region`](Self::region); [`CredentialsError::InvalidVariable`] where it is no set.
    #[cfg(feature = "v4a")]
    pub fn sigv4a_region_set(&self) -> Result<Option<String>, CredentialsError> {
        self.selected.sigv4a_region_set()
    }

    /// What the profile yields; nobody is asked for it.
    ///
    /// # Errors
    /// As [`ProfileFiles::plan`]; where it is merely not set up, [`CredentialsError::PassedOver`].
    pub fn plan(&self) -> Result<Plan, CredentialsError> {
        self.placed_plan().map(|(plan, _)| plan)
    }

    /// With the file and line of the profile.
    fn placed_plan(&self) -> Result<(Plan, String), CredentialsError> {
        let (name, by) = self.selected.name()?;
        let files = ProfileFiles::load(self.selected.environment())?;
        let passed_over = |why| {
            Err(CredentialsError::PassedOver {
                why,
                remedy: match by {
                    By::Variable => "give it some, or name another one with AWS_PROFILE".into(),
                    _ => "AWS_PROFILE names one that has credentials".into(),
                },
            })
        };
        match files.plan(&name) {
            Err(CredentialsError::Profile {
                problem: problem @ ProfileProblem::NotFound { .. },
                ..
            }) if by == By::Default => passed_over(format!("profile {name} {problem}")),
            Err(CredentialsError::Profile {
                profile,
                place: Some(place),
                problem: ProfileProblem::NoCredentials,
            }) if by != By::Code && profile == name && !files.means_credentials(&name) => {
                passed_over(format!("profile {name} ({place}) has no credentials"))
            }
            plan => {
                let plan = plan?;
                let Some(section) = files.profile(&name) else {
                    return Err(files.not_found(&name));
                };
                check_sso_role(&plan.base, section)?;
                Ok((plan, format!("{}", section.place())))
            }
        }
    }

    /// Whoever names a profile may mean its credentials, and gets those of another source.
    fn warn_of(&self, error: &CredentialsError) {
        if let (CredentialsError::PassedOver { why, .. }, Ok((_, By::Variable))) =
            (error, self.selected.name())
        {
            log::warn!("{why}: passed over, though a variable names it");
        }
    }

    fn source(&self, plan: &Plan) -> Made {
        let mut kept = lock(&self.kept);
        if let Some(kept) = kept.as_ref().filter(|kept| kept.plan == *plan) {
            return Ok(kept.source.clone());
        }
        let source = (self.linker)(plan)?;
        *kept = Some(Kept {
            plan: plan.clone(),
            source: source.clone(),
        });
        Ok(source)
    }
}

impl ProvideCredentials for ProfileCredentials {
    /// A profile names its source: where that is not set up, it is an error, and no other source's
    /// turn.
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let (plan, place) = self
            .placed_plan()
            .inspect_err(|error| self.warn_of(error))?;
        let provided = self
            .source(&plan)
            .and_then(|source| source.provide_credentials());
        match provided {
            Ok(mut provided) => {
                provided.source = Some(format!("{plan}"));
                Ok(provided)
            }
            Err(error) => Err(error.of_profile(&place, &plan)),
        }
    }

    fn name(&self) -> &'static str {
        NAME
    }
}

impl fmt::Debug for ProfileCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileCredentials")
            .field("selected", &self.selected)
            .finish_non_exhaustive()
    }
}
