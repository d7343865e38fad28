//! Both files, read and merged.

use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use crate::sources::profile::grammar::{Heading, Kind, RawSection, is_name, parse};
use crate::sources::profile::location::{Locations, read};
use crate::sources::profile::problem::{FileProblem, ProfileProblem};
use crate::sources::profile::section::{Place, ProfileSection};
use core::fmt;
use std::collections::BTreeMap;
use std::format;
use std::prelude::rust_2024::*;
use std::sync::Arc;

/// The profiles of `~/.aws/config` and `~/.aws/credentials`, merged: of a property that both
/// files have, that of the credentials file counts.
///
/// ```
/// use sigv4::sources::ProfileFiles;
///
/// let files = ProfileFiles::from_texts("[profile dev]\nregion = eu-west-1", "")?;
/// assert_eq!(files.profile("dev").unwrap().get("region"), Some("eu-west-1"));
/// # Ok::<(), sigv4::sources::CredentialsError>(())
/// ```
#[derive(Clone, Default)]
pub struct ProfileFiles {
    profiles: BTreeMap<String, ProfileSection>,
    sso_sessions: BTreeMap<String, ProfileSection>,
    services: BTreeMap<String, ProfileSection>,
    /// Where they were looked for.
    searched: Vec<String>,
    /// Headings of what was meant for profiles, and is none.
    misheaded: Vec<Misheaded>,
}

/// A heading that is passed over, with what it holds.
#[derive(Clone)]
struct Misheaded {
    name: String,
    kind: Kind,
    place: Place,
}

impl ProfileFiles {
    /// Reads the files that an environment names: `AWS_CONFIG_FILE` and
    /// `AWS_SHARED_CREDENTIALS_FILE`, else `config` and `credentials` of `.aws` in the home
    /// folder. A file that is not there is an empty one; one may have 4 MiB.
    ///
    /// # Errors
    /// [`CredentialsError::File`] names the file and the line, and quotes nothing.
    pub fn load(environment: &Environment) -> Result<Self, CredentialsError> {
        let locations = Locations::of(environment, cfg!(windows));
        let mut files = Self::default();
        for (path, kind) in [
            (locations.config, Kind::Config),
            (locations.credentials, Kind::Credentials),
        ] {
            let Some(path) = path else { continue };
            let name: Arc<str> = format!("{}", path.display()).into();
            files.searched.push(name.as_ref().into());
            let wrong = |problem| CredentialsError::File {
                file: name.as_ref().into(),
                line: None,
                problem,
            };
            let Some(bytes) = read(&path).map_err(wrong)? else {
                continue;
            };
            match core::str::from_utf8(&bytes) {
                Ok(text) => files.add(&name, text, kind)?,
                Err(error) => {
                    let before = bytes.split_at(error.valid_up_to()).0;
                    let line = before.split(|byte| *byte == b'\n').count();
                    return Err(CredentialsError::File {
                        file: name.as_ref().into(),
                        line: Some(line),
                        problem: FileProblem::NotUtf8,
                    });
                }
            }
        }
        Ok(files)
    }

    /// The same of texts: of a configuration file and of a credentials file, which errors call
    /// `config` and `credentials`.
    ///
    /// # Errors
    /// [`CredentialsError::File`]
    pub fn from_texts(config: &str, credentials: &str) -> Result<Self, CredentialsError> {
        let mut files = Self::default();
        for (name, text, kind) in [
            ("config", config, Kind::Config),
            ("credentials", credentials, Kind::Credentials),
        ] {
            files.searched.push(name.into());
            files.add(&name.into(), text, kind)?;
        }
        Ok(files)
    }

    /// A profile.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&ProfileSection> {
        self.profiles.get(name)
    }

    /// An `[sso-session NAME]`.
    #[must_use]
    pub fn sso_session(&self, name: &str) -> Option<&ProfileSection> {
        self.sso_sessions.get(name)
    }

    /// A `[services NAME]`.
    #[must_use]
    pub fn services(&self, name: &str) -> Option<&ProfileSection> {
        self.services.get(name)
    }

    /// All profiles, by name.
    pub fn profiles(&self) -> impl Iterator<Item = &ProfileSection> {
        self.profiles.values()
    }

    pub(crate) fn not_found(&self, profile: &str) -> CredentialsError {
        CredentialsError::Profile {
            profile: profile.into(),
            place: None,
            problem: ProfileProblem::NotFound {
                searched: self.searched.clone(),
                misheaded: self.misheaded(profile),
            },
        }
    }

    /// What stands where a profile of this name was meant. In quotes, botocore reads it as one.
    fn misheaded(&self, profile: &str) -> Option<String> {
        let unquoted = |name: &str| name.trim_matches(['"', '\'']) == profile;
        let mut all = self.misheaded.iter();
        let Misheaded { kind, place, .. } = all.find(|heading| unquoted(&heading.name))?;
        Some(match kind {
            _ if !is_name(profile) => format!(
                "{place} has it, but a name has letters, digits and _-/.%@:+ alone: call it otherwise"
            ),
            Kind::Config => {
                format!("{place} has it without a prefix or in quotes: write [profile {profile}]")
            }
            Kind::Credentials => {
                format!("{place} has it with a prefix or in quotes: write [{profile}]")
            }
        })
    }

    fn add(&mut self, file: &Arc<str>, text: &str, kind: Kind) -> Result<(), CredentialsError> {
        let sections = parse(text, kind).map_err(|(line, problem)| CredentialsError::File {
            file: file.as_ref().into(),
            line: Some(line),
            problem,
        })?;
        let is_default = |section: &RawSection<'_>, with_prefix| matches!(section.heading, Heading::Profile { name: "default", prefixed } if prefixed == with_prefix);
        // `[profile default]` hides each `[default]` of its file.
        let hidden = sections.iter().any(|section| is_default(section, true));
        for section in &sections {
            let (name, sections) = match section.heading {
                _ if hidden && is_default(section, false) => continue,
                Heading::Profile { name, .. } => (name, &mut self.profiles),
                Heading::SsoSession { name } => (name, &mut self.sso_sessions),
                Heading::Services { name } => (name, &mut self.services),
                Heading::Ignored { name } => {
                    let place = Place {
                        file: file.clone(),
                        line: section.line,
                    };
                    self.misheaded.extend(name.map(|name| Misheaded {
                        name: name.into(),
                        kind,
                        place,
                    }));
                    continue;
                }
            };
            let place = || Place {
                file: file.clone(),
                line: section.line,
            };
            let merged = sections
                .entry(name.into())
                .or_insert_with(|| ProfileSection::new(name, place()));
            for property in &section.properties {
                merged.set(property, file);
            }
        }
        Ok(())
    }
}

impl fmt::Debug for ProfileFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileFiles")
            .field("profiles", &self.profiles.keys())
            .field("sso_sessions", &self.sso_sessions.keys())
            .field("services", &self.services.keys())
            .finish_non_exhaustive()
    }
}
