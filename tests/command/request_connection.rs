//! `sigv4 request`: the connection, TLS, proxies, time.

use crate::runner::{file, run, sigv4};
use crate::tls::Tls;
use crate::wire::{serving, verifying};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

#[test]
fn nobody_there_is_a_failure_that_names_the_host() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (code, stdout, stderr) = run(&mut sigv4(&["request", &url]));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    let address = url.strip_prefix("http://").unwrap();
    // The system's own words follow.
    let words = format!("sigv4: {address}: no connection: ");
    assert!(stderr.starts_with(&words), "{stderr}");
    let silent = serving(|_| ("not http".into(), Vec::new()));
    let (code, _, stderr) = run(&mut sigv4(&["request", &silent]));
    assert_eq!(code, Some(1), "{stderr}");
}

#[test]
fn a_request_to_this_machine_goes_past_any_proxy() {
    let url = verifying("execute-api");
    let mut command = sigv4(&["request", "--fail", &url]);
    for name in ["http_proxy", "HTTP_PROXY", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:1");
    }
    let (code, stdout, stderr) = run(&mut command);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, "GET / HTTP/1.1\n");
}

#[test]
fn a_time_is_any_number_of_seconds() {
    let url = verifying("execute-api");
    for time in ["0", "0.5e1", "10.5", "1e15"] {
        let (code, _, stderr) = run(&mut sigv4(&["request", "--fail", "-m", time, &url]));
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{time}");
    }
    for time in ["-1", "18446744073709551615", "NaN", "soon"] {
        let argument = format!("--max-time={time}");
        let (code, _, stderr) = run(&mut sigv4(&["request", &argument, &url]));
        assert_eq!(
            (code, stderr.lines().count()),
            (Some(2), 1),
            "{time}: {stderr}"
        );
    }
}

#[test]
fn tls_trusts_what_it_is_told_to() {
    let (tls, authority) = Tls::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = tls.accept(stream.unwrap());
            let mut head = [0; 4096];
            if stream.read(&mut head).is_ok_and(|read| read > 0) {
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes";
                let _ = stream.write_all(answer);
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    let (_folder, path) = file("ca.pem", authority.as_bytes());
    let (code, stdout, stderr) = run(sigv4(&["request", &url, "--cacert"]).arg(&path));
    assert_eq!(
        (code, stdout.as_str(), stderr.as_str()),
        (Some(0), "yes", "")
    );

    let (code, stdout, stderr) = run(&mut sigv4(&["request", &url]));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(
        stderr.starts_with("sigv4: 127.0.0.1:") && stderr.contains(": TLS: "),
        "{stderr}"
    );

    let (_other_folder, path) = file("none.pem", b"no PEM");
    let (code, _, stderr) = run(sigv4(&["request", &url, "--cacert"]).arg(&path));
    assert_eq!(code, Some(2));
    assert_eq!(
        stderr,
        format!("sigv4: {}: no certificate\n", path.display())
    );
}
