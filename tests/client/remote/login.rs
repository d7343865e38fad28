//! The credentials that `aws login` leaves behind.

use crate::remote::{config, error, ok, root, write};
use crate::server::{Act, Server, response};
use crate::source::at;
use crate::support::vectors;
use serde::Deserialize;
use serde_json::Value;
use sigv4::Timestamp;
use sigv4::client::{CredentialsError, Login, ProvideCredentials, ProvidedCredentials};
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    documentation: String,
    config_contents: String,
    cache_contents: BTreeMap<String, Value>,
    #[serde(default)]
    mock_api_calls: Vec<Value>,
    outcomes: Vec<Value>,
}

/// What a mocked call answers, and what it has to have been asked.
fn sign_in(vector: &Vector) -> Server {
    let calls = vector.mock_api_calls.iter();
    Server::script(
        calls
            .map(|call| match &call["response"] {
                Value::Null => {
                    let status = format!("{} Oh", call["responseCode"]);
                    vec![
                        response(&status, "", r#"{"error":"TOKEN_EXPIRED","message":"m"}"#),
                        Act::Close,
                    ]
                }
                answer => ok(answer["tokenOutput"].to_string()),
            })
            .collect(),
    )
}

/// Those of the AWS SDKs. Without feature `v4a`, what has expired is not renewed, and it is said so.
#[test]
fn as_the_sdks_do() {
    let path = vectors().join("aws-sdk-credentials/login-provider-test-cases.json");
    let vectors: Vec<Vector> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let renews = cfg!(feature = "v4a");
    let mut provided = 0;
    for vector in &vectors {
        let context = vector.documentation.as_str();
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in &vector.cache_contents {
            write(folder.path(), name, &content.to_string());
        }
        let (_, session) = vector
            .config_contents
            .split_once("login_session = ")
            .unwrap();
        let server = sign_in(vector);
        let config = config(&[
            ("AWS_LOGIN_CACHE_DIRECTORY", folder.path().to_str().unwrap()),
            ("AWS_ENDPOINT_URL_SIGNIN", &root(&server)),
        ]);
        // 2025-11-19T00:00:00Z, which is the vectors' time.
        let config = config.clock(|| at(1_763_510_400));
        // With the line's end, as if it had come along.
        let answered = Login::new(&config, session).unwrap().provide_credentials();
        if renews {
            let asked: Vec<Value> = server
                .seen()
                .iter()
                .map(|seen| serde_json::from_slice(&seen.body).unwrap())
                .collect();
            let calls = vector.mock_api_calls.iter();
            let expected: Vec<_> = calls
                .map(|call| call["request"]["tokenInput"].clone())
                .collect();
            assert_eq!(asked, expected, "{context}");
        } else {
            assert_eq!(server.connections(), 0, "{context}");
        }
        let is_wanted = vector.outcomes[0]["result"] == "credentials";
        if is_wanted && (renews || vector.mock_api_calls.is_empty()) {
            for outcome in &vector.outcomes {
                compare(outcome, answered.as_ref().unwrap(), folder.path(), context);
            }
            provided += 1;
            continue;
        }
        match error(answered) {
            CredentialsError::LoginNeeded {
                command, problem, ..
            } => {
                assert_eq!(command, "aws login");
                let reason = if renews {
                    "TOKEN_EXPIRED"
                } else {
                    "feature v4a"
                };
                let expired = context.contains("Expired") && problem.contains(reason);
                assert!(
                    expired || context.contains("No cache file"),
                    "{context}: {problem}"
                );
            }
            CredentialsError::Failed { problem, .. } => {
                let (_, missing) = context.split_once("Missing ").expect(context);
                let field = missing.split(' ').next().unwrap();
                assert_eq!(problem, format!("{field} is missing"));
            }
            other => panic!("{context}: {other:?}"),
        }
    }
    assert_eq!((vectors.len(), provided), (8, 1 + usize::from(renews)));
}

fn compare(outcome: &Value, provided: &ProvidedCredentials, folder: &Path, context: &str) {
    let fields = outcome.as_object().unwrap().iter();
    for (field, expected) in fields.filter(|(field, _)| *field != "result") {
        let credentials = &provided.credentials;
        let end = Timestamp::try_from(provided.expires_at.unwrap()).unwrap();
        let found: Value = match field.as_str() {
            "accessKeyId" => credentials.access_key_id().into(),
            "secretAccessKey" => credentials.secret_access_key().into(),
            "sessionToken" => credentials.session_token().into(),
            "accountId" => provided.account_id.as_deref().into(),
            "expiresAt" => end.to_rfc3339().into(),
            file => serde_json::from_slice(&std::fs::read(folder.join(file)).unwrap()).unwrap(),
        };
        assert_eq!(&found, expected, "{context}: {field}");
    }
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

/// Where there is no P-256, what holds is used to its end; then it is said what is missing.
#[cfg(not(feature = "v4a"))]
#[test]
fn without_the_feature() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&[("AWS_LOGIN_CACHE_DIRECTORY", folder.path().to_str().unwrap())]);
    let login = Login::new(&config, "me").unwrap();
    let save = |end: &str| {
        let content = serde_json::json!({
            "accessToken": {"accessKeyId": "AKID", "secretAccessKey": "s", "sessionToken": "t", "expiresAt": end},
            "clientId": "c", "refreshToken": "r", "dpopKey": "k",
        });
        let path = login.token_file().to_str().unwrap();
        write(folder.path(), path, &content.to_string());
    };
    for seconds in [1, 300, 301] {
        save(&format!(
            "2024-01-02T03:{:02}:{:02}Z",
            4 + (5 + seconds) / 60,
            (5 + seconds) % 60
        ));
        let provided = login.provide_credentials().unwrap();
        assert_eq!(provided.expires_at, Some(at(crate::remote::NOW + seconds)));
    }
    save("2024-01-02T03:04:05Z");
    assert_eq!(
        error(login.provide_credentials()).to_string(),
        "login session: the credentials expired at 2024-01-02T03:04:05Z and could not be renewed (login \
         session: dpopKey is of no use to a program that has sigv4-kit without its feature v4a, which \
         has P-256); log in with: aws login"
    );
}
