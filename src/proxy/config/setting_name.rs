//! What a setting is called in a file, and as an option.

use std::format;
use std::prelude::rust_2024::*;

/// Settings whose options are called otherwise.
const OTHERWISE: [(&str, &str); 12] = [
    ("prefix", "--strip-prefix"),
    ("times.answer", "--answer-time"),
    ("times.idle", "--idle-time"),
    ("tls.certificate", "--tls-cert"),
    ("tls.key", "--tls-key"),
    ("resign.principals", "--resign"),
    ("resign.services", "--allow-service"),
    ("resign.regions", "--allow-region"),
    ("resign.hosts", "--allow-host"),
    ("allow.services", "--allow-service"),
    ("allow.regions", "--allow-region"),
    ("allow.hosts", "--allow-host"),
];

/// The name of a setting as a file has it, or as an option.
pub(super) fn named(setting: &'static str, of_options: bool) -> String {
    if !of_options {
        return setting.into();
    }
    match OTHERWISE.iter().find(|(name, _)| *name == setting) {
        Some((_, option)) => (*option).into(),
        None => format!("--{}", setting.replace('_', "-")),
    }
}
