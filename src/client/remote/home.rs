//! Where a person's files are.

use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use crate::sources::profile::location;
use std::path::PathBuf;
use std::prelude::rust_2024::*;

pub(crate) fn home(environment: &Environment) -> Result<PathBuf, CredentialsError> {
    let home = location::home(environment, cfg!(windows));
    home.map(PathBuf::from)
        .ok_or_else(|| CredentialsError::Missing {
            name: "HOME".into(),
        })
}
