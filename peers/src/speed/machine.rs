//! Where it ran, and what.

use serde::Serialize;
use std::fs;

#[derive(Debug, Serialize)]
pub struct Machine {
    pub cpu: String,
    pub sha_instructions: bool,
    pub profile: &'static str,
}

impl Machine {
    #[must_use]
    pub fn this() -> Self {
        let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let name = text
            .lines()
            .find_map(|line| line.strip_prefix("model name"));
        Self {
            cpu: name.map_or_else(
                || std::env::consts::ARCH.to_owned(),
                |name| name.trim_start_matches([' ', '\t', ':']).to_owned(),
            ),
            sha_instructions: sha_instructions(),
            profile: if cfg!(debug_assertions) {
                "dev"
            } else {
                "release"
            },
        }
    }
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
fn sha_instructions() -> bool {
    std::arch::is_x86_feature_detected!("sha")
}

#[cfg(target_arch = "aarch64")]
fn sha_instructions() -> bool {
    std::arch::is_aarch64_feature_detected!("sha2")
}

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
fn sha_instructions() -> bool {
    false
}

/// The version that the lock file names.
///
/// # Panics
/// If it names none.
#[must_use]
pub fn version_of(package: &str) -> &'static str {
    include_str!("../../Cargo.lock")
        .split_once(&format!("name = \"{package}\"\nversion = \""))
        .and_then(|(_, rest)| rest.split('"').next())
        .unwrap_or_else(|| panic!("{package} is not in Cargo.lock"))
}
