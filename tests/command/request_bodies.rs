//! `sigv4 request`: bodies and how they are framed.

#[cfg(unix)]
use crate::runner::in_shell;
use crate::runner::{file, run, sigv4};
use crate::wire::{Arrived, serving, verifying};
use std::io::{BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::thread;

#[test]
fn bodies_arrive_as_they_were_signed() {
    let url = verifying("execute-api");
    let large: Vec<u8> = (0..3_000_000_u32)
        .map(|number| number.to_le_bytes()[0])
        .collect();
    let (_folder, path) = file("body.bin", &large);
    let from_file = format!("@{}", path.display());
    let (_empty_folder, empty) = file("empty", b"");
    let from_empty = format!("@{}", empty.display());
    for (arguments, method, body) in [
        (vec!["-d", "a=1&b=ü"], "POST", "a=1&b=ü".as_bytes()),
        (vec!["-d", ""], "POST", b""),
        (vec!["-X", "GET", "-d", "x"], "GET", b"x"),
        (vec!["-X", "DELETE", "--json", "{}"], "DELETE", b"{}"),
        (vec!["-X", "PUT", "-d", &from_file], "PUT", &large),
        (vec!["-d", &from_empty], "POST", b""),
        (vec!["-d", "-5"], "POST", b"-5"),
    ] {
        let output = sigv4(&["request", "--fail"])
            .args(&arguments)
            .arg(&url)
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {stderr}");
        let mut expected = format!("{method} / HTTP/1.1\n").into_bytes();
        expected.extend(body);
        assert!(output.stdout == expected, "{arguments:?}");
    }

    let mut child = sigv4(&["request", "--fail", "-d", "@-", &url])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"\x00\xff piped\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"POST / HTTP/1.1\n\x00\xff piped\n");
}

/// `-d @<(…)`: a pipe can be read only once.
#[cfg(unix)]
#[test]
fn a_pipe_is_a_body() {
    let url = verifying("execute-api");
    let script = format!(
        "printf piped | {} request --fail -d @/dev/stdin {url}",
        env!("CARGO_BIN_EXE_sigv4")
    );
    let (code, stdout, stderr) = run(&mut in_shell(&script));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, "POST / HTTP/1.1\npiped");
}

#[test]
fn a_file_that_changes_is_not_sent_whole() {
    let (_folder, path) = file("body.bin", &vec![b'a'; 16 << 20]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let changing = path.clone();
    let server = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut stream = BufReader::new(stream);
        let arrived = Arrived::read(&mut stream).unwrap();
        // Most of it is not read yet: the buffers between the two are smaller.
        let mut writing = std::fs::OpenOptions::new()
            .write(true)
            .open(changing)
            .unwrap();
        std::io::Seek::seek(&mut writing, std::io::SeekFrom::End(-1)).unwrap();
        writing.write_all(b"b").unwrap();
        let mut body = Vec::new();
        let _ = stream.read_to_end(&mut body);
        (arrived.length(), body.len())
    });
    let data = format!("@{}", path.display());
    let (code, stdout, stderr) = run(&mut sigv4(&["request", "-d", &data, &url]));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert_eq!(
        stderr,
        format!(
            "sigv4: {}: the file changed after it was signed\n",
            path.display()
        )
    );
    let (stated, arrived) = server.join().unwrap();
    assert_eq!(stated, 16 << 20);
    assert!(arrived < stated, "{arrived}");
}

/// S3 refuses chunks, and a method that wants a body wants its length.
#[test]
fn no_body_has_a_length_where_one_is_wanted() {
    let url = serving(|arrived| {
        let framing = |name: &str| ["content-length", "transfer-encoding"].contains(&name);
        let headers = arrived.headers.iter();
        let found = headers.filter(|(name, _)| framing(&name.to_ascii_lowercase()));
        let lines: String = found
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        ("200 OK".into(), lines.into_bytes())
    });
    for (method, expected) in [
        ("PUT", "content-length: 0\n"),
        ("POST", "content-length: 0\n"),
        ("PATCH", "content-length: 0\n"),
        ("GET", ""),
        ("DELETE", ""),
        ("HEAD", ""),
    ] {
        let (code, stdout, stderr) = run(&mut sigv4(&["request", "-X", method, &url]));
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        assert_eq!(stdout, expected, "{method}");
    }
}

/// What is stated is what is sent, signed or not; anything else is an error before it is.
#[test]
fn the_framing_is_what_is_sent() {
    let url = verifying("execute-api");
    for arguments in [
        vec!["-d", "12345", "-H", "Content-Length: 5"],
        vec![
            "-d",
            "12345",
            "-H",
            "Content-Length: 5",
            "--signed-headers",
            "all",
        ],
    ] {
        let (code, stdout, stderr) = run(sigv4(&["request", "--fail"]).args(arguments).arg(&url));
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        assert_eq!(stdout, "POST / HTTP/1.1\n12345");
    }
    // A length that is signed arrives, even where none would be sent.
    let (code, stdout, stderr) = run(&mut sigv4(&[
        "request",
        "--fail",
        "-H",
        "Content-Length: 0",
        "--signed-headers",
        "all",
        &url,
    ]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, "GET / HTTP/1.1\n");
    for (header, said) in [
        (
            "Content-Length: 3",
            "content-length is 3, but the body has 5 bytes",
        ),
        ("Transfer-Encoding: chunked", "transfer-encoding"),
    ] {
        let (code, stdout, stderr) =
            run(&mut sigv4(&["request", "-d", "12345", "-H", header, &url]));
        assert_eq!((code, stdout.as_str()), (Some(2), ""));
        assert!(stderr.contains(said), "{stderr}");
    }
}

/// S3 and `sigv4 serve` refuse a large body before they have read it.
#[test]
fn an_answer_that_comes_before_the_body_is_not_lost() {
    for size in [64 << 10, 200_000, 9 << 20] {
        early_answer(size);
    }
}

fn early_answer(size: usize) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let mut expected = Vec::new();
        for stream in listener.incoming().take(2) {
            let mut stream = BufReader::new(stream.unwrap());
            let arrived = Arrived::read(&mut stream).unwrap();
            let header = |name| arrived.header(name).map(str::to_owned);
            // Who keeps the connection otherwise ends it, so that nobody waits for more.
            assert_eq!(header("expect").is_some(), header("connection").is_some());
            expected.push(header("expect"));
            let answer = b"HTTP/1.1 413 Content Too Large\r\ncontent-length: 8\r\n\r\ntoo much";
            stream.get_mut().write_all(answer).unwrap();
        }
        expected
    });
    let (_folder, path) = file("body.bin", &vec![b'a'; size]);
    let data = format!("@{}", path.display());
    let (code, stdout, stderr) = run(&mut sigv4(&["request", "-d", &data, &url]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, "too much");
    // Left out as with curl: then nothing is promised of the answer.
    run(&mut sigv4(&["request", "-d", &data, "-H", "Expect:", &url]));
    let expected = server.join().unwrap();
    assert_eq!(expected, [Some("100-continue".to_owned()), None]);
}
