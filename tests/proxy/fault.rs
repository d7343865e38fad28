//! A fault of an upstream, and what the proxy has to make of it.

use crate::admin::metrics_until;
use crate::harness::{address, patient, route, settings};
use crate::server::{Act, Answer, Server, response, send};
use sigv4::proxy::Proxy;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long a client's answer may be. The proxy has no such limit.
pub const LIMIT: usize = 4096;

/// A row of the client's table. The proxy asks once, and so meets the first of its answers.
pub struct Row {
    pub name: &'static str,
    first: Answer,
    /// The upstream stalls, and time ends it.
    is_slow: bool,
}

/// As of the client's table: how it would call.
pub enum Call {
    GetInTime,
    Post,
    PostRepeatable,
}

pub fn row(name: &'static str, answers: Vec<Answer>, _: &'static str, _: usize) -> Row {
    let first = answers.into_iter().next().unwrap();
    let is_slow = false;
    Row {
        name,
        first,
        is_slow,
    }
}

impl Row {
    pub fn call(mut self, call: Call) -> Self {
        match call {
            Call::GetInTime => self.is_slow = true,
            // A request is a request.
            Call::Post | Call::PostRepeatable => {}
        }
        self
    }

    /// Of the answer that the upstream gives, whole or not.
    pub fn status(&self) -> String {
        let bytes: Vec<_> = self
            .first
            .iter()
            .flat_map(|act| match act {
                Act::Send(bytes) | Act::Trickle(bytes, _) => bytes.clone(),
                _ => Vec::new(),
            })
            .collect();
        let text = String::from_utf8_lossy(&bytes);
        let mut heads = text.split("HTTP/1.").filter_map(|head| head.get(2..5));
        heads
            .find(|status| !status.starts_with('1'))
            .unwrap()
            .to_owned()
    }

    pub fn read_timeout(mut self, _: u64) -> Self {
        self.is_slow = true;
        self
    }
}

pub fn ok() -> Answer {
    vec![response("200 OK", "", "{}")]
}

pub fn answer(status: &str, headers: &str, body: &str) -> Answer {
    vec![response(status, headers, body)]
}

pub fn close_after(text: &str) -> Answer {
    vec![send(text), Act::Close]
}

pub fn thrice(answer: &Answer) -> Vec<Answer> {
    vec![answer.clone(); 3]
}

/// What a caller gets, in a few words: the status, and the cause of the proxy's own answer or whether the
/// upstream's was whole.
fn told(to: std::net::SocketAddr) -> String {
    let mut stream = patient(TcpStream::connect(to).unwrap());
    stream
        .write_all(b"GET /prod/items HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    // A reset is an end as well: what is missing is seen below.
    let _ = stream.read_to_end(&mut answer);
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let Some(end) = end else {
        return format!("no head: {answer:?}");
    };
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let body = &answer[end + 4..];
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|line| line.0 == name)
            .map(|line| line.1.to_owned())
    };
    let status = &head[9..12];
    if let Some(cause) = header("x-sigv4-proxy-error") {
        return format!("{status} {cause}");
    }
    let is_whole = match header("content-length") {
        Some(length) => length.parse() == Ok(body.len()),
        None if header("transfer-encoding").is_some() => body.ends_with(b"0\r\n\r\n"),
        None => status == "304",
    };
    format!("{status} {}", if is_whole { "whole" } else { "cut" })
}

/// What comes of a row, and then of a request that meets nothing wrong.
pub fn run(row: &Row) -> (String, String) {
    let first = row.first.clone();
    let ends = first
        .iter()
        .any(|act| matches!(act, Act::Close | Act::Reset));
    let server = Server::new(move |number| match number {
        0 => first.clone(),
        _ => ok(),
    });
    let mut route = route(server.port);
    if row.is_slow {
        (route.times.answer, route.times.idle) = (SOON, SOON);
    }
    let mut settings = settings([route]);
    settings.admin = Some(([127, 0, 0, 1], 0).into());
    let proxy = Proxy::new(settings).start().unwrap();
    let outcome = told(address(&proxy));
    // Of a connection that is closed while it is written to, nobody knows what was done.
    if ends {
        metrics_until("the end of a connection", &proxy, |samples| {
            samples.get("sigv4_proxy_connections{side=\"upstreams\"}") == 0.0
        });
    }
    (outcome, told(address(&proxy)))
}

/// For what stalls.
const SOON: Duration = Duration::from_millis(300);
