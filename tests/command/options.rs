//! The command's `demo`, `items` and `serve`, run as a user runs them.
#![cfg(feature = "cli")]

use serde_json::{Value, json};
use sigv4::gateway::{Api, Gateway, Principals, Running};
use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

const SECRET: &str = "a-secret-that-must-not-be-seen";

fn sigv4(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sigv4"));
    // Nothing of the environment that the tests run in.
    command.env_clear().args(arguments);
    command
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

fn gateway() -> Running {
    let principals = json!({ "principals": [{
        "arn": "arn:aws:iam::111122223333:user/alice",
        "keys": [{ "access_key_id": "AKIDALICE", "secret_access_key": SECRET }],
        "policies": [{ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*",
        }}],
    }]});
    let api = Api::new("us-east-1", "111122223333", "abc123", "prod").unwrap();
    let principals = Principals::from_json(&principals.to_string()).unwrap();
    Gateway::new(api, principals).start().unwrap()
}

fn items(base_url: &str, secret: &str) -> Command {
    let mut command = sigv4(&["items", "-v", "--base-url", base_url]);
    command
        .env("AWS_ACCESS_KEY_ID", "AKIDALICE")
        .env("AWS_SECRET_ACCESS_KEY", secret)
        .env("AWS_DEFAULT_REGION", "us-east-1");
    command
}

#[test]
fn the_demo_goes_as_it_should() {
    let (code, stdout, stderr) = run(&mut sigv4(&["demo"]));
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
    let gateway = gateway();
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
    let mut from_environment = sigv4(&["items"]);
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
    let gateway = gateway();
    let wrong = "another-secret-that-must-not-be-seen";
    let (code, stdout, stderr) = run(&mut items(&gateway.url(), wrong));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("signature"), "{stderr}");
    assert!(!stderr.contains(wrong));

    let (code, _, stderr) = run(&mut sigv4(&["items", "--base-url", &gateway.url()]));
    assert_eq!(code, Some(3), "{stderr}");
    assert!(stderr.contains("AWS_ACCESS_KEY_ID"), "{stderr}");
    let (code, _, stderr) = run(&mut items(&gateway.url(), "a-secret-with-a-newline\n"));
    assert_eq!(code, Some(3), "{stderr}");
    assert!(
        stderr.contains("AWS_SECRET_ACCESS_KEY") && stderr.contains("white space"),
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
    assert_eq!(run(&mut sigv4(&["items"])).0, Some(2));
    assert_eq!(run(&mut sigv4(&["nonsense"])).0, Some(2));
}

#[test]
#[cfg(unix)]
fn serve_gives_credentials_that_work_and_stops_on_a_signal() {
    let mut serve = sigv4(&["serve", "--listen", "localhost:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut exports = Vec::new();
    for line in BufReader::new(serve.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let (name, value) = match line.strip_prefix("export ") {
            Some(export) => export.split_once('=').unwrap(),
            None => continue,
        };
        exports.push((name.to_owned(), value.to_owned()));
        if name == "MICROSERVICE_B_URL" {
            break;
        }
    }
    let (code, stdout, stderr) = run(sigv4(&["items"]).envs(exports.clone()));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains("hammer"));

    let kill = Command::new("kill")
        .args(["-INT", &serve.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let output = serve.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let log = String::from_utf8(output.stderr).unwrap();
    let words: Vec<_> = log.split_whitespace().collect();
    let [time, "GET", "/prod/items", "200", key, caller, id] = words[..] else {
        panic!("{log}");
    };
    assert!(sigv4::Timestamp::parse(time).is_ok(), "{log}");
    let (_, access_key_id) = &exports[0];
    assert_eq!(key, format!("key={access_key_id}"));
    assert_eq!(caller, "caller=arn:aws:iam::123456789012:user/local");
    assert!(id.starts_with("id="), "{log}");
}

/// A port alone is one on loopback; 0 takes a free one.
#[test]
#[cfg(unix)]
fn serve_listens_on_a_port() {
    for listen in ["0", "localhost:0", "127.0.0.1:0"] {
        let mut serve = sigv4(&["serve", "--listen", listen])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(serve.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| {
            let line = line.unwrap();
            line.strip_prefix("export MICROSERVICE_B_URL=")
                .map(str::to_owned)
        });
        serve.kill().unwrap();
        serve.wait().unwrap();
        let url = url.unwrap_or_default();
        assert!(url.starts_with("http://127.0.0.1:"), "{listen}: {url}");
    }
}

#[test]
fn serve_says_what_is_wrong_with_its_arguments() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let broken = file("broken.json", "{");
    let denied = file(
        "misspelt.json",
        r#"{"principals":[{"arn":"arn:aws:iam::111122223333:user/a","keys":[{"access_key_id":"A","secret_access_key":"s"}],"policies":[{"Statement":{"Effect":"Alow","Action":"*","Resource":"*"}}]}]}"#,
    );
    let no_list = file("items.json", "{}");
    let missing = folder
        .path()
        .join("missing.json")
        .to_str()
        .unwrap()
        .to_owned();
    for (arguments, said) in [
        (vec!["--principals", &broken], "line 1"),
        (
            vec!["--principals", &denied],
            "principals[0].policies[0].Statement.Effect",
        ),
        (vec!["--principals", &missing], "missing.json"),
        (vec!["--items", &no_list], "items.json"),
        (vec!["--listen", "0.0.0.0:0"], "--beyond-loopback"),
        (vec!["--listen", "nowhere"], "nowhere"),
        (vec!["--listen", "example.com:80"], "localhost:PORT"),
        (vec!["--listen", ":8080"], "127.0.0.1:8080"),
        (vec!["--listen", "127.0.0.1"], "a port is missing"),
        (vec!["--listen", "localhost"], "a port is missing"),
        (vec!["--listen", "+80"], "expected a port"),
        (vec!["--listen", "65536"], "expected a port"),
        (vec!["--account-id", "12"], "twelve digits"),
        (vec!["--stage", "a/b"], "stage"),
    ] {
        let mut all = vec!["serve"];
        all.extend(arguments);
        let (code, stdout, stderr) = run(&mut sigv4(&all));
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{all:?}: {stderr}");
        assert!(stderr.contains(said), "{all:?}: {stderr}");
    }
}

/// A reader that goes away is no reason to panic.
#[test]
#[cfg(unix)]
fn a_closed_stdout_is_no_panic() {
    let mut child = sigv4(&["demo"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
