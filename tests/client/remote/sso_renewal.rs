//! Tokens of IAM Identity Center that are renewed, and written back.

use crate::remote::{assert_provided, config, error, of_start_url, ok, portal_answer, root, write};
use crate::server::{Act, Answer, SECRET, Server, TOKEN, response};
use serde_json::{Value, json};
use sigv4::client::{CredentialsError, ProvideCredentials, ProviderConfig, Sso};
use std::path::Path;

pub(crate) const EXPIRED: &str = "2024-01-02T03:04:05Z";
/// In the five minutes in which it is renewed.
const HOLDS: &str = "2024-01-02T03:09:05Z";
pub(crate) const NEW: &str = "nEw+token+of+the+oidc+server/9876543210==";

pub(crate) fn token_answer() -> Answer {
    ok(format!(
        r#"{{"accessToken":"{NEW}","expiresIn":3600,"refreshToken":"another","tokenType":"Bearer"}}"#
    ))
}

pub(crate) fn file(expires_at: &str) -> Value {
    json!({
        "accessToken": TOKEN,
        "expiresAt": expires_at,
        "clientId": "cid",
        "clientSecret": SECRET,
        "refreshToken": "one \"quoted\" \u{e4}",
        "registrationExpiresAt": "2999-01-01T00:00:00Z",
        "region": "eu-west-1",
        "startUrl": "https://d-abc.awsapps.com/start",
        "ofALaterVersion": {"a": [1, 2.50]},
    })
}

pub(crate) fn config_of(portal: &Server, oidc: &Server, home: &Path) -> ProviderConfig {
    config(&[
        ("AWS_ENDPOINT_URL_SSO", &root(portal)),
        ("AWS_ENDPOINT_URL_SSO_OIDC", &root(oidc)),
        ("HOME", home.to_str().unwrap()),
    ])
}

pub(crate) fn sso(config: &ProviderConfig, content: &Value) -> Sso {
    let sso = Sso::of_session(config, "dev", "eu-west-1", "123456789012", "Role").unwrap();
    let file = sso.token_file().to_str().unwrap();
    write(Path::new("/"), file, &content.to_string());
    sso
}

pub(crate) fn read(sso: &Sso) -> Value {
    serde_json::from_slice(&std::fs::read(sso.token_file()).unwrap()).unwrap()
}

#[test]
fn renewed_and_written_back() {
    let portal = Server::new(|_| ok(portal_answer()));
    let oidc = Server::new(|_| token_answer());
    let home = tempfile::tempdir().unwrap();
    let config = config_of(&portal, &oidc, home.path());
    for expires_at in [EXPIRED, HOLDS] {
        let sso = sso(&config, &file(expires_at));
        assert_provided(sso.provide_credentials());
        let mut expected = file(expires_at);
        expected["accessToken"] = NEW.into();
        expected["refreshToken"] = "another".into();
        expected["expiresAt"] = "2024-01-02T04:04:05Z".into();
        assert_eq!(read(&sso), expected);
        // Nothing is left beside it, and it is not renewed again.
        let folder = sso.token_file().parent().unwrap();
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
        assert_provided(sso.provide_credentials());
    }
    assert_eq!(oidc.seen().len(), 2);
    let seen = &oidc.seen()[0];
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        ("POST", "/token")
    );
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.header("authorization"), None);
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(
        body,
        json!({"grantType": "refresh_token", "clientId": "cid", "clientSecret": SECRET, "refreshToken": "one \"quoted\" \u{e4}"})
    );
    assert_eq!(portal.seen()[0].header("x-amz-sso_bearer_token"), Some(NEW));
    crate::logs::assert_without(&[NEW, SECRET, TOKEN]);
}

/// A link stays a link.
#[cfg(unix)]
#[test]
fn a_file_behind_a_link() {
    let portal = Server::new(|_| ok(portal_answer()));
    let oidc = Server::new(|_| token_answer());
    let home = tempfile::tempdir().unwrap();
    let config = config_of(&portal, &oidc, home.path());
    let sso = sso(&config, &file(EXPIRED));
    let real = home.path().join("real.json");
    std::fs::rename(sso.token_file(), &real).unwrap();
    std::os::unix::fs::symlink(&real, sso.token_file()).unwrap();
    assert_provided(sso.provide_credentials());
    assert!(
        std::fs::symlink_metadata(sso.token_file())
            .unwrap()
            .is_symlink()
    );
    assert_eq!(read(&sso)["accessToken"], NEW);
}

/// While the old token holds, a failed renewal is none of anybody's concern.
#[test]
fn renewals_that_fail() {
    let refusal = |status: &str| {
        let body = format!(r#"{{"error":"invalid_grant","error_description":"{SECRET} is none"}}"#);
        vec![response(status, "", body), Act::Close]
    };
    // Whether somebody has to log in for it, and what is said.
    for (answer, attempts, log_in, problem) in [
        (
            refusal("400 Bad Request"),
            1,
            true,
            "status 400 invalid_grant: [redacted] is none",
        ),
        (
            refusal("500 Oh"),
            3,
            false,
            "status 500 invalid_grant: [redacted] is none",
        ),
        (
            ok(r#"{"accessToken":"a\nb","expiresIn":1}"#),
            1,
            false,
            "accessToken has white space (U+000A) at byte 1",
        ),
        (
            vec![Act::Close],
            3,
            false,
            "the connection was closed too early",
        ),
        (ok("{}"), 1, false, "accessToken is missing"),
        (ok("<a/>"), 1, false, "the text is no JSON object"),
        (
            ok(r#"{"accessToken":"a"}"#),
            1,
            false,
            "expiresIn is missing",
        ),
        (
            ok(r#"{"accessToken":"a","expiresIn":-1}"#),
            1,
            false,
            "expiresIn is less than nothing",
        ),
        (
            ok(r#"{"accessToken":"a","expiresIn":0}"#),
            1,
            false,
            "expiresIn is 0",
        ),
        (
            ok(r#"{"accessToken":"a","expiresIn":"x"}"#),
            1,
            false,
            "expiresIn is no whole number",
        ),
        (
            ok(r#"{"accessToken":"a","expiresIn":9223372036854775807}"#),
            1,
            false,
            "expiresIn is too large",
        ),
    ] {
        let portal = Server::new(|_| ok(portal_answer()));
        let answered = answer.clone();
        let oidc = Server::new(move |_| answered.clone());
        let home = tempfile::tempdir().unwrap();
        let config = config_of(&portal, &oidc, home.path());
        let old = sso(&config, &file(HOLDS));
        assert_provided(old.provide_credentials());
        assert_eq!(
            portal.seen()[0].header("x-amz-sso_bearer_token"),
            Some(TOKEN)
        );
        assert_eq!(oidc.seen().len(), attempts, "{problem}");
        assert_eq!(read(&old), file(HOLDS));

        let expired = sso(&config, &file(EXPIRED));
        let error = error(expired.provide_credentials());
        // Nobody has to log in because a service is not there.
        if log_in {
            let expected = format!(
                "IAM Identity Center: the token expired at {EXPIRED} and could not be renewed \
                 (IAM Identity Center: {problem}); log in with: aws sso login --sso-session dev"
            );
            assert_eq!(error.to_string(), expected);
        } else {
            assert!(error.is_of_service(), "{error:?}");
            assert!(
                error.to_string().ends_with(&format!(": {problem}")),
                "{error}"
            );
        }
        assert_eq!(read(&expired), file(EXPIRED));
        assert_eq!(portal.seen().len(), 1);
    }
}

/// To log in mends no variable.
#[test]
fn an_endpoint_that_is_none() {
    let home = tempfile::tempdir().unwrap();
    let config = config(&[
        ("AWS_ENDPOINT_URL_SSO_OIDC", "http://oidc.example"),
        ("HOME", home.path().to_str().unwrap()),
    ]);
    let error = error(sso(&config, &file(EXPIRED)).provide_credentials());
    assert_eq!(
        error.to_string(),
        "AWS_ENDPOINT_URL_SSO_OIDC is plain http to a host that is not this machine"
    );
}

/// What it takes is not there: nobody is asked.
#[test]
fn tokens_that_cannot_be_renewed() {
    let portal = Server::new(|_| ok(portal_answer()));
    let oidc = Server::new(|_| token_answer());
    let home = tempfile::tempdir().unwrap();
    let config = config_of(&portal, &oidc, home.path());
    for field in ["refreshToken", "clientId", "clientSecret"] {
        let mut content = file(EXPIRED);
        content.as_object_mut().unwrap().remove(field);
        let error = error(sso(&config, &content).provide_credentials());
        assert!(
            matches!(error, CredentialsError::LoginNeeded { .. }),
            "{error:?}"
        );
    }
    let mut content = file(EXPIRED);
    content["registrationExpiresAt"] = EXPIRED.into();
    let error = error(sso(&config, &content).provide_credentials());
    assert!(
        matches!(error, CredentialsError::LoginNeeded { .. }),
        "{error:?}"
    );
    // A file that says it in another way than it should is as good, while its token holds.
    let mut content = file(HOLDS);
    content["registrationExpiresAt"] = "soon".into();
    assert_provided(sso(&config, &content).provide_credentials());
    assert_eq!((oidc.connections(), portal.connections()), (0, 1));
    // The older form has no renewal.
    let legacy = of_start_url(&config, "https://d-abc.awsapps.com/start");
    write(
        home.path(),
        legacy.token_file().to_str().unwrap(),
        &file(EXPIRED).to_string(),
    );
    crate::remote::error(legacy.provide_credentials());
    assert_eq!((oidc.connections(), portal.connections()), (0, 1));
}
