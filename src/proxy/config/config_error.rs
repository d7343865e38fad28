//! What is wrong with a file or with options, and where.

use super::config_fault::ConfigFault;
use crate::sources::credentials_error::CredentialsError;
use core::fmt;
use std::boxed::Box;
use std::path::PathBuf;
use std::prelude::rust_2024::*;

/// What is wrong with a file or with options, in one line that never holds a header's value, a
/// token or a key.
///
/// ```
/// use sigv4::client::{Environment, ProviderConfig};
/// use sigv4::proxy::{Config, KeySources};
///
/// let config = Config::from_toml("[[route]]\nupstream = \"ftp://example.com\"")?;
/// let mut keys = KeySources::new(ProviderConfig::new(Environment::new()));
/// let error = config.settings(&mut keys).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 2, column 12: upstream: the scheme is neither https nor http"
/// );
/// assert_eq!((error.line, error.column), (Some(2), Some(12)));
/// # Ok::<(), sigv4::proxy::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ConfigError {
    /// The file; `None` where it was given as a text, and for options.
    pub file: Option<PathBuf>,
    /// Counted from one; `None` where it is about the whole file, and for options.
    pub line: Option<usize>,
    /// Counted from one, in characters.
    pub column: Option<usize>,
    /// The name of the setting, as a file or as an option has it: `upstream`, `--upstream`;
    /// empty where it is about all of them.
    pub setting: String,
    /// What is wrong.
    pub fault: Box<ConfigFault>,
    /// Settings are named as options.
    pub(super) of_options: bool,
}

impl ConfigError {
    /// Whether it is credentials, or a file of theirs, that cannot be used.
    #[must_use]
    pub fn credentials(&self) -> Option<&CredentialsError> {
        match &*self.fault {
            ConfigFault::Credentials(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line, self.column) {
            (Some(file), Some(line), Some(column)) => {
                write!(f, "{}:{line}:{column}: ", file.display())?;
            }
            (Some(file), ..) => write!(f, "{}: ", file.display())?,
            (None, Some(line), Some(column)) => write!(f, "line {line}, column {column}: ")?,
            (None, ..) => {}
        }
        if !self.setting.is_empty() {
            write!(f, "{}: ", self.setting)?;
        }
        self.fault.say(f, self.of_options)
    }
}

impl core::error::Error for ConfigError {}
