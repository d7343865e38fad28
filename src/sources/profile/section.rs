//! A profile or an `sso-session`, and where each of its properties stands.

use crate::sources::credentials_error::CredentialsError;
use crate::sources::invisible::find_invisible;
use crate::sources::profile::grammar::{RawProperty, is_name};
use crate::sources::profile::problem::ProfileProblem;
use core::fmt;
use std::collections::BTreeMap;
use std::format;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use zeroize::Zeroizing;

/// A file and a line, counted from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub file: Arc<str>,
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The properties of a profile, or of an `sso-session`. `Debug` shows their names only.
#[derive(Clone)]
pub struct ProfileSection {
    name: String,
    place: Place,
    properties: BTreeMap<String, Property>,
}

#[derive(Clone)]
struct Property {
    value: Zeroizing<String>,
    place: Place,
}

impl ProfileSection {
    pub(crate) fn new(name: &str, place: Place) -> Self {
        Self {
            name: name.into(),
            place,
            properties: BTreeMap::new(),
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it begins.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// The value of a property, whose name is given in lower case. A property without a value is
    /// not there. Lines that continue it follow after `\n`.
    #[must_use]
    pub fn get(&self, property: &str) -> Option<&str> {
        let property = self.properties.get(property)?;
        Some(property.value.as_str()).filter(|value| !value.is_empty())
    }

    /// The file and the line of a property, `FILE:LINE`.
    #[must_use]
    pub fn place_of(&self, property: &str) -> Option<String> {
        let property = self.properties.get(property)?;
        Some(format!("{}", property.place))
    }

    /// Each property, by name, and its value.
    pub fn properties(&self) -> impl Iterator<Item = (&str, &str)> {
        let properties = self.properties.iter();
        properties.map(|(name, property)| (name.as_str(), property.value.as_str()))
    }

    /// The last value of a property counts.
    pub(crate) fn set(&mut self, property: &RawProperty<'_>, file: &Arc<str>) {
        if !is_name(property.name) {
            return;
        }
        // As large as it gets, so that no part of it stays behind where it grew.
        let lengths = property.value.iter().map(|line| line.len());
        let length = lengths.fold(property.value.len(), usize::saturating_add);
        let mut value = Zeroizing::new(String::with_capacity(length));
        for (index, line) in property.value.iter().enumerate() {
            if index > 0 {
                value.push('\n');
            }
            value.push_str(line);
        }
        let place = Place {
            file: file.clone(),
            line: property.line,
        };
        let name = property.name.to_ascii_lowercase();
        self.properties.insert(name, Property { value, place });
    }

    /// A value that is used as it is: without anything that cannot be seen.
    pub(crate) fn text(&self, property: &'static str) -> Result<Option<&str>, CredentialsError> {
        let Some(value) = self.get(property) else {
            return Ok(None);
        };
        match find_invisible(value) {
            None => Ok(Some(value)),
            Some((position, character)) => Err(self.error(
                property,
                ProfileProblem::InvisibleCharacter {
                    property,
                    position,
                    character,
                },
            )),
        }
    }

    /// An error about a property, at its place, else at that of the section.
    pub(crate) fn error(&self, property: &str, problem: ProfileProblem) -> CredentialsError {
        let property = self.properties.get(property);
        let place = property.map_or(&self.place, |property| &property.place);
        CredentialsError::Profile {
            profile: self.name.clone(),
            place: Some(format!("{place}")),
            problem,
        }
    }
}

impl fmt::Debug for ProfileSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileSection")
            .field("name", &self.name)
            .field("properties", &self.properties.keys())
            .finish_non_exhaustive()
    }
}
