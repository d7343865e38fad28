//! Why there are no credentials.

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
    /// No source of a chain had any; each with its reason.
    NoneFound {
        /// Source and reason, in the order in which they were tried.
        tried: Vec<(String, CredentialsError)>,
    },
}

impl CredentialsError {
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
            Self::Failed { name, problem } => write!(f, "{name}: {problem}"),
            Self::NoneFound { tried } => {
                f.write_str("tried")?;
                for (index, (source, error)) in tried.iter().enumerate() {
                    let separator = if index == 0 { " " } else { "; " };
                    write!(f, "{separator}{source} ({error})")?;
                }
                Ok(())
            }
        }
    }
}

impl core::error::Error for CredentialsError {}
