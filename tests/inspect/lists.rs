//! The list: what is kept, filters, waiting, forgetting.

use crate::asked::{address, get, many, post, rows, start};
use crate::harness::{Call, HOST, connect, receive, send};
use serde_json::{Value, json};
use sigv4::gateway::Running;
use std::io::Write;

fn ids(gateway: &Running, query: &str) -> Vec<u64> {
    let rows = rows(gateway, query);
    rows.iter().map(|row| row["id"].as_u64().unwrap()).collect()
}

/// The line that a page with nothing on it shows.
fn first_call(gateway: &Running) -> String {
    format!(
        "curl --aws-sigv4 aws:amz:us-east-1:execute-api \\\n  --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" \\\n  \
         http://{}/prod/items",
        gateway.address()
    )
}

/// Allowed, signature, policy, malformed.
fn some(gateway: &Running) {
    Call::get("/prod/items?color=red").send(gateway);
    Call {
        secret: "wrong",
        ..Call::get("/prod/items")
    }
    .send(gateway);
    Call {
        access_key_id: "AKIDBARRED",
        headers: vec![("host", HOST), ("x-note", "Blue moon")],
        ..Call::get("/prod/echo/a")
    }
    .send(gateway);
    send(gateway.address(), "GET /other HTTP/1.1\r\nhost: a\r\n\r\n");
}

#[test]
fn filters() {
    let gateway = start();
    some(&gateway);
    for (query, expected) in [
        ("", &[1, 2, 3, 4][..]),
        ("verdict=allowed", &[1]),
        ("verdict=signature,policy", &[2, 3]),
        ("key=akidbarred", &[3]),
        ("path=ITEMS", &[1, 2]),
        ("text=blue+moon", &[3]),
        ("text=color%3Dred", &[1]),
        // Words, each of which may stand elsewhere: one in a header, the other in the target.
        ("text=MOON+echo", &[3]),
        ("text=moon+items", &[]),
        ("verdict=signature&path=echo", &[]),
        ("after=2", &[3, 4]),
        ("limit=1", &[4]),
        ("after=1&limit=2", &[3, 4]),
    ] {
        assert_eq!(ids(&gateway, query), expected, "{query}");
    }
    let list = get(&gateway, "/api/requests?verdict=freshness").json();
    assert_eq!(
        list,
        json!({ "requests": [], "last": 4, "oldest": 1, "of": 500, "try": first_call(&gateway) })
    );
    for query in ["verdict=wrong", "wait=61", "other=1", "after=x"] {
        let answer = get(&gateway, &format!("/api/requests?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.json()["message"].is_string());
    }
}

/// A row has the beginning of a long text; what is asked for may stand behind it.
#[test]
fn long_texts_are_looked_through() {
    let gateway = start();
    let path = "a".repeat(5_000);
    let request = format!("GET /{path}/needle?{path}=straw HTTP/1.1\r\nhost: a\r\n\r\n");
    send(gateway.address(), &request);
    for (query, found) in [
        ("text=needle", true),
        ("text=straw+needle", true),
        ("path=needle", true),
        ("path=straw", false),
    ] {
        assert_eq!(!ids(&gateway, query).is_empty(), found, "{query}");
    }
}

/// Whoever asks for much, of which nothing is found out yet, keeps nobody else waiting.
#[test]
fn a_long_list_lets_others_pass() {
    let gateway = start();
    let wrong = Call {
        secret: "wrong",
        ..Call::get("/prod/items")
    };
    let request = wrong.signed().0.join("\r\n") + "\r\n\r\n";
    let mut stream = connect(gateway.address());
    for _ in 0..400 {
        stream.write_all(request.as_bytes()).unwrap();
        assert_eq!(receive(&mut stream).status, 403);
    }
    let address = address(&gateway);
    let ask = |target: &str| {
        let mut stream = connect(address);
        let request = format!("GET {target} HTTP/1.1\r\nhost: {address}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        stream
    };
    let mut list = ask("/api/requests");
    assert_eq!(receive(&mut ask("/api/requests/none")).status, 404);
    list.set_nonblocking(true).unwrap();
    let is_there = list.peek(&mut [0]);
    assert!(is_there.is_err(), "the list was first");
    list.set_nonblocking(false).unwrap();
    let rows = receive(&mut list).json();
    assert_eq!(rows["requests"].as_array().unwrap().len(), 400);
}

/// One that waits is answered as soon as something comes.
#[test]
fn waiting() {
    let gateway = start();
    let address = address(&gateway);
    let mut stream = connect(address);
    let target = "/api/requests?verdict=policy&wait=20";
    stream
        .write_all(format!("GET {target} HTTP/1.1\r\nhost: {address}\r\n\r\n").as_bytes())
        .unwrap();
    some(&gateway);
    let answer = receive(&mut stream).json();
    assert_eq!(answer["requests"][0]["id"], 3);
    assert_eq!(answer["requests"].as_array().unwrap().len(), 1);
    // Nothing comes: the time is over.
    let answer = get(&gateway, "/api/requests?after=4&wait=1").json();
    assert_eq!(
        (&answer["requests"], &answer["last"]),
        (&json!([]), &json!(4))
    );
}

#[test]
fn the_latest_500_are_kept_until_they_are_forgotten() {
    let gateway = start();
    many(&gateway, 510);
    let list = get(&gateway, "/api/requests").json();
    assert_eq!(list["requests"].as_array().unwrap().len(), 500);
    assert_eq!((&list["last"], &list["oldest"]), (&json!(510), &json!(11)));
    assert_eq!(list["requests"][0]["path"], "/10");
    for (path, status) in [
        ("10", 404),
        ("11", 200),
        ("511", 404),
        ("x", 404),
        ("+11", 404),
    ] {
        assert_eq!(
            get(&gateway, &format!("/api/requests/{path}")).status,
            status,
            "{path}"
        );
    }
    assert_eq!(
        post(&gateway, "/api/clear", "{}").json(),
        json!({ "last": 510 })
    );
    let list = get(&gateway, "/api/requests").json();
    assert_eq!(
        list,
        json!({ "requests": [], "last": 510, "oldest": 0, "of": 500, "try": first_call(&gateway) })
    );
    // Numbers are not given twice.
    send(gateway.address(), "GET /again HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(ids(&gateway, ""), [511]);
}

#[test]
fn methods_and_routes() {
    let gateway = start();
    for (path, status, allow) in [
        ("/api/clear", 405, Some("POST")),
        ("/api/requests/1/replay", 405, Some("POST")),
        ("/api", 404, None),
        ("/api/requests/", 404, None),
        ("/api/requests/1/secret", 404, None),
        ("//api/requests", 404, None),
        ("/", 200, None),
    ] {
        let answer = get(&gateway, path);
        assert_eq!(
            (answer.status, answer.header("allow")),
            (status, allow),
            "{path}"
        );
    }
    let answer = post(&gateway, "/api/requests", "{}");
    assert_eq!(
        (answer.status, answer.header("allow")),
        (405, Some("GET, HEAD"))
    );
    assert_eq!(post(&gateway, "/api/clear", "[]").status, 400);
    assert_eq!(post(&gateway, "/api/explain", "{\"other\": 1}").status, 400);
    let value: Value = get(&gateway, "/api/requests").json();
    assert_eq!(value["last"], 0);
}
