//! What botocore sent for the same files and variables, request by request:
//! `test-vectors/credential-requests`.

use crate::remote::{config, ok, root, write};
use crate::server::{Act, Answer, Seen, Server, response};
use crate::support::{json_files, vectors};
use serde::Deserialize;
use serde_json::Value;
use sigv4::client::{Chain, ProvideCredentials};
use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
struct Case {
    case: String,
    clock: String,
    /// To which the requests were sent and signed.
    host: String,
    files: BTreeMap<String, String>,
    environment: BTreeMap<String, String>,
    requests: Vec<Recorded>,
    #[serde(default)]
    cache_after: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Recorded {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: String,
}

/// What the recorder answered.
fn answer(recorded: &Recorded) -> Answer {
    let json = r#"{"Code":"Success","AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"secret","Token":"token","Expiration":"2999-01-01T00:00:00Z"}"#;
    match recorded.path.as_str() {
        "/latest/api/token" => {
            let ttl = "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n";
            vec![response("200 OK", ttl, "AQAEAEXAMPLETOKEN=="), Act::Close]
        }
        "/latest/meta-data/iam/security-credentials/" => ok("my-role"),
        "/token" => ok(
            r#"{"accessToken":"new-access","expiresIn":3600,"refreshToken":"new-refresh","tokenType":"Bearer"}"#,
        ),
        "/v1/token" => ok(
            r#"{"accessToken":{"accessKeyId":"ASIAEXAMPLE","secretAccessKey":"secret","sessionToken":"token"},"tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"new-refresh"}"#,
        ),
        "/" => {
            let action = recorded.body.split(['=', '&']).nth(1).unwrap();
            ok(format!(
                "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><Credentials>\
                 <AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
                 <SessionToken>token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>\
                 </{action}Result></{action}Response>"
            ))
        }
        path if path.starts_with("/federation/") => ok(
            r#"{"roleCredentials":{"accessKeyId":"ASIAEXAMPLE","secretAccessKey":"secret","sessionToken":"token","expiration":32472144000000}}"#,
        ),
        _ => ok(json),
    }
}

/// The secrets of the recording.
fn signatory(authorization: &str) -> Credentials {
    match authorization.contains("Credential=ASIAEXAMPLE/") {
        true => Credentials::new("ASIAEXAMPLE", "secret").with_session_token("token"),
        false => Credentials::new(
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ),
    }
}

/// The `Authorization` of a request as it arrived, sent to this host.
fn authorization(seen: &Seen, host: &str, at: Timestamp) -> String {
    let sent = seen.header("authorization").unwrap();
    let region = sent.split('/').nth(2).unwrap();
    let content_type = seen.header("content-type").unwrap();
    let request = Request {
        method: &seen.method,
        target: &seen.target,
        headers: &[
            ("content-type", content_type.as_bytes()),
            ("host", host.as_bytes()),
        ],
        payload: Payload::Bytes(&seen.body),
    };
    let signer = Signer::new(signatory(sent), region, "sts");
    let signed = signer.sign(&request, at).unwrap();
    signed.authorization().to_owned()
}

fn compare(case: &Case, recorded: &Recorded, seen: &Seen, at: Timestamp) {
    let name = &case.case;
    assert_eq!(seen.method, recorded.method, "{name}");
    assert_eq!(seen.target, recorded.path, "{name}");
    let body = std::str::from_utf8(&seen.body).unwrap();
    match serde_json::from_str::<Value>(&recorded.body) {
        Ok(expected) => {
            assert_eq!(
                serde_json::from_str::<Value>(body).unwrap(),
                expected,
                "{name}"
            );
        }
        Err(_) => assert_eq!(body, recorded.body, "{name}"),
    }
    for (header, expected) in &recorded.headers {
        let sent = seen
            .header(header)
            .unwrap_or_else(|| panic!("{name}: {header}"));
        if header == "authorization" && expected.starts_with("AWS4-") {
            // Of the port that the recorder had, byte by byte.
            assert_eq!(&authorization(seen, &case.host, at), expected, "{name}");
            let host = seen.header("host").unwrap();
            assert_eq!(sent, authorization(seen, host, at), "{name}");
        } else {
            assert_eq!(sent, expected, "{name}: {header}");
        }
    }
    for header in ["authorization", "x-amz-date", "x-amz-security-token"] {
        let is_sent = seen.header(header).is_some();
        assert_eq!(
            is_sent,
            recorded.headers.contains_key(header),
            "{name}: {header}"
        );
    }
}

fn replay(case: &Case) {
    let server = Server::script(case.requests.iter().map(answer).collect());
    let home = tempfile::tempdir().unwrap();
    for (name, content) in &case.files {
        let name = match name.as_str() {
            "config" | "credentials" => format!(".aws/{name}"),
            other => other.to_owned(),
        };
        write(home.path(), &name, content);
    }
    let here = root(&server);
    let in_home = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let mut variables: Vec<(&str, String)> = vec![
        ("HOME", in_home("")),
        ("AWS_ENDPOINT_URL", here.clone()),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", here.clone()),
    ];
    for (name, value) in &case.environment {
        let value = value.replace(&format!("http://{}", case.host), &here);
        variables.push(match value.strip_prefix('@') {
            Some(file) => (name, in_home(file)),
            None => (name, value),
        });
    }
    let variables: Vec<_> = variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let at = Timestamp::parse(&case.clock).unwrap();
    let now = crate::source::at(u64::try_from(at.unix()).unwrap());
    let chain = Chain::with_config(&config(&variables).clock(move || now));
    let provided = chain
        .provide_credentials()
        .unwrap_or_else(|error| panic!("{}: {error}", case.case));
    let expected = Credentials::new("ASIAEXAMPLE", "secret").with_session_token("token");
    assert_eq!(provided.credentials, expected, "{}", case.case);
    // Kept: nobody is asked again.
    chain.provide_credentials().unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), case.requests.len(), "{}: {seen:?}", case.case);
    for (recorded, seen) in case.requests.iter().zip(&seen) {
        compare(case, recorded, seen, at);
    }
    for (file, expected) in &case.cache_after {
        let path = home.path().join(file.strip_prefix("~/").unwrap());
        let mut after = read(&path);
        // That of `aws login` is within.
        let is_left_out =
            expected["accessToken"].is_string() && expected.get("expiresAt").is_none();
        if is_left_out {
            assert_eq!(after["expiresAt"], "2024-01-02T04:04:05Z");
            after.as_object_mut().unwrap().remove("expiresAt");
        }
        assert_eq!(&after, expected, "{}", case.case);
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn as_recorded() {
    let files = json_files(&vectors().join("credential-requests"));
    assert!(files.len() >= 10, "{files:?}");
    // Without feature `v4a`, that one is not renewed.
    let renews = |name: &str| name != "login-refresh" || cfg!(feature = "v4a");
    for (name, path) in files.into_iter().filter(|(name, _)| renews(name)) {
        let case: Case = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!(case.case, name);
        replay(&case);
    }
}
