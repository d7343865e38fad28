//! `sigv4 serve`.

use crate::runner::{bare, run};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
#[cfg(unix)]
fn serve_gives_credentials_that_work_and_stops_on_a_signal() {
    let mut serve = bare(&["serve", "--listen", "localhost:0"])
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
    let (code, stdout, stderr) = run(bare(&["items"]).envs(exports.clone()));
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
        let mut serve = bare(&["serve", "--listen", listen])
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
        (vec!["--service", "sqs"], "execute-api, s3"),
        (
            vec!["--service", "s3", "--stage", "prod"],
            "--stage is for an API",
        ),
        (
            vec!["--service", "s3", "--items", &no_list],
            "--items is for an API",
        ),
        (vec!["--max-body", "0"], "from 1 byte"),
        (vec!["--max-body", "+1"], "from 1 byte"),
        (vec!["--max-body", "3G"], "from 1 byte"),
        (vec!["--max-body", "M"], "from 1 byte"),
        (vec!["--max-body", "99999999999999999999G"], "from 1 byte"),
    ] {
        let mut all = vec!["serve"];
        all.extend(arguments);
        let (code, stdout, stderr) = run(&mut bare(&all));
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{all:?}: {stderr}");
        assert!(stderr.contains(said), "{all:?}: {stderr}");
    }
}

/// A file that is the wrong one can hold a secret.
#[test]
fn serve_shows_nothing_of_a_file_of_items() {
    let folder = tempfile::tempdir().unwrap();
    for (content, said) in [
        ("\"SECRETHERE\"", "line 1, column 12: not a JSON array"),
        (
            "\n{\"SECRETHERE\": 1}",
            "line 2, column 0: not a JSON array",
        ),
        ("[SECRETHERE]", "line 1, column 2: not valid JSON"),
        ("[\"SECRETHERE", "line 1, column 12: not valid JSON"),
    ] {
        let path = folder.path().join("items.json");
        std::fs::write(&path, content).unwrap();
        let path = path.to_str().unwrap();
        let (code, stdout, stderr) = run(&mut bare(&["serve", "--items", path]));
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
        assert!(
            stderr.ends_with(&format!("items.json: {said}\n")),
            "{stderr}"
        );
    }
}
