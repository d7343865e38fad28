//! Why there are no credentials.

use crate::sources::profile::plan::Plan;
use crate::sources::profile::problem::{FileProblem, ProfileProblem};
use alloc::format;
use core::fmt;
use std::prelude::rust_2024::*;

/// Why there are no credentials. Never holds one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialsError {
    /// The source is not set up: this variable or setting is missing.
    Missing {
        /// The variable or setting.
        name: String,
    },
    /// The source is not set up, for this reason.
    PassedOver {
        /// Why, in words.
        why: String,
        /// What to do to have this source used.
        remedy: String,
    },
    /// Half of a pair is set, this half is missing.
    Incomplete {
        /// The variable or field.
        name: String,
    },
    /// A variable's value cannot be used.
    InvalidVariable {
        /// The variable.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A character that no editor shows, such as what a pasted line brings along: signatures
    /// with it would merely be wrong. [`find_invisible`](crate::sources::find_invisible)
    InvisibleCharacter {
        /// The variable, or source and field.
        name: String,
        /// Byte offset in its value.
        position: usize,
        /// The character.
        character: char,
    },
    /// The source is set up, but did not work.
    Failed {
        /// The source.
        name: String,
        /// What went wrong.
        problem: String,
    },
    /// A service was asked for credentials, and refused or did not answer.
    Service {
        /// The source.
        name: String,
        /// What the service said, or what came of the connection.
        problem: String,
    },
    /// A service was asked for credentials, and said no.
    Refused {
        /// The source, or the action that was asked for.
        name: String,
        /// Of HTTP.
        status: u16,
        /// The service's name for the error.
        code: Option<String>,
        /// What the service says, without what was sent to it; empty where it says nothing.
        message: String,
    },
    /// Somebody has to log in first, or again.
    LoginNeeded {
        /// The source.
        name: String,
        /// Why.
        problem: String,
        /// How.
        command: String,
    },
    /// A configuration or credentials file cannot be used.
    File {
        /// The file.
        file: String,
        /// Counted from one; `None` where it is about the whole file.
        line: Option<usize>,
        /// What is wrong.
        problem: FileProblem,
    },
    /// A profile cannot be used.
    Profile {
        /// The profile's name.
        profile: String,
        /// The file and the line that it is about, `FILE:LINE`; `None` where there is none.
        place: Option<String>,
        /// What is wrong.
        problem: ProfileProblem,
    },
    /// No source of a chain had any; each with its reason.
    NoneFound {
        /// Source and reason, in the order in which they were tried.
        tried: Vec<(String, CredentialsError)>,
    },
}

impl CredentialsError {
    /// Whether the source is merely not set up, so that a [`Chain`](crate::sources::Chain) goes on
    /// to the next; of a chain, whether none of its sources is.
    #[must_use]
    pub fn is_not_set_up(&self) -> bool {
        match self {
            Self::Missing { .. } | Self::PassedOver { .. } => true,
            Self::NoneFound { tried } => tried.iter().all(|(_, error)| error.is_not_set_up()),
            _ => false,
        }
    }

    /// Whether a service is at fault, or the way to it, and not what is configured here.
    #[must_use]
    pub fn is_of_service(&self) -> bool {
        match self {
            Self::Service { .. } | Self::Refused { .. } => true,
            Self::NoneFound { tried } => tried.iter().any(|(_, error)| error.is_of_service()),
            _ => false,
        }
    }

    /// As the error of a source that was chosen by name: that it is not set up is no other
    /// source's turn then.
    pub(crate) fn of_chosen(self, name: &str) -> Self {
        if self.is_not_set_up() {
            Self::failed(name, format!("{self}"))
        } else {
            self
        }
    }

    /// As [`of_chosen`](Self::of_chosen); what failed for what is written in a profile says where
    /// that is.
    pub(crate) fn of_profile(self, place: &str, plan: &Plan) -> Self {
        match self {
            Self::Failed { name, problem } => Self::failed(
                &format!("{place}: profile {}: {name}", plan.profile),
                problem,
            ),
            Self::InvisibleCharacter {
                name,
                position,
                character,
            } => Self::InvisibleCharacter {
                name: format!("{place}: profile {}: {name}", plan.profile),
                position,
                character,
            },
            error => error.of_chosen(&format!("{place}: {plan}")),
        }
    }

    pub(crate) fn failed(name: &str, problem: impl Into<String>) -> Self {
        Self::Failed {
            name: name.into(),
            problem: problem.into(),
        }
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name } => write!(f, "{name} is not set"),
            Self::PassedOver { why, remedy } => write!(f, "{why}: {remedy}"),
            Self::Incomplete { name } => write!(f, "{name} is missing beside the others"),
            Self::InvalidVariable { name, problem } => write!(f, "{name} {problem}"),
            Self::InvisibleCharacter {
                name,
                position,
                character,
            } => {
                let what = if character.is_whitespace() {
                    "white space"
                } else {
                    "an invisible character"
                };
                let code = u32::from(*character);
                write!(f, "{name} has {what} (U+{code:04X}) at byte {position}")
            }
            Self::File {
                file,
                line: Some(line),
                problem,
            } => write!(f, "{file}:{line}: {problem}"),
            Self::File {
                file,
                line: None,
                problem,
            } => write!(f, "{file}: {problem}"),
            Self::Profile {
                profile,
                place: Some(place),
                problem,
            } => write!(f, "{place}: profile {profile}: {problem}"),
            Self::Profile {
                profile,
                place: None,
                problem,
            } => write!(f, "profile {profile}: {problem}"),
            Self::Failed { name, problem } | Self::Service { name, problem } => {
                write!(f, "{name}: {problem}")
            }
            Self::Refused {
                name,
                status,
                code,
                message,
            } => {
                write!(f, "{name}: status {status}")?;
                if let Some(code) = code {
                    write!(f, " {code}")?;
                }
                match message.as_str() {
                    "" => Ok(()),
                    message => write!(f, ": {message}"),
                }
            }
            Self::LoginNeeded {
                name,
                problem,
                command,
            } => write!(f, "{name}: {problem}; log in with: {command}"),
            Self::NoneFound { tried } => {
                f.write_str("tried")?;
                for (index, (source, error)) in tried.iter().enumerate() {
                    let separator = if index == 0 { " " } else { "; " };
                    match error {
                        Self::Missing { name } => {
                            let remedy = remedy(name);
                            write!(f, "{separator}{source} ({error}: {remedy})")?;
                        }
                        _ => write!(f, "{separator}{source} ({error})")?,
                    }
                }
                Ok(())
            }
        }
    }
}

/// What to do about a variable that is not set.
fn remedy(variable: &str) -> &'static str {
    match variable {
        "AWS_ACCESS_KEY_ID" => "set it and AWS_SECRET_ACCESS_KEY",
        _ if variable.starts_with("AWS_CONTAINER_") => "ECS and EKS set it in a container",
        "AWS_WEB_IDENTITY_TOKEN_FILE" => "EKS sets it for a service account",
        _ => "set it",
    }
}

impl core::error::Error for CredentialsError {}
