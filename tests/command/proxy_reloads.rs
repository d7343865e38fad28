//! `sigv4 proxy`: what is loaded again while it runs, beside the file of settings.
#![cfg(unix)]

use crate::proxied::{Running, ask, replace, started, until};
use crate::runner::bare;

/// Not only the file of settings, but what is named there or by options.
#[test]
fn a_token_that_is_replaced_counts() {
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    replace(&token, "the-first-of-two-tokens\n");
    let running = started(&["--listen", "0", "--require-token", token.to_str().unwrap()]);
    assert_eq!(running.shown("the-first-of-two-tokens"), "200");
    assert_eq!(running.shown("the-other-of-two-tokens"), "401");
    replace(&token, "the-other-of-two-tokens\n");
    until("200", || running.shown("the-other-of-two-tokens"));
    assert_eq!(running.shown("the-first-of-two-tokens"), "401");
    // One that is too short is none.
    replace(&token, "short\n");
    running.says("not reloaded");
    assert_eq!(running.shown("the-other-of-two-tokens"), "200");
}

#[test]
fn principals_that_are_replaced_count() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("principals.json");
    let principals = |key: &str| {
        format!(
            r#"{{"principals": [{{"arn": "arn:aws:iam::123456789012:user/a",
                "keys": [{{"access_key_id": "{key}", "secret_access_key": "throw-away"}}],
                "policies": [{{"Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*"}}}}]}}]}}"#
        )
    };
    replace(&file, &principals("AKIDFIRST"));
    let running = started(&["--listen", "0", "--resign", file.to_str().unwrap()]);
    let called = |key: &str| {
        let signer = sigv4::Signer::new(
            sigv4::Credentials::new(key, "throw-away"),
            "eu-west-1",
            "execute-api",
        );
        let request = sigv4::Request {
            method: "GET",
            target: "/a",
            headers: &[("host", b"localhost")],
            payload: sigv4::Payload::EMPTY,
        };
        let now = sigv4::Timestamp::try_from(std::time::SystemTime::now()).unwrap();
        let signed = signer.sign(&request, now).unwrap();
        let headers = signed.headers();
        let headers: String = headers
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let head =
            format!("GET /a HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n");
        ask(&running.address, &head)[9..12].to_owned()
    };
    assert_eq!(
        (called("AKIDFIRST"), called("AKIDOTHER")),
        ("200".into(), "403".into())
    );
    replace(&file, &principals("AKIDOTHER"));
    until("200", || called("AKIDOTHER"));
    assert_eq!(called("AKIDFIRST"), "403");
}

/// Each signal is one reload; the times that count at the end are those that were loaded last.
#[test]
fn a_signal_reloads_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proxy.toml");
    let of = |drain: &str, connections: usize| {
        format!(
            "listen = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n[limits]\ndrain = \"{drain}\"\n\
             connections = {connections}\n[[route]]\n\
             upstream = \"http://127.0.0.1:1\"\nservice = \"execute-api\"\nregion = \"eu-west-1\"\n"
        )
    };
    replace(&file, &of("30s", 1024));
    let mut command = bare(&["proxy", "--config", file.to_str().unwrap()]);
    command.env("AWS_ACCESS_KEY_ID", "AKIDHERE");
    command.env("AWS_SECRET_ACCESS_KEY", "secret");
    let mut running = Running::start(&mut command);
    let ok = "sigv4_proxy_config_reloads_total{outcome=\"ok\"}";
    assert_eq!(running.metric(ok), "0");
    running.signal("-HUP");
    running.says("reloaded");
    assert_eq!(running.metric(ok), "1");
    replace(&file, &of("7s", 1025));
    running.signal("-HUP");
    running.says("reloaded");
    running.says("limits.connections, takes a restart to change");
    replace(&file, "listen = 1");
    running.signal("-HUP");
    running.says("not reloaded");
    let failed = "sigv4_proxy_config_reloads_total{outcome=\"failed\"}";
    assert_eq!(
        (running.metric(ok), running.metric(failed)),
        ("2".into(), "1".into())
    );
    running.signal("-TERM");
    running.says("draining: requests have 7s to end");
    assert!(running.child.wait().unwrap().success());
}
