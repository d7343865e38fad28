//! The same input in the plainest words. What the rules make of files and variables is written down
//! so that botocore cannot read it otherwise: one file, one source for each profile, no variable
//! that is not meant. There it has to find what this crate found in the original.

use crate::credentials::by_rules::{Properties, read};
use crate::credentials::pair::{Pair, Part};
use std::collections::BTreeMap;
use std::fmt::Write;

pub struct Plain {
    pub pair: Pair,
    /// What cannot be said in plain words.
    pub unsaid: Vec<Part>,
}

const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
const KEYS: [&str; 3] = [ID, SECRET, "aws_session_token"];
const ROLE: [&str; 5] = [
    "role_arn",
    "role_session_name",
    "external_id",
    "duration_seconds",
    "mfa_serial",
];
const SOURCE: &str = "source_profile";
const CREDENTIAL_SOURCE: &str = "credential_source";
const TOKEN_FILE: &str = "web_identity_token_file";
const SSO: [&str; 5] = [
    "sso_session",
    "sso_account_id",
    "sso_role_name",
    "sso_region",
    "sso_start_url",
];
/// Profile 3, in its order; each with what goes with it.
const SOURCES: [&[&str]; 5] = [
    &[TOKEN_FILE, "role_arn", "role_session_name"],
    &SSO,
    &["login_session"],
    &["credential_process"],
    &KEYS,
];

/// `None` if a file or a variable breaks a rule, which has to be an error.
pub fn plain(pair: &Pair) -> Option<Plain> {
    let mut environment = pair.environment.clone();
    environment.retain(|_, value| !value.trim().is_empty()); // Environment 1.
    // Environment 3.
    if let Some(region) = environment.remove("AWS_REGION") {
        environment.insert("AWS_DEFAULT_REGION".to_owned(), region);
    }
    let mut unsaid = Vec::new();
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    if pair.profile.is_none() && keys.iter().all(|key| environment.contains_key(*key)) {
        // Chain 1: no file matters, but to the region.
        environment.remove("AWS_PROFILE");
        environment.remove("AWS_DEFAULT_PROFILE");
        return Some(Plain {
            pair: Pair {
                environment,
                config: None,
                credentials: None,
                ..pair.clone()
            },
            unsaid: vec![Part::Region],
        });
    }
    (!pair.names_two_profiles()).then_some(())?;
    if let Some(old) = environment.remove("AWS_DEFAULT_PROFILE") {
        environment.insert("AWS_PROFILE".to_owned(), old);
    }
    let mut sections = read(pair)?;
    for properties in sections.profiles.values_mut() {
        // A command is split at white space, of which a line feed is some.
        if let Some(command) = properties.get_mut("credential_process") {
            *command = command.replace('\n', " ");
        }
        properties.retain(|name, value| {
            // Where such a value is used it is an error; the words of a command are its own.
            let is_hidden = name != "credential_process"
                && value
                    .chars()
                    .any(|c| c.is_control() || !c.is_ascii() && c.is_whitespace());
            let is_known = name == "region"
                || name == SOURCE
                || name == CREDENTIAL_SOURCE
                || ROLE.contains(&name.as_str())
                || SOURCES.iter().any(|source| source.contains(&name.as_str()));
            is_known && !is_hidden
        });
    }
    for properties in sections.sso_sessions.values_mut() {
        properties.retain(|name, _| SSO.contains(&name.as_str()));
    }
    let selected = pair.selected();
    let own = sections.profiles.get(selected).cloned().unwrap_or_default();
    // Chain 1, Chain 3.
    if pair.profile.is_some() || own.keys().any(|name| name != "region") {
        environment
            .retain(|name, _| !name.starts_with("AWS_ROLE_") && !name.starts_with("AWS_WEB_"));
    }
    if !environment.contains_key("AWS_DEFAULT_REGION") && is_role(&own) {
        if !own.contains_key("region") {
            // As the global endpoint of STS has it.
            environment.insert("AWS_DEFAULT_REGION".to_owned(), "us-east-1".to_owned());
            unsaid.push(Part::Region);
        }
        // Profile 5: botocore has one for all.
        unsaid.push(Part::SignedFor);
    }
    let mut profiles = BTreeMap::new();
    for (name, properties) in sections.profiles {
        one_source(&name, properties, name == selected, &mut profiles);
    }
    let mut config = String::new();
    for (prefix, sections) in [
        ("profile", &profiles),
        ("sso-session", &sections.sso_sessions),
    ] {
        for (name, properties) in sections {
            let _ = writeln!(config, "[{prefix} {name}]");
            for (name, value) in properties {
                let _ = writeln!(config, "{name} = {value}");
            }
        }
    }
    Some(Plain {
        pair: Pair {
            config: Some(config),
            credentials: None,
            environment,
            ..pair.clone()
        },
        unsaid,
    })
}

fn is_role(properties: &Properties) -> bool {
    properties.contains_key("role_arn") && !properties.contains_key(TOKEN_FILE)
}

/// A profile with what counts of it.
fn one_source(
    name: &str,
    mut properties: Properties,
    is_first: bool,
    profiles: &mut BTreeMap<String, Properties>,
) {
    let has_keys = [ID, SECRET].iter().any(|key| properties.contains_key(*key));
    if !is_first && has_keys {
        // Profile 2.
        properties.retain(|name, _| KEYS.contains(&name.as_str()) || name == "region");
    } else if is_role(&properties) {
        // Profile 1: what else a profile has that names itself becomes one of its own.
        if properties.get(SOURCE).is_some_and(|source| source == name) {
            let mut others = properties.clone();
            others.retain(|name, _| name != SOURCE && !ROLE.contains(&name.as_str()));
            let itself = format!("{name}-itself");
            properties.insert(SOURCE.to_owned(), itself.clone());
            one_source(&itself, others, true, profiles);
        }
        let sources = SOURCES.iter().copied().flatten();
        let sources: Vec<_> = sources.filter(|source| !ROLE.contains(source)).collect();
        properties.retain(|name, _| !sources.contains(&&name.as_str()));
    } else {
        let source = SOURCES.iter().find(|source| {
            let mut needed = source.iter().take(if **source == SSO || **source == KEYS {
                5
            } else {
                1
            });
            needed.any(|name| properties.contains_key(*name))
        });
        properties.retain(|name, _| {
            name == "region" || source.is_some_and(|source| source.contains(&name.as_str()))
        });
    }
    profiles.insert(name.to_owned(), properties);
}
