//! What uploads cost until they are refused or taken.

use super::put::{Put, gateway, open, send};
use crate::harness::{Answer, receive};
use sigv4::Streaming;
use sigv4::gateway::{Limits, Running};
use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

const MIB: usize = 1 << 20;

fn limited(change: impl FnOnce(&mut Limits)) -> Running {
    let mut limits = Limits::default();
    change(&mut limits);
    gateway().with_limits(limits).start().unwrap()
}

/// The second of 100,000 chunks of a byte each is the one that is refused.
#[test]
fn tiny_chunks_are_refused_at_the_second() {
    let gateway = limited(|_| ());
    let data = vec![b'x'; 100_000];
    let (head, _) = Put::new(Streaming::UnsignedTrailer).encoded(&data);
    // Nothing says how long it is, and no more than this is sent.
    let mut stream = open(&head, "transfer-encoding: chunked", &gateway);
    stream.write_all(b"c\r\n1\r\nx\r\n1\r\nx\r\n\r\n").unwrap();
    let answer = receive(&mut stream);
    answer.refused(400, "InvalidChunkSizeError");
    assert_eq!(
        (answer.element("Chunk"), answer.element("BadChunkSize")),
        ("2", "1")
    );
    // Who sends them all gets to read it, too.
    let body = [&b"1\r\nx\r\n".repeat(100_000)[..], b"0\r\n\r\n"].concat();
    send(&(head, body), &gateway).refused(400, "InvalidChunkSizeError");
}

/// What is sent of an upload that never ends, as far as a function sends it, and what is answered.
///
/// A head has no more time than a body: where this machine needs more for it, both get more.
fn cut_off(head: &str, length: usize, sender: impl Fn(&mut TcpStream)) -> Answer {
    for time in [300, 1_200, 4_800, 15_000] {
        let gateway = limited(|limits| limits.read = Duration::from_millis(time));
        let mut stream = open(head, &format!("content-length: {length}"), &gateway);
        sender(&mut stream);
        if stream.peek(&mut [0]).is_ok_and(|length| length > 0) {
            return receive(&mut stream);
        }
    }
    panic!("no time for a head");
}

/// In the line of a chunk, in its data, in the trailer. By which time is told where time can be made
/// to stand still, `src/gateway/bodies.rs`.
#[test]
fn slow_uploads_are_cut_off() {
    let (head, body) = Put::new(Streaming::SignedTrailer).encoded(b"hello");
    for sent in [0, 10, 84, 89, 95, body.len() - 1] {
        let part = &body[..sent];
        let answer = cut_off(&head, body.len(), |stream| {
            let _ = stream.write_all(part);
        });
        answer.refused(400, "RequestTimeout");
    }
    // One byte at a time is no faster.
    let answer = cut_off(&head, 1 << 20, |stream| {
        let answers = stream.try_clone().unwrap();
        answers.set_nonblocking(true).unwrap();
        // Until there is an answer, or an end.
        while answers.peek(&mut [0]).is_err() && stream.write_all(b"0").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
        answers.set_nonblocking(false).unwrap();
    });
    answer.refused(400, "RequestTimeout");
}

/// A connection that is closed in the middle.
#[test]
fn uploads_that_are_cut_are_refused() {
    let gateway = limited(|_| ());
    let (head, body) = Put::new(Streaming::Signed).encoded(b"hello");
    for line in [
        format!("content-length: {}", body.len()),
        "transfer-encoding: chunked".into(),
    ] {
        let mut stream = open(&head, &line, &gateway);
        let begin: &[u8] = if line.starts_with('c') {
            &body[..50]
        } else {
            b"32\r\n5;ch"
        };
        stream.write_all(begin).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        receive(&mut stream).refused(400, "IncompleteBody");
    }
}

/// Chunks that are held take of the room for bodies, and come to an end all the same.
#[test]
fn chunks_that_wait_for_each_other_come_to_an_end() {
    let gateway = limited(|limits| {
        limits.read = Duration::from_secs(600);
        (limits.body, limits.bodies, limits.connections) = (MIB, MIB + (MIB >> 1), 16);
    });
    let data = vec![b'x'; MIB];
    let put = Put {
        chunk_size: MIB,
        ..Put::new(Streaming::Signed)
    };
    let (head, body) = put.encoded(&data);
    let line = format!("content-length: {}", body.len());
    let halves: Vec<_> = (0..8)
        .map(|_| {
            let mut stream = open(&head, &line, &gateway);
            stream.write_all(&body[..MIB / 8]).unwrap();
            stream
        })
        .collect();
    thread::scope(|scope| {
        for mut stream in halves {
            let rest = &body[MIB / 8..];
            scope.spawn(move || {
                stream.write_all(rest).unwrap();
                let answer = receive(&mut stream);
                assert_eq!(answer.element("Length"), MIB.to_string());
                assert_eq!(answer.element("Chunks"), "1");
            });
        }
    });
}

/// More than bodies may take together: what is not signed is not held.
#[test]
fn unsigned_pieces_take_no_room() {
    let gateway = limited(|limits| {
        limits.read = Duration::from_secs(600);
        (limits.body, limits.bodies, limits.connections) = (MIB, MIB, 16);
    });
    let data = vec![b'x'; MIB];
    let put = Put {
        chunk_size: MIB,
        ..Put::new(Streaming::UnsignedTrailer)
    };
    let (head, body) = put.encoded(&data);
    let line = format!("content-length: {}", body.len());
    let held: Vec<_> = (0..4)
        .map(|_| {
            let mut stream = open(&head, &line, &gateway);
            stream.write_all(&body[..body.len() - 1]).unwrap();
            stream
        })
        .collect();
    assert_eq!(
        send(&(head.clone(), body.clone()), &gateway).element("Length"),
        MIB.to_string()
    );
    for mut stream in held {
        stream.write_all(&body[body.len() - 1..]).unwrap();
        assert_eq!(receive(&mut stream).status, 200);
    }
}
