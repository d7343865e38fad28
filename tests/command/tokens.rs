//! `sigv4 token`: the vectors, byte for byte, and the forms of the tools that take them.

use crate::runner::{SECRET, TOKEN, bare, run, sigv4};
use crate::support::{json_files, vectors};
use serde_json::Value;
use std::process::Command;

pub const AT: &str = "20240102T030405Z";
pub const GIT: &str = "git-codecommit.us-east-2.amazonaws.com";

fn read(path: &std::path::Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn cases() -> Vec<(String, Value)> {
    let files = json_files(&vectors().join("tokens"));
    files
        .into_iter()
        .map(|(name, path)| (name, read(&path)))
        .collect()
}

/// The subcommand, an option for each input; the URL is none.
fn command(vector: &Value) -> Command {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let context = &vector["context"];
    let mut command = bare(&["token", vector["kind"].as_str().unwrap()]);
    command
        .env("AWS_ACCESS_KEY_ID", text(&context["access_key_id"]))
        .env("AWS_SECRET_ACCESS_KEY", text(&context["secret_access_key"]))
        .args(["--time", &text(&context["timestamp"])]);
    if let Some(token) = context["token"].as_str() {
        command.env("AWS_SESSION_TOKEN", token);
    }
    for (name, value) in vector["inputs"].as_object().unwrap() {
        match value {
            Value::Bool(true) => command.arg(format!("--{name}")),
            Value::String(value) if name == "url" => command.arg(value),
            Value::String(value) => command.args([&format!("--{name}"), value]),
            other => command.args([format!("--{name}"), other.to_string()]),
        };
    }
    command
}

pub fn printed(command: &mut Command) -> String {
    let (status, stdout, stderr) = run(command);
    assert_eq!((status, stderr.as_str()), (Some(0), ""), "{command:?}");
    stdout
}

#[test]
fn every_vector() {
    let mut whole = 0;
    for (case, vector) in cases() {
        let stdout = printed(&mut command(&vector));
        let token = stdout.strip_suffix('\n').unwrap();
        let signature = vector["signature"].as_str().unwrap();
        if !vector["unlike"].is_null() {
            // The library's tests say why: AWS's own tools differ in this one.
            let made = case.strip_suffix("-signed").unwrap();
            let made = cases().into_iter().find(|(name, _)| name == made).unwrap();
            assert_eq!(token, made.1["token"]);
            continue;
        }
        let published = match (&vector["token"], &vector["fields"]) {
            (Value::String(token), _) => token.clone(),
            (Value::Null, Value::Null) => {
                assert!(token.ends_with(&format!("&X-Amz-Signature={signature}")));
                continue;
            }
            (_, fields) => serde_json::to_string(fields).unwrap(),
        };
        assert_eq!(token, published, "{case}");
        whole += 1;
    }
    assert_eq!(whole, 34);
}

/// What else is published of a token stands in JSON.
#[test]
fn json() {
    for (case, vector) in cases() {
        let stdout = printed(command(&vector).args(["--output", "json"]));
        let json: Value = serde_json::from_str(&stdout).unwrap();
        match vector["kind"].as_str().unwrap() {
            "msk" => assert_eq!(json["expires_ms"], vector["expires_ms"]),
            "codecommit" => {
                assert_eq!(json["username"], vector["username"]);
                assert_eq!(json["password"], vector["token"]);
                assert_eq!(json["url"], vector["url"]);
            }
            "appsync" => {
                let headers = serde_json::to_string(&json["headers"]).unwrap();
                assert_eq!(headers, vector["token"].as_str().unwrap());
                let base64 = vector["base64"].as_str().unwrap();
                let is_connection = vector["inputs"]["start"].is_null();
                let url = json["url"].as_str().unwrap_or_default();
                assert_eq!(url.contains(base64), is_connection, "{case}");
            }
            "sts-identity" => {
                assert_eq!(json["headers"], vector["headers"]);
                assert_eq!(json["body"], "Action=GetCallerIdentity&Version=2011-06-15");
            }
            _ => {
                let token = json["token"].as_str().unwrap();
                let text = printed(&mut command(&vector));
                assert_eq!(format!("{token}\n"), text, "{case}");
            }
        }
        // Where the service states one.
        let ends = match vector["kind"].as_str().unwrap() {
            "iot" | "appsync" | "sts-identity" => Value::Null,
            "eks" => "2024-01-02T03:18:05Z".into(),
            "bedrock" => "2024-01-02T15:04:05Z".into(),
            "apigateway-websocket" => "2024-01-02T03:09:05Z".into(),
            _ if case.ends_with("java") => "2024-08-02T12:26:50Z".into(),
            _ => "2024-01-02T03:19:05Z".into(),
        };
        assert_eq!(json["expires_at"], ends, "{case}");
    }
}

/// As a shell evaluates it.
#[cfg(unix)]
#[test]
fn env() {
    use crate::runner::in_shell;
    for (kind, names) in [
        (
            "rds --host db.example.com --port 5432 --user me",
            &["PGPASSWORD", "MYSQL_PWD"][..],
        ),
        ("dsql --host a.dsql.us-east-1.on.aws", &["PGPASSWORD"]),
        ("elasticache --name a --user me", &["REDISCLI_AUTH"]),
        ("memorydb --name a --user me", &["REDISCLI_AUTH"]),
        ("bedrock", &["AWS_BEARER_TOKEN_BEDROCK"]),
        ("msk", &["SIGV4_TOKEN"]),
        ("sts-identity", &["SIGV4_TOKEN"]),
        (
            &format!("codecommit https://{GIT}/v1/repos/a"),
            &["GIT_PASSWORD"],
        ),
    ] {
        for name in names {
            let token = format!("'{}' token {kind} --time {AT}", env!("CARGO_BIN_EXE_sigv4"));
            let script = format!(
                "{token} && eval \"$({token} --output env)\" && printf '%s\\n' \"${name}\""
            );
            let (status, stdout, stderr) = run(&mut in_shell(&script));
            assert_eq!((status, stderr.as_str()), (Some(0), ""));
            let lines: Vec<_> = stdout.lines().collect();
            assert_eq!(lines.len(), 2, "{stdout}");
            assert_eq!(lines[0], lines[1]);
        }
    }
}

pub const TEMPORARY: [(&str, &str); 2] = [
    ("AWS_SESSION_TOKEN", "a-token-of-a-session"),
    ("AWS_CREDENTIAL_EXPIRATION", "2024-01-02T03:10:00Z"),
];

#[test]
fn of_kubectl() {
    let eks = ["token", "eks", "--cluster", "c", "--time", AT];
    let arguments = [&eks[..], &["--exec-credential"]].concat();
    let token = printed(&mut sigv4(&eks));
    let v1 = r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}}"#;
    for (info, version) in [(None, "v1beta1"), (Some(""), "v1beta1"), (Some(v1), "v1")] {
        let mut command = sigv4(&arguments);
        if let Some(info) = info {
            command.env("KUBERNETES_EXEC_INFO", info);
        }
        let json: Value = serde_json::from_str(&printed(&mut command)).unwrap();
        let expected = serde_json::json!({
            "kind": "ExecCredential",
            "apiVersion": format!("client.authentication.k8s.io/{version}"),
            "spec": {},
            "status": {
                "expirationTimestamp": "2024-01-02T03:18:05Z",
                "token": token.trim_end(),
            },
        });
        assert_eq!(json, expected);
    }
    // It asks again when the credentials are over, and is told so.
    let json = printed(sigv4(&arguments).envs(TEMPORARY));
    assert!(
        json.contains("\"expirationTimestamp\":\"2024-01-02T03:10:00Z\""),
        "{json}"
    );
    for info in [
        "{",
        "[]",
        "{}",
        r#"{"apiVersion":"client.authentication.k8s.io/v2"}"#,
    ] {
        let mut command = sigv4(&arguments);
        let (status, stdout, stderr) = run(command.env("KUBERNETES_EXEC_INFO", info));
        assert_eq!((status, stdout.as_str()), (Some(2), ""));
        assert!(
            stderr.starts_with("sigv4: KUBERNETES_EXEC_INFO: "),
            "{stderr}"
        );
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
}

/// libpq takes the first line whose fields are the connection's.
#[test]
fn of_psql() {
    let rds = [
        "token",
        "rds",
        "--host",
        "db.example.com",
        "--port",
        "5432",
        "--user",
        r"a:b\c",
        "--time",
        AT,
    ];
    let token = printed(&mut sigv4(&rds));
    let line = printed(&mut sigv4(&[&rds[..], &["--pgpass"]].concat()));
    let mut fields = vec![String::new()];
    let mut characters = line.trim_end().chars();
    while let Some(character) = characters.next() {
        match character {
            ':' => fields.push(String::new()),
            '\\' => fields.last_mut().unwrap().push(characters.next().unwrap()),
            other => fields.last_mut().unwrap().push(other),
        }
    }
    let expected = ["db.example.com", "5432", "*", r"a:b\c", token.trim_end()];
    assert_eq!(fields, expected);
    // A field that is `*` would be the password of everybody.
    let star: Vec<_> = rds.iter().map(|word| word.replace(r"a:b\c", "*")).collect();
    let star: Vec<_> = star.iter().map(String::as_str).collect();
    let line = printed(&mut sigv4(&[&star[..], &["--pgpass"]].concat()));
    assert!(line.starts_with(r"db.example.com:5432:*:\*:"), "{line}");
}

/// What is over when it is made is not made, whoever asks for it.
#[test]
fn credentials_that_have_ended() {
    let rds = "rds --host db.example.com --port 5432 --user me";
    for (kind, end) in [
        ("eks --cluster c", "2024-01-02T03:00:00Z"),
        ("eks --cluster c --exec-credential", "2024-01-02T03:04:05Z"),
        (rds, "2023-01-02T03:00:00Z"),
        (&format!("{rds} --pgpass"), "2024-01-02T03:04:04Z"),
        ("sts-identity", "2024-01-02T03:04:04Z"),
        (
            &format!("codecommit https://{GIT}/v1/repos/a"),
            "2024-01-02T03:04:05Z",
        ),
    ] {
        let arguments = [
            &["token"][..],
            &kind.split(' ').collect::<Vec<_>>(),
            &["--time", AT],
        ];
        let mut command = sigv4(&arguments.concat());
        command
            .envs(TEMPORARY)
            .env("AWS_CREDENTIAL_EXPIRATION", end);
        let (status, stdout, stderr) = run(&mut command);
        assert_eq!((status, stdout.as_str()), (Some(3), ""), "{kind}");
        let end = end.replace(['-', ':'], "");
        let words = format!("sigv4: the credentials ended at {end}, before {AT}\n");
        assert_eq!(stderr, words, "{kind}");
    }
}

/// Those that no cluster would take, as aws-iam-authenticator does not.
#[test]
fn eks_with_a_long_session_token() {
    let eks = ["token", "eks", "--cluster", "c", "--exec-credential"];
    let mut command = sigv4(&eks);
    let (status, stdout, stderr) = run(command.env("AWS_SESSION_TOKEN", "/".repeat(1_000)));
    assert_eq!((status, stdout.as_str()), (Some(3), ""));
    let end = " bytes, and 4096 are taken: the session token in it is too long\n";
    assert!(
        stderr.starts_with("sigv4: the token has ") && stderr.ends_with(end),
        "{stderr}"
    );
}

/// A secret shows only where it has to: in what is printed, never in what is said.
#[test]
fn what_is_said() {
    let kinds: [&[&str]; 4] = [
        &[
            "rds",
            "--host",
            "db.example.com",
            "--port",
            "5432",
            "--user",
            "me",
        ],
        &["bedrock"],
        &[
            "codecommit",
            "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/a",
        ],
        &["sts-identity"],
    ];
    for kind in kinds {
        let arguments = [&["-v", "token"][..], kind, &["--time", AT]].concat();
        let mut command = sigv4(&arguments);
        let output = command.env("AWS_SESSION_TOKEN", TOKEN).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let token = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{stderr}");
        assert!(stderr.contains("credentials: environment"), "{stderr}");
        assert!(stderr.contains("over when that expires"), "{stderr}");
        for secret in [SECRET, TOKEN, token.trim_end()] {
            assert!(!stderr.contains(secret), "{stderr}");
        }
    }
}
