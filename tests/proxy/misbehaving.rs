//! Upstreams that misbehave, as those of the client's own tests do: one row for each way. The caller has an
//! answer, or the beginning of one that is not taken for whole, and the next request is answered.

use crate::harness::{exchange, route, start};
use crate::server::{Act, Answer, Server, response, send};
use std::time::Duration;

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comes {
    /// This body.
    Whole(&'static str),
    /// Less than it says.
    Cut,
    /// An answer of the proxy's own.
    Refused(u16, &'static str),
}

const UPSTREAM: Comes = Comes::Refused(502, "upstream");
const SLOW: Comes = Comes::Refused(504, "slow_upstream");
const SOON: Duration = Duration::from_millis(200);

/// How it is called, what the upstream does, what comes of it.
type Row = (&'static str, Answer, Comes);

fn closes(text: &str) -> Answer {
    vec![send(text), Act::Close]
}

#[rustfmt::skip]
fn rows() -> Vec<Row> {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let ok = response("200 OK", "", "{}");
    vec![
        ("closes before the head", vec![Act::Close], UPSTREAM),
        ("closes in the status line", closes("HTTP/1.1 20"), UPSTREAM),
        ("closes among the headers", closes("HTTP/1.1 200 OK\r\nA: b\r\n"), UPSTREAM),
        ("resets before the head", vec![Act::Reset], UPSTREAM),
        ("closes right after the head", closes(head), Comes::Cut),
        ("closes in the body", closes(&format!("{head}12345")), Comes::Cut),
        ("closes in a chunk", closes(&format!("{chunked}5\r\n12")), Comes::Cut),
        ("closes before the last chunk", closes(&format!("{chunked}2\r\n{{}}\r\n")), Comes::Cut),
        ("closes after the answer", vec![ok.clone(), Act::Close], Comes::Whole("{}")),
        ("a body without a length, until the end", closes("HTTP/1.0 200 OK\r\n\r\n{}"), Comes::Whole("{}")),
        ("another protocol", closes("SSH-2.0-OpenSSH_9.6\r\n\r\n"), UPSTREAM),
        ("a head without an end", closes(&format!("HTTP/1.1 200 OK\r\nA: {}", "x".repeat(1 << 20))), UPSTREAM),
        ("two hundred headers", closes(&format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(200))), UPSTREAM),
        ("a length that is no number", closes("HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}"), UPSTREAM),
        ("two lengths", closes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), UPSTREAM),
        ("a length too large", closes("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}"), Comes::Cut),
        ("a length too small", closes("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}"), Comes::Whole("{")),
        ("a chunk size that is none", closes(&format!("{chunked}zz\r\n{{}}\r\n0\r\n\r\n")), Comes::Cut),
        ("a chunk longer than it says", closes(&format!("{chunked}1\r\n{{}}\r\n0\r\n\r\n")), Comes::Cut),
        ("a chunk size beyond all", closes(&format!("{chunked}ffffffffffffffffff\r\n{{}}")), Comes::Cut),
        ("a hundred-continue first", vec![send("HTTP/1.1 100 Continue\r\n\r\n"), ok.clone()], Comes::Whole("{}")),
        ("early hints first", vec![send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), ok.clone()], Comes::Whole("{}")),
        ("a thousand interim answers first", vec![send(&"HTTP/1.1 102 Processing\r\n\r\n".repeat(1_000)), ok], Comes::Whole("{}")),
        ("another protocol that nobody asked for", closes("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"), UPSTREAM),
    ]
}

#[rustfmt::skip]
fn slow_rows() -> Vec<Row> {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
    vec![
        ("stalls before the head", vec![Act::Stall], SLOW),
        ("stalls among the headers", vec![send("HTTP/1.1 200 OK\r\n"), Act::Stall], SLOW),
        ("trickles the head", vec![Act::Trickle(head.into(), SOON / 4)], SLOW),
        ("interim answers and no other", vec![send(&"HTTP/1.1 102 Processing\r\n\r\n".repeat(10_000)), Act::Stall], SLOW),
        ("stalls in the body", vec![send(head), send("12345"), Act::Stall], Comes::Cut),
    ]
}

fn fails((name, answer, comes): &Row, time: Option<Duration>) -> Option<String> {
    let server = Server::script(vec![
        answer.clone(),
        vec![response("200 OK", "", "an answer")],
    ]);
    let mut route = route(server.port);
    if let Some(time) = time {
        (route.times.answer, route.times.idle) = (time, time);
    }
    let proxy = start([route]);
    let get = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let found = exchange(&proxy, get);
    let (head, body) = found.split_once("\r\n\r\n").unwrap_or((&found, ""));
    let status = head.split(' ').nth(1).unwrap_or_default();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then_some(value)
    });
    let in_chunks = body.strip_suffix("0\r\n\r\n");
    let is_whole = match length {
        Some(length) => length.parse() == Ok(body.len()),
        None => in_chunks.is_some(),
    };
    let is_so = match comes {
        // In one chunk, where its length was not known.
        Comes::Whole(expected) => {
            let one = format!("{:x}\r\n{expected}\r\n", expected.len());
            status == "200" && is_whole && (body == *expected || in_chunks == Some(&*one))
        }
        Comes::Cut => status == "200" && !is_whole,
        Comes::Refused(expected, cause) => {
            status == expected.to_string() && body.contains(&format!("\"cause\":\"{cause}\""))
        }
    };
    // No interim answer, and nothing of one, came before it.
    let is_first = found.matches("HTTP/1.1 ").count() == 1 && !head.contains("</x>");
    let next = exchange(&proxy, get);
    let goes_on = next.starts_with("HTTP/1.1 200 ") && next.ends_with("an answer");
    let is_right = is_so && is_first && goes_on;
    (!is_right).then(|| format!("{name}: {found:?}, then {next:?}"))
}

#[test]
fn each_way() {
    let (rows, slow) = (rows(), slow_rows());
    let quick = rows.iter().filter_map(|row| fails(row, None));
    let slow = slow.iter().filter_map(|row| fails(row, Some(SOON)));
    let failed: Vec<_> = quick.chain(slow).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
