//! Bodies of requests, through the whole way.

use crate::by_hand::{ByHand, upstream};
use crate::harness::{exchange, route, scope, settings};
use crate::server::{Server, response};
use sigv4::proxy::{Body, Limits, Proxy, Route, Running};
use std::time::Duration;

fn limited(route: Route, change: impl FnOnce(&mut Limits)) -> Running {
    let mut settings = settings([route]);
    settings.limits.in_memory = 1_000;
    settings.limits.body = 50_000;
    change(&mut settings.limits);
    Proxy::new(settings).start().unwrap()
}

fn start(route: Route) -> Running {
    limited(route, |_| {})
}

fn ok() -> Server {
    Server::new(|_| vec![response("200 OK", "", "yes")])
}

fn post(length: usize, chunked: bool, headers: &str) -> Vec<u8> {
    let body: Vec<u8> = (b'a'..=b'z').cycle().take(length).collect();
    let framing = if chunked {
        "transfer-encoding: chunked".into()
    } else {
        format!("content-length: {length}")
    };
    let head = format!(
        "POST /a HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{framing}\r\n{headers}\r\n"
    );
    let mut request = head.into_bytes();
    if chunked {
        for piece in body.chunks(7_000) {
            request.extend(format!("{:x}\r\n", piece.len()).bytes());
            request.extend(piece);
            request.extend(b"\r\n");
        }
        request.extend(b"0\r\n\r\n");
    } else {
        request.extend(body);
    }
    request
}

#[test]
fn hashed_bodies_arrive_at_every_limit() {
    let server = ok();
    let proxy = start(route(server.port));
    let lengths = [0, 1, 999, 1_000, 1_001, 49_999, 50_000];
    for length in lengths {
        for chunked in [false, true] {
            let answer = exchange(&proxy, &post(length, chunked, ""));
            assert!(answer.starts_with("HTTP/1.1 200 "), "{length}: {answer}");
        }
    }
    let seen = server.seen();
    let arrived: Vec<_> = seen.iter().map(|seen| seen.body.len()).collect();
    assert!(
        arrived
            .iter()
            .eq(lengths.iter().flat_map(|length| [length; 2])),
        "{arrived:?}"
    );
    for seen in &seen {
        assert_eq!(
            seen.header("content-length"),
            Some(&*seen.body.len().to_string())
        );
        seen.verify(seen.signed_at());
    }
    for chunked in [false, true] {
        let answer = exchange(&proxy, &post(50_001, chunked, ""));
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(answer.contains(r#""cause":"too_long""#), "{answer}");
    }
    assert_eq!(server.seen().len(), seen.len());
}

#[test]
fn who_waits_for_a_hundred_is_told() {
    let server = ok();
    let proxy = start(route(server.port));
    let mut caller = ByHand::call(&proxy);
    let request = post(5, false, "expect: 100-continue\r\n");
    caller.send(&request[..request.len() - 5]);
    assert!(caller.head().starts_with("http/1.1 100 "));
    caller.send("hello");
    assert!(caller.head().starts_with("http/1.1 200 "));
    let seen = server.seen().remove(0);
    assert_eq!(seen.body, b"hello");
    assert_eq!(seen.header("expect"), None);
    // What is refused whatever it is need not be sent.
    let mut caller = ByHand::call(&proxy);
    let request = post(50_001, false, "expect: 100-continue\r\n");
    caller.send(&request[..request.len() - 50_001]);
    assert!(caller.head().starts_with("http/1.1 413 "));
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn files_that_cannot_be_are_a_cause_of_their_own() {
    let server = ok();
    let proxy = limited(route(server.port), |limits| {
        limits.spool = Some("/proc/none/such".into());
    });
    let answer = exchange(&proxy, &post(1_001, true, ""));
    assert!(answer.starts_with("HTTP/1.1 507 "), "{answer}");
    assert!(answer.contains(r#""cause":"spool""#), "{answer}");
    assert!(!answer.contains("/proc"), "{answer}");
    assert!(server.seen().is_empty());
    let answer = exchange(&proxy, &post(1_000, true, ""));
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// What a caller took of the room for files is there for the next when it has left.
#[test]
fn callers_who_leave_send_nothing_and_keep_nothing() {
    let server = ok();
    let proxy = limited(route(server.port), |limits| limits.spooled = 60_000);
    let request = post(50_000, false, "");
    let is_full = || exchange(&proxy, &post(50_000, true, "")).starts_with("HTTP/1.1 507 ");
    // Where the other took the room first, this one is answered, and tries again.
    let caller = (0..1_000).find_map(|_| {
        let mut caller = ByHand::call(&proxy);
        caller.send(&request[..request.len() - 1]);
        caller.0.set_nonblocking(true).unwrap();
        while caller.0.peek(&mut [0]).is_err() {
            if is_full() && caller.0.peek(&mut [0]).is_err() {
                return Some(caller);
            }
        }
        None
    });
    assert!(caller.is_some());
    let before = server.seen().len();
    drop(caller);
    // Until it is seen to have left, there is none.
    let left = (0..1_000).any(|_| !is_full());
    assert!(left);
    for seen in &server.seen()[before..] {
        assert_eq!(seen.body.len(), 50_000);
        assert_eq!(seen.header("content-length"), Some("50000"));
    }
    assert_eq!(server.seen().len(), before + 1);
}

#[test]
fn callers_who_send_nothing_are_told_so() {
    let server = ok();
    for body in [Body::Hashed, Body::Unsigned] {
        let mut route = route(server.port);
        route.scope = Some(scope("s3", "us-east-1"));
        route.body = body;
        route.times.idle = Duration::from_millis(50);
        let proxy = start(route);
        let mut caller = ByHand::call(&proxy);
        let request = post(500, false, "");
        caller.send(&request[..request.len() - 1]);
        let answer = caller.head();
        assert!(answer.starts_with("http/1.1 408 "), "{body:?}: {answer}");
        assert!(
            answer.contains("x-sigv4-proxy-error: slow_caller"),
            "{answer}"
        );
    }
    assert!(server.seen().is_empty());
}

#[test]
fn unsigned_bodies_stream() {
    let (port, served) = upstream(|mut proxy| {
        let head = proxy.head();
        let first = proxy.until("first\r\n");
        // The caller goes on only now.
        proxy.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nyes\r\n");
        let rest = proxy.until("0\r\n\r\n");
        proxy.send("0\r\n\r\n");
        (head, first, rest)
    });
    let mut route = route(port);
    route.scope = Some(scope("s3", "us-east-1"));
    route.body = Body::Unsigned;
    let proxy = start(route);
    let mut caller = ByHand::call(&proxy);
    caller.send(
        "PUT /key HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n",
    );
    caller.until("yes\r\n");
    caller.send("6\r\nsecond\r\n0\r\n\r\n");
    caller.until("0\r\n\r\n");
    let (head, first, rest) = served.join().unwrap();
    assert!(
        head.contains("x-amz-content-sha256: unsigned-payload\r\n"),
        "{head}"
    );
    assert!(head.contains("transfer-encoding: chunked\r\n"), "{head}");
    assert_eq!(
        (&*first, &*rest),
        ("5\r\nfirst\r\n", "6\r\nsecond\r\n0\r\n\r\n")
    );
}

#[test]
fn what_is_believed_and_is_not_so_never_is_whole() {
    let (port, served) = upstream(|mut proxy| {
        let head = proxy.head();
        (head, proxy.rest())
    });
    let mut route = route(port);
    route.scope = Some(scope("s3", "us-east-1"));
    route.body = Body::Believed;
    let proxy = start(route);
    let hash = format!("x-amz-content-sha256: {}\r\n", "0".repeat(64));
    let answer = exchange(&proxy, &post(40_000, false, &hash));
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains(r#""cause":"body""#), "{answer}");
    let (head, came) = served.join().unwrap();
    assert!(head.contains("content-length: 40000\r\n"), "{head}");
    assert!(came < 40_000, "{came}");
}

#[test]
fn trailers_of_requests_pass() {
    let (port, served) = upstream(|mut proxy| {
        let head = proxy.head();
        let body = proxy.until("0\r\n") + &proxy.until("\r\n\r\n");
        proxy.send("HTTP/1.1 204 No Content\r\n\r\n");
        (head, body)
    });
    let proxy = start(route(port));
    let mut caller = ByHand::call(&proxy);
    caller.send(
        "POST /a HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n\
         5\r\nhello\r\n0\r\nx-sum: 7\r\nauthorization: mine\r\n\r\n",
    );
    assert!(caller.head().starts_with("http/1.1 204 "));
    let (head, body) = served.join().unwrap();
    assert!(head.contains("trailer: x-sum\r\n"), "{head}");
    assert_eq!(body, "5\r\nhello\r\n0\r\nx-sum: 7\r\n\r\n");
}

/// Prometheus' remote write: protobuf in Snappy's block format, of which the signature covers each
/// byte as it is.
#[test]
fn remote_write() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let mut route = route(server.port);
    route.scope = Some(scope("aps", "us-east-1"));
    let proxy = start(route);
    let snappy = [
        0x0d, 0x30, 0x0a, 0x0b, 0x0a, 0x09, 0xff, 0x00, b'\r', b'\n', b'0', 0x80,
    ];
    let mut request = b"POST /workspaces/ws-1/api/v1/remote_write HTTP/1.1\r\nhost: localhost\r\n\
        connection: close\r\nuser-agent: Prometheus/3.5.0\r\ncontent-length: 12\r\n\
        content-encoding: snappy\r\ncontent-type: application/x-protobuf\r\n\
        x-prometheus-remote-write-version: 0.1.0\r\nretry-attempt: 1\r\n\r\n"
        .to_vec();
    request.extend(snappy);
    let answer = exchange(&proxy, &request);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let seen = server.seen().remove(0);
    assert_eq!(seen.body, snappy);
    for (name, value) in [
        ("content-encoding", "snappy"),
        ("content-type", "application/x-protobuf"),
        ("x-prometheus-remote-write-version", "0.1.0"),
        ("retry-attempt", "1"),
        ("user-agent", "Prometheus/3.5.0"),
    ] {
        assert_eq!(seen.header(name), Some(value));
    }
    let authorization = seen.header("authorization").unwrap();
    assert!(
        authorization.contains("SignedHeaders=content-type;host;x-amz-date,"),
        "{authorization}"
    );
    seen.verify_for("us-east-1", "aps", seen.signed_at());
}

/// An SDK that talks to the proxy as to S3 over plain http: its chunks are signed with keys that
/// nobody knows.
#[test]
fn uploads_of_an_sdk() {
    let server = ok();
    let mut route = route(server.port);
    route.scope = Some(scope("s3", "us-east-1"));
    let proxy = start(route);
    let signature = "0".repeat(64);
    let body = format!(
        "5;chunk-signature={signature}\r\nhello\r\n0;chunk-signature={signature}\r\n\
         x-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:{signature}\r\n\r\n"
    );
    let request = format!(
        "PUT /key HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\
         content-encoding: gzip,aws-chunked\r\nx-amz-decoded-content-length: 5\r\n\
         x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER\r\n\
         x-amz-sdk-checksum-algorithm: CRC32\r\nx-amz-trailer: x-amz-checksum-crc32\r\n\
         authorization: AWS4-HMAC-SHA256 Credential=a/20150830/b/s3/aws4_request, \
         SignedHeaders=host, Signature={signature}\r\nx-amz-date: 20150830T123600Z\r\n\r\n{body}",
        body.len()
    );
    let answer = exchange(&proxy, request.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let seen = server.seen().remove(0);
    assert_eq!(seen.body, b"hello");
    assert_eq!(seen.header("content-encoding"), Some("gzip"));
    assert_eq!(seen.header("x-amz-checksum-crc32"), Some("NhCmhg=="));
    assert_eq!(seen.header("x-amz-trailer"), None);
    seen.verify_for("us-east-1", "s3", seen.signed_at());
    let answer = exchange(&proxy, request.replace("hello", "hellO").as_bytes());
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert_eq!(server.seen().len(), 1);
}
