//! What callers can cost together, and on one route: who finds no room is told so, and has it once it is free.

use crate::by_hand::{ByHand, upstream};
use crate::harness::{exchange, route, settings};
use crate::server::{Server, response};
use sigv4::proxy::{Limits, Proxy, Route, Running, Settings};
use std::io::Write;
use std::net::TcpListener;
use std::time::Duration;

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndone";

fn limited(mut route: Route, change: impl FnOnce(&mut Limits)) -> Settings {
    route.times.connect = Duration::from_millis(50);
    let mut settings = settings([route]);
    change(&mut settings.limits);
    settings
}

fn post(target: &str, length: usize) -> Vec<u8> {
    let head = format!(
        "POST {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    [head.into_bytes(), vec![b'x'; length]].concat()
}

fn is_busy(answer: &str, says: &str) {
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("x-sigv4-proxy-error: busy\r\n"), "{answer}");
    assert!(answer.contains(says), "{answer}");
}

/// `limits.requests`: whose answer has begun is not counted any more.
#[test]
fn so_many_requests_wait_for_an_answer() {
    let (port, served) = upstream(|mut proxy| {
        proxy.head();
        proxy
    });
    let proxy = Proxy::new(limited(route(port), |limits| limits.requests = 1))
        .start()
        .unwrap();
    let mut first = ByHand::call(&proxy);
    first.send(GET);
    let mut upstream = served.join().unwrap();
    is_busy(
        &exchange(&proxy, GET),
        "1 requests wait for an answer, and no more may",
    );
    // Nor does a reload make room.
    proxy
        .reload(limited(route(port), |limits| limits.requests = 1))
        .unwrap();
    is_busy(
        &exchange(&proxy, GET),
        "1 requests wait for an answer, and no more may",
    );
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n");
    first.head();
    // There is no other upstream; but there is a place.
    let refused = exchange(&proxy, GET);
    assert!(!refused.contains("busy"), "{refused}");
    upstream.send("done");
    assert_eq!(first.until("done"), "done");
}

/// `limits.memory`: bodies wait for it before a byte of them is read; what has none needs none.
#[test]
fn bodies_have_so_much_memory() {
    let server = Server::new(|_| vec![response("200 OK", "", "done")]);
    let settings = |memory| limited(route(server.port), |limits| limits.memory = memory);
    let proxy = Proxy::new(settings(60_000)).start().unwrap();
    let whole = post("/", 50_000);
    let mut first = ByHand::call(&proxy);
    let (begin, rest) = whole.split_at(10_000);
    first.send(begin);
    // Once it has its memory: whoever comes before finds enough.
    let busy = loop {
        let answer = exchange(&proxy, &post("/", 20_000));
        if answer.starts_with("HTTP/1.1 503 ") {
            break answer;
        }
        assert!(answer.ends_with("done"), "{answer}");
    };
    is_busy(
        &busy,
        "60000 bytes of memory together, and none became free within 50ms",
    );
    let long = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n\
         5\r\nhello\r\n0\r\n\r\n";
    is_busy(&exchange(&proxy, long.as_bytes()), "60000 bytes");
    for request in [GET, &post("/", 10_000)] {
        let answer = exchange(&proxy, request);
        assert!(answer.ends_with("done"), "{answer}");
    }
    // What a reload leaves as it is stays taken.
    proxy.reload(settings(60_000)).unwrap();
    is_busy(&exchange(&proxy, &post("/", 20_000)), "60000 bytes");
    first.send(rest);
    first.until("done");
    // More than there is waits for all of it.
    for request in [&post("/", 70_000), long.as_bytes()] {
        let answer = exchange(&proxy, request);
        assert!(answer.ends_with("done"), "{answer}");
    }
}

/// `route.limits`: one route's, and the others have those of all.
#[test]
fn a_route_has_limits_of_its_own() {
    let server = Server::new(|_| vec![response("200 OK", "", "done")]);
    let (port, served) = upstream(|mut proxy| {
        proxy.head();
        proxy
    });
    let mut narrow = route(port);
    (narrow.name, narrow.prefix) = ("narrow".into(), "/narrow".into());
    narrow.times.connect = Duration::from_millis(50);
    narrow.limits.body = Some(10);
    narrow.limits.in_memory = Some(5);
    narrow.limits.upstream_connections = Some(1);
    let settings = settings([narrow, route(server.port)]);
    let proxy = Proxy::new(settings).start().unwrap();
    let answer = exchange(&proxy, &post("/narrow", 11));
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let mut first = ByHand::call(&proxy);
    first.send(post("/narrow", 10));
    let mut upstream = served.join().unwrap();
    let says = "1 requests were on their way upstream, and none ended within 50ms";
    is_busy(&exchange(&proxy, &post("/narrow", 1)), says);
    assert!(exchange(&proxy, &post("/", 11)).ends_with("done"));
    upstream.send(ANSWER);
    first.until("done");
}

/// Connections to an upstream, and the places of what is on its way there, stay through a reload; with
/// another number of them both are others.
#[test]
fn a_reload_keeps_connections_and_places() {
    let (port, served) = upstream(|mut proxy| {
        for _ in 0..2 {
            proxy.head();
            proxy.send(ANSWER);
        }
        proxy.head();
        proxy
    });
    let settings = |places| limited(route(port), |limits| limits.upstream_connections = places);
    let proxy = Proxy::new(settings(1)).start().unwrap();
    // It takes one connection, and no other.
    for _ in 0..2 {
        assert!(exchange(&proxy, GET).ends_with("done"));
        proxy.reload(settings(1)).unwrap();
    }
    let mut first = ByHand::call(&proxy);
    first.send(GET);
    let mut upstream = served.join().unwrap();
    proxy.reload(settings(1)).unwrap();
    is_busy(&exchange(&proxy, GET), "1 requests were on their way");
    upstream.send(ANSWER);
    first.until("done");

    let (port, connections) = counted();
    let settings = |places| limited(route(port), |limits| limits.upstream_connections = places);
    let called = |proxy: &Running| assert!(exchange(proxy, GET).ends_with("done"));
    let proxy = Proxy::new(settings(1)).start().unwrap();
    called(&proxy);
    proxy.reload(settings(2)).unwrap();
    called(&proxy);
    called(&proxy);
    assert_eq!(connections.try_iter().count(), 2);
}

/// An upstream that says when it takes a connection.
fn counted() -> (u16, std::sync::mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = tell.send(());
            std::thread::spawn(move || {
                let mut stream = ByHand(stream.unwrap());
                loop {
                    stream.head();
                    stream.0.write_all(ANSWER.as_bytes()).unwrap();
                }
            });
        }
    });
    (port, told)
}
