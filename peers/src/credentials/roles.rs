//! Profiles that assume a role, and in which ways they are wrong.

use crate::credentials::drawn::{Drawn, REGIONS};
use crate::credentials::home::COMMAND;
use crate::credentials::pair::File;
use crate::credentials::stand_in::FORBIDDEN;
use File::{Config, Credentials};

impl Drawn {
    pub fn role(&mut self, profile: &str) -> String {
        let role = self.one(&["reader", "Admin", "app/ci"]);
        let number = self.below(1000);
        let arn = if self.odds(0.04) {
            format!("arn:aws:iam::123456789012:role/{FORBIDDEN}")
        } else {
            format!("arn:aws:iam::123456789012:role/{role}{number}")
        };
        let file = self.usually(Config);
        self.set(file, profile, "role_arn", &arn);
        arn
    }

    /// A role for the credentials of another profile.
    pub fn role_with(&mut self, source: fn(&mut Self, &str)) {
        let name = self.name.clone();
        self.role(&name);
        let other = self.one(&["base", "SOURCE", "base.of-all"]);
        let file = self.usually(Config);
        self.set(file, &name, "source_profile", other);
        source(self, other);
    }

    pub fn chain(&mut self, source: fn(&mut Self, &str)) {
        self.role_with(|_, _| ());
        let name = self.name.clone();
        let other = self.source_of(&name);
        self.role(&other);
        self.set(Config, &other, "source_profile", "root");
        source(self, "root");
    }

    fn source_of(&self, profile: &str) -> String {
        let mut lines = self.config.iter().chain(&self.credentials);
        lines
            .find_map(|section| {
                section.heading.ends_with(profile).then_some(())?;
                let mut lines = section.lines.iter();
                lines.find_map(|line| line.strip_prefix("source_profile = "))
            })
            .unwrap_or("base")
            .to_owned()
    }

    pub fn self_source(&mut self, keys: bool) {
        let name = self.name.clone();
        self.role(&name);
        self.set(Config, &name, "source_profile", &name);
        if keys {
            let file = self.usually(Credentials);
            self.keys(file, &name);
        } else {
            self.process(&name);
        }
    }
}

pub fn credential_source(d: &mut Drawn) {
    let name = d.name.clone();
    d.role(&name);
    let source = d.one(&[
        "Environment",
        "EcsContainer",
        "Ec2InstanceMetadata",
        "environment",
        "Keys",
    ]);
    d.set(Config, &name, "credential_source", source);
    match (source, d.odds(0.8)) {
        ("Environment", true) => d.environment_keys(),
        ("EcsContainer", true) => {
            d.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", "@SERVER@/container");
        }
        ("Ec2InstanceMetadata", true) => {
            d.variable("AWS_EC2_METADATA_DISABLED", "false");
            d.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", "@SERVER@/");
        }
        _ => {}
    }
}

pub fn wrong_source(d: &mut Drawn) {
    let name = d.name.clone();
    d.role(&name);
    match d.below(3) {
        0 => {}
        1 => d.keys(Credentials, &name),
        _ => d.set(Config, &name, "source_profile", "no-such-profile"),
    }
}

pub fn two_sources(d: &mut Drawn) {
    let name = d.name.clone();
    d.role(&name);
    d.set(Config, &name, "source_profile", "base");
    d.set(Config, &name, "credential_source", "Environment");
    d.keys(Credentials, "base");
}

pub fn half_a_role(d: &mut Drawn) {
    let name = d.name.clone();
    match d.below(3) {
        // A source without a role.
        0 => {
            d.set(Config, &name, "source_profile", "base");
            d.keys(Credentials, "base");
        }
        1 => {
            d.set(Config, &name, "credential_source", "EcsContainer");
            d.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", "@SERVER@/container");
        }
        _ => {
            d.set(Config, &name, "source_profile", "base");
            d.keys(Credentials, "base");
            d.keys(Credentials, &name);
        }
    }
}

pub fn keys_in_the_middle(d: &mut Drawn) {
    d.role_with(|d, source| {
        let file = d.usually(Credentials);
        d.keys(file, source);
        match d.below(4) {
            0 => d.process(source),
            1 => d.sso_session(source),
            _ => {
                d.role(source);
                d.set(Config, source, "source_profile", "root");
                d.keys(Credentials, "root");
            }
        }
    });
}

pub fn half_in_the_middle(d: &mut Drawn) {
    d.role_with(|d, source| {
        let (id, secret) = d.new_keys();
        match d.below(3) {
            0 => d.set(Credentials, source, "aws_access_key_id", &id),
            1 => d.set(Credentials, source, "aws_secret_access_key", &secret),
            _ => d.set(Config, source, "output", "json"),
        }
        if d.odds(0.3) {
            d.set(
                Config,
                source,
                "credential_process",
                &format!("{COMMAND} TWO"),
            );
        }
    });
}

pub fn loops(d: &mut Drawn) {
    let name = d.name.clone();
    d.role_with(|_, _| ());
    let other = d.source_of(&name);
    d.role(&other);
    let back = if d.odds(0.6) { name } else { other.clone() };
    d.set(Config, &other, "source_profile", &back);
}

pub fn role_with_settings(d: &mut Drawn) {
    d.role_with(Drawn::in_credentials);
    let name = d.name.clone();
    for (property, value) in [
        ("role_session_name", "me_+=,.@-"),
        ("external_id", "ext/1:2"),
        ("duration_seconds", "900"),
        ("mfa_serial", "arn:aws:iam::123456789012:mfa/me"),
    ] {
        if d.odds(0.5) {
            let file = d.usually(Config);
            d.set(file, &name, property, value);
        }
    }
}

pub fn role_with_wrong_settings(d: &mut Drawn) {
    d.role_with(Drawn::in_credentials);
    let name = d.name.clone();
    let property = d.one(&["duration_seconds", "role_session_name"]);
    let value = match property {
        "duration_seconds" => d.one(&["60", "an hour", "100000", "9e2"]),
        _ => d.one(&["a b", "x", "ä-ö"]),
    };
    d.set(Config, &name, property, value);
}

pub fn role_region(d: &mut Drawn) {
    d.role_with(|d, source| {
        d.role(source);
        d.set(Config, source, "source_profile", "root");
        d.keys(Credentials, "root");
        let region = d.one(&REGIONS);
        d.set(Config, source, "region", region);
    });
}
