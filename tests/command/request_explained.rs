//! `sigv4 request --explain`.

use crate::runner::{TOKEN, run, sigv4};
use crate::stand_in::{allowing, gateway};
use crate::wire::serving;
use serde_json::json;
use std::process::Command;

#[test]
fn refusals_are_explained() {
    let gateway = allowing();
    let items = format!("{}/items", gateway.url());
    let cause = |command: &mut Command| {
        let (code, stdout, stderr) = run(command);
        assert_eq!(code, Some(0), "{stderr}");
        assert!(stdout.starts_with('{'), "the answer itself: {stdout}");
        let mut causes = stderr
            .lines()
            .filter_map(|line| line.strip_prefix("cause:  "));
        causes
            .next()
            .unwrap_or_else(|| panic!("{stderr}"))
            .to_owned()
    };
    let explained = |arguments: &[&str]| {
        let mut command = sigv4(&["request", "--explain"]);
        command.args(arguments);
        command
    };
    assert_eq!(
        cause(explained(&[&items]).env("AWS_SECRET_ACCESS_KEY", "another")),
        "both sides compute the same strings: the signature was made with another secret access \
         key, or from other strings by the program that made it"
    );
    assert_eq!(
        cause(&mut explained(&["--region", "eu-west-1", &items])),
        "the credential is scoped to another region"
    );
    assert_eq!(
        cause(&mut explained(&["--service", "es", &items])),
        "the credential is scoped to another service than 'execute-api'"
    );
    assert_eq!(
        cause(&mut explained(&["--access-key-id", "AKIDBOB", &items])),
        "the access key is unknown, or the session token does not belong to it"
    );
    assert_eq!(
        cause(&mut explained(&["--access-key-id", "ASIABOB", &items])),
        "the session token that belongs to the access key is missing"
    );
    assert_eq!(
        cause(explained(&[&items]).env("AWS_SESSION_TOKEN", TOKEN)),
        "the access key is unknown, or the session token does not belong to it"
    );
    assert!(
        cause(&mut explained(&["--time", "20150830T123600Z", &items]))
            .starts_with("the request was signed at 20150830T123600Z, ")
    );
    assert_eq!(
        cause(&mut explained(&[&format!("{}/itmes", gateway.url())])),
        "the service has no such route, stage or method"
    );
}

#[test]
fn policies_are_told_from_signatures() {
    let explained = |policy: &serde_json::Value| {
        let gateway = gateway(policy);
        let mut command = sigv4(&["request", "--explain", "--fail"]);
        let (code, stdout, stderr) = run(command.arg(format!("{}/items", gateway.url())));
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
        stderr.lines().next().unwrap().to_owned()
    };
    let statement = |effect: &str, action: &str| {
        json!({ "Version": "2012-10-17", "Statement": {
            "Effect": effect, "Action": action, "Resource": "*",
        }})
    };
    for (policy, said) in [
        (
            statement("Allow", "s3:GetObject"),
            "no identity-based policy allows execute-api:Invoke on arn:aws:execute-api:",
        ),
        (
            statement("Deny", "execute-api:Invoke"),
            "an identity-based policy denies execute-api:Invoke on arn:aws:execute-api:",
        ),
    ] {
        let cause = explained(&policy);
        assert!(
            cause.starts_with("cause:  the signature is right, the service knows the caller"),
            "{cause}"
        );
        assert!(cause.contains(said), "{cause}");
    }
}

/// S3 says the region of a bucket with a redirect.
#[test]
fn a_redirect_is_explained() {
    let url = serving(|_| {
        let body = "<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting \
                    to access must be addressed using the specified endpoint.</Message></Error>";
        ("301 Moved Permanently".into(), body.into())
    });
    let (code, _, stderr) = run(&mut sigv4(&[
        "request",
        "--explain",
        "--service",
        "s3",
        &url,
    ]));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.starts_with("cause:"), "{stderr}");
}
