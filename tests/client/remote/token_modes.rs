//! Who may read the files that hold tokens.
#![cfg(unix)]

use crate::remote::sso_renewal::{EXPIRED, config_of, file, sso, token_answer};
use crate::remote::{assert_provided, config, ok, portal_answer, write};
use crate::server::{SECRET, Server, TOKEN};
use serde_json::json;
use sigv4::client::{Login, ProvideCredentials};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// How often the log says that others may read this file.
fn warned(path: &Path, mode: &str) -> usize {
    let words = format!(
        "{} holds a token, and others than its owner may read it (mode {mode})",
        path.display()
    );
    let lines = crate::logs::lines();
    let warnings = lines.iter().filter(|line| line.starts_with("WARN "));
    warnings.filter(|line| line.contains(&words)).count()
}

/// What is written back is its owner's alone, whatever the old file was.
#[test]
fn written_for_the_owner() {
    let portal = Server::new(|_| ok(portal_answer()));
    let oidc = Server::new(|_| token_answer());
    for (before, after) in [
        (0o644, 0o600),
        (0o640, 0o600),
        (0o600, 0o600),
        (0o400, 0o400),
    ] {
        let home = tempfile::tempdir().unwrap();
        let sso = sso(&config_of(&portal, &oidc, home.path()), &file(EXPIRED));
        set(sso.token_file(), before);
        assert_provided(sso.provide_credentials());
        let mode = fs::metadata(sso.token_file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, after, "{before:o}");
    }
}

/// The log says it once for a source, not at each question.
#[test]
fn what_others_may_read() {
    let portal = Server::new(|_| ok(portal_answer()));
    let oidc = Server::new(|_| token_answer());
    for (mode, words) in [
        (0o644, "644"),
        (0o640, "640"),
        (0o600, "600"),
        (0o711, "711"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let config = config_of(&portal, &oidc, home.path());
        let sso = sso(&config, &file("2033-05-18T03:33:20Z"));
        set(sso.token_file(), mode);
        for _ in 0..3 {
            assert_provided(sso.provide_credentials());
        }
        let expected = usize::from(mode & 0o044 != 0);
        assert_eq!(warned(sso.token_file(), words), expected, "{words}");
    }
    let home = tempfile::tempdir().unwrap();
    let login = Login::new(&config(&[("HOME", home.path().to_str().unwrap())]), "me").unwrap();
    let content = json!({
        "accessToken": {
            "accessKeyId": "AKIDFAULTS", "secretAccessKey": SECRET, "sessionToken": TOKEN,
            "accountId": "123456789012", "expiresAt": "2033-05-18T03:33:20Z",
        },
        "clientId": "c", "refreshToken": "r", "dpopKey": "k",
    });
    write(
        home.path(),
        login.token_file().to_str().unwrap(),
        &content.to_string(),
    );
    set(login.token_file(), 0o604);
    for _ in 0..2 {
        assert_provided(login.provide_credentials());
    }
    assert_eq!(warned(login.token_file(), "604"), 1);
}
