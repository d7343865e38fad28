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
        vec!["sign", "https://sts.amazonaws.com/"],
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
        run(sigv4(&["explain", "https://sts.amazonaws.com/", "--response"]).arg(&path));
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

/// What is held in memory has a limit, and what can be done then is told where anything can.
#[test]
#[cfg(unix)]
fn what_is_held_in_memory_has_a_limit() {
    let advice = "; a file can be longer, and so can what sigv4 request -T sends --chunked";
    let url = "https://localhost:1/object";
    let zeros = || std::fs::File::open("/dev/zero").unwrap();
    for (arguments, name, advice) in [
        (&["verify"][..], "stdin", ""),
        (&["verify", "/dev/zero"], "/dev/zero", ""),
        (&["request", "-T", "-", url], "stdin", advice),
        (&["request", "-d", "@/dev/zero", url], "/dev/zero", advice),
    ] {
        let (code, _, stderr) = run(sigv4(arguments).stdin(zeros()));
        let limit = "more than 64 MiB, and no more is held in memory";
        assert_eq!(stderr, format!("sigv4: {name}: {limit}{advice}\n"));
        assert_eq!(code, Some(2));
    }
}

/// Of what comes before an answer, there is an end.
#[test]
fn interim_answers_are_counted() {
    let refusal = "HTTP/1.1 403 Forbidden\r\nx-amzn-errortype: InvalidSignatureException\r\n\r\n\
                   {\"message\": \"Signature expired: 20150830T123600Z is now earlier than \
                   20150830T125100Z (20150830T125600Z - 5 min.)\"}";
    for (interim, code) in [(1, 0), (100, 0), (101, 2)] {
        let answer = "HTTP/1.1 100 Continue\r\nx-a: b\r\n\r\n".repeat(interim) + refusal;
        let (_folder, path) = file("answer", answer.as_bytes());
        let mut explain = sigv4(&["explain", "https://sts.amazonaws.com/", "--response"]);
        let (found, stdout, stderr) = run(explain.arg(path));
        assert_eq!(found, Some(code), "{interim}: {stdout}{stderr}");
        assert_eq!(stderr.contains("more than 100 interim answers"), code == 2);
    }
    // What cost the square of its length took hours for this.
    let answer = "HTTP/1.1 100\r\n\r\n".repeat(1 << 21);
    let (_folder, path) = file("answer", answer.as_bytes());
    let mut explain = sigv4(&["explain", "https://sts.amazonaws.com/", "--response"]);
    assert_eq!(run(explain.arg(path)).0, Some(2));
}
