//! What is counted of each request.

use crate::admin::{metrics, metrics_until, settled, start};
use crate::harness::{address, exchange, patient, route};
use crate::server::{Act, Server, response, send};
use std::io::{Read, Write};
use std::net::TcpStream;

fn call(proxy: &sigv4::proxy::Running, request: &str) -> String {
    exchange(
        proxy,
        format!("{request}\r\nconnection: close\r\n\r\n").as_bytes(),
    )
}

#[test]
fn requests_by_route_method_and_status() {
    let server = Server::new(|number| match number {
        0 => vec![response("200 OK", "", "an answer")],
        1 => vec![send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n")],
        2 => vec![Act::TakeBody, response("403 Forbidden", "", "no")],
        _ => vec![response("204 No Content", "", "")],
    });
    let mut named = route(server.port);
    named.name = "a \"b\"\\".into();
    named.host = Some("here".into());
    let proxy = start([named]);
    let before = metrics(&proxy);
    assert_eq!(before.sum("sigv4_proxy_requests_total"), 0.0);
    assert!(before.has(concat!(
        "sigv4_proxy_build_info{version=\"",
        env!("CARGO_PKG_VERSION"),
        "\"}"
    )));
    call(&proxy, "GET /a?secret HTTP/1.1\r\nhost: here");
    call(&proxy, "HEAD /a HTTP/1.1\r\nhost: here");
    let request =
        b"POST /a HTTP/1.1\r\nhost: here\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello";
    exchange(&proxy, request);
    call(&proxy, "BREW /a HTTP/1.1\r\nhost: here");
    call(&proxy, "STIR /a HTTP/1.1\r\nhost: here");
    call(&proxy, "GET /a HTTP/1.1\r\nhost: elsewhere");
    let after = settled(&proxy);
    let of = |method: &str, status: u16| {
        let labels = format!("route=\"a \\\"b\\\"\\\\\",method=\"{method}\",status=\"{status}\"");
        after.get(&format!("sigv4_proxy_requests_total{{{labels}}}"))
    };
    assert_eq!(of("GET", 200), 1.0);
    assert_eq!(of("HEAD", 200), 1.0);
    assert_eq!(of("POST", 403), 1.0);
    assert_eq!(of("other", 204), 2.0);
    let unrouted = "sigv4_proxy_requests_total{route=\"\",method=\"GET\",status=\"404\"}";
    assert_eq!(after.get(unrouted), 1.0);
    assert_eq!(after.sum("sigv4_proxy_requests_total"), 6.0);
    assert_eq!(
        after.get("sigv4_proxy_refusals_total{cause=\"no_route\"}"),
        1.0
    );
    assert_eq!(after.sum("sigv4_proxy_refusals_total"), 1.0);
    let labels = "{route=\"a \\\"b\\\"\\\\\"}";
    let of = |name: &str| after.get(&format!("sigv4_proxy_{name}{labels}"));
    assert_eq!(of("received_bytes_total"), 5.0);
    assert_eq!(of("sent_bytes_total"), 11.0);
    assert_eq!(of("signing_seconds_count"), 5.0);
    assert_eq!(of("upstream_seconds_count"), 5.0);
    assert_eq!(after.sum("sigv4_proxy_broken_off_total"), 0.0);
}

/// An upstream that cannot be reached, one that leaves, and one that leaves in mid-answer.
#[test]
fn what_comes_of_upstreams_that_fail() {
    let server = Server::script(vec![
        vec![Act::Close],
        vec![
            send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nan"),
            Act::Close,
        ],
    ]);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut nobody = route(closed.local_addr().unwrap().port());
    drop(closed);
    nobody.host = Some("nobody".into());
    let proxy = start([nobody, route(server.port)]);
    let answer = call(&proxy, "GET / HTTP/1.1\r\nhost: nobody");
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    let answer = call(&proxy, "GET / HTTP/1.1\r\nhost: localhost");
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    let answer = call(&proxy, "GET / HTTP/1.1\r\nhost: localhost");
    assert!(answer.ends_with("\r\n\r\nan"), "{answer}");
    let after = settled(&proxy);
    assert_eq!(
        after.get("sigv4_proxy_refusals_total{cause=\"connect\"}"),
        1.0
    );
    assert_eq!(
        after.get("sigv4_proxy_refusals_total{cause=\"upstream\"}"),
        1.0
    );
    assert_eq!(after.sum("sigv4_proxy_refusals_total"), 2.0);
    assert_eq!(
        after.get("sigv4_proxy_broken_off_total{side=\"upstream\"}"),
        1.0
    );
    assert_eq!(
        after.get("sigv4_proxy_broken_off_total{side=\"caller\"}"),
        0.0
    );
}

#[test]
fn a_caller_who_leaves_is_counted() {
    let server = Server::new(|_| vec![Act::Stall]);
    let proxy = start([route(server.port)]);
    let mut caller = patient(TcpStream::connect(address(&proxy)).unwrap());
    caller
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .unwrap();
    server.seen_at_least(1, std::time::Duration::from_secs(60));
    let during = metrics(&proxy);
    assert_eq!(during.get("sigv4_proxy_requests_in_flight"), 1.0);
    assert_eq!(during.get("sigv4_proxy_connections{side=\"callers\"}"), 1.0);
    assert_eq!(
        during.get("sigv4_proxy_connections{side=\"upstreams\"}"),
        1.0
    );
    drop(caller);
    let after = settled(&proxy);
    let left = "sigv4_proxy_requests_total{route=\"all\",method=\"GET\",status=\"499\"}";
    assert_eq!(after.get(left), 1.0);
    assert_eq!(
        after.get("sigv4_proxy_broken_off_total{side=\"caller\"}"),
        1.0
    );
    metrics_until("no connection", &proxy, |samples| {
        samples.sum("sigv4_proxy_connections") == 0.0
    });
}

/// What the answer is called is what its line in the log is called.
#[test]
fn each_answer_has_a_name_of_its_own() {
    let server = Server::new(|_| vec![response("200 OK", "x-sigv4-request-id: theirs\r\n", "")]);
    let proxy = start([route(server.port)]);
    let mut caller = patient(TcpStream::connect(address(&proxy)).unwrap());
    let mut names = Vec::new();
    for _ in 0..2 {
        caller
            .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nx-request-id: mine\r\n\r\n")
            .unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            caller.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        assert_eq!(head.matches("x-sigv4-request-id: ").count(), 1, "{head}");
        let (_, name) = head.split_once("x-sigv4-request-id: ").unwrap();
        names.push(name.split_once("\r\n").unwrap().0.to_owned());
    }
    let (process, first) = names[0].split_once('-').unwrap();
    assert_eq!(first, "1");
    assert_eq!(names[1], format!("{process}-2"));
    for seen in server.seen() {
        assert_eq!(seen.header("x-request-id"), Some("mine"));
        assert_eq!(seen.header("x-sigv4-request-id"), None);
    }
}
