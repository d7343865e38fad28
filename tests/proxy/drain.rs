//! How a proxy ends: what has begun goes on for a while, nothing else begins.

use crate::admin::{ask, start};
use crate::deadline::{LONG, until};
use crate::harness::{address, patient, route};
use crate::server::{Act, Server, response, send};
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use sigv4::proxy::Running;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};
use tokio::task::spawn_blocking;

/// An upstream that answers when it is told to.
fn told(answer: Vec<Act>) -> (Server, Sender<()>) {
    let (teller, told) = channel();
    let told = Mutex::new(told);
    let server = Server::new(move |_| {
        // Nobody tells any more: it answers.
        let _ = told.lock().unwrap().recv();
        answer.clone()
    });
    (server, teller)
}

fn connected(proxy: &Running) -> TcpStream {
    patient(TcpStream::connect(address(proxy)).unwrap())
}

fn call(stream: &mut TcpStream) {
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .unwrap();
}

fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset is an end, too.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

/// Until connections are refused.
fn closed(to: std::net::SocketAddr) {
    let error = until("a port that is closed", || TcpStream::connect(to).err());
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}

/// The second port, while its proxy is being drained on another thread.
struct Port(std::net::SocketAddr);

impl Port {
    fn status(&self, path: &str) -> (String, String) {
        let mut stream = patient(TcpStream::connect(self.0).unwrap());
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let answer = rest(stream);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().into(), body.into())
    }
}

#[test]
fn a_request_that_has_begun_ends_and_nothing_else_begins() {
    let (server, teller) = told(vec![response("200 OK", "", "late")]);
    let proxy = start([route(server.port)]);
    until("status 200 of /ready", || {
        let (head, _) = ask(&proxy, "GET", "/ready");
        head.starts_with("http/1.1 200 ").then_some(())
    });
    let (to, port) = (address(&proxy), Port(proxy.admin().unwrap()));
    let idle = connected(&proxy);
    let mut in_flight = connected(&proxy);
    call(&mut in_flight);
    server.seen_at_least(1, LONG);
    let ending = thread::spawn(move || proxy.drain(LONG));
    closed(to);
    // One that waits for its next request is closed.
    assert_eq!(rest(idle), "");
    let (status, body) = port.status("/ready");
    assert_eq!(status, "503");
    assert!(body.contains(r#""draining":true"#), "{body}");
    assert_eq!(
        port.status("/health"),
        ("200".into(), r#"{"status":"draining"}"#.into())
    );
    assert_eq!(port.status("/metrics").0, "200");
    assert!(!ending.is_finished());
    teller.send(()).unwrap();
    let answer = rest(in_flight);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nlate"), "{answer}");
    ending.join().unwrap();
    closed(port.0);
}

/// A request that has no answer, an answer without an end, and a tunnel.
#[test]
fn what_does_not_end_is_cut() {
    let server = Server::new(|number| match number {
        0 => vec![Act::Stall],
        1 => vec![
            send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nan"),
            Act::Stall,
        ],
        _ => vec![
            send(
                "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n",
            ),
            Act::Stall,
        ],
    });
    let proxy = start([route(server.port)]);
    let mut callers = [connected(&proxy), connected(&proxy), connected(&proxy)];
    call(&mut callers[0]);
    server.seen_at_least(1, LONG);
    call(&mut callers[1]);
    server.seen_at_least(2, LONG);
    let upgrade =
        b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n";
    callers[2].write_all(upgrade).unwrap();
    // Answers have begun where there are any.
    for caller in &mut callers[1..] {
        caller.read_exact(&mut [0; 20]).unwrap();
    }
    let began = Instant::now();
    proxy.drain(Duration::from_millis(50));
    assert!(began.elapsed() < LONG, "it ended");
    let [first, second, third] = callers.map(rest);
    assert_eq!(first, "");
    assert!(second.ends_with("an"), "{second}");
    assert!(third.contains("upgrade: echo"), "{third}");
}

#[test]
fn where_nothing_has_begun_it_ends_at_once() {
    let proxy = start([route(1)]);
    let _idle = connected(&proxy);
    let began = Instant::now();
    proxy.drain(LONG);
    assert!(began.elapsed() < LONG);
}

#[test]
fn one_that_is_dropped_waits_for_nothing() {
    let (server, _teller) = told(vec![]);
    let proxy = start([route(server.port)]);
    let mut in_flight = connected(&proxy);
    call(&mut in_flight);
    server.seen_at_least(1, LONG);
    let to = address(&proxy);
    drop(proxy);
    closed(to);
    assert_eq!(rest(in_flight), "");
}

/// A body that the caller still sends is part of what has begun.
#[test]
fn an_upload_that_has_begun_ends() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let proxy = start([route(server.port)]);
    let to = address(&proxy);
    let mut caller = connected(&proxy);
    caller
        .write_all(b"PUT / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 8\r\n\r\nfirst")
        .unwrap();
    // It is known to have begun when the proxy counts it.
    crate::admin::metrics_until("a request", &proxy, |samples| {
        samples.get("sigv4_proxy_requests_in_flight") == 1.0
    });
    let ending = thread::spawn(move || proxy.drain(LONG));
    closed(to);
    caller.write_all(b"end").unwrap();
    let answer = rest(caller);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    ending.join().unwrap();
    assert_eq!(server.seen()[0].body, b"firstend");
}

/// Over HTTP/2, what has begun is answered, and the connection takes nothing else.
#[tokio::test]
async fn streams_that_have_begun_end() {
    let (server, teller) = told(vec![response("200 OK", "", "late")]);
    let proxy = start([route(server.port)]);
    let to = address(&proxy);
    let stream = tokio::net::TcpStream::connect(to).await.unwrap();
    let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (mut requests, connection) = handshake.await.unwrap();
    let connection = tokio::spawn(connection);
    let request = || Request::get("http://localhost/").body(Empty::<Bytes>::new());
    let begun = tokio::spawn(requests.send_request(request().unwrap()));
    let ending = spawn_blocking(move || {
        assert_eq!(server.seen_at_least(1, LONG).len(), 1);
        let ending = thread::spawn(move || proxy.drain(LONG));
        closed(to);
        (server, ending)
    });
    let (server, ending) = ending.await.unwrap();
    assert!(!ending.is_finished());
    teller.send(()).unwrap();
    let answer = begun.await.unwrap().unwrap();
    assert_eq!(answer.status(), 200);
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "late");
    let ended = tokio::time::timeout(LONG, connection).await;
    ended.expect("the connection ends").unwrap().unwrap();
    requests.send_request(request().unwrap()).await.unwrap_err();
    spawn_blocking(|| ending.join().unwrap()).await.unwrap();
    assert_eq!(server.seen().len(), 1);
}
