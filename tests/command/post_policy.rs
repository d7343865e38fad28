//! `sigv4 post-policy`: the figures, and what is said.

use crate::runner::{bare, run};
use crate::support::{json_files, vectors};
use serde_json::Value;
use std::process::Command;

fn text<'v>(figure: &'v Value, member: &str) -> &'v str {
    figure[member].as_str().unwrap()
}

/// Asked for what a figure was asked for.
fn post_policy(figure: &Value, more: &[&str]) -> Command {
    let mut command = bare(&["post-policy", "--bucket", text(figure, "bucket")]);
    command
        .args(["--key", "user/user1/${filename}"])
        .args(["--region", text(figure, "region")])
        .args(["--time", text(figure, "at")])
        .args(more)
        .env("AWS_ACCESS_KEY_ID", text(figure, "access_key_id"))
        .env("AWS_SECRET_ACCESS_KEY", text(figure, "secret_access_key"));
    if let Some(token) = figure["session_token"].as_str() {
        command.env("AWS_SESSION_TOKEN", token);
    }
    command
}

fn json(command: &mut Command, name: &str) -> Value {
    let (code, stdout, stderr) = run(command);
    assert_eq!(code, Some(0), "{name}: {stderr}");
    serde_json::from_str(&stdout).unwrap()
}

fn lower(fields: &Value) -> Vec<(String, Value)> {
    let fields = fields.as_object().unwrap().iter();
    let mut fields: Vec<_> = fields
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
        .collect();
    fields.sort_by(|(left, _), (right, _)| left.cmp(right));
    fields
}

/// Those of botocore, made: URL, fields and their order. All of them, with their policy as it stands: every
/// field, names without regard to case.
#[test]
fn every_figure_is_what_the_command_prints() {
    let folder = tempfile::tempdir().unwrap();
    let (mut made, mut signed) = (0, 0);
    for (name, path) in json_files(&vectors().join("post-policy")) {
        let figure: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        if name.starts_with("botocore") {
            let mut command = post_policy(
                &figure,
                &[
                    "--endpoint-url=https://s3.amazonaws.com",
                    "--starts-with=Content-Type=image/",
                    "--field=acl=public-read",
                    "--content-length-range=0-10M",
                    "--field=success_action_redirect=http://example.com/ok",
                ],
            );
            let printed = json(&mut command, &name);
            assert_eq!(printed["url"], figure["url"], "{name}");
            let in_order = |form: &Value| serde_json::to_string(&form["fields"]).unwrap();
            assert_eq!(in_order(&printed), in_order(&figure), "{name}");
            made += 1;
        }
        let policy = folder.path().join("policy.json");
        std::fs::write(&policy, text(&figure, "policy_text")).unwrap();
        let mut command = post_policy(&figure, &["--policy", policy.to_str().unwrap()]);
        let mut expected = figure["fields"].clone();
        expected["Content-Type"] = "image/jpeg".into();
        for (field, value) in lower(&expected) {
            let own = ["key", "policy"].contains(&&*field);
            let proof = field.starts_with("x-amz-") && !field.starts_with("x-amz-meta-");
            if !own && (!proof || field == "x-amz-server-side-encryption") {
                command.args(["--field", &format!("{field}={}", value.as_str().unwrap())]);
            }
        }
        let printed = json(&mut command, &name);
        assert_eq!(lower(&printed["fields"]), lower(&expected), "{name}");
        let url = "https://sigv4examplebucket.s3.us-east-1.amazonaws.com/";
        assert_eq!(printed["url"], url, "{name}");
        signed += 1;
    }
    assert_eq!((made, signed), (2, 5));
}

/// A policy that S3 would refuse with this form is not signed in silence.
#[test]
fn a_policy_that_the_form_does_not_meet() {
    let folder = tempfile::tempdir().unwrap();
    let path = vectors().join("post-policy/s3-example.json");
    let figure: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let policy = folder.path().join("policy.json");
    for (document, more, said) in [
        (text(&figure, "policy_text"), None, "condition 2 is not met"),
        ("{}", None, "policy: no expiration"),
        ("{'a': 1}", None, "policy: no JSON"),
        (
            r#"{"expiration": "2016-01-01T00:00:00Z", "conditions": [{"bucket": "sigv4examplebucket"}]}"#,
            Some("acl=private"),
            "no condition is about it (acl)",
        ),
        (
            text(&figure, "policy_text"),
            Some("acl=a\nb"),
            "--field acl: field 0: line break",
        ),
        (
            text(&figure, "policy_text"),
            Some("policy=a"),
            "--field policy: field 0: it is written",
        ),
        (
            text(&figure, "policy_text"),
            Some("key=a"),
            "--key: field 1: a second one",
        ),
    ] {
        std::fs::write(&policy, document).unwrap();
        let mut command = post_policy(&figure, &["--policy", policy.to_str().unwrap()]);
        command.args(more.map(|field| format!("--field={field}")));
        let (code, stdout, stderr) = run(&mut command);
        assert_eq!((code, &*stdout), (Some(2), ""), "{document}");
        assert!(stderr.contains(said), "{stderr}");
    }
}

/// Of credentials that end before the form does, where that is known.
#[test]
fn the_form_ends_with_its_credentials() {
    let form_of = |end: &str, more: &[&str]| {
        let mut command = bare(&[
            "post-policy",
            "--bucket=a-bucket",
            "--key=a",
            "--region=eu-west-1",
        ]);
        command
            .args(["--time", "20240102T030405Z"])
            .args(more)
            .env("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "a-secret")
            .env("AWS_SESSION_TOKEN", "token")
            .env("AWS_CREDENTIAL_EXPIRATION", end);
        run(&mut command)
    };
    let form = |end: &str| form_of(end, &["--expires=2h"]);
    let policy = |stdout: &str| {
        use base64::Engine;
        let json: Value = serde_json::from_str(stdout).unwrap();
        let policy = json["fields"]["policy"].as_str().unwrap();
        let policy = base64::engine::general_purpose::STANDARD
            .decode(policy)
            .unwrap();
        String::from_utf8(policy).unwrap()
    };
    let (code, stdout, stderr) = form("2024-01-02T04:00:00Z");
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.contains("expires at 20240102T040000Z"), "{stderr}");
    assert!(policy(&stdout).contains("\"2024-01-02T04:00:00Z\""));
    let (code, stdout, stderr) = form("2024-01-02T06:00:00Z");
    assert_eq!((code, &*stderr), (Some(0), ""));
    assert!(policy(&stdout).contains("\"2024-01-02T05:04:05Z\""));
    let (code, stdout, stderr) = form("2024-01-02T03:04:05Z");
    assert_eq!((code, &*stdout), (Some(3), ""), "{stderr}");
    let (code, _, stderr) = form("");
    assert_eq!(code, Some(0));
    assert!(
        stderr.contains("stops working when the token expires"),
        "{stderr}"
    );
    // A policy that was written elsewhere can end after them, too.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.json");
    let document = serde_json::json!({ "expiration": "2024-01-02T05:00:00Z", "conditions": [
        { "bucket": "a-bucket" },
        ["eq", "$key", "a"],
        ["starts-with", "$x-amz-algorithm", ""],
        ["starts-with", "$x-amz-credential", ""],
        ["starts-with", "$x-amz-date", ""],
        ["starts-with", "$x-amz-security-token", ""],
    ]});
    std::fs::write(&file, document.to_string()).unwrap();
    let written = |end: &str| form_of(end, &["--policy", file.to_str().unwrap()]);
    let (code, _, stderr) = written("2024-01-02T04:00:00Z");
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stderr.contains("expires at 20240102T040000Z, before the policy"),
        "{stderr}"
    );
    let (code, _, stderr) = written("2024-01-02T05:00:00Z");
    assert_eq!((code, &*stderr), (Some(0), ""));
    let (code, stdout, stderr) = written("2024-01-02T03:04:05Z");
    assert_eq!((code, &*stdout), (Some(3), ""), "{stderr}");
}
