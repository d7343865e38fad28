//! Connections to the upstream: kept, limited, and what becomes of a request whose connection is gone.

use crate::admin::metrics_until;
use crate::by_hand::ByHand;
use crate::deadline::{LONG, until};
use crate::harness::{exchange, route, settings, start};
use crate::server::{Act, Server, response};
use sigv4::proxy::Proxy;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
const POST: &[u8] =
    b"POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello";

#[test]
fn one_connection_serves_many_callers() {
    let server = Server::new(|_| vec![response("200 OK", "", "an answer")]);
    let proxy = start([route(server.port)]);
    for _ in 0..20 {
        let answer = exchange(&proxy, POST);
        assert!(answer.ends_with("an answer"), "{answer}");
    }
    assert_eq!((server.seen().len(), server.connections()), (20, 1));
}

/// What was not sent is sent on another connection.
#[test]
fn a_kept_connection_that_was_closed_costs_nobody_a_request() {
    let server = Server::new(|_| vec![response("200 OK", "", "an answer"), Act::Close]);
    let mut settings = settings([route(server.port)]);
    settings.admin = Some(([127, 0, 0, 1], 0).into());
    let proxy = Proxy::new(settings).start().unwrap();
    for _ in 0..20 {
        let answer = exchange(&proxy, POST);
        assert!(answer.ends_with("an answer"), "{answer}");
        // Of one that is closed while it is being written to, nobody knows what was done.
        metrics_until("no connection", &proxy, |samples| {
            samples.get("sigv4_proxy_connections{side=\"upstreams\"}") == 0.0
        });
    }
    assert_eq!((server.seen().len(), server.connections()), (20, 20));
}

/// What may have been done is not done twice, not even a `GET`.
#[test]
fn what_was_sent_is_not_sent_again() {
    for request in [GET, POST] {
        let server = Server::new(|number| match number {
            0 => vec![response("200 OK", "", "an answer")],
            _ => vec![Act::Close],
        });
        let proxy = start([route(server.port)]);
        assert!(exchange(&proxy, request).ends_with("an answer"));
        let answer = exchange(&proxy, request);
        assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
        assert!(answer.contains("\"cause\":\"upstream\""), "{answer}");
        assert_eq!(server.seen().len(), 2);
    }
}

/// Beyond `limits.requests` nobody waits.
#[test]
fn so_many_requests_wait_and_no_more() {
    let server = Server::new(|number| match number {
        0 => vec![Act::Stall],
        _ => vec![response("200 OK", "", "an answer")],
    });
    let mut settings = settings([route(server.port)]);
    settings.limits.requests = 1;
    let proxy = Proxy::new(settings).start().unwrap();
    let mut first = ByHand::call(&proxy);
    first.send(GET);
    assert_eq!(server.seen_at_least(1, LONG).len(), 1);
    let refused = exchange(&proxy, POST);
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("\"cause\":\"busy\""), "{refused}");
    assert!(refused.contains("retry-after: 1\r\n"), "{refused}");
    assert_eq!(server.seen().len(), 1);
    // Who leaves makes room.
    drop(first);
    let answer = until("a place", || {
        Some(exchange(&proxy, GET)).filter(|answer| answer.starts_with("HTTP/1.1 200 "))
    });
    assert!(answer.ends_with("an answer"), "{answer}");
}

/// Those for which there is no place wait, and are told when that takes too long.
#[test]
fn an_upstream_has_so_many_connections_and_no_more() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (arrived, arrivals) = mpsc::channel();
    let (answer, answers) = mpsc::channel::<()>();
    let upstream = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = [0; 4096];
        for _ in 0..2 {
            assert_ne!(stream.read(&mut bytes).unwrap(), 0);
            arrived.send(()).unwrap();
            answers.recv().unwrap();
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndone")
                .unwrap();
        }
    });
    let mut route = route(port);
    route.times.connect = Duration::from_millis(50);
    let mut settings = settings([route]);
    settings.limits.upstream_connections = 1;
    let proxy = Proxy::new(settings).start().unwrap();
    thread::scope(|scope| {
        let first = scope.spawn(|| exchange(&proxy, GET));
        arrivals.recv().unwrap();
        let refused = exchange(&proxy, GET);
        assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
        assert!(refused.contains("\"cause\":\"busy\""), "{refused}");
        assert!(refused.contains("retry-after: 1\r\n"), "{refused}");
        answer.send(()).unwrap();
        assert!(first.join().unwrap().ends_with("done"));
        // The place is free again.
        answer.send(()).unwrap();
        assert!(exchange(&proxy, GET).ends_with("done"));
    });
    upstream.join().unwrap();
}
