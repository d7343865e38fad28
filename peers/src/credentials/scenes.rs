//! What profiles yield, and in which ways they are wrong.

use crate::credentials::drawn::Drawn;
use crate::credentials::home::{LOGIN_SESSION, START_URL, TOKEN_FILE};
use crate::credentials::pair::File;
use crate::credentials::roles::{
    credential_source, half_a_role, half_in_the_middle, keys_in_the_middle, loops, role_region,
    role_with_settings, role_with_wrong_settings, two_sources, wrong_source,
};
use File::{Config, Credentials};

type Scene = fn(&mut Drawn);

/// Each with the rule that it is about.
pub const SCENES: [(&str, Scene); 38] = [
    ("Profile 3", |d| d.in_profile(Drawn::in_credentials)),
    ("Profile 1", |d| d.role_with(Drawn::in_credentials)),
    ("File 7", both_files),
    ("Profile 5", role_with_settings),
    ("Profile 3", |d| d.in_profile(Drawn::process)),
    ("Profile 4", |d| d.chain(Drawn::in_credentials)),
    ("Profile 3", |d| d.in_profile(Drawn::sso_session)),
    ("Profile 1", credential_source),
    ("Profile 3", |d| d.in_profile(web_identity)),
    ("File 7", pair_across_files),
    ("Profile 1", |d| d.self_source(true)),
    ("Profile 3", |d| d.in_profile(sso_start_url)),
    ("Profile 4", |d| d.role_with(Drawn::sso_session)),
    ("Profile 3", half),
    ("Profile 2", keys_in_the_middle),
    ("Profile 3", several),
    ("Profile 1", wrong_source),
    ("Profile 3", |d| d.in_profile(in_config)),
    ("Profile 4", |d| d.role_with(web_identity)),
    ("Profile 3", sso_wrong),
    ("Profile 1", loops),
    ("Chain 1", nothing),
    ("Profile 5", role_with_wrong_settings),
    ("Profile 3", login),
    ("Profile 1", |d| d.self_source(false)),
    ("File 7", token_across_files),
    ("Profile 4", |d| d.role_with(Drawn::process)),
    ("Profile 1", half_a_role),
    ("Profile 1", two_sources),
    ("Profile 6", web_identity_named),
    ("Chain 2", absent),
    ("Profile 2", half_in_the_middle),
    ("Profile 4", |d| d.chain(in_config)),
    ("Profile 5", role_region),
    ("Profile 3", sso_both_forms),
    ("Chain 3", environment_web_identity),
    ("Chain 1", container_or_instance),
    ("Chain 1", files_missing),
];

impl Drawn {
    fn in_profile(&mut self, yields: fn(&mut Self, &str)) {
        let name = self.name.clone();
        yields(self, &name);
    }

    pub fn in_credentials(&mut self, profile: &str) {
        self.keys(Credentials, profile);
        if self.odds(0.3) {
            self.set(Credentials, profile, "aws_session_token", "static-token");
        }
    }
}

fn in_config(d: &mut Drawn, profile: &str) {
    d.keys(Config, profile);
}

fn both_files(d: &mut Drawn) {
    let name = d.name.clone();
    d.keys(Config, &name);
    d.keys(Credentials, &name);
    d.set(Config, &name, "region", "us-east-1");
    d.set(Credentials, &name, "region", "eu-west-3");
}

fn pair_across_files(d: &mut Drawn) {
    let name = d.name.clone();
    let (id, secret) = d.new_keys();
    let (one, other) = if d.odds(0.5) {
        (Config, Credentials)
    } else {
        (Credentials, Config)
    };
    d.set(one, &name, "aws_access_key_id", &id);
    d.set(other, &name, "aws_secret_access_key", &secret);
}

fn token_across_files(d: &mut Drawn) {
    let name = d.name.clone();
    d.keys(Credentials, &name);
    d.set(Config, &name, "aws_session_token", "token-of-config");
}

fn half(d: &mut Drawn) {
    let name = d.name.clone();
    let (id, secret) = d.new_keys();
    let file = d.usually(Credentials);
    match d.below(3) {
        0 => d.set(file, &name, "aws_access_key_id", &id),
        1 => d.set(file, &name, "aws_secret_access_key", &secret),
        _ => d.set(file, &name, "aws_session_token", "alone"),
    }
}

fn web_identity(d: &mut Drawn, profile: &str) {
    let file = d.one(&[TOKEN_FILE, TOKEN_FILE, TOKEN_FILE, "@HOME@/no-such-file"]);
    d.set(Config, profile, "web_identity_token_file", file);
    if d.odds(0.85) {
        d.role(profile);
    }
}

fn web_identity_named(d: &mut Drawn) {
    let name = d.name.clone();
    web_identity(d, &name);
    d.set(Config, &name, "role_session_name", "me@host");
    if d.odds(0.4) {
        d.set(Config, &name, "source_profile", "ignored");
    }
}

fn sso_start_url(d: &mut Drawn, profile: &str) {
    let url = d.one(&[START_URL, START_URL, "https://d-gone.awsapps.com/start"]);
    d.account(profile);
    d.set(Config, profile, "sso_region", "eu-west-1");
    d.set(Config, profile, "sso_start_url", url);
}

fn sso_both_forms(d: &mut Drawn) {
    let name = d.name.clone();
    d.sso_session(&name);
    let region = d.one(&["eu-west-1", "eu-west-2"]);
    d.set(Config, &name, "sso_region", region);
}

fn sso_wrong(d: &mut Drawn) {
    let name = d.name.clone();
    match d.below(5) {
        0 => {
            d.account(&name);
            d.set(Config, &name, "sso_session", "no-such-session");
        }
        1 => {
            d.account(&name);
            d.set(Config, &name, "sso_start_url", START_URL);
        }
        2 => {
            d.sso_session(&name);
            remove(d, "sso_role_name");
        }
        3 => {
            d.sso_session(&name);
            remove(d, "sso_start_url");
        }
        _ => {
            d.sso_session(&name);
            remove(d, "sso_role_name");
            remove(d, "sso_account_id");
            if d.odds(0.5) {
                d.keys(Credentials, &name);
            }
        }
    }
}

fn remove(d: &mut Drawn, property: &str) {
    for section in d.config.iter_mut().chain(&mut d.credentials) {
        section.lines.retain(|line| !line.starts_with(property));
    }
}

fn login(d: &mut Drawn) {
    let name = d.name.clone();
    let session = d.one(&[LOGIN_SESSION, LOGIN_SESSION, "arn:aws:iam::1:user/Bob"]);
    d.set(Config, &name, "login_session", session);
}

fn several(d: &mut Drawn) {
    let name = d.name.clone();
    let all: [fn(&mut Drawn, &str); 6] = [
        in_config,
        Drawn::in_credentials,
        Drawn::process,
        Drawn::sso_session,
        web_identity,
        |d, profile| d.set(Config, profile, "login_session", LOGIN_SESSION),
    ];
    let first = d.below(6);
    let second = (first + 1 + d.below(5)) % 6;
    all[first](d, &name);
    all[second](d, &name);
}

fn nothing(d: &mut Drawn) {
    let name = d.name.clone();
    d.set(Config, &name, "output", "json");
}

fn absent(d: &mut Drawn) {
    d.keys(Credentials, "other");
    let role = "arn:aws:iam::123456789012:role/elsewhere";
    d.set(Config, "another", "role_arn", role);
    d.name = d.one(&["missing", "default"]).to_owned();
    if d.odds(0.4) {
        d.environment_keys();
    }
}

fn environment_web_identity(d: &mut Drawn) {
    d.variable("AWS_WEB_IDENTITY_TOKEN_FILE", TOKEN_FILE);
    d.variable(
        "AWS_ROLE_ARN",
        "arn:aws:iam::123456789012:role/of-environment",
    );
    if d.odds(0.5) {
        d.variable("AWS_ROLE_SESSION_NAME", "of-environment");
    }
    let name = d.name.clone();
    match d.below(5) {
        0 => d.keys(Credentials, &name),
        1 => d.set(Config, &name, "web_identity_token_file", TOKEN_FILE),
        2 => web_identity(d, &name),
        3 => d.process(&name),
        _ => d.set(Config, &name, "output", "json"),
    }
}

fn container_or_instance(d: &mut Drawn) {
    let name = d.name.clone();
    d.set(Config, &name, "output", "json");
    if d.odds(0.5) {
        d.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", "@SERVER@/container");
        let token = "@HOME@/container-token";
        match d.below(3) {
            0 => d.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token),
            1 => d.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Bearer variable"),
            _ => {}
        }
    }
    if d.odds(0.5) {
        d.variable("AWS_EC2_METADATA_DISABLED", "false");
        d.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", "@SERVER@/");
    }
}

fn files_missing(d: &mut Drawn) {
    d.name = "default".to_owned();
    if d.odds(0.3) {
        d.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", "@SERVER@/container");
    }
}
