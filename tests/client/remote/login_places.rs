//! Where AWS Sign-In is asked, and others at the file while it is.

use crate::remote::login_renewal::{
    EXPIRED, OLD_TOKEN, config_of, file, login, read, renewed_answer,
};
use crate::remote::{config, credentials, error, ok, root, write};
use crate::server::{Act, Server, response};
use sigv4::client::{CredentialsError, ProfileCredentials, ProvideCredentials};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use ureq::Proxy;

/// A profile says where it is, and what to log in for.
#[test]
fn of_a_profile() {
    let server = Server::new(|_| ok(renewed_answer()));
    let home = tempfile::tempdir().unwrap();
    let text = format!(
        "[profile dev]\nlogin_session = me\nservices = s\n[services s]\nsignin =\n  endpoint_url = {}\n",
        root(&server)
    );
    write(home.path(), ".aws/config", &text);
    let config = config(&[("HOME", home.path().to_str().unwrap())]);
    let kept = login(&config, &file(EXPIRED));
    let profile = ProfileCredentials::with_config(&config, Some("dev"));
    let provided = profile.provide_credentials().unwrap();
    assert_eq!(provided.credentials, credentials());
    assert_eq!(read(&kept)["refreshToken"], "another");
    assert_eq!(server.connections(), 1);
    std::fs::remove_file(kept.token_file()).unwrap();
    let profile = ProfileCredentials::with_config(&config, Some("dev"));
    let text = error(profile.provide_credentials()).to_string();
    assert!(
        text.ends_with("; log in with: aws login --profile dev"),
        "{text}"
    );
}

/// The host that a proxy is asked for, which refuses.
fn host(variables: &[(&str, &str)], profile: &str, signed_in: Option<&str>) -> (String, String) {
    let proxy = Server::new(|_| vec![response("403 Forbidden", "", ""), Act::Close]);
    let home = tempfile::tempdir().unwrap();
    let text = format!("[profile p]\nlogin_session = me\n{profile}");
    write(home.path(), ".aws/config", &text);
    let in_home = [("HOME", home.path().to_str().unwrap())];
    let config = config(&[&in_home, variables].concat());
    let config = config.proxy(Some(Proxy::new(&root(&proxy)).unwrap()));
    let mut content = file(EXPIRED);
    if let Some(region) = signed_in {
        content["signInRegion"] = region.into();
    }
    login(&config, &content);
    let profile = ProfileCredentials::with_config(&config, Some("p"));
    let error = error(profile.provide_credentials()).to_string();
    let seen = proxy.seen();
    let mut targets = seen.iter().map(|seen| seen.target.clone());
    (targets.next_back().unwrap_or_default(), error)
}

/// The region of the login, then those of the environment, then the profile's; the profile's for the
/// first of a chain.
#[test]
fn where_it_is() {
    let west = [("AWS_REGION", "us-west-2")];
    let both = [
        ("AWS_REGION", "us-west-2"),
        ("AWS_DEFAULT_REGION", "eu-central-1"),
    ];
    let fips = [
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_REGION", "us-gov-west-1"),
    ];
    let region = "region = ap-south-1";
    for (variables, profile, signed_in, expected) in [
        (
            &west[..],
            region,
            Some("eu-west-1"),
            "eu-west-1.signin.aws.amazon.com",
        ),
        (&west, region, None, "us-west-2.signin.aws.amazon.com"),
        (&both, region, None, "us-west-2.signin.aws.amazon.com"),
        (
            &both[1..],
            region,
            None,
            "eu-central-1.signin.aws.amazon.com",
        ),
        (&[], region, None, "ap-south-1.signin.aws.amazon.com"),
        (
            &[],
            "region = cn-north-1",
            None,
            "cn-north-1.signin.amazonaws.cn",
        ),
        (&fips, "", None, "signin-fips.amazonaws-us-gov.com"),
    ] {
        let (asked, _) = host(variables, profile, signed_in);
        assert_eq!(
            asked,
            format!("{expected}:443"),
            "{variables:?} {signed_in:?}"
        );
    }
    for (signed_in, problem) in [
        (
            None,
            "no region tells where to ask: set AWS_REGION or the profile's region",
        ),
        (
            Some("evil.example/"),
            "the region is in no partition of AWS that is known",
        ),
    ] {
        let (asked, error) = host(&[], "", signed_in);
        assert_eq!(asked, "");
        assert!(
            error.contains(&format!("(login session: {problem}); log in")),
            "{error}"
        );
        assert!(!error.contains("evil"), "{error}");
    }
}

/// To log in mends no variable.
#[test]
fn an_endpoint_that_is_none() {
    let home = tempfile::tempdir().unwrap();
    let config = config(&[
        ("AWS_ENDPOINT_URL_SIGNIN", "http://signin.example"),
        ("HOME", home.path().to_str().unwrap()),
    ]);
    let error = error(login(&config, &file(EXPIRED)).provide_credentials());
    assert_eq!(
        error.to_string(),
        "AWS_ENDPOINT_URL_SIGNIN is plain http to a host that is not this machine"
    );
}

/// Two who renew at once: one of them is refused, and waits for the file of the other.
#[test]
fn somebody_else_is_faster() {
    let mut other = file("2024-01-02T03:19:05Z");
    other["accessToken"]["sessionToken"] = "of-somebody-else".into();
    for refused in [true, false] {
        let server = Server::new(move |_| match refused {
            true => {
                let body = r#"{"error":"TOKEN_EXPIRED"}"#;
                vec![response("400 Bad Request", "", body), Act::Close]
            }
            false => ok(renewed_answer()),
        });
        let home = tempfile::tempdir().unwrap();
        let config = config_of(&server, home.path());
        let path = login(&config, &file(EXPIRED)).token_file().to_owned();
        let (waited, text) = (AtomicU32::new(0), other.to_string());
        let config = config.pause(move |_| {
            if waited.fetch_add(1, Ordering::Relaxed) == 3 {
                std::fs::write(&path, &text).unwrap();
            }
        });
        let login = login(&config, &file(EXPIRED));
        let provided = login.provide_credentials().unwrap();
        let expected = if refused {
            "of-somebody-else"
        } else {
            crate::server::TOKEN
        };
        assert_eq!(provided.credentials.session_token(), Some(expected));
        assert_eq!(server.connections(), 1);
    }
}

/// What cannot be written back is not lost: the old refresh token may be worth nothing now. Who logs out
/// has it thrown away.
#[test]
fn a_file_that_cannot_be_written() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".aws/login/cache");
    let (from, to) = (folder.clone(), home.path().join("moved"));
    let moved = to.clone();
    let server = Server::new(move |_| {
        std::fs::rename(&from, &to).unwrap();
        ok(renewed_answer())
    });
    let login = login(&config_of(&server, home.path()), &file(EXPIRED));
    assert_eq!(
        login.provide_credentials().unwrap().credentials,
        credentials()
    );
    std::fs::rename(&moved, &folder).unwrap();
    assert_eq!(read(&login), file(EXPIRED));
    for _ in 0..2 {
        assert_eq!(
            login.provide_credentials().unwrap().credentials,
            credentials()
        );
    }
    assert_eq!(server.connections(), 1);
    std::fs::remove_file(login.token_file()).unwrap();
    let told = error(login.provide_credentials());
    assert!(
        matches!(told, CredentialsError::LoginNeeded { .. }),
        "{told:?}"
    );
    let path = login.token_file().to_str().unwrap();
    // Not due: the one that was kept ends later, and is not used on.
    let holds = file("2024-01-02T03:09:06Z").to_string();
    write(Path::new("/"), path, &holds);
    let provided = login.provide_credentials().unwrap();
    assert_eq!(provided.credentials.session_token(), Some(OLD_TOKEN));
}
