//! A role's credentials from IAM Identity Center, with a token that holds.

use crate::remote::{
    NOW, assert_provided, config, error, of_start_url, ok, portal_answer, root, write,
};
use crate::server::{Act, SECRET, Server, TOKEN, response};
use crate::source::at;
use sigv4::client::{CredentialsError, ProvideCredentials, Sso};
use std::path::Path;

pub(crate) const HOLDS: &str = "2024-01-02T03:09:06Z";

fn session(server: &Server, home: &Path) -> Sso {
    let url = root(server);
    let config = config(&[
        ("AWS_ENDPOINT_URL_SSO", &url),
        ("HOME", home.to_str().unwrap()),
    ]);
    Sso::of_session(&config, "dev", "eu-west-1", "123456789012", "My Role").unwrap()
}

#[test]
fn what_is_sent() {
    let server = Server::new(|_| ok(portal_answer()));
    let home = tempfile::tempdir().unwrap();
    let sso = session(&server, home.path());
    let file = home
        .path()
        .join(".aws/sso/cache/34c6fceca75e456f25e7e99531e2425c6c1de443.json");
    assert_eq!(sso.token_file(), file);
    let token = format!(r#"{{"accessToken":"{TOKEN}","expiresAt":"{HOLDS}"}}"#);
    write(home.path(), file.to_str().unwrap(), &token);
    assert_provided(sso.provide_credentials());
    let end = sso.provide_credentials().unwrap().expires_at.unwrap();
    let milliseconds = end.duration_since(at(0)).unwrap().as_millis();
    assert_eq!(milliseconds, 2_000_000_000_123);
    let seen = &server.seen()[0];
    assert_eq!(seen.method, "GET");
    assert_eq!(
        seen.target,
        "/federation/credentials?role_name=My%20Role&account_id=123456789012"
    );
    assert_eq!(seen.header("x-amz-sso_bearer_token"), Some(TOKEN));
    assert_eq!(seen.header("authorization"), None);
}

#[test]
fn files_by_start_url() {
    let config = config(&[("HOME", "/home/me")]);
    for (url, file) in [
        (
            "https://d-abc.awsapps.com/start",
            "22f00c6461897f7c3e293d9d99f86e5efed957dd",
        ),
        (
            "https://d-abc.awsapps.com/start#",
            "d9c25ba093865ee687d38935796675255befbcf6",
        ),
    ] {
        let sso = of_start_url(&config, url);
        assert_eq!(
            sso.token_file(),
            Path::new(&format!("/home/me/.aws/sso/cache/{file}.json"))
        );
    }
}

#[test]
fn when_somebody_has_to_log_in() {
    let server = Server::new(|_| {
        vec![
            response(
                "401 Unauthorized",
                "",
                r#"{"message":"Session token not found or invalid"}"#,
            ),
            Act::Close,
        ]
    });
    let home = tempfile::tempdir().unwrap();
    let url = root(&server);
    let config = config(&[
        ("AWS_ENDPOINT_URL_SSO", &url),
        ("HOME", home.path().to_str().unwrap()),
    ]);
    let session = Sso::of_session(&config, "dev", "eu-west-1", "1", "R").unwrap();
    let legacy = of_start_url(&config, "https://d-abc.awsapps.com/start");
    let named = of_start_url(&config, "https://d-abc.awsapps.com/start#").profile("me");
    for (sso, command) in [
        (named, "aws sso login --profile me"),
        (session, "aws sso login --sso-session dev"),
        (legacy, "aws sso login"),
    ] {
        let file = sso.token_file().to_str().unwrap().to_owned();
        let text = |answered| {
            let error = error(answered);
            assert!(
                matches!(error, CredentialsError::LoginNeeded { .. }),
                "{error:?}"
            );
            error.to_string()
        };
        let prefix = "IAM Identity Center: ";
        assert_eq!(
            text(sso.provide_credentials()),
            format!("{prefix}there is no token in {file}; log in with: {command}")
        );
        write(
            home.path(),
            &file,
            r#"{"accessToken":"old","expiresAt":"2024-01-02T03:04:05Z"}"#,
        );
        assert_eq!(
            text(sso.provide_credentials()),
            format!("{prefix}the token expired at 2024-01-02T03:04:05Z; log in with: {command}")
        );
        write(
            home.path(),
            &file,
            &format!(r#"{{"accessToken":"{TOKEN}","expiresAt":"{HOLDS}"}}"#),
        );
        let error = error(sso.provide_credentials());
        assert!(error.is_of_service(), "{error:?}");
        let told = "the token is no longer accepted";
        assert_eq!(
            error.to_string(),
            format!("{prefix}status 401: {told}; log in with: {command}")
        );
    }
    assert_eq!(server.seen().len(), 3);
}

#[test]
fn files_that_hold_no_token() {
    let server = Server::new(|_| ok(portal_answer()));
    let home = tempfile::tempdir().unwrap();
    let sso = session(&server, home.path());
    let file = sso.token_file().to_str().unwrap().to_owned();
    for (content, problem) in [
        ("".to_owned(), "the text is no JSON object"),
        ("{".to_owned(), "the text is no JSON object"),
        (
            format!(r#"{{"accessToken":"{TOKEN}"}}"#),
            "expiresAt is missing",
        ),
        (
            format!(r#"{{"expiresAt":"{HOLDS}","other":"{SECRET}"}}"#),
            "accessToken is missing",
        ),
        (
            format!(r#"{{"accessToken":"{TOKEN}","expiresAt":"{NOW}"}}"#),
            "expiresAt is no ISO 8601 time",
        ),
        (
            format!(r#"{{"accessToken":"{TOKEN}\n","expiresAt":"{HOLDS}"}}"#),
            "accessToken has white space (U+000A) at byte 35",
        ),
        ("x".repeat(65_537), "the file is over 65536 bytes"),
    ] {
        write(home.path(), &file, &content);
        let text = error(sso.provide_credentials()).to_string();
        assert_eq!(text, format!("the token in {file}: {problem}"));
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn without_a_home() {
    let error = Sso::of_session(&config(&[]), "dev", "eu-west-1", "1", "R").unwrap_err();
    assert_eq!(error.to_string(), "HOME is not set");
    // A region is part of a host's name.
    let home = tempfile::tempdir().unwrap();
    let config = config(&[("HOME", home.path().to_str().unwrap())]);
    let sso = Sso::of_session(&config, "dev", "x.evil.example/", "1", "R").unwrap();
    let token = format!(r#"{{"accessToken":"{TOKEN}","expiresAt":"{HOLDS}"}}"#);
    write(home.path(), sso.token_file().to_str().unwrap(), &token);
    let text = crate::remote::error(sso.provide_credentials()).to_string();
    assert_eq!(
        text,
        "IAM Identity Center: the region is in no partition of AWS that is known"
    );
}
