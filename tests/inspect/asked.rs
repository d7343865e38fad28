//! A gateway with an inspector, and what is asked of it.

use crate::harness::{Answer, Call, connect, gateway, receive, send};
use serde_json::{Value, json};
use sigv4::gateway::Running;
use sigv4::{Claim, Header, Payload, Policy, Request, Timestamp};
use std::io::Write;
use std::net::SocketAddr;

pub fn start() -> Running {
    gateway().with_inspector(free()).start().unwrap()
}

/// So many requests that nothing is served for, each of which costs little.
pub fn many(gateway: &Running, count: usize) {
    let mut stream = connect(gateway.address());
    for number in 0..count {
        let request = format!("GET /{number} HTTP/1.1\r\nhost: a\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        assert_eq!(receive(&mut stream).status, 403);
    }
}

/// A free port of loopback.
pub fn free() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// Where the inspector is.
pub fn address(gateway: &Running) -> SocketAddr {
    let url = gateway.inspector().unwrap();
    let rest = url.strip_prefix("http://").unwrap();
    rest.split('/').next().unwrap().parse().unwrap()
}

pub fn get(gateway: &Running, path: &str) -> Answer {
    let address = address(gateway);
    send(
        address,
        &format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n"),
    )
}

pub fn post(gateway: &Running, path: &str, body: &str) -> Answer {
    let address = address(gateway);
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n"
    );
    let mut stream = connect(address);
    stream.write_all((head + body).as_bytes()).unwrap();
    receive(&mut stream)
}

/// All rows.
pub fn rows(gateway: &Running, query: &str) -> Vec<Value> {
    let answer = get(gateway, &format!("/api/requests?{query}"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["requests"].as_array().unwrap().clone()
}

pub fn detail(gateway: &Running, id: u64) -> Value {
    let answer = get(gateway, &format!("/api/requests/{id}"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// Sends a call, changed after signing, and gives what the inspector says of it.
pub fn looked(gateway: &Running, call: &Call, change: impl FnOnce(&mut Vec<String>)) -> Value {
    call.send_changed(gateway, change);
    let last = get(gateway, "/api/requests").json()["last"]
        .as_u64()
        .unwrap();
    detail(gateway, last)
}

/// The states of the links, by name.
pub fn chain(detail: &Value) -> String {
    let links = detail["chain"].as_array().unwrap();
    let states = links.iter().map(|link| {
        let (name, state) = (&link["link"], &link["state"]);
        format!("{}:{}", name.as_str().unwrap(), state.as_str().unwrap())
    });
    states.collect::<Vec<_>>().join(" ")
}

/// Parts of lines that are not the same on both sides, with what differs.
pub fn differences(lines: &Value) -> Vec<(String, Value, Value)> {
    let lines = lines.as_array().unwrap().iter();
    let differ = lines.filter(|line| line["state"] != "same");
    differ
        .map(|line| {
            let part = line["part"].as_str().unwrap().to_owned();
            let cut = |side: &str| line[side]["cut"][1].clone();
            (part, cut("sent"), cut("computed"))
        })
        .collect()
}

pub fn plain(call: &Call) -> Value {
    looked(&start(), call, |_| {})
}

#[track_caller]
pub fn assert_is(detail: &Value, verdict: &str, reason: &str, known: &str) {
    let found = (&detail["verdict"], &detail["reason"], &detail["known"]);
    assert_eq!(
        found,
        (&json!(verdict), &json!(reason), &json!(known)),
        "{detail:#}"
    );
    let remedy = detail["remedy"].as_str().unwrap();
    assert!(
        !remedy.is_empty() && detail["sentence"] == detail["summary"],
        "{detail:#}"
    );
}

/// What is exported for `sigv4 verify` verifies, with the body that was signed.
pub fn assert_verifies(raw: &str, secret: &str, service: &str, now: &str) {
    let (head, body) = raw.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let (method, target) = (first.next().unwrap(), first.next().unwrap());
    let headers: Vec<Header<'_>> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name, value.as_bytes()))
        .collect();
    let request = Request {
        method,
        target,
        headers: &headers,
        payload: Payload::Bytes(body.as_bytes()),
    };
    let claim = Claim::from_request(&request).unwrap();
    let key = claim.signing_key(secret);
    let policy = Policy::new(&["us-east-1"], service);
    let at = Timestamp::parse(now).unwrap();
    claim.verify(&key, &request, &policy, at).unwrap();
}
