//! Signature Version 4A by the client.
#![cfg(all(feature = "client", feature = "gateway", feature = "v4a"))]

use serde_json::json;
use sigv4::client::{Client, ClientBuilder, ClientError};
use sigv4::gateway::{Api, Gateway, Principals, Running};
use sigv4::{Credentials, Profile};

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
