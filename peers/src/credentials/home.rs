//! The home folder that all pairs share: tokens, caches, a command. The two files of a pair, which
//! each implementation gets for itself, stand in folders of it.

use crate::credentials::pair::{HOME, Pair, SERVER};
use sha1::{Digest, Sha1};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Sessions of IAM Identity Center, and start URLs, whose token is valid.
pub const LOGGED_IN: [&str; 3] = ["dev", "work.1", START_URL];
pub const START_URL: &str = "https://d-abc.awsapps.com/start";
/// Somebody logged in once.
pub const EXPIRED: &str = "expired";
/// Nobody ever did.
pub const LOGGED_OUT: &str = "gone";
/// Of `aws login`.
pub const LOGIN_SESSION: &str = "arn:aws:iam::123456789012:user/Alice";
/// The command takes a word: what its keys are called, or how it fails.
pub const COMMAND: &str = "@HOME@/keys";
pub const TOKEN_FILE: &str = "@HOME@/web-identity-token";

/// Of the command, and of `aws login`.
pub const SECRETS: [&str; 5] = [
    "p",
    "secret-of-1-words",
    "secret-of-2-words",
    "secret-of-3-words",
    "login-secret",
];

const KEYS: &str = r#"#!/bin/sh
case $1 in
  fails) echo secret >&2; exit 3 ;;
  version) echo '{"Version": 2, "AccessKeyId": "AKIA", "SecretAccessKey": "s"}' ;;
  half) echo '{"Version": 1, "AccessKeyId": "AKIA"}' ;;
  temporary) echo '{"Version": 1, "AccessKeyId": "ASIAPROCESS", "SecretAccessKey": "p", "SessionToken": "t", "Expiration": "2999-01-01T00:00:00Z"}' ;;
  *) echo "{\"Version\": 1, \"AccessKeyId\": \"AKIA${1%%[!A-Z]*}\", \"SecretAccessKey\": \"secret-of-$#-words\"}" ;;
esac
"#;

pub struct Home(PathBuf);

impl Home {
    /// # Panics
    /// If it cannot be written.
    #[must_use]
    pub fn make(folder: &Path) -> Self {
        if folder.exists() {
            fs::remove_dir_all(folder).expect("a folder of an earlier run");
        }
        fs::create_dir_all(folder).expect("a folder");
        let home = Self(fs::canonicalize(folder).expect("a folder"));
        let sso = |key: &str| format!(".aws/sso/cache/{}.json", hex::encode(Sha1::digest(key)));
        for key in LOGGED_IN {
            let token = format!(
                r#"{{"accessToken": "token-of-{}", "expiresAt": "2999-01-01T00:00:00Z"}}"#,
                hex::encode(key)
            );
            home.write(&sso(key), &token);
        }
        let token = r#"{"accessToken": "old", "expiresAt": "2020-01-01T00:00:00Z"}"#;
        home.write(&sso(EXPIRED), token);
        let login = hex::encode(Sha256::digest(LOGIN_SESSION));
        let token = r#"{"accessToken": {"accessKeyId": "ASIALOGIN", "secretAccessKey": "login-secret", "sessionToken": "login-token", "accountId": "123456789012", "expiresAt": "2999-01-01T00:00:00Z"}, "clientId": "c", "refreshToken": "r", "dpopKey": "k"}"#;
        home.write(&format!(".aws/login/cache/{login}.json"), token);
        home.write("web-identity-token", "header.payload.signature");
        home.write("container-token", "Bearer of-the-file");
        home.write("keys", KEYS);
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(home.0.join("keys"), mode).expect("a command");
        home
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Writes the files of a pair; gives the variables that lead there, and those of the pair.
    ///
    /// # Panics
    /// If they cannot be written.
    pub fn variables(&self, pair: &Pair, who: &str, server: &str) -> BTreeMap<String, String> {
        let home = self.0.to_str().expect("UTF-8");
        let filled = |text: &str| text.replace(HOME, home).replace(SERVER, server);
        let folder = format!("{who}/{}", pair.id);
        for (name, text) in [("config", &pair.config), ("credentials", &pair.credentials)] {
            if let Some(text) = text {
                self.write(&format!("{folder}/{name}"), &filled(text));
            }
        }
        let mut variables: BTreeMap<_, _> = [
            ("HOME", home.to_owned()),
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("AWS_CONFIG_FILE", format!("{home}/{folder}/config")),
            (
                "AWS_SHARED_CREDENTIALS_FILE",
                format!("{home}/{folder}/credentials"),
            ),
            ("AWS_ENDPOINT_URL", server.to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        let own = pair.environment.iter();
        variables.extend(own.map(|(name, value)| (name.clone(), filled(value))));
        variables
    }
}
