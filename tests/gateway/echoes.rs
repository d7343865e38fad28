//! Answers that repeat what arrived, and what they cost until they are read.

use crate::harness::{Answer, Call, connect, gateway, receive};
use sigv4::gateway::{Limits, Running};
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

const MIB: usize = 1 << 20;

fn limited(change: impl FnOnce(&mut Limits)) -> Running {
    let mut limits = Limits::default();
    change(&mut limits);
    gateway().with_limits(limits).start().unwrap()
}

fn text(byte: &str, length: usize) -> &'static str {
    Box::leak(byte.repeat(length).into_boxed_str())
}

/// Sends, and does not read.
fn unread(gateway: &Running, body: &'static str) -> TcpStream {
    let call = Call {
        method: "PUT",
        body,
        ..Call::get("/prod/echo/a")
    };
    let (lines, body) = call.signed();
    let mut stream = connect(gateway.address());
    let length = body.len();
    let head = format!("{}\r\ncontent-length: {length}\r\n\r\n", lines.join("\r\n"));
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    stream
}

fn echo(gateway: &Running, body: &'static str) -> Answer {
    receive(&mut unread(gateway, body))
}

/// A byte that is six in JSON.
#[test]
fn an_echo_is_no_longer_than_a_body_may_be() {
    let gateway = limited(|limits| limits.body = MIB);
    let fits = echo(&gateway, text("\u{1}", MIB / 8));
    assert_eq!(fits.json()["body"], text("\u{1}", MIB / 8));
    for body in [text("\u{1}", MIB / 4), text("x", MIB)] {
        echo(&gateway, body).assert(413, "BadRequestException", "Request Too Long");
    }
    // The share of a connection is enough for what a short body is not.
    let gateway = limited(|limits| limits.body = 1);
    assert_eq!(echo(&gateway, "x").json()["path"], "/prod/echo/a");
}

/// More than the sockets of a system hold.
const LONG: usize = 16 * MIB;

/// Until it is read, an answer holds what its body held.
#[test]
fn unread_echoes_take_of_what_bodies_may_take() {
    let gateway = limited(|limits| {
        limits.body = LONG;
        limits.bodies = LONG + 4 * MIB;
        limits.connections = 4;
        limits.read = Duration::from_secs(2);
    });
    let body = text("x", LONG / 4 * 3);
    let mut first = unread(&gateway, body);
    // It has begun to arrive.
    first.peek(&mut [0]).unwrap();
    // A body that is longer than what is left, and an answer that is.
    assert_eq!(echo(&gateway, text("x", 4 * MIB)).status, 408);
    echo(&gateway, text("\u{1}", MIB)).assert(429, "TooManyRequestsException", "Too Many Requests");
    assert_eq!(echo(&gateway, "short").status, 200);
    assert_eq!(receive(&mut first).json()["body"], body);
    assert_eq!(echo(&gateway, text("x", 4 * MIB)).status, 200);
}
