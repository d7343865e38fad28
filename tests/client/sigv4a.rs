//! Signature Version 4A by the client.
#![cfg(all(feature = "client", feature = "gateway", feature = "v4a"))]

use serde_json::json;
use sigv4::client::{Client, ClientBuilder, ClientError, Environment};
use sigv4::gateway::{Api, Gateway, Principals, Running};
use sigv4::{Credentials, Profile};
use std::ffi::OsString;

const SECRET: &str = "sEcReT+ofTheGateway/0123456789";

fn gateway() -> Running {
    let list = json!({ "principals": [{
        "arn": "arn:aws:iam::111122223333:user/alice",
        "keys": [{ "access_key_id": "AKIDALICE", "secret_access_key": SECRET }],
        "policies": [{ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*" }] }],
    }]});
    let api = Api::new("us-east-1", "111122223333", "abc123", "prod").unwrap();
    let principals = Principals::from_json(&list.to_string()).unwrap();
    Gateway::new(api, principals).with_sigv4a().start().unwrap()
}

fn builder(gateway: &Running) -> ClientBuilder {
    Client::builder()
        .base_url(gateway.url())
        .credentials(Credentials::new("AKIDALICE", SECRET))
        .service("execute-api")
        .proxy(None)
        .pause(|_| ())
}

#[test]
fn its_profile_asks_for_it() {
    let gateway = gateway();
    let rules = Profile::DEFAULT.with_sigv4a();
    let client = builder(&gateway)
        .profile(rules)
        .region("us-*")
        .build()
        .unwrap();
    // The key pair is kept from the first one on.
    for _ in 0..3 {
        assert_eq!(client.get("/items").send().unwrap().status(), 200);
    }
    let elsewhere = builder(&gateway)
        .profile(rules)
        .region("eu-*")
        .build()
        .unwrap();
    let error = elsewhere.get("/items").send().unwrap_err();
    assert!(
        matches!(error, ClientError::WrongRegion { region: None, .. }),
        "{error:?}"
    );
    let bad = builder(&gateway)
        .profile(rules)
        .region("us-*-1")
        .build()
        .unwrap();
    assert!(matches!(
        bad.get("/items").send().unwrap_err(),
        ClientError::Signing(sigv4::Error::InvalidRegionSet { position: 3 })
    ));
}

/// A host that takes nothing else, here by the name that is signed: its requests are for S3.
#[test]
fn a_host_asks_for_it() {
    let gateway = gateway();
    let client = Client::builder()
        .base_url(gateway.url())
        .credentials(Credentials::new("AKIDALICE", SECRET))
        .signing_host("mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com")
        .proxy(None)
        .build()
        .unwrap();
    let error = client.get("/items").send().unwrap_err();
    // It was read, was for every region, and is refused for its service alone.
    assert!(
        matches!(error, ClientError::WrongService { .. }),
        "{error:?}"
    );
}

/// As AWS's SDKs find it: what is given, the variable, the profile.
#[test]
fn its_region_set_is_configured() {
    let gateway = gateway();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    let text = "[default]\nregion = us-east-1\nsigv4a_signing_region_set = eu-*, us-*\n\
                [profile other]\nsigv4a_signing_region_set = eu-*\n\
                [profile bad]\nsigv4a_signing_region_set = us-*-1\n";
    std::fs::write(&config, text).unwrap();
    let call = |variable: Option<&'static str>, profile, region: Option<&str>, rules: Profile| {
        let config = config.clone();
        let environment = Environment::from_lookup(move |name| match name {
            "AWS_CONFIG_FILE" => Some(config.clone().into()),
            "AWS_SIGV4A_SIGNING_REGION_SET" => variable.map(Into::into),
            "AWS_PROFILE" => Some(OsString::from(profile)),
            _ => None,
        });
        let mut builder = builder(&gateway).profile(rules).environment(environment);
        if let Some(region) = region {
            builder = builder.region(region);
        }
        builder.build()?.get("/items").send()
    };
    let (v4, v4a) = (Profile::DEFAULT, Profile::DEFAULT.with_sigv4a());
    for (variable, profile, region) in [
        (None, "default", None),
        (Some("us-*, eu-west-1"), "other", None),
        (Some("us-*"), "bad", None),
        (Some("eu-*"), "other", Some("us-east-1")),
    ] {
        let response = call(variable, profile, region, v4a).unwrap();
        assert_eq!(response.status(), 200, "{variable:?} {profile}");
    }
    for (variable, profile) in [(Some("eu-*"), "default"), (None, "other")] {
        let error = call(variable, profile, None, v4a).unwrap_err();
        assert!(
            matches!(error, ClientError::WrongRegion { .. }),
            "{error:?}"
        );
    }
    for (variable, profile, words) in [
        (
            Some("us-east-1;us-west-2"),
            "default",
            "AWS_SIGV4A_SIGNING_REGION_SET is no list of regions".to_owned(),
        ),
        (
            None,
            "bad",
            format!(
                "{}:7: profile bad: sigv4a_signing_region_set is no list",
                config.display()
            ),
        ),
    ] {
        let error = call(variable, profile, None, v4a).unwrap_err().to_string();
        assert!(error.contains(&words), "{error}");
    }
    // Version 4 has none, and does not ask.
    let response = call(Some("us-*-1"), "default", None, v4).unwrap();
    assert_eq!(response.status(), 200);
}
