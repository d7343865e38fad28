//! `sigv4 demo` and `sigv4 items`.

use crate::runner::{SECRET, bare, run};
use crate::stand_in::allowing;
use serde_json::Value;
use std::process::Command;

fn items(base_url: &str, secret: &str) -> Command {
    let mut command = bare(&["items", "-v", "--base-url", base_url]);
    command
        .env("AWS_ACCESS_KEY_ID", "AKIDALICE")
        .env("AWS_SECRET_ACCESS_KEY", secret)
        .env("AWS_DEFAULT_REGION", "us-east-1");
    command
}

#[test]
fn the_demo_goes_as_it_should() {
    let (code, stdout, stderr) = run(&mut bare(&["demo"]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    for line in [
        "   | GET",
        "   | /prod/items",
        "   | host;x-amz-date",
        "   | AWS4-HMAC-SHA256",
        "   200 OK",
        "   |       \"name\": \"hammer\"",
        "   403 Forbidden: the signature does not match. Both sides computed the same canonical",
    ] {
        assert!(
            stdout.lines().any(|found| found == line),
            "{line}\n{stdout}"
        );
    }
}

#[test]
fn items_go_to_stdout_and_the_log_to_stderr() {
    let gateway = allowing();
    for base_url in [gateway.url(), gateway.url() + "/"] {
        let (code, stdout, stderr) = run(&mut items(&base_url, SECRET));
        assert_eq!(code, Some(0), "{stderr}");
        let items: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(items["items"][0]["name"], "hammer");
        let lines: Vec<_> = stderr.lines().collect();
        assert_eq!(
            lines,
            [
                format!("getting the items from {base_url}"),
                "got the items".into()
            ]
        );
    }
    let mut from_environment = bare(&["items"]);
    from_environment
        .env("MICROSERVICE_B_URL", gateway.url())
        .env("AWS_ACCESS_KEY_ID", "AKIDALICE")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "us-east-1");
    let (code, stdout, stderr) = run(&mut from_environment);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(stdout.contains("hammer"));
}

#[test]
fn each_failure_has_its_exit_status_and_no_secret() {
    let gateway = allowing();
    let wrong = "another-secret-that-must-not-be-seen";
    let (code, stdout, stderr) = run(&mut items(&gateway.url(), wrong));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("signature"), "{stderr}");
    assert!(!stderr.contains(wrong));

    let (code, _, stderr) = run(&mut bare(&["items", "--base-url", &gateway.url()]));
    assert_eq!(code, Some(3), "{stderr}");
    assert!(stderr.contains("AWS_ACCESS_KEY_ID"), "{stderr}");
    let (code, _, stderr) = run(&mut items(&gateway.url(), "a-secret-with-a-newline\n"));
    assert_eq!(code, Some(3), "{stderr}");
    assert!(
        stderr.contains("AWS_SECRET_ACCESS_KEY") && stderr.contains("U+000A"),
        "{stderr}"
    );
    assert!(!stderr.contains("a-secret-with"));

    for usage in [
        "no-scheme",
        "http://",
        "https://user@host/prod",
        "ftp://host/",
    ] {
        let (code, _, stderr) = run(&mut items(usage, SECRET));
        assert_eq!(code, Some(2), "{usage}: {stderr}");
    }
    assert_eq!(run(&mut bare(&["items"])).0, Some(2));
    assert_eq!(run(&mut bare(&["nonsense"])).0, Some(2));
}
