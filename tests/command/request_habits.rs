//! `sigv4 request`: what people type who know curl.

use crate::runner::{file, run, sigv4};
use crate::wire::{Arrived, serving, verifying};
use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::thread;

#[test]
fn forms_arrive_as_curl_sends_them() {
    let url = verifying("execute-api");
    let (_folder, path) = file("text", "a b&c=ü\n".as_bytes());
    let path = path.display();
    for (arguments, line, body) in [
        (vec!["-d", "a=1", "-d", "b=2"], "POST /", "a=1&b=2"),
        (
            vec![
                "--data-urlencode",
                "b=x y&",
                "-d",
                "a=1",
                "--data-raw",
                "@c",
            ],
            "POST /",
            "b=x%20y%26&a=1&@c",
        ),
        (
            vec!["--data-urlencode", &format!("n@{path}")],
            "POST /",
            "n=a%20b%26c%3D%C3%BC%0A",
        ),
        (
            vec!["-G", "-d", "a=1", "--data-urlencode", "b=x y&ü"],
            "GET /?a=1&b=x%20y%26%C3%BC",
            "",
        ),
        (
            vec!["-X", "PURGE", "-G", "-d", "a=b c"],
            "PURGE /?a=b%20c",
            "",
        ),
        (vec!["-T", &path.to_string()], "PUT /text", "a b&c=ü\n"),
    ] {
        let (code, stdout, stderr) = run(sigv4(&["request", "--fail"]).args(&arguments).arg(&url));
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{arguments:?}");
        assert_eq!(stdout, format!("{line} HTTP/1.1\n{body}"), "{arguments:?}");
    }
}

#[test]
fn a_head_is_asked_for_and_printed() {
    let url = verifying("execute-api");
    let (code, stdout, stderr) = run(&mut sigv4(&["request", "-fI", &url]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(
        stdout,
        "HTTP/1.1 200 OK\ncontent-length: 16\nx-echo: yes\n\n"
    );
}

/// S3 keeps the content type with the object.
#[test]
fn what_is_stored_has_no_content_type_that_nobody_gave() {
    let url = serving(|arrived| {
        let found = arrived.header("content-type").unwrap_or("none");
        ("200 OK".into(), found.as_bytes().to_vec())
    });
    for (arguments, expected) in [
        (vec!["--service", "s3", "-X", "PUT", "-d", "x"], "none"),
        (vec!["--service", "s3", "-T", "/dev/null"], "none"),
        (
            vec!["--service", "s3express", "-X", "PUT", "-d", "x"],
            "none",
        ),
        (vec!["--service", "s3", "--json", "{}"], "application/json"),
        (vec!["-d", "x"], "application/x-www-form-urlencoded"),
        (vec!["-d", "x", "-H", "content-type:"], "none"),
    ] {
        let target = format!("{url}/k");
        let (code, stdout, stderr) = run(sigv4(&["request"]).args(&arguments).arg(target));
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        assert_eq!(stdout, expected, "{arguments:?}");
    }
}

#[test]
fn silence_hides_what_curl_hides() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let refusing = serving(|_| ("403 Forbidden".into(), b"no".to_vec()));
    for (arguments, code, said) in [
        (vec!["-s", nobody.as_str()], 1, false),
        (vec!["-sS", nobody.as_str()], 1, true),
        (vec!["-S", nobody.as_str()], 1, true),
        (vec!["-s", refusing.as_str()], 0, false),
        (vec!["-sf", refusing.as_str()], 1, false),
        (vec!["-sSf", refusing.as_str()], 1, true),
    ] {
        let (found, _, stderr) = run(sigv4(&["request"]).args(&arguments));
        assert_eq!(found, Some(code), "{arguments:?}");
        assert_eq!(!stderr.is_empty(), said, "{arguments:?}: {stderr}");
    }
    // What is asked for is said.
    let (code, _, stderr) = run(&mut sigv4(&["request", "-s", "--explain", &refusing]));
    assert_eq!(code, Some(0));
    assert!(stderr.starts_with("cause:"), "{stderr}");
}

#[test]
fn something_is_written_out_after_the_answer() {
    let url = verifying("execute-api");
    let format = "\\n%{http_code} %{response_code} %{method} %{scheme} %{http_version} \
                  %{size_upload} %{size_download} %{content_type}|%header{X-Echo}%%\\t%{url}\\n%";
    let (code, stdout, stderr) = run(&mut sigv4(&[
        "request", "--fail", "-d", "x", "-w", format, &url,
    ]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(
        stdout,
        format!("POST / HTTP/1.1\nx\n200 200 POST http 1.1 1 17 |yes%\t{url}/\n%")
    );
    let (_, stdout, _) = run(&mut sigv4(&["request", "-w", "%{time_total}", &url]));
    let time = stdout.lines().last().unwrap();
    assert!(time.parse::<f64>().is_ok(), "{stdout}");
    // Without an answer, too.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let (code, stdout, _) = run(&mut sigv4(&["request", "-w", "%{http_code}\\n", &nobody]));
    assert_eq!((code, stdout.as_str()), (Some(1), "000\n"));
}

#[test]
fn a_proxy_that_is_named_is_gone_through() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let tunnel = thread::spawn(move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        let asked = Arrived::read(&mut stream).unwrap();
        stream
            .get_mut()
            .write_all(b"HTTP/1.1 200 OK\r\n\r\n")
            .unwrap();
        let request = Arrived::read(&mut stream).unwrap();
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes";
        stream.get_mut().write_all(answer).unwrap();
        let verified = request.verify("execute-api");
        (asked.line, request.line, verified)
    });
    let (code, stdout, stderr) = run(&mut sigv4(&[
        "request",
        "--fail",
        "--allow-plain-http",
        "-x",
        &proxy,
        "http://abc123.execute-api.us-east-1.amazonaws.com/items",
    ]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, "yes");
    let (asked, request, verified) = tunnel.join().unwrap();
    assert_eq!(
        asked,
        "CONNECT abc123.execute-api.us-east-1.amazonaws.com:80 HTTP/1.1"
    );
    assert_eq!(request, "GET /items HTTP/1.1");
    verified.unwrap();
    // An empty one is none.
    let url = verifying("execute-api");
    let mut command = sigv4(&["request", "--fail", "-x", "", &url]);
    let (code, stdout, _) = run(command.env("http_proxy", "http://127.0.0.1:1"));
    assert_eq!((code, stdout.as_str()), (Some(0), "GET / HTTP/1.1\n"));
}
