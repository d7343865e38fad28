//! Lines for a shell: of any body, of hidden headers, and read again where they are pasted.

use crate::asked::{detail, get, post, start};
#[cfg(unix)]
use crate::exported::in_bash;
use crate::harness::{Call, HOST, NOW, connect, receive, send};
use serde_json::{Value, json};
use sigv4::gateway::Running;
use sigv4::{Payload, Request, Timestamp};
use std::io::Write;

/// Of any bytes, and with no type but the one given.
fn send_signed(gateway: &Running, method: &str, target: &str, more: &[(&str, &str)], body: &[u8]) {
    let mut headers = vec![("host", HOST.as_bytes())];
    headers.extend(more.iter().map(|(name, value)| (*name, value.as_bytes())));
    let request = Request {
        method,
        target,
        headers: &headers,
        payload: Payload::Bytes(body),
    };
    let at = Timestamp::parse(NOW).unwrap();
    let signer = Call::get("/").signer();
    let signed = signer.sign(&request, at).unwrap();
    let mut head = format!("{method} {target} HTTP/1.1\r\nhost: {HOST}\r\n");
    for (name, value) in more.iter().copied().chain(signed.headers()) {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("content-length: {}\r\n\r\n", body.len());
    let mut stream = connect(gateway.address());
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    receive(&mut stream);
}

/// Bytes that no word of a shell has in it arrive, too, and curl adds no type of its own.
#[test]
#[cfg(unix)]
fn any_body_is_copied_whole() {
    let gateway = start();
    let bodies: [&[u8]; 4] = [b"a\0b\0", b"@\0", b"\xff\n'!", b"name=a"];
    for (number, body) in bodies.iter().enumerate() {
        send_signed(&gateway, "POST", "/prod/items", &[], body);
        let id = 2 * number as u64 + 1;
        let line = get(&gateway, &format!("/api/requests/{id}/curl")).body;
        let output = in_bash(&line);
        assert!(output.status.success(), "{line}");
        let (first, again) = (detail(&gateway, id), detail(&gateway, id + 1));
        assert_eq!(
            first["payload"]["computed"], again["payload"]["computed"],
            "{line}"
        );
        assert_eq!(first["body"], body.len(), "{line}");
        let headers = again["request"]["headers"].as_array().unwrap();
        assert!(
            headers
                .iter()
                .all(|header| header["name"] != "content-type"),
            "{line}"
        );
    }
}

/// Nothing stands in for a secret that is not shown: there is no line, and why is said.
#[test]
fn a_hidden_header_is_not_exported() {
    let gateway = start();
    for header in [
        "x-api-key: aKeyOfSomebodys",
        "authorization: Bearer aTokenOfSomebodys",
    ] {
        let request = format!("GET /prod/items HTTP/1.1\r\nhost: {HOST}\r\n{header}\r\n\r\n");
        send(gateway.address(), &request);
    }
    for id in [1, 2] {
        let why = "a header of it has a secret, which is not shown";
        let none = json!({ "curl": false, "verify": false, "vector": false, "note": why });
        assert_eq!(detail(&gateway, id)["exports"], none);
        for kind in ["curl", "verify", "vector"] {
            let answer = get(&gateway, &format!("/api/requests/{id}/{kind}"));
            assert_eq!(
                (answer.status, &answer.json()["message"]),
                (409, &json!(why))
            );
        }
    }
}

/// What is copied here and pasted there is the same request.
#[test]
fn a_copied_line_is_read_again() {
    let gateway = start();
    type Asked = (&'static str, &'static str, &'static str, &'static [u8]);
    let asked: [Asked; 5] = [
        (
            "GET",
            "/prod/items?a=b&c=%5Bd%5D*~$f",
            "a 'b' \"$c\" `d` ~ \\ ! {e,f}",
            b"",
        ),
        ("POST", "/prod/items?a=$(b)", "text", b"it's $a\n!\\"),
        ("POST", "/prod/items?a=%25", "\t@a;", b"@a\0b"),
        ("POST", "/prod/items", "", b"\x01\x7f\t\xff'"),
        ("a&b'c", "/prod/items?a=b;c", "$'a'", b""),
    ];
    for (number, (method, target, note, body)) in asked.into_iter().enumerate() {
        send_signed(&gateway, method, target, &[("x-note", note)], body);
        let id = number as u64 + 1;
        let line = get(&gateway, &format!("/api/requests/{id}/curl"));
        assert_eq!(line.status, 200, "{method}: {}", line.body);
        let answer = "HTTP/1.1 403 Forbidden\r\n\r\n{\"message\":\"Forbidden\"}";
        let pasted = json!({ "request": line.body, "answer": answer }).to_string();
        let explained = post(&gateway, "/api/explain", &pasted);
        assert_eq!(explained.status, 200, "{}\n{}", explained.body, line.body);
        let (pasted, kept) = (explained.json(), detail(&gateway, id));
        assert_eq!(pasted["request"]["line"], kept["request"]["line"]);
        assert_eq!(
            pasted["request"]["body"], kept["request"]["body"],
            "{}",
            line.body
        );
        assert_eq!(pasted["payload"]["computed"], kept["payload"]["computed"]);
        let headers = |detail: &Value| {
            let headers = detail["request"]["headers"].as_array().unwrap().iter();
            let headers = headers.map(|header| format!("{}: {}", header["name"], header["value"]));
            let mut headers: Vec<_> = headers
                .filter(|line| !line.contains("content-length"))
                .collect();
            headers.sort();
            headers
        };
        assert_eq!(headers(&pasted), headers(&kept), "{}", line.body);
    }
}

/// A length that is signed is sent, of no body as well.
#[test]
#[cfg(unix)]
fn a_signed_length_is_copied() {
    let gateway = start();
    for (id, body) in [(1, ""), (3, "{}")] {
        let length = body.len().to_string();
        let headers = vec![("host", HOST), ("content-length", length.leak())];
        Call {
            method: "POST",
            headers,
            body,
            ..Call::get("/prod/items")
        }
        .send(&gateway);
        assert_eq!(detail(&gateway, id)["verdict"], "allowed");
        let line = get(&gateway, &format!("/api/requests/{id}/curl")).body;
        assert!(in_bash(&line).status.success(), "{line}");
        assert_eq!(detail(&gateway, id + 1)["verdict"], "allowed", "{line}");
    }
}
