//! Bodies that are slow, long or of no use, and everybody else's.

use crate::harness::{Answer, Call, connect, gateway, receive, start};
use sigv4::gateway::{Limits, Running};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

/// Nobody is cut off for being slow while a test waits for an answer.
fn patient(change: impl FnOnce(&mut Limits)) -> Running {
    let mut limits = Limits::default();
    limits.read = Duration::from_secs(600);
    change(&mut limits);
    gateway().with_limits(limits).start().unwrap()
}

/// The head of a POST that announces a body of `length` bytes. Signed with a secret that is
/// not the key's, for a body that is another.
fn announced(gateway: &Running, path: &'static str, length: usize) -> TcpStream {
    let call = Call {
        method: "POST",
        secret: "a guess",
        ..Call::get(path)
    };
    let (lines, _) = call.signed();
    let mut stream = connect(gateway.address());
    let head = format!("{}\r\ncontent-length: {length}\r\n\r\n", lines.join("\r\n"));
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn post(gateway: &Running) -> Answer {
    let call = Call {
        method: "POST",
        body: "1",
        ..Call::get("/prod/items")
    };
    call.send(gateway)
}

/// What is announced and not sent holds nothing.
#[test]
fn announced_bodies_delay_nobody() {
    let gateway = patient(|_| ());
    let held: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = announced(&gateway, "/prod/items", 10 << 20);
            stream.write_all(b"\"").unwrap();
            stream
        })
        .collect();
    assert_eq!(post(&gateway).status, 201);
    drop(held);
}

/// All that bodies may take is taken but for the shares, and a short one passes.
#[test]
fn held_bodies_delay_no_short_one() {
    const BODY: usize = 1 << 16;
    let gateway = patient(|limits| {
        (limits.body, limits.bodies, limits.connections) = (BODY, 4 * BODY, 16);
    });
    let held: Vec<_> = (0..6)
        .map(|_| {
            let mut stream = announced(&gateway, "/prod/echo/a", BODY);
            stream.write_all(&vec![b'x'; BODY - 1]).unwrap();
            stream
        })
        .collect();
    // While it answers these, it reads what the others have sent.
    let mut stream = connect(gateway.address());
    for _ in 0..200 {
        stream
            .write_all(b"GET /health HTTP/1.1\r\nhost: h\r\n\r\n")
            .unwrap();
        assert_eq!(receive(&mut stream).status, 200);
    }
    assert_eq!(post(&gateway).status, 201);
    drop(held);
}

/// More long bodies at once than there is room for come to an end all the same.
#[test]
fn long_bodies_that_wait_for_each_other_come_to_an_end() {
    const BODY: usize = 1 << 20;
    let gateway = patient(|limits| {
        let body = BODY + 1_000; // its echo is longer than it
        (limits.body, limits.bodies, limits.connections) = (body, body + (BODY >> 1), 16);
    });
    let text: &'static str = Box::leak("x".repeat(BODY).into_boxed_str());
    let call = || Call {
        method: "PUT",
        body: text,
        ..Call::get("/prod/echo/a")
    };
    let halves: Vec<_> = (0..8)
        .map(|_| {
            let (lines, body) = call().signed();
            let mut stream = connect(gateway.address());
            let head = format!("{}\r\ncontent-length: {BODY}\r\n\r\n", lines.join("\r\n"));
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&body.as_bytes()[..BODY / 8]).unwrap();
            stream
        })
        .collect();
    thread::scope(|scope| {
        for mut stream in halves {
            scope.spawn(move || {
                stream.write_all(&text.as_bytes()[BODY / 8..]).unwrap();
                let answer = receive(&mut stream);
                assert_eq!(answer.json()["body"].as_str().map(str::len), Some(BODY));
            });
        }
    });
}

/// Whoever sends a long body before reading gets to read the answer.
#[test]
fn an_early_answer_reaches_who_is_still_sending() {
    let gateway = start();
    let body = vec![b'x'; 4 << 20];
    let sent = |head: &str| {
        let mut stream = connect(gateway.address());
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body).unwrap();
        receive(&mut stream).status
    };
    let length = body.len();
    let unsigned =
        |path: &str| format!("POST {path} HTTP/1.1\r\nhost: h\r\ncontent-length: {length}\r\n\r\n");
    for path in ["/nowhere", "/prod/items"] {
        assert_eq!(sent(&unsigned(path)), 403, "{path}");
    }
    let mut limits = Limits::default();
    limits.body = 1_000;
    let small = gateway_with(limits);
    let (lines, _) = Call {
        method: "POST",
        ..Call::get("/prod/items")
    }
    .signed();
    let mut stream = connect(small.address());
    let head = format!("{}\r\ncontent-length: {length}\r\n\r\n", lines.join("\r\n"));
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
    assert_eq!(receive(&mut stream).status, 413);
}

/// Who asks first (RFC 9110, 10.1.1) is told to go on, or is answered without the body.
#[test]
fn who_expects_a_100_gets_it_or_the_answer() {
    let gateway = patient(|_| ());
    let ask = |call: &Call| {
        let (lines, body) = call.signed();
        let mut stream = connect(gateway.address());
        let head = format!(
            "{}\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
            lines.join("\r\n"),
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        (receive(&mut stream), stream)
    };
    let mut call = Call {
        method: "POST",
        body: "\"saw\"",
        ..Call::get("/prod/items")
    };
    let (answer, mut stream) = ask(&call);
    assert_eq!(answer.status, 100);
    stream.write_all(call.body.as_bytes()).unwrap();
    assert_eq!(receive(&mut stream).status, 201);
    call.region = "eu-west-1";
    let (answer, mut stream) = ask(&call);
    assert_eq!(answer.status, 403);
    // The connection is of no use any more: what comes next could be the body.
    assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
}

fn gateway_with(limits: Limits) -> Running {
    gateway().with_limits(limits).start().unwrap()
}

/// What no body can mend is answered before it arrives.
#[test]
fn a_body_of_a_request_that_nobody_can_have_signed_is_not_waited_for() {
    let gateway = patient(|_| ());
    let changed = |change: fn(&mut Call), rewrite: fn(&mut Vec<String>)| {
        let mut call = Call {
            method: "POST",
            ..Call::get("/prod/items")
        };
        change(&mut call);
        let mut stream = connect(gateway.address());
        let (mut lines, _) = call.signed();
        rewrite(&mut lines);
        let head = format!("{}\r\ncontent-length: 9\r\n\r\n", lines.join("\r\n"));
        stream.write_all(head.as_bytes()).unwrap();
        let answer = receive(&mut stream);
        (answer.status, answer.json()["message"].to_string())
    };
    let status = |change| changed(change, |_| ());
    let nobody = |rewrite| {
        let change = |call: &mut Call| {
            call.access_key_id = "AKIDNOBODY";
            call.headers.push(("x-more", "1"));
        };
        changed(change, rewrite)
    };
    for (word, (status, message)) in [
        (
            "token",
            nobody(|lines| lines.push("x-amz-content-sha256: UNSIGNED-PAYLOAD".into())),
        ),
        (
            "token",
            nobody(|lines| lines.push("x-amz-content-sha256: of another kind".into())),
        ),
        (
            "token",
            nobody(|lines| lines.retain(|line| !line.starts_with("x-more"))),
        ),
        ("token", status(|call| call.access_key_id = "AKIDNOBODY")),
        ("region", status(|call| call.region = "eu-west-1")),
        ("service", status(|call| call.service = "s3")),
        ("expired", status(|call| call.at = "20150830T000000Z")),
    ] {
        assert_eq!(status, 403);
        assert!(message.contains(word), "{message}");
    }
}
