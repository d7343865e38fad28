//! Where a gateway is called, that listens on every address.

use crate::asked::{address, detail, free, get, post, rows, start};
use crate::harness::{Call, HOST, connect, gateway, receive, send};
use serde_json::{Value, json};
use std::io::Write;
use std::net::SocketAddr;

/// A reader on another machine calls it by the name that it calls the inspector by.
#[test]
fn on_all_addresses() {
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let gateway = gateway()
        .with_address(everywhere)
        .beyond_loopback()
        .with_inspector(free())
        .start()
        .unwrap();
    let port = gateway.address().port();
    assert_eq!(gateway.url(), format!("http://127.0.0.1:{port}/prod"));
    let (lines, _) = Call::get("/prod/items").signed();
    let called = SocketAddr::from(([127, 0, 0, 1], port));
    let answer = send(called, &format!("{}\r\n\r\n", lines.join("\r\n")));
    assert_eq!(answer.status, 200, "{}", answer.body);

    let here = address(&gateway);
    for (host, name) in [
        (here.to_string(), "127.0.0.1"),
        (format!("box.localhost:{}", here.port()), "box.localhost"),
        ("[::1]:1".into(), "127.0.0.1"),
    ] {
        let asked = |path: &str| {
            let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n");
            send(here, &request)
        };
        let line = asked("/api/requests/1/curl").body;
        let url = format!("'http://{name}:{port}/prod/items'");
        assert!(line.contains(&url), "{line}");
        let list = asked("/api/requests").json();
        let first = list["try"].as_str().unwrap();
        let url = format!("http://{name}:{port}/prod/items");
        assert!(first.ends_with(&url), "{first}");
    }

    let detail = detail(&gateway, 1);
    let note = detail["replay"]["note"].as_str().unwrap();
    assert!(
        note.ends_with(&format!("http://127.0.0.1:{port}")),
        "{note}"
    );
    let again = post(&gateway, "/api/requests/1/replay", "{}").json();
    assert_eq!(again, json!({ "id": 2, "status": 200 }));
}

/// A gateway on one address is called there, whatever a reader calls the inspector.
#[test]
fn on_one_address() {
    let gateway = start();
    Call::get("/prod/items").send(&gateway);
    let here = address(&gateway);
    let request = "GET /api/requests/1/curl HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let line = send(here, request).body;
    let url = format!("'http://{}/prod/items'", gateway.address());
    assert!(line.contains(&url), "{line}");
}

/// While others send what looks the same.
#[test]
fn a_replay_is_known_again() {
    let gateway = start();
    Call::get("/prod/items").send(&gateway);
    let caller = gateway.address();
    let others = std::thread::spawn(move || {
        let mut stream = connect(caller);
        for _ in 0..300 {
            let unsigned = format!("GET /prod/items HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
            stream.write_all(unsigned.as_bytes()).unwrap();
            assert_eq!(receive(&mut stream).status, 403);
        }
    });
    let mut last = 1;
    for _ in 0..100 {
        let again = post(&gateway, "/api/requests/1/replay", "{}").json();
        assert_eq!(again["status"], 200);
        let id = again["id"].as_u64().unwrap();
        assert!(id > last, "{id}");
        last = id;
        let found = detail(&gateway, id);
        assert_eq!(found["verdict"], "allowed", "{found:#}");
    }
    others.join().unwrap();
    let list: Value = get(&gateway, "/api/requests?limit=1").json();
    assert_eq!(list["last"], 401);
    assert_eq!(rows(&gateway, "verdict=allowed").len(), 101);
}
