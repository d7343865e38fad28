//! Where a person's files are.

use crate::sources::credentials_error::CredentialsError;
use crate::sources::environment::Environment;
use std::path::PathBuf;
use std::prelude::rust_2024::*;

pub(crate) fn home(environment: &Environment) -> Result<PathBuf, CredentialsError> {
    let home = environment.get("HOME")?;
    home.map(PathBuf::from)
        .ok_or_else(|| CredentialsError::Missing {
            name: "HOME".into(),
        })
}
