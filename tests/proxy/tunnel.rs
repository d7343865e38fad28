//! Another protocol over the same connection: the handshake is signed, then bytes pass.

use crate::admin::{metrics, settled, start as with_admin};
use crate::harness::{address, patient, route, start};
use crate::logs;
use crate::server::parse_head;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

const HANDSHAKE: &[u8] =
    b"GET /socket?room=1 HTTP/1.1\r\nhost: localhost\r\nconnection: keep-alive, Upgrade\r\n\
      upgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
      sec-websocket-version: 13\r\n\r\n";

fn head_of(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    head
}

/// Answers one handshake, then sends back what comes, and the end behind it.
fn upstream(answer: &'static [u8]) -> (u16, thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let head = head_of(&mut stream);
        stream.write_all(answer).unwrap();
        if answer.starts_with(b"HTTP/1.1 101") {
            let mut bytes = [0; 1024];
            while let Ok(length @ 1..) = stream.read(&mut bytes) {
                stream.write_all(&bytes[..length]).unwrap();
            }
            stream.write_all(b"the end").unwrap();
        }
        head
    });
    (port, served)
}

#[test]
fn bytes_pass_both_ways_behind_a_signed_handshake() {
    let (port, served) = upstream(
        b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
          x-sigv4-proxy-error: token\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nhello ",
    );
    logs::capture();
    let proxy = with_admin([route(port)]);
    let mut caller = patient(TcpStream::connect(address(&proxy)).unwrap());
    caller.write_all(HANDSHAKE).unwrap();
    let answer = String::from_utf8(head_of(&mut caller)).unwrap();
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    // It lasts as long as the tunnel.
    let during = metrics(&proxy);
    assert_eq!(during.get("sigv4_proxy_requests_in_flight"), 1.0);
    assert_eq!(during.sum("sigv4_proxy_requests_total"), 0.0);
    assert!(answer.contains("connection: upgrade\r\n"), "{answer}");
    assert!(answer.contains("upgrade: websocket\r\n"), "{answer}");
    // Only the proxy's own answers are named so.
    assert!(!answer.contains("x-sigv4-proxy-error"), "{answer}");
    // What is no HTTP at all, and what would be another request.
    for message in [&b"\x81\x85\0\0\0\0hello"[..], HANDSHAKE, &[0xff; 70_000]] {
        caller.write_all(message).unwrap();
    }
    caller.shutdown(std::net::Shutdown::Write).unwrap();
    let mut back = Vec::new();
    caller.read_to_end(&mut back).unwrap();
    let mut expected = b"hello \x81\x85\0\0\0\0hello".to_vec();
    expected.extend(HANDSHAKE);
    expected.extend([0xff; 70_000]);
    expected.extend(b"the end");
    assert!(
        back == expected,
        "{} bytes of {}",
        back.len(),
        expected.len()
    );

    let after = settled(&proxy);
    let (sent, received) = (expected.len(), expected.len() - "hello the end".len());
    let of = |name: &str| after.get(&format!("sigv4_proxy_{name}{{route=\"all\"}}"));
    assert_eq!(of("received_bytes_total"), received as f64);
    assert_eq!(of("sent_bytes_total"), sent as f64);
    assert_eq!(after.sum("sigv4_proxy_requests_total"), 1.0);
    assert_eq!(after.sum("sigv4_proxy_broken_off_total"), 0.0);
    let (_, id) = answer.split_once("x-sigv4-request-id: ").unwrap();
    let id = format!(" id={} ", id.split_once("\r\n").unwrap().0);
    let lines = logs::lines();
    let lines: Vec<_> = lines.iter().filter(|line| line.contains(&id)).collect();
    let [line] = lines[..] else {
        panic!("{lines:?}")
    };
    assert!(line.contains(" GET /socket 101 route=all "), "{line}");
    assert!(
        line.contains(&format!(" in={received} out={sent} ")),
        "{line}"
    );

    let seen = parse_head(served.join().unwrap().strip_suffix(b"\r\n\r\n").unwrap());
    assert_eq!(seen.target, "/socket?room=1");
    assert_eq!(seen.header("connection"), Some("upgrade"));
    assert_eq!(seen.header("upgrade"), Some("websocket"));
    seen.verify(seen.signed_at());
}

#[test]
fn an_upstream_that_does_not_switch_is_answered_as_ever() {
    let (port, served) = upstream(b"HTTP/1.1 426 Upgrade Required\r\ncontent-length: 2\r\n\r\nno");
    let proxy = start([route(port)]);
    let mut caller = patient(TcpStream::connect(address(&proxy)).unwrap());
    caller.write_all(HANDSHAKE).unwrap();
    let answer = String::from_utf8(head_of(&mut caller)).unwrap();
    assert!(answer.starts_with("HTTP/1.1 426 "), "{answer}");
    served.join().unwrap();
}

#[test]
fn a_protocol_that_nobody_asked_for_is_no_answer() {
    let (port, served) = upstream(
        b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
    );
    let proxy = start([route(port)]);
    let answer = crate::harness::exchange(
        &proxy,
        b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    assert!(
        answer.contains("x-sigv4-proxy-error: upstream\r\n"),
        "{answer}"
    );
    drop(proxy);
    served.join().unwrap();
}
