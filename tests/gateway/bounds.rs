//! What keeps the process up, whatever callers send.

use crate::harness::{Call, connect, gateway, receive, send, start};
use sigv4::gateway::{Limits, Running};
use std::io::{Read, Write};
use std::time::Duration;

fn limited(change: impl FnOnce(&mut Limits)) -> Running {
    let mut limits = Limits::default();
    change(&mut limits);
    gateway().with_limits(limits).start().unwrap()
}

#[test]
fn heads_and_bodies_have_a_limit() {
    let gateway = limited(|limits| {
        limits.head = 8_192;
        limits.headers = 20;
        limits.body = 10;
    });
    let address = gateway.address();
    let long = format!(
        "GET /prod/items HTTP/1.1\r\nHost: h\r\nX: {}\r\n\r\n",
        "x".repeat(9_000)
    );
    assert_eq!(send(address, &long).status, 431);
    let many = format!("GET /prod/items HTTP/1.1\r\n{}\r\n", "X: 1\r\n".repeat(21));
    assert_eq!(send(address, &many).status, 431);
    let mut post = Call::get("/prod/items");
    (post.method, post.body) = ("POST", "\"12345678\"");
    assert_eq!(post.send(&gateway).status, 201);
    post.body = "\"123456789\"";
    post.send(&gateway)
        .assert(413, "BadRequestException", "Request Too Long");
    // Chunked, so that no length announces it.
    let (lines, _) = post.signed();
    let chunked = format!(
        "{}\r\ntransfer-encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n",
        lines.join("\r\n")
    );
    assert_eq!(send(address, &chunked).status, 413);
}

#[test]
fn slow_callers_are_cut_off() {
    let gateway = limited(|limits| limits.read = Duration::from_millis(200));
    let mut half_a_head = connect(gateway.address());
    half_a_head
        .write_all(b"GET /prod/items HTTP/1.1\r\nHost")
        .unwrap();
    let mut half_a_body = connect(gateway.address());
    let (lines, _) = Call {
        method: "POST",
        ..Call::get("/prod/items")
    }
    .signed();
    let head = format!("{}\r\ncontent-length: 9\r\n\r\n12", lines.join("\r\n"));
    half_a_body.write_all(head.as_bytes()).unwrap();
    assert_eq!(receive(&mut half_a_body).status, 408);
    let mut rest = Vec::new();
    half_a_head.read_to_end(&mut rest).unwrap();
}

#[test]
fn no_rubbish_ends_the_process() {
    let gateway = start();
    let address = gateway.address();
    for rubbish in [
        "\0\0\0\0",
        "GET\r\n\r\n",
        "GET /prod/items\r\n\r\n",
        "GET  /prod/items HTTP/1.1\r\n\r\n",
        "GET /prod/items HTTP/9.9\r\n\r\n",
        "GET /prod/items HTTP/1.1\r\n: empty name\r\n\r\n",
        "GET /prod/items HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        "GET /prod/items HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST /prod/items HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "POST /prod/items HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "\u{16}\u{3}\u{1}\u{2}",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = connect(address);
        stream.write_all(rubbish.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer);
        assert!(!text.contains(" 200 "), "{rubbish:?}: {text}");
    }
    assert_eq!(Call::get("/prod/items").send(&gateway).status, 200);
}

/// Neither its length nor a missing signature costs the reading of a body.
#[test]
fn a_body_that_is_of_no_use_is_not_waited_for() {
    let gateway = start();
    let answer = |head: &str| {
        let mut stream = connect(gateway.address());
        stream.write_all(head.as_bytes()).unwrap();
        receive(&mut stream).status
    };
    let (lines, _) = Call {
        method: "POST",
        ..Call::get("/prod/items")
    }
    .signed();
    let too_long = format!("{}\r\ncontent-length: 11000000\r\n\r\n", lines.join("\r\n"));
    assert_eq!(answer(&too_long), 413);
    let unsigned = "POST /prod/items HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\n";
    assert_eq!(answer(unsigned), 403);
    let nowhere = "POST /nowhere HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\n";
    assert_eq!(answer(nowhere), 403);
}

#[test]
fn limits_that_make_no_sense_are_refused() {
    let changes: [fn(&mut Limits); 6] = [
        |limits| limits.connections = 0,
        |limits| limits.connections = usize::MAX,
        |limits| limits.read = Duration::MAX,
        |limits| limits.connection = Duration::ZERO,
        |limits| limits.head = 0,
        |limits| (limits.body, limits.bodies) = (2, 1),
    ];
    for change in changes {
        let mut limits = Limits::default();
        change(&mut limits);
        let error = gateway().with_limits(limits).start().unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "{limits:?}");
    }
    // A higher limit reaches verification, too.
    let gateway = limited(|limits| limits.headers = 200);
    let mut call = Call::get("/prod/items");
    call.headers.extend(vec![("x-many", "1"); 150]);
    assert_eq!(call.send(&gateway).status, 200);
}

/// One connection more than there are slots waits until one is free.
#[test]
fn connections_are_bounded() {
    let gateway = limited(|limits| limits.connections = 2);
    let mut held: Vec<_> = (0..2).map(|_| connect(gateway.address())).collect();
    for stream in &mut held {
        // An answer proves that the connection has its slot.
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            .unwrap();
        assert_eq!(receive(stream).status, 403);
    }
    let mut waiting = connect(gateway.address());
    waiting
        .write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        .unwrap();
    waiting
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    assert!(waiting.read(&mut [0]).is_err(), "answered without a slot");
    drop(held);
    waiting
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    assert_eq!(receive(&mut waiting).status, 403);
}

#[test]
fn it_stops_when_it_is_dropped() {
    let gateway = start();
    let address = gateway.address();
    let mut open = connect(address);
    open.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        .unwrap();
    assert_eq!(receive(&mut open).status, 403);
    drop(gateway);
    assert_eq!(open.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn it_stays_on_loopback_unless_told() {
    let everywhere = "0.0.0.0:0".parse().unwrap();
    let error = gateway().with_address(everywhere).start().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied);
}
