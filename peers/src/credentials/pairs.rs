//! Random pairs of files, biased to the edges. One seed gives the same pairs everywhere.

use crate::credentials::drawn::{Drawn, REGIONS};
use crate::credentials::edges::EDGES;
use crate::credentials::pair::{File, Pair};
use crate::credentials::scenes::SCENES;

/// Nothing may be called so.
const NO_NAME: &str = "foo!bar";
const NAMES: [&str; 6] = ["default", "default", "dev", "Dev", "a.b@c+d/e:f%g_h", "app"];

/// Scenes and edges take turns, so that a few hundred pairs have all of them.
#[must_use]
pub fn pair(seed: u64, number: usize) -> Pair {
    let mut drawn = Drawn::new((seed << 32).wrapping_add(number as u64), number * 10);
    drawn.name = drawn.one(&NAMES).to_owned();
    if drawn.odds(0.03) {
        NO_NAME.clone_into(&mut drawn.name);
        drawn.rule("File 4");
    }
    let (rule, scene) = SCENES[number % SCENES.len()];
    drawn.rule(rule);
    scene(&mut drawn);
    drawn.others();
    drawn.regions();
    let profile = drawn.selection();
    drawn.surroundings();
    if profile.is_some() && drawn.environment.contains_key("AWS_ACCESS_KEY_ID") {
        drawn.rule("Chain 4");
    }
    // Every third pair is free of edges of the grammar.
    if !number.is_multiple_of(3) {
        let first = (number - number / 3 - 1) % EDGES.len();
        drawn.edge(first);
        if drawn.odds(0.2) {
            let second = drawn.below(EDGES.len());
            drawn.edge(second);
        }
    }
    let config = drawn.text(File::Config);
    let credentials = drawn.text(File::Credentials);
    Pair {
        id: number.to_string(),
        config,
        credentials,
        rules: drawn.rules(),
        environment: drawn.environment,
        profile,
    }
}

impl Drawn {
    fn edge(&mut self, number: usize) {
        let (rule, edge) = EDGES[number];
        self.rule(rule);
        edge(self);
    }

    /// Properties that nobody needs, and a profile that nobody asks for.
    fn others(&mut self) {
        let name = self.name.clone();
        if self.odds(0.3) {
            let other = self.one(&[
                "output=json",
                "cli_pager=less -R",
                "x-unknown=ä ö",
                "max_attempts=5",
            ]);
            let (property, value) = other.split_once('=').unwrap_or((other, ""));
            let file = self.usually(File::Config);
            self.set(file, &name, property, value);
        }
        if self.odds(0.3) {
            let file = self.usually(File::Credentials);
            self.keys(file, "spare");
        }
        if self.odds(0.1) {
            self.line(File::Config, "services local", "s3 =".to_owned());
            let endpoint = "  endpoint_url = http://127.0.0.1:1".to_owned();
            self.line(File::Config, "services local", endpoint);
        }
    }

    fn regions(&mut self) {
        let name = self.name.clone();
        if self.odds(0.75) {
            let file = self.usually(File::Config);
            let region = self.one(&REGIONS);
            self.set(file, &name, "region", region);
        }
        if self.odds(0.2) {
            let region = self.one(&REGIONS);
            self.variable("AWS_DEFAULT_REGION", region);
        }
        if self.odds(0.08) {
            let region = self.one(&REGIONS);
            self.variable("AWS_REGION", region);
        }
    }

    /// Who asks for the profile.
    fn selection(&mut self) -> Option<String> {
        let name = self.name.clone();
        if self.odds(0.04) {
            self.variable("AWS_DEFAULT_PROFILE", "spare");
        }
        let is_default = name == "default";
        if self.odds(if is_default { 0.15 } else { 0.3 }) {
            return Some(name);
        }
        if !is_default || self.odds(0.3) {
            self.variable("AWS_PROFILE", &name);
        }
        None
    }

    /// What else could have credentials.
    fn surroundings(&mut self) {
        match self.below(20) {
            0 => {
                self.environment_keys();
                self.rule("Environment 1");
            }
            1 => {
                self.environment_keys();
                let token = self.one(&["environment-token", " "]);
                self.variable("AWS_SESSION_TOKEN", token);
                self.rule("Environment 1");
            }
            2 => {
                self.environment_keys();
                let half = self.one(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
                self.environment.remove(half);
                self.rule("Environment 2");
            }
            3 => {
                let blank = self.one(&["", "  "]);
                self.variable("AWS_ACCESS_KEY_ID", blank);
                self.rule("Environment 1");
            }
            _ => {}
        }
        if self.odds(0.06) {
            self.variable("AWS_WEB_IDENTITY_TOKEN_FILE", "@HOME@/web-identity-token");
            let role = "arn:aws:iam::123456789012:role/of-environment";
            self.variable("AWS_ROLE_ARN", role);
        }
        if self.odds(0.12) {
            self.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", "@SERVER@/container");
        }
        if self.odds(0.1) {
            self.variable("AWS_EC2_METADATA_DISABLED", "false");
            self.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", "@SERVER@/");
        }
    }
}
