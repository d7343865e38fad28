//! `sigv4 request`: where the answer goes, and what was sent for it.

use crate::runner::{run, sigv4};
use crate::wire::{serving, verifying};

#[test]
fn the_answer_goes_where_it_is_wanted() {
    let url = verifying("execute-api");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answer");
    let (code, stdout, stderr) = run(sigv4(&["request", &url, "-o"]).arg(&path));
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(0), "", ""));
    assert_eq!(std::fs::read(&path).unwrap(), b"GET / HTTP/1.1\n");

    let (code, stdout, _) = run(&mut sigv4(&["request", "-i", &url]));
    assert_eq!(code, Some(0));
    assert_eq!(
        stdout,
        "HTTP/1.1 200 OK\ncontent-length: 15\nx-echo: yes\n\nGET / HTTP/1.1\n"
    );

    // Whatever the status, unless --fail says otherwise.
    let mut wrong = sigv4(&["request", &url]);
    let (code, stdout, stderr) = run(wrong.env("AWS_SECRET_ACCESS_KEY", "another"));
    assert_eq!(code, Some(0));
    assert_eq!(stderr, "the service answered 403; --explain says why\n");
    assert_eq!(stdout, "GET / HTTP/1.1\n");
    let mut wrong = sigv4(&["request", "--fail", &url]);
    let (code, stdout, stderr) = run(wrong.env("AWS_SECRET_ACCESS_KEY", "another"));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert_eq!(
        stderr,
        "sigv4: the service answered 403; --explain says why\n"
    );

    let mut wrong = sigv4(&["request", "--fail-with-body", &url]);
    let (code, stdout, stderr) = run(wrong.env("AWS_SECRET_ACCESS_KEY", "another"));
    assert_eq!((code, stdout.as_str()), (Some(1), "GET / HTTP/1.1\n"));
    assert_eq!(
        stderr,
        "sigv4: the service answered 403; --explain says why\n"
    );
    let (code, stdout, stderr) = run(&mut sigv4(&["request", "-X", "HEAD", "-i", &url]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(stdout.starts_with("HTTP/1.1 200 OK\n"), "{stdout}");

    let (code, stdout, stderr) = run(&mut sigv4(&["request", &url, "-o", "/none/answer"]));
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert_eq!(stderr, "sigv4: /none/answer: No such file or directory\n");
}

#[test]
fn headers_are_sent_signed_or_not() {
    let url = serving(|arrived| {
        let mut lines: Vec<_> = arrived
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\n"))
            .filter(|line| !line.starts_with("authorization") && !line.starts_with("host"))
            .collect();
        lines.sort();
        let authorization = arrived
            .headers
            .iter()
            .find(|(name, _)| name == "authorization");
        let (_, signed) = authorization
            .unwrap()
            .1
            .split_once("SignedHeaders=")
            .unwrap();
        lines.push(signed.split(',').next().unwrap().to_owned());
        ("200 OK".into(), lines.concat().into_bytes())
    });
    let mut command = sigv4(&[
        "request",
        "-H",
        "X-Amz-Meta: a",
        "-H",
        "X-Other: b",
        "-H",
        "User-Agent: me",
        "-H",
        "Accept: text/plain",
        "-H",
        "X-Amz-Meta: c",
        "--signed-headers",
        "x-other",
        &url,
    ]);
    let (code, stdout, stderr) = run(&mut command);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let lines: Vec<_> = stdout
        .lines()
        .filter(|line| !line.starts_with("x-amz-date") && !line.starts_with("accept-encoding"))
        .collect();
    assert_eq!(
        lines,
        [
            "accept: text/plain",
            "user-agent: me",
            "x-amz-meta: a",
            "x-amz-meta: c",
            "x-other: b",
            "host;x-amz-date;x-amz-meta;x-other"
        ]
    );
}
