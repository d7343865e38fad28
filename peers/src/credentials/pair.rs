//! A pair of files to find credentials in, and what an implementation finds.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Stands for the folder with tokens, caches and commands, in files and variables.
pub const HOME: &str = "@HOME@";
/// Stands for the server, below a path that tells who asks for which pair.
pub const SERVER: &str = "@SERVER@";

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    #[serde(default)]
    pub id: String,
    /// `None`: there is no such file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// That the program names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The rules that the generator had in mind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
}

impl Pair {
    /// A variable, blank or not.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str)
    }

    /// Both variables name a profile, and not the same one.
    pub fn names_two_profiles(&self) -> bool {
        let variables = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].map(|name| self.variable(name));
        let [new, old] = variables.map(|name| name.filter(|name| !name.trim().is_empty()));
        self.profile.is_none() && new.zip(old).is_some_and(|(new, old)| new != old)
    }

    /// The program's profile, that of `AWS_PROFILE` or `AWS_DEFAULT_PROFILE`, else `default`.
    pub fn selected(&self) -> &str {
        let variables = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].into_iter();
        let mut set = variables.filter_map(|name| self.variable(name));
        let variable = || set.find(|name| !name.is_empty());
        let named = self.profile.as_deref().or_else(variable);
        named.unwrap_or("default")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    Config,
    Credentials,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Credentials,
    /// Nothing is set up.
    None,
    Error,
}

/// What an implementation makes of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    pub verdict: Verdict,
    /// Why there are none.
    #[serde(default)]
    pub error: Option<String>,
    #[serde(default)]
    pub access_key_id: Option<String>,
    #[serde(default)]
    pub secret: Option<String>,
    #[serde(default)]
    pub token: Option<String>,
    /// `None` where none is set; an error is `(refused)`.
    pub region: Option<String>,
    /// What the server was asked, in order.
    #[serde(skip)]
    pub calls: Vec<Call>,
}

/// A request as the server understood it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Action, parameters and the access key id of whoever signed.
    pub what: String,
    /// The region that it was signed for.
    pub signed_for: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    Verdict,
    AccessKeyId,
    Secret,
    Token,
    Region,
    Calls,
    SignedFor,
}

impl Part {
    pub const ALL: [Self; 7] = [
        Self::Verdict,
        Self::AccessKeyId,
        Self::Secret,
        Self::Token,
        Self::Region,
        Self::Calls,
        Self::SignedFor,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::AccessKeyId => "access key id",
            Self::Secret => "secret",
            Self::Token => "token",
            Self::Region => "region",
            Self::Calls => "calls",
            Self::SignedFor => "signed for",
        }
    }
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::None => "none",
            Self::Error => "error",
        }
    }
}

impl Found {
    pub fn part(&self, part: Part) -> String {
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "(none)".to_owned());
        let calls = |each: fn(&Call) -> Option<&str>| {
            let calls: Vec<_> = self.calls.iter().filter_map(each).collect();
            calls.join("; ")
        };
        match part {
            Part::Verdict => self.verdict.name().to_owned(),
            Part::AccessKeyId => text(&self.access_key_id),
            Part::Secret => text(&self.secret),
            Part::Token => text(&self.token),
            Part::Region => text(&self.region),
            Part::Calls => calls(|call| Some(&call.what)),
            Part::SignedFor => calls(|call| call.signed_for.as_deref()),
        }
    }
}
