//! What servers read differently goes no further, and is said to the caller.

use crate::harness::{address, exchange, patient, route, settings, start};
use crate::server::{Server, response};
use sigv4::proxy::{Limits, Proxy, Running, message_end};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = format!(
        "{}/tests/proxy/smuggling/{folder}",
        env!("CARGO_MANIFEST_DIR")
    );
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, fs::read(entry.path()).unwrap())
    };
    entries.map(read).collect()
}

/// For callers by the names that the messages have.
fn start_for_all(port: u16) -> Running {
    let named = ["x", "y", "a_b.x", "x.example", "x.example."].map(|host| {
        let mut route = route(port);
        route.host = Some(host.into());
        route
    });
    start(named.into_iter().chain([route(port)]))
}

/// Status and body of the answer that a text begins with, and what is behind it.
fn first_answer(text: &str) -> (u16, &str, &str) {
    let (head, rest) = text.split_once("\r\n\r\n").unwrap();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        (name == "content-length").then(|| value.parse::<usize>().unwrap())
    });
    let (body, rest) = rest.split_at(length.unwrap_or(0));
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body, rest)
}

/// Each behind a request that is served: its answer comes first, the refusal last, and the upstream
/// sees nothing of it or of what is hidden behind it.
#[test]
fn a_message_that_servers_read_differently_is_refused() {
    let server = Server::new(|_| vec![response("200 OK", "", "served")]);
    let proxy = start_for_all(server.port);
    for (number, (file, bytes)) in files("refused").into_iter().enumerate() {
        let fault = message_end(&bytes, &Limits::default()).unwrap_err();
        let request = [
            &b"GET /first HTTP/1.1\r\nhost: localhost\r\n\r\n"[..],
            &bytes,
        ]
        .concat();
        let answer = exchange(&proxy, &request);
        let (status, body, rest) = first_answer(&answer);
        assert_eq!((status, body), (200, "served"), "{file}: {answer}");
        let (status, body, rest) = first_answer(rest);
        assert_eq!(
            (status, rest),
            (fault.status().as_u16(), ""),
            "{file}: {answer}"
        );
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["message"], fault.to_string(), "{file}");
        assert_eq!(body["cause"], fault.cause().as_str(), "{file}");
        let seen = server.seen();
        assert_eq!(seen.len(), number + 1, "{file}");
        assert_eq!(seen[number].target, "/first");
    }
}

/// Each in front of another request: both arrive, and nothing else.
#[test]
fn what_the_rules_allow_is_passed_on() {
    let server = Server::new(|_| vec![response("200 OK", "", "served")]);
    let proxy = start_for_all(server.port);
    let mut arrived = 0;
    for (file, mut bytes) in files("taken") {
        // No messages of HTTP/1.1 follow, or none that are kept alive.
        let is_last = file.starts_with("http-1.0");
        // The upstream of these tests reads ASCII alone, and no chunks, which trailers need;
        // half an escape cannot be signed.
        if file == "preface.http"
            || file == "target-escape-half.http"
            || !bytes.is_ascii()
            || file == "chunked-trailers.http"
        {
            continue;
        }
        bytes.extend_from_slice(
            b"GET /last HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        );
        let answer = exchange(&proxy, &bytes);
        let (status, body, rest) = first_answer(&answer);
        assert_eq!((status, body), (200, "served"), "{file}: {answer}");
        arrived += 1;
        if !is_last {
            let (status, body, rest) = first_answer(rest);
            assert_eq!(
                (status, body, rest),
                (200, "served", ""),
                "{file}: {answer}"
            );
            arrived += 1;
        }
        let seen = server.seen();
        assert_eq!(seen.len(), arrived, "{file}");
        let last = seen.last().unwrap();
        assert_eq!(last.target == "/last", !is_last, "{file}");
    }
}

/// What no URI holds is escaped, and nothing else.
#[test]
fn a_target_that_no_uri_holds_arrives_escaped() {
    let server = Server::new(|_| vec![response("204 No Content", "", "")]);
    let proxy = start([route(server.port)]);
    let targets = [
        (&b"/a#b?c#d"[..], "/a%23b?c%23d"),
        (b"/\"`?\"`", "/%22%60?%22%60"),
        (b"/<\xff>?<\xc3>", "/%3C%FF%3E?%3C%C3%3E"),
        (
            b"/{a}|b^c[]\\?{b}|%2f",
            "/%7Ba%7D%7Cb%5Ec%5B%5D%5C?%7Bb%7D%7C%2f",
        ),
        ("/é?é".as_bytes(), "/%C3%A9?%C3%A9"),
    ];
    for (sent, expected) in targets {
        let end = b" HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        let answer = exchange(&proxy, &[b"GET ", sent, end].concat());
        assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
        let seen = server.seen();
        let seen = seen.last().unwrap();
        assert_eq!(seen.target, expected);
        seen.verify(seen.signed_at());
    }
}

/// A caller that has not read yet what is said of its head, while it sends its body, gets to read it.
#[test]
fn a_refusal_is_not_lost_with_the_rest() {
    let proxy = start([route(1)]);
    let mut caller = patient(TcpStream::connect(address(&proxy)).unwrap());
    caller
        .write_all(b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: +9\r\n\r\n")
        .unwrap();
    let piece = [b'a'; 1 << 15];
    for _ in 0..6 {
        caller.write_all(&piece).unwrap();
    }
    let mut answer = String::new();
    caller.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[test]
fn limits_are_those_of_the_settings() {
    let mut limits = Limits::default();
    (limits.head, limits.headers) = (300, 5);
    let mut settings = settings([route(1)]);
    settings.limits = limits;
    let proxy = Proxy::new(settings).start().unwrap();
    let many = b"GET / HTTP/1.1\r\nhost: localhost\r\na: 1\r\na: 2\r\na: 3\r\na: 4\r\na: 5\r\n\r\n";
    let answer = exchange(&proxy, many);
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert!(answer.contains("there are more than 5 headers"), "{answer}");
    let long = format!(
        "GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n",
        "a".repeat(300)
    );
    let answer = exchange(&proxy, long.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert!(answer.contains("more than 300 bytes"), "{answer}");
}
