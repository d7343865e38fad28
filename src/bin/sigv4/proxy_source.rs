//! What the settings of a proxy are read from.

use sigv4::proxy::{Config, ConfigError};
use std::path::PathBuf;

/// What is read anew when something changes.
pub(crate) enum Source {
    /// Only the files that options name can change.
    Options(Box<Config>),
    /// What is given beside a file counts more than the file.
    File {
        file: PathBuf,
        listen: Option<String>,
        admin: Option<String>,
        beyond_loopback: bool,
    },
}

impl Source {
    pub(crate) fn read(&self) -> Result<Config, ConfigError> {
        match self {
            Self::Options(config) => Ok(Config::clone(config)),
            Self::File {
                file,
                listen,
                admin,
                beyond_loopback,
            } => {
                let config = Config::read(file)?;
                let config = config.with_listen(listen.clone()).with_admin(admin.clone());
                Ok(match beyond_loopback {
                    true => config.beyond_loopback(),
                    false => config,
                })
            }
        }
    }
}
