//! Server-sent events.

use crate::asked::{address, many, post, start};
use crate::harness::{Call, connect, send};
use serde_json::{Value, json};
use sigv4::gateway::Running;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

struct Events(BufReader<TcpStream>);

impl Events {
    fn open(gateway: &Running, query: &str, header: &str) -> Self {
        let address = address(gateway);
        let mut stream = connect(address);
        let head = format!("GET /api/events?{query} HTTP/1.1\r\nhost: {address}\r\n{header}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            reader.read_line(&mut head).unwrap();
        }
        assert!(head.contains("content-type: text/event-stream"), "{head}");
        Self(reader)
    }

    /// The next lines up to an empty one, comments aside.
    fn next(&mut self) -> String {
        let mut event = String::new();
        loop {
            let mut size = String::new();
            self.0.read_line(&mut size).unwrap();
            let length = usize::from_str_radix(size.trim(), 16).unwrap();
            let mut chunk = vec![0; length + 2];
            self.0.read_exact(&mut chunk).unwrap();
            event += std::str::from_utf8(&chunk[..length]).unwrap();
            if event.starts_with(": here") {
                event.clear();
            } else if event.ends_with("\n\n") {
                return event;
            }
        }
    }
}

#[test]
fn as_they_come() {
    let gateway = start();
    Call::get("/prod/items").send(&gateway);
    let mut events = Events::open(&gateway, "", "");
    let first = events.next();
    assert!(
        first.starts_with("event: request\nid: 1\ndata: {"),
        "{first}"
    );
    Call::get("/prod/echo/a").send(&gateway);
    let second = events.next();
    assert!(second.starts_with("event: request\nid: 2\n") && second.contains("/prod/echo/a"));
    post(&gateway, "/api/clear", "{}");
    assert_eq!(events.next(), "event: cleared\ndata: {\"last\":2}\n\n");
}

#[test]
fn from_where_one_was_with_a_filter() {
    let gateway = start();
    for target in ["/prod/items", "/prod/echo/b", "/prod/items", "/prod/echo/c"] {
        Call::get(target).send(&gateway);
    }
    let mut events = Events::open(&gateway, "path=echo", "last-event-id: 2\r\n");
    let next = events.next();
    assert!(
        next.contains("\nid: 4\n") && next.matches("event:").count() == 1,
        "{next}"
    );
}

/// The names of the events, each with its data.
fn parsed(events: &str) -> Vec<(String, Value)> {
    let events = events.split("\n\n").filter(|event| !event.is_empty());
    events
        .map(|event| {
            let field = |name: &str| {
                let mut lines = event.lines();
                lines.find_map(|line| line.strip_prefix(name)).unwrap()
            };
            let data = serde_json::from_str(field("data: ")).unwrap();
            (field("event: ").to_owned(), data)
        })
        .collect()
}

#[test]
fn what_left_before_it_was_sent_is_said() {
    let gateway = start();
    many(&gateway, 600);
    // Who was at 3 has lost 97; who begins has lost nothing.
    for (query, expected) in [
        ("after=3", Some(json!({ "lost": 97, "oldest": 101 }))),
        ("after=0", Some(json!({ "lost": 100, "oldest": 101 }))),
        ("after=100", None),
        ("", None),
    ] {
        let events = parsed(&Events::open(&gateway, query, "").next());
        let (name, data) = &events[0];
        match expected {
            Some(expected) => assert_eq!((name.as_str(), data), ("lost", &expected), "{query}"),
            None => assert_eq!(name, "request", "{query}"),
        }
        let first = events.iter().find(|(name, _)| name == "request");
        assert_eq!(first.unwrap().1["id"], 101, "{query}");
    }
    // What was forgotten is not lost.
    post(&gateway, "/api/clear", "{}");
    many(&gateway, 505);
    let events = parsed(&Events::open(&gateway, "after=3", "").next());
    let (cleared, lost) = (json!({ "last": 600 }), json!({ "lost": 5, "oldest": 606 }));
    assert_eq!(
        events[..2],
        [("cleared".to_owned(), cleared), ("lost".to_owned(), lost)]
    );
    // Whoever has something newer, or begins, has nothing to forget; whoever was at the last one has.
    for (query, is_said) in [("after=600", true), ("after=601", false), ("", false)] {
        let events = parsed(&Events::open(&gateway, query, "").next());
        let said = events.iter().any(|(name, _)| name == "cleared");
        assert_eq!(said, is_said, "{query}");
    }
}

/// However slowly somebody reads: each request is sent, or counted among those that are lost.
#[test]
fn nothing_is_lost_without_a_word() {
    let gateway = start();
    let mut events = Events::open(&gateway, "after=0", "");
    let (mut said, mut last) = (0, 0);
    for round in 1..=3 {
        many(&gateway, 700);
        while last < round * 700 {
            for (name, data) in parsed(&events.next()) {
                match name.as_str() {
                    "lost" => {
                        said += data["lost"].as_u64().unwrap();
                        assert_eq!(data["oldest"], said + 1);
                    }
                    _ => {
                        said += 1;
                        last = data["id"].as_u64().unwrap();
                        assert_eq!(said, last);
                    }
                }
            }
        }
    }
}

#[test]
fn only_so_many_at_a_time() {
    let gateway = start();
    let open: Vec<_> = (0..16).map(|_| Events::open(&gateway, "", "")).collect();
    let address = address(&gateway);
    let request = format!("GET /api/events HTTP/1.1\r\nhost: {address}\r\n\r\n");
    assert_eq!(send(address, &request).status, 429);
    // Who leaves makes room.
    drop(open);
    let mut tries = 0;
    loop {
        let mut stream = connect(address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).unwrap();
        if &start == b"HTTP/1.1 200" {
            break;
        }
        tries += 1;
        assert!(tries < 500);
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
