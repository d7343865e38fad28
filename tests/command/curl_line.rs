//! `sigv4 sign --output curl`, pasted into a shell.
#![cfg(unix)]

use crate::runner::{file, in_shell, run, sigv4};
use crate::wire::verifying;
use std::process::Command;

/// What `sign --output curl` prints, pasted into a shell. Passes where there is no curl.
#[cfg(unix)]
#[test]
fn the_curl_line_can_be_pasted() {
    if Command::new("curl").arg("--version").output().is_err() {
        return;
    }
    let url = verifying("execute-api");
    let (_folder, path) = file("it's $HOME.json", b"{\"from\": \"a file\"}\n");
    let from_file = format!("@{}", path.display());
    for (arguments, target, sent) in [
        (vec![], "/a b/ü/+/%2F/[x]{y}?q=1+1&b=$HOME`id`", ""),
        (
            vec!["--json", r#"{"name": "it's \"$HOME\" `id` \\ !!"}"#],
            "/items",
            r#"{"name": "it's \"$HOME\" `id` \\ !!"}"#,
        ),
        (vec!["-d", "a=1&b=%20"], "/?x=1;y", "a=1&b=%20"),
        (
            vec!["-X", "PUT", "-d", &from_file],
            "/",
            "{\"from\": \"a file\"}\n",
        ),
        (vec!["-d", "x", "-H", "Content-Type:"], "/", "x"),
        (vec!["-d", ""], "/", ""),
        (vec!["-X", "GET", "-d", "x"], "/", "x"),
        (
            vec!["-H", "X-Amz-Meta: it's; $HOME", "-H", "X-Amz-Empty;"],
            "/",
            "",
        ),
    ] {
        let mut sign = sigv4(&["sign", "--output", "curl"]);
        let (code, line, stderr) = run(sign.args(&arguments).arg(format!("{url}{target}")));
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        let line = line.replacen("curl ", "curl --silent --show-error --fail ", 1);
        let (code, stdout, stderr) = run(Command::new("sh").args(["-c", &line]));
        assert_eq!(code, Some(0), "{line}{stderr}");
        let (_, body) = stdout.split_once('\n').unwrap();
        assert_eq!(body, sent, "{line}");
    }
}

#[test]
#[cfg(unix)]
fn a_pipe_does_not_become_a_curl_line() {
    let script = format!(
        "printf piped | {} sign --output curl -d @/dev/stdin https://example.com/",
        env!("CARGO_BIN_EXE_sigv4")
    );
    let (code, stdout, stderr) = run(&mut in_shell(&script));
    assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
    assert!(stderr.contains("only once"), "{stderr}");
}
