//! `sigv4 proxy`: its log, where nobody reads it.
#![cfg(unix)]

use crate::runner::sigv4;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// With a line of some 500 bytes each: more than a pipe has room for, and the proxy keeps.
const REQUESTS: usize = 6_000;

/// Whatever becomes of the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The answer to one request on a connection that goes on.
fn status(stream: &mut BufReader<TcpStream>, request: &[u8]) -> String {
    stream.get_mut().write_all(request).unwrap();
    let (mut status, mut line, mut length) = (String::new(), String::new(), 0);
    stream.read_line(&mut status).unwrap();
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line).unwrap();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
    }
    stream.read_exact(&mut vec![0; length]).unwrap();
    status.split(' ').nth(1).unwrap().to_owned()
}

fn connect(address: &str) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).unwrap();
    let patience = Some(Duration::from_secs(60));
    stream.set_read_timeout(patience).unwrap();
    BufReader::new(stream)
}

/// A proxy that has no route for what is asked, and its addresses: those of `--admin` and of the proxy.
fn started(stderr: Stdio) -> (Ended, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proxy.toml");
    let text = "listen = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n[[route]]\nprefix = \"/none\"\n\
                upstream = \"http://127.0.0.1:1\"\nservice = \"execute-api\"\nregion = \"eu-west-1\"\n";
    std::fs::write(&file, text).unwrap();
    let child = sigv4(&["proxy", "--config", file.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn();
    let mut proxy = Ended(child.unwrap());
    let mut addresses = Vec::new();
    let mut said = BufReader::new(proxy.0.stdout.take().unwrap()).lines();
    while addresses.len() < 2 {
        let line = said.next().unwrap().unwrap();
        addresses.extend(line.split_once("http://").map(|(_, at)| at.to_owned()));
    }
    (proxy, addresses)
}

fn path() -> String {
    format!("/{}", "a".repeat(250))
}

fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")
}

/// Reads until each of the requests is a line, or one of those that are said to be lost.
fn lines_and_lost(log: &mut impl Iterator<Item = std::io::Result<String>>) -> (usize, usize) {
    let (mut lines, mut lost) = (0, 0);
    while lines + lost < REQUESTS {
        let line = log.next().unwrap().unwrap();
        match line.split_once(" lines of this log were lost: ") {
            Some((number, _)) => lost += number.parse::<usize>().unwrap(),
            None => lines += usize::from(line.contains(" cause=no_route")),
        }
    }
    assert_eq!(lines + lost, REQUESTS);
    (lines, lost)
}

/// What has no room is waited for, and not dropped.
#[test]
fn a_log_that_does_not_block_loses_no_line_unsaid() {
    let (reader, writer) = UnixStream::pair().unwrap();
    writer.set_nonblocking(true).unwrap();
    let patience = Some(Duration::from_secs(60));
    reader.set_read_timeout(patience).unwrap();
    let (_proxy, addresses) = started(OwnedFd::from(writer).into());
    let mut caller = connect(&addresses[1]);
    let request = request(&path());
    for _ in 0..REQUESTS {
        status(&mut caller, request.as_bytes());
    }
    let (lines, lost) = lines_and_lost(&mut BufReader::new(reader).lines());
    assert!(lines > 1_000 && lost > 0, "{lines} lines, {lost} lost");
}

#[test]
fn a_reader_of_the_log_who_stands_still_stops_nobody() {
    let (mut proxy, addresses) = started(Stdio::piped());
    let child = &mut proxy.0;
    let (admin, address) = (&addresses[0], &addresses[1]);
    let path = path();
    let request = request(&path);
    let mut caller = connect(address);
    for number in 0..REQUESTS {
        assert_eq!(status(&mut caller, request.as_bytes()), "404", "{number}");
    }
    let health = b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";
    assert_eq!(status(&mut connect(admin), health), "200");

    // What there was no room for is said where it is missing, and what comes then is there.
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let (lines, lost) = lines_and_lost(&mut log);
    assert!(lines > 1_000 && lost > 0, "{lines} lines, {lost} lost");
    let request = request.replace(&path, "/last");
    assert_eq!(status(&mut caller, request.as_bytes()), "404");
    let last = log.next().unwrap().unwrap();
    assert!(last.contains(" GET /last 404 "), "{last}");

    // The end waits for no reader, either.
    for _ in 0..REQUESTS {
        status(&mut caller, request.as_bytes());
    }
    let id = child.id().to_string();
    let kill = Command::new("kill").args(["-TERM", &id]).status();
    assert!(kill.unwrap().success());
    assert!(child.wait().unwrap().success());
}
