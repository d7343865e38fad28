//! What a random pair of files is put together from.

use crate::credentials::home::{COMMAND, EXPIRED, LOGGED_IN, LOGGED_OUT, START_URL};
use crate::credentials::pair::File;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet};

pub const REGIONS: [&str; 4] = ["us-east-1", "eu-west-3", "us-gov-west-1", "cn-north-1"];

/// A section as lines: properties may go on over several.
#[derive(Clone, Debug)]
pub struct Section {
    pub heading: String,
    pub lines: Vec<String>,
}

pub struct Drawn {
    pub random: ChaCha8Rng,
    pub config: Vec<Section>,
    pub credentials: Vec<Section>,
    pub environment: BTreeMap<String, String>,
    /// The profile that is asked for.
    pub name: String,
    /// Of lines.
    pub ending: &'static str,
    keys: usize,
    rules: BTreeSet<&'static str>,
}

impl Drawn {
    #[must_use]
    pub fn new(seed: u64, keys: usize) -> Self {
        Self {
            random: ChaCha8Rng::seed_from_u64(seed),
            config: Vec::new(),
            credentials: Vec::new(),
            environment: BTreeMap::new(),
            name: String::new(),
            ending: "\n",
            keys,
            rules: BTreeSet::new(),
        }
    }

    pub fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.choose(&mut self.random).copied().unwrap_or_default()
    }

    pub fn odds(&mut self, odds: f64) -> bool {
        self.random.random_bool(odds)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.random.random_range(0..limit.max(1))
    }

    pub fn rule(&mut self, rule: &'static str) {
        self.rules.insert(rule);
    }

    pub fn rules(&self) -> Vec<String> {
        self.rules.iter().map(|&rule| rule.to_owned()).collect()
    }

    pub fn sections(&mut self, file: File) -> &mut Vec<Section> {
        match file {
            File::Config => &mut self.config,
            File::Credentials => &mut self.credentials,
        }
    }

    /// One more property of a profile, in the last of its sections.
    pub fn set(&mut self, file: File, profile: &str, property: &str, value: &str) {
        let heading = match file {
            File::Config if profile != "default" => format!("profile {profile}"),
            _ => profile.to_owned(),
        };
        self.line(file, &heading, format!("{property} = {value}"));
    }

    pub fn line(&mut self, file: File, heading: &str, line: String) {
        let sections = self.sections(file);
        match sections.iter_mut().rfind(|s| s.heading == heading) {
            Some(section) => section.lines.push(line),
            None => sections.push(Section {
                heading: heading.to_owned(),
                lines: vec![line],
            }),
        }
    }

    pub fn variable(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    /// An access key id and its secret, as no other profile has them.
    pub fn new_keys(&mut self) -> (String, String) {
        self.keys += 1;
        let secret = self.one(&["wJalrXUtnFEMI/K7MDENG", "a=b+c/d", "x#y;z", "=="]);
        let keys = self.keys;
        (format!("AKIAPAIR{keys:04}"), format!("{secret}{keys}"))
    }

    pub fn keys(&mut self, file: File, profile: &str) {
        let (id, secret) = self.new_keys();
        self.set(file, profile, "aws_access_key_id", &id);
        self.set(file, profile, "aws_secret_access_key", &secret);
    }

    pub fn process(&mut self, profile: &str) {
        let word = self.one(&[
            "ONE",
            "ONE",
            "ONE\u{a0}two",
            "ONE \"two words\"",
            "temporary",
            "temporary",
            "fails",
            "version",
            "half",
        ]);
        let file = self.usually(File::Config);
        self.set(
            file,
            profile,
            "credential_process",
            &format!("{COMMAND} {word}"),
        );
    }

    pub fn usually(&mut self, file: File) -> File {
        match (self.odds(0.85), file) {
            (true, file) => file,
            (false, File::Config) => File::Credentials,
            (false, File::Credentials) => File::Config,
        }
    }

    pub fn account(&mut self, profile: &str) {
        let role = self.one(&["Reader", "a b", "x+y"]);
        self.set(File::Config, profile, "sso_account_id", "123456789012");
        self.set(File::Config, profile, "sso_role_name", role);
    }

    pub fn sso_session(&mut self, profile: &str) {
        let session = self.one(&[
            LOGGED_IN[0],
            LOGGED_IN[0],
            LOGGED_IN[1],
            EXPIRED,
            LOGGED_OUT,
        ]);
        self.account(profile);
        self.set(File::Config, profile, "sso_session", session);
        let heading = format!("sso-session {session}");
        self.line(File::Config, &heading, "sso_region = eu-west-1".to_owned());
        self.line(
            File::Config,
            &heading,
            format!("sso_start_url = {START_URL}"),
        );
    }

    pub fn environment_keys(&mut self) {
        let (id, secret) = self.new_keys();
        self.variable("AWS_ACCESS_KEY_ID", &id);
        self.variable("AWS_SECRET_ACCESS_KEY", &secret);
    }

    /// A file; `None` where nothing was put into it.
    pub fn text(&mut self, file: File) -> Option<String> {
        let ending = self.ending;
        let sections = self.sections(file);
        if sections.is_empty() {
            return None;
        }
        let mut text = String::new();
        for section in sections.iter() {
            // A heading that an edge has spelled out stands as it is.
            if section.heading.contains(['[', ']']) {
                text += &section.heading;
            } else if !section.heading.is_empty() {
                text += &format!("[{}]", section.heading);
            }
            if !section.heading.is_empty() {
                text += ending;
            }
            for line in &section.lines {
                text += line;
                text += ending;
            }
        }
        Some(text)
    }
}
