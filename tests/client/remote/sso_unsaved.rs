//! Tokens of IAM Identity Center that were renewed and could not be written back.

use crate::remote::sso_renewal::{EXPIRED, NEW, config_of, file, sso, token_answer};
use crate::remote::{assert_provided, error, ok, portal_answer, write};
use crate::server::Server;
use sigv4::client::{CredentialsError, ProvideCredentials};
use std::path::{Path, PathBuf};

/// A token server in whose time the folder of the tokens is moved away: whoever is root may write
/// anywhere, but not into a folder that is gone. The server, the folder, and where it is then.
fn moving(home: &Path) -> (Server, PathBuf, PathBuf) {
    let folder = home.join(".aws/sso/cache");
    let moved = home.join("moved");
    let (from, to) = (folder.clone(), moved.clone());
    let server = Server::new(move |_| {
        std::fs::rename(&from, &to).unwrap();
        token_answer()
    });
    (server, folder, moved)
}

/// A token that cannot be written back is not lost: the old refresh token may be worth nothing now.
#[test]
fn a_file_that_cannot_be_written() {
    let portal = Server::new(|_| ok(portal_answer()));
    let home = tempfile::tempdir().unwrap();
    let (oidc, folder, moved) = moving(home.path());
    let sso = sso(&config_of(&portal, &oidc, home.path()), &file(EXPIRED));
    let answered = std::fs::read(sso.token_file()).unwrap();
    assert_provided(sso.provide_credentials());
    // The old file is as it was.
    std::fs::rename(&moved, &folder).unwrap();
    assert_eq!(std::fs::read(sso.token_file()).unwrap(), answered);
    for _ in 0..2 {
        assert_provided(sso.provide_credentials());
    }
    assert_eq!(oidc.seen().len(), 1);
    assert_eq!(portal.seen()[1].header("x-amz-sso_bearer_token"), Some(NEW));
    // Somebody logged in meanwhile: the newer one counts.
    let mut newer = file("2025-01-01T00:00:00Z");
    newer["accessToken"] = "of somebody else".replace(' ', "-").into();
    write(
        home.path(),
        sso.token_file().to_str().unwrap(),
        &newer.to_string(),
    );
    assert_provided(sso.provide_credentials());
    assert_eq!(
        portal.seen()[3].header("x-amz-sso_bearer_token"),
        Some("of-somebody-else")
    );
}

/// `aws sso logout` removes the file: what was not written to it is not used on, not even when
/// there is a file again.
#[test]
fn logged_out() {
    let portal = Server::new(|_| ok(portal_answer()));
    let home = tempfile::tempdir().unwrap();
    let (oidc, ..) = moving(home.path());
    let sso = sso(&config_of(&portal, &oidc, home.path()), &file(EXPIRED));
    assert_provided(sso.provide_credentials());
    let asked = portal.seen().len();
    let mut once_more = file(EXPIRED);
    once_more.as_object_mut().unwrap().remove("refreshToken");
    for there_again in [false, true] {
        if there_again {
            let path = sso.token_file().to_str().unwrap();
            write(home.path(), path, &once_more.to_string());
        }
        let error = error(sso.provide_credentials());
        assert!(
            matches!(error, CredentialsError::LoginNeeded { .. }),
            "{there_again}: {error:?}"
        );
    }
    assert_eq!(portal.seen().len(), asked);
}
