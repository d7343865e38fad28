//! `sigv4 serve`.

use crate::runner::{bare, run};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
#[cfg(unix)]
fn serve_gives_credentials_that_work_and_stops_on_a_signal() {
    let mut serve = bare(&["serve"])
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
    assert_eq!(
        log,
        "GET /prod/items 200 arn:aws:iam::123456789012:user/local\n"
    );
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
        (vec!["--listen", "0.0.0.0:0"], "other machines"),
        (vec!["--listen", "nowhere"], "nowhere"),
        (vec!["--account-id", "12"], "twelve digits"),
        (vec!["--stage", "a/b"], "stage"),
    ] {
        let mut all = vec!["serve"];
        all.extend(arguments);
        let (code, stdout, stderr) = run(&mut bare(&all));
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{all:?}: {stderr}");
        assert!(stderr.contains(said), "{all:?}: {stderr}");
    }
}
