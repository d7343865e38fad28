//! For other tools, and once more.

use crate::asked::{assert_verifies, detail, get, post, rows, start};
use crate::harness::{Call, HOST, NOW, SECRET, send};
use serde_json::{Value, json};
use sigv4::Timestamp;
use std::process::Command;

fn posted() -> Call {
    Call {
        method: "POST",
        body: "{\"name\": \"it's\"}",
        headers: vec![
            ("host", HOST),
            ("content-type", "application/json"),
            ("x-note", "a 'b' $c"),
        ],
        ..Call::get("/prod/items?a=b%20c&d=[e]")
    }
}

/// What is exported for `sigv4 verify` verifies.
#[test]
fn for_verify() {
    let gateway = start();
    posted().send(&gateway);
    let raw = get(&gateway, "/api/requests/1/verify").body;
    assert_verifies(&raw, SECRET, "execute-api", NOW);
}

#[test]
fn as_a_vector() {
    let gateway = start();
    Call {
        secret: "wrong",
        ..posted()
    }
    .send(&gateway);
    let vector: Value = get(&gateway, "/api/requests/1/vector").json();
    assert_eq!(vector["now"], "20150830T123600Z");
    assert_eq!(
        (&vector["region"], &vector["service"]),
        (&json!("us-east-1"), &json!("execute-api"))
    );
    let lines = vector["request"].as_array().unwrap();
    assert_eq!(lines[0], "POST /prod/items?a=b%20c&d=%5Be%5D HTTP/1.1");
    assert_eq!(lines.last().unwrap(), "{\"name\": \"it's\"}");
    assert!(Timestamp::parse(vector["now"].as_str().unwrap()).is_ok());
}

/// As it was copied.
#[cfg(unix)]
pub fn in_bash(line: &str) -> std::process::Output {
    let mut bash = Command::new("bash");
    bash.args(["-c", line])
        .current_dir(std::env::temp_dir())
        .env("AWS_SESSION_TOKEN", "theReadersOwnSessionToken");
    bash.output().unwrap()
}

/// RFC 9110's methods can be a shell's commands, and none needs a key to be recorded.
#[test]
#[cfg(unix)]
fn a_method_is_no_command() {
    let gateway = start();
    let made = std::env::temp_dir().join(format!("sigv4-inspect-{}", std::process::id()));
    let name = made.file_name().unwrap().to_str().unwrap();
    let methods = [
        "a&echo&".to_owned(),
        "a|cat".into(),
        "a'&false&'b".into(),
        format!("x`touch$IFS{name}`"),
        format!("x&touch$IFS$PWD.{name}&"),
        "-K".into(),
    ];
    for (number, method) in methods.iter().enumerate() {
        let request = format!("{method} /prod/items HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
        send(gateway.address(), &request);
        let id = 2 * number + 1;
        let line = get(&gateway, &format!("/api/requests/{id}/curl")).body;
        let output = in_bash(&line);
        assert!(output.status.success(), "{line}");
        assert!(!made.exists(), "{line}");
        let again = rows(&gateway, &format!("after={id}"));
        assert_eq!(again[0]["method"], *method, "{line}");
    }
}

/// Whatever a stranger's `Host` says, the line calls this gateway: a reader's token goes nowhere else.
#[test]
#[cfg(unix)]
fn a_copied_line_calls_this_gateway_alone() {
    let gateway = start();
    let stranger = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    stranger.set_nonblocking(true).unwrap();
    let host = stranger.local_addr().unwrap();
    let request =
        format!("GET /prod/items HTTP/1.1\r\nhost: {host}\r\nx-amz-security-token: a\r\n\r\n");
    send(gateway.address(), &request);
    let line = get(&gateway, "/api/requests/1/curl").body;
    assert!(in_bash(&line).status.success(), "{line}");
    let came = stranger.accept().map(|_| ());
    assert_eq!(
        came.unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock,
        "{line}"
    );
    assert_eq!(rows(&gateway, "after=1")[0]["host"], host.to_string());
}

/// The line for a shell makes the same request: the gateway takes it.
#[test]
#[cfg(unix)]
fn for_curl() {
    let gateway = start();
    posted().send(&gateway);
    let line = get(&gateway, "/api/requests/1/curl").body;
    let output = in_bash(&line);
    assert!(
        output.status.success(),
        "{line}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let again = detail(&gateway, 2);
    assert_eq!(
        (&again["verdict"], &again["status"]),
        (&json!("allowed"), &json!(201)),
        "{line}"
    );
    assert_eq!(again["request"]["body"]["text"], posted().body);
}

#[test]
fn a_token_is_the_shells_to_give() {
    let gateway = start();
    Call {
        access_key_id: "ASIATEMPORARY",
        token: Some("the+token"),
        ..Call::get("/prod/items")
    }
    .send(&gateway);
    let line = get(&gateway, "/api/requests/1/curl").body;
    assert!(
        line.contains("-H \"x-amz-security-token: $AWS_SESSION_TOKEN\""),
        "{line}"
    );
    for kind in ["verify", "vector"] {
        assert_eq!(
            get(&gateway, &format!("/api/requests/1/{kind}")).status,
            409
        );
    }
    let detail = detail(&gateway, 1);
    assert_eq!(
        detail["exports"],
        json!({
            "curl": true, "verify": false, "vector": false,
            "note": "it has a session token, which is not shown",
        })
    );
}

/// Nothing stands in for a token in a URL.
#[test]
fn nor_is_a_presigned_url_with_a_token_exported() {
    let gateway = start();
    let target = Call {
        access_key_id: "ASIATEMPORARY",
        token: Some("the+token"),
        ..Call::get("/prod/items")
    }
    .presigned();
    let request = format!("GET {target} HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
    send(gateway.address(), &request);
    let detail = detail(&gateway, 1);
    assert_eq!(detail["verdict"], "allowed");
    let exports = ["curl", "verify", "vector"].map(|kind| &detail["exports"][kind]);
    assert_eq!(exports, [&json!(false); 3]);
    assert_eq!(detail["replay"]["possible"], true);
}

#[test]
fn once_more() {
    let gateway = start();
    posted().send(&gateway);
    Call {
        access_key_id: "ASIATEMPORARY",
        token: Some("the+token"),
        secret: "wrong",
        ..Call::get("/prod/items")
    }
    .send(&gateway);
    for (id, again, status, verdict) in [(1, 3, 201, "allowed"), (2, 4, 403, "signature")] {
        let answer = post(&gateway, &format!("/api/requests/{id}/replay"), "{}");
        assert_eq!(answer.json(), json!({ "id": again, "status": status }));
        let rows = rows(&gateway, &format!("after={}", again - 1));
        assert_eq!(rows[0]["verdict"], verdict);
    }
    let (first, again) = (detail(&gateway, 1), detail(&gateway, 3));
    assert_eq!(first["request"]["body"], again["request"]["body"]);
    assert_eq!(first["canonical"], again["canonical"]);
}

#[test]
fn what_was_not_kept_whole_is_neither_exported_nor_sent_again() {
    let gateway = start();
    let long = "a".repeat(70_000);
    let request = format!(
        "POST /prod/items HTTP/1.1\r\nhost: {HOST}\r\ncontent-length: {}\r\n\r\n{long}",
        long.len()
    );
    send(gateway.address(), &request);
    assert_eq!(detail(&gateway, 1)["replay"]["possible"], false);
    assert_eq!(post(&gateway, "/api/requests/1/replay", "{}").status, 409);
    assert_eq!(get(&gateway, "/api/requests/1/curl").status, 409);
    assert_eq!(post(&gateway, "/api/requests/9/replay", "{}").status, 404);
}
