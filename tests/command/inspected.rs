//! `sigv4 serve --inspect` and `sigv4 explain --page`.

#[cfg(unix)]
use crate::proxied::{Running, ask, upstream};
#[cfg(unix)]
use crate::runner::SECRET;
use crate::runner::{bare, run};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

/// The address of the page comes first, and the page is there.
#[test]
fn serve_says_where_the_page_is() {
    let mut serve = bare(&["serve", "--inspect"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(serve.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let url = first.strip_prefix("# inspector: http://").unwrap();
    let address = url.strip_suffix('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    serve.kill().unwrap();
    serve.wait().unwrap();
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(page.contains("content-security-policy: default-src 'none'"));
}

/// What passes is in the list, with the key that the proxy has signed it with.
#[test]
#[cfg(unix)]
fn the_proxy_has_one_too() {
    let url = format!("http://127.0.0.1:{}", upstream());
    let mut command = bare(&["proxy", "--inspect", "--upstream", &url, "--listen", "0"]);
    command.args(["--service", "execute-api", "--region", "eu-west-1"]);
    command.envs([
        ("AWS_ACCESS_KEY_ID", "AKIDPROXY"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
    ]);
    let proxy = Running::start(&mut command);
    let inspector = proxy.inspector.as_ref().unwrap();
    let asked = |path: &str| {
        let head = format!("GET {path} HTTP/1.1\r\nhost: {inspector}\r\nconnection: close\r\n\r\n");
        ask(inspector, &head)
    };
    let page = asked("/");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert_eq!(proxy.get("/prod/a"), "GET /prod/a HTTP/1.1 AKIDPROXY");
    let list = asked("/api/requests?wait=20");
    let (_, body) = list.split_once("\r\n\r\n").unwrap();
    let list: serde_json::Value = serde_json::from_str(body).unwrap();
    let rows = list["requests"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{list:#}");
    for (field, value) in [
        ("target", "/prod/a"),
        ("key", "AKIDPROXY"),
        ("verdict", "allowed"),
        ("from", "proxy"),
    ] {
        assert_eq!(rows[0][field], value, "{field}");
    }
}

#[test]
fn beyond_loopback_only_where_it_is_allowed() {
    let proxy = ["proxy", "--upstream", "https://kms.eu-west-1.amazonaws.com"];
    for first in [&["serve"][..], &proxy] {
        let mut command = bare(first);
        let (code, _, stderr) = run(command.args(["--inspect", "0.0.0.0:0"]));
        assert_eq!(code, Some(2), "{stderr}");
        assert!(stderr.contains("--beyond-loopback"), "{stderr}");
    }
}

#[test]
fn a_page_of_its_own() {
    let folder = std::env::temp_dir().join(format!("sigv4-page-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (answer, page) = (folder.join("answer.txt"), folder.join("page.html"));
    let token = "IQoJb3JpZ2luX2VjEXAMPLEofACommand";
    let said =
        r#"{"message":"The security token included in the request is expired","a":"</script><b>"}"#;
    fs::write(&answer, said).unwrap();
    let (answer, page) = (answer.to_str().unwrap(), page.to_str().unwrap());
    let url = "https://abc123.execute-api.us-east-1.amazonaws.com/prod/items";
    for request in [&[][..], &[url]] {
        let mut command = bare(&["explain", "--page", page, "--response", answer]);
        command.args(request);
        command.envs([
            ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "aSecretOfACommand"),
            ("AWS_SESSION_TOKEN", token),
        ]);
        let (code, stdout, stderr) = run(&mut command);
        assert_eq!((code, stdout.as_str()), (Some(0), ""), "{stderr}");
        let text = fs::read_to_string(page).unwrap();
        assert!(
            text.contains("the session token has expired"),
            "{request:?}"
        );
        for never in [token, "aSecretOfACommand", "</script><b>"] {
            assert!(!text.contains(never), "{never}");
        }
        assert!(text.contains("http-equiv=\"content-security-policy\""));
    }
    let (code, stdout, _) = run(&mut bare(&["explain", "--page", "-", "--response", answer]));
    assert_eq!(code, Some(0));
    assert!(stdout.to_ascii_lowercase().starts_with("<!doctype html>"));
    fs::remove_dir_all(folder).unwrap();
}
