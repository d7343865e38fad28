//! Files that settings name.

use super::config_fault::ConfigFault;
use crate::sources::profile::location::read_within;
use std::format;
use std::io;
use std::path::Path;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// The bytes of a file, which may hold secrets; no more than `limit`.
pub(super) fn read(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>, ConfigFault> {
    match read_within(path, limit) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(about(path, format!("larger than {limit} bytes"))),
        Err(error) => Err(about(path, words(&error))),
    }
}

/// The same as a text.
pub(super) fn text<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a str, ConfigFault> {
    core::str::from_utf8(bytes)
        .map_err(|error| about(path, format!("no UTF-8 at byte {}", error.valid_up_to())))
}

pub(super) fn about(path: &Path, problem: impl Into<String>) -> ConfigFault {
    ConfigFault::File {
        file: path.into(),
        problem: problem.into(),
    }
}

/// The system's own words, without its number.
pub(super) fn words(error: &io::Error) -> String {
    let words = error.to_string();
    match words.rsplit_once(" (os error ") {
        Some((words, _)) => words.into(),
        None => words,
    }
}
