//! Answers, through the whole way: they stream, and they come as they are.

use crate::by_hand::{ByHand, upstream};
use crate::harness::{exchange, route, scope, start};
use crate::server::{Act, Server, response, send};
use sigv4::proxy::Body;

const GET: &str = "GET /a HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

#[test]
fn answers_without_a_body_keep_their_heads() {
    let answers = [
        (
            "HEAD",
            "200 OK",
            "content-length: 500\r\ncontent-type: text/plain\r\n",
        ),
        ("HEAD", "404 Not Found", "content-length: 7\r\n"),
        ("GET", "204 No Content", "x-a: 1\r\n"),
        ("GET", "304 Not Modified", "etag: \"a\"\r\n"),
        (
            "PUT",
            "201 Created",
            "content-length: 0\r\nlocation: /a\r\n",
        ),
        (
            "GET",
            "302 Found",
            "content-length: 0\r\nlocation: https://example.com/b?c\r\n",
        ),
    ];
    let heads = answers
        .map(|(_, status, headers)| vec![send(&format!("HTTP/1.1 {status}\r\n{headers}\r\n"))]);
    let server = Server::script(heads.into());
    let proxy = start([route(server.port)]);
    for (method, status, headers) in answers {
        let answer = exchange(&proxy, GET.replace("GET", method).as_bytes());
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}\r\n")),
            "{answer}"
        );
        for header in headers.lines() {
            assert!(answer.contains(&format!("{header}\r\n")), "{answer}");
        }
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    }
}

/// The second event is made only when the caller has seen the first.
#[test]
fn events_arrive_at_once() {
    let (port, served) = upstream(|mut proxy| {
        proxy.head();
        proxy.send(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
             transfer-encoding: chunked\r\n\r\nd\r\ndata: first\n\n\r\n",
        );
        proxy
    });
    let proxy = start([route(port)]);
    let mut caller = ByHand::call(&proxy);
    caller.send(GET);
    let head = caller.head();
    assert!(
        head.contains("content-type: text/event-stream\r\n"),
        "{head}"
    );
    caller.until("data: first\n\n\r\n");
    let mut upstream = served.join().unwrap();
    for number in 0..50 {
        let event = format!("data: {number:02}\n\n");
        upstream.send(format!("a\r\n{event}\r\n"));
        caller.until(&format!("{event}\r\n"));
    }
    upstream.send("0\r\n\r\n");
    caller.until("0\r\n\r\n");
}

#[test]
fn trailers_of_answers_pass() {
    let (port, _served) = upstream(|mut proxy| {
        let head = proxy.head();
        assert!(head.contains("te: trailers\r\n"), "{head}");
        proxy.send(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n\
             5\r\nhello\r\n0\r\nx-sum: 7\r\n\r\n",
        );
    });
    let proxy = start([route(port)]);
    let mut caller = ByHand::call(&proxy);
    caller.send("GET /a HTTP/1.1\r\nhost: localhost\r\nte: trailers\r\nconnection: te\r\n\r\n");
    let head = caller.head();
    assert!(head.contains("trailer: x-sum\r\n"), "{head}");
    assert_eq!(
        caller.until("7\r\n\r\n"),
        "5\r\nhello\r\n0\r\nx-sum: 7\r\n\r\n"
    );
}

/// Whatever is still being sent: the caller learns why it is not wanted.
#[test]
fn answers_that_come_early() {
    for body in [Body::Hashed, Body::Unsigned] {
        let (port, served) = upstream(|mut proxy| {
            proxy.head();
            proxy.send(
                "HTTP/1.1 413 Content Too Large\r\nconnection: close\r\ncontent-length: 4\r\n\r\nlong",
            );
            proxy.rest()
        });
        let mut route = route(port);
        route.scope = Some(scope("s3", "us-east-1"));
        route.body = body;
        let proxy = start([route]);
        let mut caller = ByHand::call(&proxy);
        caller.send("PUT /a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 300000\r\n\r\n");
        let half = vec![b'a'; 150_000];
        caller.send(&half);
        if body == Body::Hashed {
            caller.send(&half);
        }
        let head = caller.head();
        assert!(head.starts_with("http/1.1 413 "), "{body:?}: {head}");
        assert_eq!(caller.until("long"), "long");
        drop(caller);
        served.join().unwrap();
    }
}

#[test]
fn callers_who_leave_in_mid_answer_end_it_upstream() {
    let (port, served) = upstream(|mut proxy| {
        proxy.head();
        proxy.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
        proxy
    });
    let proxy = start([route(port)]);
    let mut caller = ByHand::call(&proxy);
    caller.send(GET);
    caller.until("hello\r\n");
    let upstream = served.join().unwrap();
    drop(caller);
    // Nothing more is asked of it, and it is told.
    assert_eq!(upstream.rest(), 0);
}

#[test]
fn answers_that_break_off_are_not_whole() {
    let server = Server::new(|number| {
        let head = match number {
            0 => "HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n",
            1 => "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
            // Read before it is passed on, as it may be explained.
            2 => "HTTP/1.1 403 Forbidden\r\ncontent-length: 50\r\n\r\n",
            _ => "HTTP/1.1 403 Forbidden\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
        };
        let part = if number % 2 == 0 { "hello" } else { "" };
        vec![send(&format!("{head}{part}")), Act::Close]
    });
    let proxy = start([route(server.port)]);
    for number in 0..4 {
        let mut caller = ByHand::call(&proxy);
        caller.send(GET);
        let head = caller.head();
        let status = if number < 2 { "200" } else { "403" };
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
        let mut body = Vec::new();
        // Be it by a reset.
        let _ = std::io::Read::read_to_end(&mut caller.0, &mut body);
        let body = String::from_utf8(body).unwrap();
        // Of what says how long it is, the rest is missed; of the other, the last chunk.
        let expected = if number % 2 == 0 {
            assert!(head.contains("content-length: 50\r\n"), "{head}");
            "hello"
        } else {
            assert!(head.contains("transfer-encoding: chunked\r\n"), "{head}");
            "5\r\nhello\r\n"
        };
        assert_eq!(body, expected, "{number}");
    }
}

#[test]
fn long_answers_arrive_whole() {
    let body: Vec<u8> = (0..=255).cycle().take(8 << 20).collect();
    let sent = body.clone();
    let server = Server::new(move |_| vec![response("200 OK", "", &sent)]);
    let proxy = start([route(server.port)]);
    let mut caller = ByHand::call(&proxy);
    caller.send(GET);
    let head = caller.head();
    assert!(head.contains("content-length: 8388608\r\n"), "{head}");
    let mut came = Vec::new();
    std::io::Read::read_to_end(&mut caller.0, &mut came).unwrap();
    assert!(came == body, "{}", came.len());
}

/// A length beside a coding is none (RFC 9112, 6.3), and only the proxy's own answers are named so.
#[test]
fn what_an_answer_may_not_say_is_taken_off() {
    let (port, _served) = upstream(|mut proxy| {
        proxy.head();
        proxy.send(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\
             x-sigv4-proxy-error: token\r\n\r\nb\r\nhello again\r\n0\r\n\r\n",
        );
    });
    let answer = exchange(&start([route(port)]), GET.as_bytes());
    assert!(answer.contains("hello again"), "{answer}");
    assert!(answer.contains("transfer-encoding: chunked"), "{answer}");
    assert!(!answer.contains("content-length"), "{answer}");
    assert!(!answer.contains("x-sigv4-proxy-error"), "{answer}");
}
