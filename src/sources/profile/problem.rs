//! What can be wrong with the two files, and with a profile. Never with a value of theirs.

use core::fmt;
use std::prelude::rust_2024::*;

/// What is wrong with a configuration or credentials file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileProblem {
    /// It cannot be read.
    Unreadable {
        /// The system's words.
        problem: String,
    },
    /// It has more bytes than any such file needs.
    TooLarge {
        /// In bytes.
        limit: u64,
    },
    /// It is no UTF-8.
    NotUtf8,
    /// The line of a section begins with `[` and does not end with `]`.
    SectionNotClosed,
    /// A property stands before the first section.
    PropertyOutsideSection,
    /// A property has no `=`.
    PropertyWithoutEquals,
    /// A property begins with `=`.
    PropertyWithoutName,
    /// A line begins with white space, before the first section.
    ContinuationOutsideSection,
    /// A line begins with white space, and there is no property that it could continue.
    ContinuationOutsideProperty,
    /// A sub-property has no `=`: it stands on a line that begins with white space, below a
    /// property without a value.
    SubPropertyWithoutEquals,
    /// A sub-property begins with `=`.
    SubPropertyWithoutName,
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable { problem } => problem,
            Self::TooLarge { limit } => return write!(f, "is over {limit} bytes"),
            Self::NotUtf8 => "is no UTF-8",
            Self::SectionNotClosed => "a section begins with '[' and does not end with ']'",
            Self::PropertyOutsideSection => "a property before the first [section]",
            Self::PropertyWithoutEquals => "a property without '='",
            Self::PropertyWithoutName => "a property without a name before '='",
            Self::ContinuationOutsideSection => {
                "the line begins with white space, before the first [section]"
            }
            Self::ContinuationOutsideProperty => {
                "the line begins with white space, and continues no property"
            }
            Self::SubPropertyWithoutEquals => {
                "the line begins with white space, below a property without a value, and has no '='"
            }
            Self::SubPropertyWithoutName => "a sub-property without a name before '='",
        })
    }
}

/// What is wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileProblem {
    /// No file has it.
    NotFound {
        /// The files that were looked through.
        searched: Vec<String>,
        /// A heading with that name that is none of a profile: where it is, and what it has to be.
        misheaded: Option<String>,
    },
    /// It says nothing about credentials.
    NoCredentials,
    /// One property needs another, which is missing.
    Missing {
        /// What is missing.
        property: &'static str,
        /// What needs it.
        beside: &'static str,
    },
    /// Two properties of which only one may be there.
    Both {
        /// One.
        one: &'static str,
        /// The other.
        other: &'static str,
    },
    /// `role_arn` has neither `source_profile` nor `credential_source`.
    NoSource,
    /// `source_profile` names a profile that no file has.
    SourceNotFound,
    /// `source_profile` leads back to a profile that it came through.
    Loop {
        /// Where it leads.
        source: String,
    },
    /// `source_profile` leads on and on.
    TooManyProfiles {
        /// How many profiles a chain may have.
        limit: usize,
    },
    /// `sso_session` names a section that the configuration file does not have.
    SsoSessionNotFound,
    /// A property's value cannot be used.
    Invalid {
        /// The property.
        property: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A property's value has a character that no editor shows.
    /// [`find_invisible`](crate::sources::find_invisible)
    InvisibleCharacter {
        /// The property.
        property: &'static str,
        /// Byte offset in its value.
        position: usize,
        /// The character.
        character: char,
    },
    /// What it names is asked for over HTTP, and the feature `client` is off.
    NeedsClient {
        /// What would be asked.
        service: &'static str,
    },
}

impl fmt::Display for ProfileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { searched, .. } if searched.is_empty() => {
                f.write_str("is in no file, as there is no home folder")
            }
            Self::NotFound {
                searched,
                misheaded,
            } => {
                write!(f, "is not in {}", searched.join(" or "))?;
                match misheaded {
                    Some(words) => write!(f, "; {words}"),
                    None => Ok(()),
                }
            }
            Self::NoCredentials => f.write_str("has no credentials"),
            Self::Missing { property, beside } => {
                write!(f, "{property} is missing beside {beside}")
            }
            Self::Both { one, other } => write!(f, "{one} and {other} are both there"),
            Self::NoSource => {
                f.write_str("role_arn needs source_profile or credential_source beside it")
            }
            Self::SourceNotFound => {
                f.write_str("source_profile names a profile that is in none of the files")
            }
            Self::Loop { source } => write!(f, "source_profile leads back to {source}"),
            Self::TooManyProfiles { limit } => {
                write!(f, "source_profile leads through over {limit} profiles")
            }
            Self::SsoSessionNotFound => {
                f.write_str("sso_session names a section that is not there: [sso-session NAME]")
            }
            Self::Invalid { property, problem } => write!(f, "{property} {problem}"),
            Self::InvisibleCharacter {
                property,
                position,
                character,
            } => write!(
                f,
                "{property} has a character that cannot be seen (U+{:04X}) at byte {position}",
                u32::from(*character)
            ),
            Self::NeedsClient { service } => {
                write!(
                    f,
                    "{service} is asked over HTTP, which the feature client brings"
                )
            }
        }
    }
}
