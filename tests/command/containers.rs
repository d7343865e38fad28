//! In a container, every subcommand has the credentials of its endpoint.

use crate::runner::{SECRET, TOKEN, bare, run};
use crate::wire::{serving, verifying};
use std::process::Command;

fn endpoint() -> String {
    serving(|arrived| {
        let asked = arrived.line == "GET /credentials HTTP/1.1";
        let authorized = arrived.header("authorization") == Some("Basic abc");
        let body = format!(
            r#"{{"AccessKeyId":"ASIACONTAINER","SecretAccessKey":"{SECRET}","Token":"{TOKEN}","Expiration":"2033-05-18T03:33:20Z"}}"#
        );
        match asked && authorized {
            true => ("200 OK".into(), body.into_bytes()),
            false => ("403 Forbidden".into(), Vec::new()),
        }
    }) + "/credentials"
}

fn contained(arguments: &[&str], endpoint: &str) -> Command {
    let mut command = bare(arguments);
    command
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint)
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc")
        .env("AWS_REGION", "us-east-1");
    command
}

const URL: &str = "https://abc123.execute-api.us-east-1.amazonaws.com/";

#[test]
fn a_request_is_signed_with_them() {
    let url = verifying("execute-api");
    let (code, stdout, stderr) = run(&mut contained(&["request", "--fail", &url], &endpoint()));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, "GET / HTTP/1.1\n");
}

#[test]
fn sign_and_presign_use_them() {
    let endpoint = endpoint();
    let output = contained(&["sign", URL], &endpoint).output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout.contains("Credential=ASIACONTAINER/"), "{stdout}");
    let token = format!("x-amz-security-token: {TOKEN}\n");
    assert!(stdout.contains(&token), "{stdout}");

    let time = ["presign", "--time", "20330518T030000Z", "--expires"];
    for (expires, warning) in [
        ("30m", ""),
        (
            "1h",
            "the session token expires before the URL does, at 20330518T033320Z\n",
        ),
    ] {
        let mut command = contained(&time, &endpoint);
        // Of other credentials.
        command.env("AWS_CREDENTIAL_EXPIRATION", "2015-08-30T12:36:00Z");
        let output = command.args([expires, URL]).output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert!(stdout.contains("Credential=ASIACONTAINER%2F"), "{stdout}");
        assert!(stdout.contains("X-Amz-Security-Token="), "{stdout}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), warning);
    }
}

#[test]
fn what_is_shown_is_what_they_sign() {
    let endpoint = endpoint();
    let (code, stdout, stderr) = run(&mut contained(&["canonical", URL], &endpoint));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(
        stdout.contains("x-amz-security-token:(a session token, 29 bytes)"),
        "{stdout}"
    );
    assert!(
        stdout.contains("host;x-amz-date;x-amz-security-token"),
        "{stdout}"
    );
}

#[test]
fn one_that_is_set_up_and_fails_is_an_error_everywhere() {
    let refusing = serving(|_| ("500 Internal Server Error".into(), Vec::new()));
    let (_folder, path) = crate::runner::file("answer", b"{}");
    let answer = path.to_str().unwrap();
    for arguments in [
        vec!["request", URL],
        vec!["sign", URL],
        vec!["presign", URL],
        vec!["canonical", URL],
        vec!["explain", URL, "--response", answer],
    ] {
        let (code, stdout, stderr) = run(&mut contained(&arguments, &refusing));
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{arguments:?}");
        assert!(
            stderr.starts_with("sigv4: no credentials: ") && stderr.contains("status 500"),
            "{stderr}"
        );
    }
}

/// Whoever names a key means that key.
#[test]
fn a_key_that_is_named_is_not_replaced() {
    let endpoint = endpoint();
    let mut command = contained(&["sign", URL], &endpoint);
    let (code, stdout, _) = run(command
        .env("AWS_ACCESS_KEY_ID", "AKIDALICE")
        .env("AWS_SECRET_ACCESS_KEY", SECRET));
    assert_eq!(code, Some(0));
    assert!(stdout.contains("Credential=AKIDALICE/"), "{stdout}");
    let mut command = contained(&["sign", URL], &endpoint);
    let (code, _, stderr) = run(command.env("AWS_SECRET_ACCESS_KEY", SECRET));
    assert_eq!(code, Some(3));
    assert!(stderr.starts_with("sigv4: no access key: "), "{stderr}");
}
