//! Others at the token's file while it is renewed, and what becomes of the file.

use crate::remote::sso_renewal::{EXPIRED, NEW, config_of, file, read, sso, token_answer};
use crate::remote::{assert_provided, ok, portal_answer, write};
use crate::server::{Act, Answer, Server, response};
use serde_json::Value;
use sigv4::client::{ProfileCredentials, ProvideCredentials, Sso};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

const CACHED: &str = ".aws/sso/cache/34c6fceca75e456f25e7e99531e2425c6c1de443.json";

/// A token server in whose time somebody else writes the file.
fn meanwhile(home: &Path, answer: Answer) -> (Server, Value) {
    let mut other = file("2024-01-02T05:00:00Z");
    other["accessToken"] = "of-somebody-else".into();
    let (home, text) = (home.to_owned(), other.to_string());
    let server = Server::new(move |_| {
        write(&home, CACHED, &text);
        answer.clone()
    });
    (server, other)
}

/// Two who renew at once: one of them gets a refusal, as the refresh token is good for one use. Or
/// somebody logs in: that is not written over.
#[test]
fn somebody_else_is_faster() {
    let refusal = vec![
        response("400 Bad Request", "", r#"{"error":"invalid_grant"}"#),
        Act::Close,
    ];
    for answer in [refusal, token_answer()] {
        let portal = Server::new(|_| ok(portal_answer()));
        let home = tempfile::tempdir().unwrap();
        let (oidc, other) = meanwhile(home.path(), answer);
        let sso = sso(&config_of(&portal, &oidc, home.path()), &file(EXPIRED));
        assert_provided(sso.provide_credentials());
        let sent = portal.seen()[0]
            .header("x-amz-sso_bearer_token")
            .map(String::from);
        assert_eq!(sent.as_deref(), Some("of-somebody-else"));
        assert_eq!(read(&sso), other);
    }
}

/// Who is faster may not have written the file yet when the slower one is refused.
#[test]
fn somebody_else_is_about_to_write() {
    let portal = Server::new(|_| ok(portal_answer()));
    let refusal = response("400 Bad Request", "", r#"{"error":"invalid_grant"}"#);
    let oidc = Server::new(move |_| vec![refusal.clone(), Act::Close]);
    let home = tempfile::tempdir().unwrap();
    let mut other = file("2024-01-02T05:00:00Z");
    other["accessToken"] = NEW.into();
    let text = other.to_string();
    let (waited, writes_to) = (AtomicU32::new(0), home.path().to_owned());
    let config = config_of(&portal, &oidc, home.path()).pause(move |_| {
        if waited.fetch_add(1, Ordering::Relaxed) == 3 {
            write(&writes_to, CACHED, &text);
        }
    });
    assert_provided(sso(&config, &file(EXPIRED)).provide_credentials());
    assert_eq!((oidc.connections(), portal.connections()), (1, 1));
}

fn renewed(home: &Path, before: impl FnOnce(&Sso)) -> Sso {
    let portal = Server::new(|_| ok(portal_answer()));
    let oidc = Server::new(|_| token_answer());
    let sso = sso(&config_of(&portal, &oidc, home), &file(EXPIRED));
    before(&sso);
    assert_provided(sso.provide_credentials());
    assert_eq!(read(&sso)["accessToken"], NEW);
    sso
}

/// What a program left behind that was stopped is cleared away; what one writes now is not.
#[test]
fn leftovers() {
    let home = tempfile::tempdir().unwrap();
    let beside = |sso: &Sso, end: &str| {
        let mut name = sso.token_file().as_os_str().to_owned();
        name.push(end);
        std::path::PathBuf::from(name)
    };
    let sso = renewed(home.path(), |sso| {
        for (end, age) in [
            (".1.00000000.tmp", 3600),
            (".2.00000000.tmp", 0),
            (".old", 3600),
        ] {
            let file = std::fs::File::create(beside(sso, end)).unwrap();
            let then = SystemTime::now() - Duration::from_secs(age);
            file.set_modified(then).unwrap();
        }
    });
    let left = [".1.00000000.tmp", ".2.00000000.tmp", ".old"].map(|end| beside(&sso, end).exists());
    assert_eq!(left, [false, true, true]);
}

/// Whoever renews it, it stays its owner's; who may not give files away, owns it.
#[cfg(unix)]
#[test]
fn the_owner_stays() {
    use std::os::unix::fs::{MetadataExt, chown};
    let home = tempfile::tempdir().unwrap();
    let mut expected = None;
    let sso = renewed(home.path(), |sso| {
        let _ = chown(sso.token_file(), Some(12_345), Some(12_345));
        expected = Some(std::fs::metadata(sso.token_file()).unwrap().uid());
    });
    let owner = std::fs::metadata(sso.token_file()).unwrap().uid();
    assert_eq!(Some(owner), expected);
}

/// The file is found by the session's name alone, and may be of another portal.
#[test]
fn a_token_of_something_else() {
    let said = |start_url: &str, region: &str| {
        let portal = Server::new(|_| ok(portal_answer()));
        let home = tempfile::tempdir().unwrap();
        let text = format!(
            "[default]\nsso_session = dev\nsso_account_id = 123456789012\nsso_role_name = R\n\
             [sso-session dev]\nsso_start_url = {start_url}\nsso_region = {region}\n"
        );
        write(home.path(), ".aws/config", &text);
        let file = write(
            home.path(),
            CACHED,
            &file("2033-05-18T03:33:20Z").to_string(),
        );
        let config = config_of(&portal, &portal, home.path());
        let profile = ProfileCredentials::with_config(&config, None);
        for _ in 0..2 {
            assert_provided(profile.provide_credentials());
        }
        let lines = crate::logs::lines();
        let lines = lines.iter().filter(|line| line.starts_with("WARN "));
        let words = format!("the token in {file}: its ");
        let lines = lines.filter(|line| line.contains(&words));
        lines.cloned().collect::<Vec<_>>()
    };
    let url = "https://d-abc.awsapps.com/start";
    assert!(said(url, "eu-west-1").is_empty());
    assert!(said(&format!("{url}/#/"), "eu-west-1").is_empty());
    for (lines, field) in [
        (
            said("https://d-xyz.awsapps.com/start", "eu-west-1"),
            "startUrl",
        ),
        (said(url, "us-east-1"), "region"),
    ] {
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(
            lines[0].contains(&format!("its {field} is another")),
            "{lines:?}"
        );
    }
}
