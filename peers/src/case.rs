//! One request to sign, as every implementation gets it.

use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

pub const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub const REGION: &str = "us-east-1";
pub const TIME: &str = "20150830T123600Z";
pub const EPOCH_SECONDS: u64 = 1_440_938_160;
pub const EXPIRES: u64 = 3600;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    Header,
    Query,
}

impl Form {
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Query => "query",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    #[serde(default)]
    pub id: String,
    pub service: String,
    pub form: Form,
    #[serde(default = "https")]
    pub scheme: String,
    #[serde(default = "example")]
    pub authority: String,
    #[serde(default = "get")]
    pub method: String,
    /// Exactly what goes on the wire, for all of them.
    pub target: String,
    /// Without `host`.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub token: Option<String>,
    /// The `host` header that follows from scheme and authority, by this crate.
    #[serde(default)]
    pub host: String,
}

fn https() -> String {
    "https".to_owned()
}

fn example() -> String {
    "example.amazonaws.com".to_owned()
}

fn get() -> String {
    "GET".to_owned()
}

impl Case {
    pub fn path(&self) -> &str {
        self.target
            .split_once('?')
            .map_or(&self.target, |(path, _)| path)
    }

    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    pub fn is_s3(&self) -> bool {
        self.service == "s3"
    }

    pub fn url(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority, self.target)
    }
}

/// One JSON text a line.
///
/// # Panics
/// If the file cannot be read.
pub fn read_lines<T: for<'a> Deserialize<'a>>(path: &Path) -> Vec<T> {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// # Panics
/// If the file cannot be written.
pub fn write_lines<T: Serialize>(path: &Path, items: &[T]) {
    let lines: Vec<_> = items
        .iter()
        .map(|item| serde_json::to_string(item).unwrap() + "\n")
        .collect();
    fs::write(path, lines.concat()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
