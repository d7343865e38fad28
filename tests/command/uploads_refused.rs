//! `sigv4 request -T --chunked` that does not end well.

use crate::runner::{file, run, sigv4};
use crate::wire::Arrived;
use std::io::{BufReader, Read, Write};
use std::net::{Shutdown, TcpListener};
use std::process::Stdio;
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
        assert_eq!(server.join().unwrap(), 0);
    }
}
