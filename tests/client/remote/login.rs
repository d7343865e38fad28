//! The credentials that `aws login` leaves behind.

use crate::remote::{NOW, config, error, write};
use crate::source::at;
use crate::support::vectors;
use serde::Deserialize;
use serde_json::{Value, json};
use sigv4::client::{CredentialsError, Login, ProvideCredentials};
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    documentation: String,
    config_contents: String,
    cache_contents: BTreeMap<String, Value>,
    outcomes: Vec<Value>,
}

/// What is answered otherwise, with a reason.
fn exceptions() -> Vec<String> {
    let path = vectors().join("aws-sdk-credentials/exceptions.json");
    let all: Vec<BTreeMap<String, String>> =
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    all.into_iter()
        .filter(|exception| exception["file"] == "login-provider-test-cases.json")
        .map(|mut exception| exception.remove("case").unwrap())
        .collect()
}

/// Those of the AWS SDKs. Where a token has to be renewed, it is said so, and nothing is signed with.
#[test]
fn as_the_sdks_do() {
    let path = vectors().join("aws-sdk-credentials/login-provider-test-cases.json");
    let vectors: Vec<Vector> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let excepted = exceptions();
    let mut provided = 0;
    let mut met = 0;
    for vector in &vectors {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in &vector.cache_contents {
            write(folder.path(), name, &content.to_string());
        }
        let (_, session) = vector
            .config_contents
            .split_once("login_session = ")
            .unwrap();
        let config = config(&[("AWS_LOGIN_CACHE_DIRECTORY", folder.path().to_str().unwrap())]);
        // With the line's end, as if it had come along.
        let answered = Login::new(&config, session).unwrap().provide_credentials();
        let wanted = &vector.outcomes[0];
        let context = &vector.documentation;
        if wanted["result"] == "credentials" && !excepted.contains(context) {
            let answered = answered.unwrap().credentials;
            assert_eq!(wanted["accessKeyId"], answered.access_key_id(), "{context}");
            assert_eq!(
                wanted["secretAccessKey"],
                answered.secret_access_key(),
                "{context}"
            );
            assert_eq!(
                wanted["sessionToken"],
                answered.session_token().unwrap(),
                "{context}"
            );
            provided += 1;
            continue;
        }
        match (error(answered), context.as_str()) {
            (CredentialsError::LoginNeeded { command, .. }, context) => {
                assert_eq!(command, "aws login");
                let expired = context.contains("No cache file") || context.contains("Expired");
                assert!(expired, "{context}");
                met += usize::from(excepted.iter().any(|case| case == context));
            }
            (CredentialsError::Failed { problem, .. }, context) => {
                let (_, missing) = context.split_once("Missing ").expect(context);
                let field = missing.split(' ').next().unwrap();
                assert_eq!(problem, format!("{field} is missing"));
            }
            (other, context) => panic!("{context}: {other:?}"),
        }
    }
    // Each exception is one, as yet.
    assert_eq!(met, excepted.len());
    assert_eq!((vectors.len(), provided), (8, 1));
}

#[test]
fn files_by_session() {
    let home = config(&[("HOME", "/home/me")]);
    let other = config(&[
        ("HOME", "/home/me"),
        ("AWS_LOGIN_CACHE_DIRECTORY", "/cache"),
    ]);
    let session = "arn:aws:sts::012345678910:assumed-role/Admin/admin";
    let file = "4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json";
    for (config, folder) in [(&home, "/home/me/.aws/login/cache"), (&other, "/cache")] {
        for session in [session, &format!(" {session}\n")] {
            let login = Login::new(config, session).unwrap();
            assert_eq!(login.token_file(), Path::new(folder).join(file));
        }
    }
    let user = Login::new(&other, "arn:aws:iam::0123456789012:user/Admin").unwrap();
    let file = "36db1d138ff460920374e4c3d8e01f53f9f73537e89c88d639f68393df0e2726.json";
    assert_eq!(user.token_file(), Path::new("/cache").join(file));
}

/// More than five minutes have to be left.
#[test]
fn when_it_is_time() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&[("AWS_LOGIN_CACHE_DIRECTORY", folder.path().to_str().unwrap())]);
    let login = Login::new(&config, "me").unwrap();
    let save = |end: &str| {
        let content = json!({
            "accessToken": {"accessKeyId": "AKID", "secretAccessKey": "s", "sessionToken": "t", "expiresAt": end},
            "clientId": "c", "refreshToken": "r", "dpopKey": "k",
        });
        write(
            folder.path(),
            login.token_file().to_str().unwrap(),
            &content.to_string(),
        );
    };
    save("2024-01-02T03:09:06Z");
    let provided = login.provide_credentials().unwrap();
    assert_eq!(provided.expires_at, Some(at(NOW + 301)));
    save("2024-01-02T03:09:05Z");
    assert_eq!(
        error(login.provide_credentials()).to_string(),
        "login session: the credentials end at 2024-01-02T03:09:05Z, and renewing them is not built yet; log in with: aws login"
    );
}
