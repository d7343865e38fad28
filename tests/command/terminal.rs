//! What reaches a terminal, and what reaches a pipe or a log.
#![cfg(unix)]

use crate::runner::{file, run, sigv4};
use crate::wire::serving;
use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};

/// The side of a terminal that a person has, and what opens the other one.
pub fn terminal() -> (File, impl Fn() -> File) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let name = name.into_string().unwrap();
    let open = move || File::options().read(true).write(true).open(&name).unwrap();
    (master.into(), open)
}

/// Runs a command with stdout in a terminal and stderr in another or the same one; what came
/// out, with the line ends that were written.
fn in_terminal(command: &mut Command) -> String {
    let (mut master, open) = terminal();
    // Held open until all of it is read.
    let held = open();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(open())
        .stderr(open())
        .spawn()
        .unwrap();
    // The command's side is closed with the command.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    assert!(child.wait().unwrap().code().is_some());
    drop(held);
    let mut shown = Vec::new();
    let mut piece = [0; 4096];
    // The end of a terminal that nobody holds is an error.
    while let Ok(read @ 1..) = master.read(&mut piece) {
        shown.extend_from_slice(&piece[..read]);
    }
    String::from_utf8(shown).unwrap().replace("\r\n", "\n")
}

fn answering(status: &'static str, body: &'static [u8]) -> String {
    serving(move |_| (status.into(), body.to_vec()))
}

#[test]
fn a_prompt_starts_on_a_line_of_its_own() {
    for (body, shown) in [
        (&b"yes"[..], "yes\n"),
        (b"yes\n", "yes\n"),
        (b"yes\n\n", "yes\n\n"),
        (b"", ""),
    ] {
        let url = answering("200 OK", body);
        assert_eq!(in_terminal(&mut sigv4(&["request", &url])), shown);
        let output = sigv4(&["request", &url]).output().unwrap();
        assert_eq!((&*output.stdout, &*output.stderr), (body, &b""[..]));
    }
}

/// Of the data, whatever goes around them.
#[test]
fn a_bar_shows_how_much_of_an_upload_is_sent() {
    let url = answering("200 OK", b"");
    let (_folder, path) = file("object", &vec![1; 2 << 20]);
    for chunked in [&["--chunked"][..], &[]] {
        let upload = |options: &[&str]| {
            let mut command = sigv4(&["request", "--service", "s3", "-T"]);
            let command = command.arg(&path).arg(format!("{url}/object"));
            in_terminal(command.args(chunked).args(options))
        };
        let shown = upload(&[]);
        let whole = format!("\r[{}] 100% of 2 MiB sent\n", "#".repeat(30));
        assert!(shown.ends_with(&whole), "{shown}");
        assert!(shown.starts_with("\r[") && shown.matches(&whole).count() == 1);
        assert_eq!(upload(&["-s"]), "");
    }
}

#[test]
fn controls_of_others_do_not_reach_it() {
    let body = b"\x1b]0;owned\x07 \xc2\x9b31m \x9b31m \x08 \xc3\xbc\tend\n";
    let url = answering("200 OK", body);
    assert_eq!(
        in_terminal(&mut sigv4(&["request", &url])),
        "\\u{1b}]0;owned\\u{7} \\u{9b}31m \\x9b31m \\u{8} ü\tend\n"
    );
    let output = sigv4(&["request", &url]).output().unwrap();
    assert_eq!(output.stdout, body);
    // Nor with the head, nor with what is written after it.
    let url = answering("200 OK\r\nx-evil: a\u{9b}b", b"");
    let written = ["-w", "%header{x-evil}"];
    let shown = in_terminal(sigv4(&["request", "-i", &url]).args(written));
    assert!(shown.contains("x-evil: a\\u{9b}b\n"), "{shown}");
    assert!(shown.ends_with("a\\u{9b}b"), "{shown}");
}

#[test]
fn a_refusal_mentions_what_explains_it() {
    for (status, mentioned) in [
        ("403 Forbidden", true),
        ("401 Unauthorized", true),
        ("404 Not Found", false),
        ("200 OK", false),
    ] {
        let url = answering(status, b"no");
        let shown = in_terminal(&mut sigv4(&["request", &url]));
        let number = &status[..3];
        let expected = match mentioned {
            true => format!("no\nthe service answered {number}; --explain says why\n"),
            false => "no\n".to_owned(),
        };
        assert_eq!(shown, expected);
        let shown = in_terminal(&mut sigv4(&["request", "-s", &url]));
        assert_eq!(shown, "no\n");
    }
}

/// `sigv4 request URL >log 2>&1`
#[test]
fn in_one_log_each_line_is_one() {
    let url = answering("403 Forbidden", br#"{"message":"Forbidden"}"#);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    for (arguments, second) in [
        (vec!["--explain"], "cause:"),
        (vec![], "the service answered 403; --explain says why"),
        (
            vec!["--fail-with-body"],
            "sigv4: the service answered 403; --explain says why",
        ),
    ] {
        let log = File::create(&path).unwrap();
        let status = sigv4(&["request", &url])
            .args(&arguments)
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .status();
        assert!(status.unwrap().code().is_some());
        let log = std::fs::read_to_string(&path).unwrap();
        let mut lines = log.lines();
        assert_eq!(lines.next(), Some(r#"{"message":"Forbidden"}"#), "{log}");
        assert!(lines.next().unwrap().starts_with(second), "{log}");
    }
    // Apart, the answer is what it was, and the explanation starts at once.
    let (_, stdout, stderr) = run(&mut sigv4(&["request", "--explain", &url]));
    assert_eq!(stdout, r#"{"message":"Forbidden"}"#);
    assert!(stderr.starts_with("cause:"), "{stderr}");
}

/// A line of others does not pass for one of ours.
#[test]
fn an_error_is_one_line() {
    let (code, _, stderr) = run(&mut sigv4(&[
        "request",
        "-o",
        "none\nGET /items 200\u{9b}/answer",
        "https://sts.amazonaws.com/",
    ]));
    assert_eq!(code, Some(2));
    assert_eq!(
        stderr,
        "sigv4: none\\nGET /items 200\\u{9b}/answer: No such file or directory\n"
    );
}
