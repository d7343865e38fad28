//! `sigv4 request -T --chunked` that does not end well.

use crate::runner::{file, run, sigv4};
use crate::wire::Arrived;
use std::io::{BufReader, Read, Write};
use std::net::{Shutdown, TcpListener};
use std::process::{Command, Stdio};
use std::thread;

/// Takes one request, with all of its body that comes: what it says, and how much that is.
fn taking() -> (String, thread::JoinHandle<(usize, usize)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/object", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        let arrived = Arrived::read(&mut stream).unwrap();
        let mut body = Vec::new();
        let _ = stream.read_to_end(&mut body);
        (arrived.length(), body.len())
    });
    (url, server)
}

/// It is known too late to say nothing, and early enough to leave the end out.
#[test]
fn a_pipe_that_is_not_as_long_as_its_length() {
    for (there, said) in [
        (
            29_999,
            "stdin: 29999 bytes, and not the 30000 that were announced",
        ),
        (
            30_001,
            "stdin: more than the 30000 bytes that were announced",
        ),
    ] {
        let (url, server) = taking();
        let mut command = sigv4(&["request", "--service", "s3", "--chunked", "-T", "-"]);
        command.args(["-H", "Content-Length: 30000", &url]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&vec![1; there]).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), &*output.stdout), (Some(1), &b""[..]));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(stderr, format!("sigv4: {said}; nothing was stored\n"));
        let (stated, arrived) = server.join().unwrap();
        assert!(arrived < stated, "{arrived} of {stated}");
    }
}

/// S3 says no, or points elsewhere, before it has read the body: that is explained without it.
#[test]
fn an_early_answer_needs_no_body() {
    let wrong = "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we \
        calculated does not match the signature you provided. Check your key and signing \
        method.</Message></Error>";
    let elsewhere = "<Error><Code>TemporaryRedirect</Code><Message>Please re-send this request to \
        the specified temporary endpoint.</Message><Endpoint>127.0.0.1:1</Endpoint></Error>";
    for (status, body, cause) in [
        ("403 Forbidden", wrong, "cause:"),
        ("307 Temporary Redirect", elsewhere, "cause:"),
    ] {
        // Who waits for a late answer no longer sends the body: on a busy machine, once more.
        let unsent = (0..10).any(|_| early_answer(status, body, cause) == 0);
        assert!(unsent, "{status}");
    }
}

/// How much of the body was sent.
fn early_answer(status: &'static str, body: &'static str, cause: &str) -> usize {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/object", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        let arrived = Arrived::read(&mut stream).unwrap();
        assert_eq!(arrived.header("expect"), Some("100-continue"));
        let (stream, length) = (stream.get_mut(), body.len());
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n");
        let head = head + "location: http://127.0.0.1:1/object\r\n\r\n";
        stream.write_all((head + body).as_bytes()).unwrap();
        // As it is asked to: nobody waits for more.
        stream.shutdown(Shutdown::Write).unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        rest.len()
    });
    let (_folder, path) = file("object", &[1; 200_000]);
    let stdin = std::fs::File::open(path).unwrap();
    let mut command = sigv4(&["request", "--service", "s3", "--chunked", "--explain"]);
    command.args(["-H", "Content-Length: 200000", "-T", "-", &url]);
    let (code, stdout, stderr) = run(command.stdin(stdin));
    assert_eq!((code, &*stdout), (Some(0), body), "{stderr}");
    assert!(stderr.contains(cause), "{stderr}");
    server.join().unwrap()
}

/// A pipe whose length nobody states is not opened: that would wait for who writes into it.
#[cfg(unix)]
#[test]
fn a_named_pipe_without_a_length_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let mut command = sigv4(&["request", "--service", "s3", "--chunked", "-T"]);
    let (code, stdout, stderr) = run(command.arg(&pipe).arg("https://localhost:1/object"));
    assert_eq!((code, &*stdout), (Some(2), ""));
    let said = format!(
        "sigv4: --chunked: the length of {} is not known beforehand: say it with -H \
         'Content-Length: BYTES', or give a file\n",
        pipe.display()
    );
    assert_eq!(stderr, said);
}

/// Not a word of the connection, which has nothing to do with it.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_is_blamed_for_it() {
    let (url, server) = taking();
    let folder = tempfile::tempdir().unwrap();
    let folder = std::fs::File::open(folder.path()).unwrap();
    let mut command = sigv4(&["request", "--service", "s3", "--chunked", "-T", "-"]);
    command.args(["-H", "Content-Length: 5", &url]);
    let (code, stdout, stderr) = run(command.stdin(folder));
    assert_eq!((code, &*stdout), (Some(1), ""));
    assert_eq!(stderr, "sigv4: stdin: Is a directory; nothing was stored\n");
    assert_eq!(server.join().unwrap().1, 0);

    // As all of procfs, of which the length is said to be 0.
    for chunked in [false, true] {
        // Who waits for the server no longer has read the file by then: on a busy machine, once more.
        let mut last = String::new();
        let told = (0..10).any(|_| {
            let (found, said) = of_a_process_that_ends(chunked);
            last.clone_from(&found);
            found == said
        });
        assert!(told, "{last}");
    }
}

/// What is said of a file that can be read until its process has ended, and what is to be.
#[cfg(target_os = "linux")]
fn of_a_process_that_ends(chunked: bool) -> (String, String) {
    let mut process = Command::new("sh");
    process.args(["-c", "echo; read line", &"a".repeat(100_000)]);
    process.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = process.spawn().unwrap();
    // By then, it is what it was started as.
    let begun = process.stdout.as_mut().unwrap().read_exact(&mut [0]);
    begun.unwrap();
    let path = format!("/proc/{}/cmdline", process.id());
    let length = std::fs::read(&path).unwrap().len();
    assert!(length > 100_000);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/object", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        Arrived::read(&mut stream).unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
        let answer = b"HTTP/1.1 100 Continue\r\n\r\n";
        stream.get_mut().write_all(answer).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let mut command = sigv4(&["request", "--service", "s3", "-T", &path, &url]);
    let stated = format!("Content-Length: {length}");
    let (options, end) = match chunked {
        true => (&["--chunked", "-H", &stated][..], "; nothing was stored"),
        false => (&[][..], ""),
    };
    let (code, stdout, stderr) = run(command.args(options));
    assert_eq!((code, &*stdout), (Some(1), ""));
    server.join().unwrap();
    (stderr, format!("sigv4: {path}: No such process{end}\n"))
}
