//! What is no text, has no end or has gone away.

use crate::runner::{file, run, sigv4};
use crate::wire::serving;
use std::process::Stdio;

#[test]
fn a_closed_stdout_is_no_panic() {
    let url = serving(|_| ("200 OK".into(), vec![b'x'; 4 << 20]));
    for arguments in [
        vec!["request", url.as_str()],
        vec!["completions", "zsh"],
        vec!["man"],
        vec!["sign", "https://example.com/"],
        vec!["--help"],
        vec!["--version"],
        vec!["demo"],
    ] {
        let mut child = sigv4(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.stderr, b"", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn what_is_no_text_is_refused_in_a_line() {
    let garbage: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let (_folder, path) = file("garbage", &garbage);
    let (code, stdout, stderr) = run(sigv4(&["verify"]).arg(&path));
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert_eq!(
        stderr,
        format!("sigv4: {}: not an HTTP request\n", path.display())
    );
    let (code, _, stderr) =
        run(sigv4(&["explain", "https://example.com/", "--response"]).arg(&path));
    assert_eq!(
        (code, stderr.as_str()),
        (Some(1), "sigv4: the answer cannot be explained\n")
    );

    let long = format!("https://example.com/{}", "a".repeat(70_000));
    let (code, _, stderr) = run(&mut sigv4(&["sign", &long]));
    assert_eq!(code, Some(2));
    assert_eq!(stderr, "sigv4: URL: 70020 bytes long; the limit is 65536\n");
}

#[cfg(unix)]
#[test]
fn arguments_that_are_no_utf8_are_refused() {
    use std::os::unix::ffi::OsStringExt;
    let argument = std::ffi::OsString::from_vec(b"https://example.com/\xff".to_vec());
    let (code, stdout, stderr) = run(sigv4(&["sign"]).arg(argument));
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

/// A device without an end does not fill the memory.
#[test]
#[cfg(unix)]
fn files_without_an_end_are_refused() {
    for option in ["--secret-file", "--cacert"] {
        let (code, _, stderr) = run(&mut sigv4(&[
            "request",
            option,
            "/dev/zero",
            "https://localhost:1/",
        ]));
        assert!(matches!(code, Some(2 | 3)), "{option}: {code:?} {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
}
