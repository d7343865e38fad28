//! What is served, and under which spelling of its path.

use crate::harness::{Call, HOST, gateway, send, start};
use serde_json::json;
use sigv4::gateway::Limits;
use sigv4::{Payload, Request, Timestamp};
use std::time::Duration;

#[test]
fn items_are_read_and_added() {
    let gateway = start();
    let answer = Call::get("/prod/items").send(&gateway);
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json()["items"][0],
        json!({ "id": 1, "name": "hammer" })
    );
    assert_eq!(answer.header("x-amzn-errortype"), None);

    let mut post = Call::get("/prod/items");
    post.method = "POST";
    post.body = r#"{"id":4,"name":"saw"}"#;
    let answer = post.send(&gateway);
    assert_eq!(
        (answer.status, answer.json()["name"].clone()),
        (201, json!("saw"))
    );
    let answer = Call::get("/prod/items?limit=10&flag").send(&gateway);
    assert_eq!(answer.json()["items"].as_array().unwrap().len(), 4);

    post.body = "{";
    post.send(&gateway)
        .assert(400, "BadRequestException", "Invalid request body");
}

/// For whoever waits until it is up: no signature, no stage.
#[test]
fn health_is_for_everybody() {
    let gateway = start();
    let answer = |method: &str, path: &str| {
        let text = format!("{method} {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
        send(gateway.address(), &text)
    };
    let health = answer("GET", "/health");
    assert_eq!(
        (health.status, health.json()),
        (200, json!({ "status": "ok" }))
    );
    assert_eq!(answer("GET", "/health?from=here").status, 200);
    for (method, path) in [
        ("POST", "/health"),
        ("GET", "/prod/health"),
        ("GET", "/health/"),
        ("GET", "//health"),
        ("GET", "/x/../health"),
    ] {
        assert_eq!(answer(method, path).status, 403, "{method} {path}");
    }
}

/// API Gateway gives no longer answer than that.
#[test]
fn the_text_of_the_list_is_bounded() {
    let mut limits = Limits::default();
    limits.list = r#"{"items":["only",1]}"#.len();
    let gateway = gateway()
        .with_items(vec![json!("only")])
        .with_limits(limits)
        .start()
        .unwrap();
    let post = |body| {
        let call = Call {
            method: "POST",
            body,
            ..Call::get("/prod/items")
        };
        call.send(&gateway)
    };
    post("10").assert(429, "LimitExceededException", "Limit Exceeded");
    assert_eq!(post(" 1 ").status, 201);
    post("2").assert(429, "LimitExceededException", "Limit Exceeded");
    let list = Call::get("/prod/items").send(&gateway);
    assert_eq!(list.body, r#"{"items":["only",1]}"#);
}

/// The list is as long as its items are together, and comes whole.
#[test]
fn a_long_list_comes_whole() {
    let item = "x".repeat(10_000);
    let gateway = gateway()
        .with_items(vec![json!(item); 300])
        .start()
        .unwrap();
    let list = Call::get("/prod/items").send(&gateway);
    assert_eq!(list.json(), json!({ "items": vec![item; 300] }));
}

#[test]
fn a_presigned_url_is_good_until_it_expires() {
    let gateway = start();
    let call = Call::get("/prod/items?limit=10");
    let request = Request {
        method: "GET",
        target: call.target,
        headers: &[("host", HOST.as_bytes())],
        payload: Payload::EMPTY,
    };
    let sent = |at: &str, expires| {
        let at = Timestamp::parse(at).unwrap();
        let url = call
            .signer()
            .presign(&request, Duration::from_secs(expires), at)
            .unwrap();
        send(
            gateway.address(),
            &format!("GET {} HTTP/1.1\r\nHost: {HOST}\r\n\r\n", url.target()),
        )
    };
    assert_eq!(sent("20150830T120000Z", 3600).status, 200);
    sent("20150830T120000Z", 60).assert(
        403,
        "InvalidSignatureException",
        "Signature expired: 20150830T120000Z is now earlier than 20150830T123500Z \
         (20150830T123600Z - 1 min.)",
    );
}

#[test]
fn no_signature_and_no_route_look_alike() {
    let gateway = start();
    let (error_type, message) = (
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
    );
    let bare = format!("GET /prod/items HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
    send(gateway.address(), &bare).assert(403, error_type, message);
    for target in [
        "/prod/other",
        "/prod",
        "/prod/",
        "/items",
        "/",
        "/prodx/items",
        "/prod/items/",
    ] {
        Call::get(target)
            .send(&gateway)
            .assert(403, error_type, message);
    }
    let mut call = Call::get("/prod/items");
    call.method = "DELETE";
    call.send(&gateway).assert(403, error_type, message);
    Call::get("/prod/items")
        .send_changed(&gateway, |lines| {
            lines.retain(|line| !line.starts_with("authorization"));
            lines.push("authorization: Bearer token=abc".into());
        })
        .assert(403, error_type, message);
}

/// The signature is right for `/prod/items`; what is sent is another target.
#[test]
fn no_other_spelling_of_a_target_is_taken_for_the_signed_one() {
    let gateway = start();
    for target in [
        "*",
        "http://evil.example:99/prod/items",
        "http://abc123.execute-api.us-east-1.amazonaws.com/prod/items",
        "//prod/items",
        "/prod//items",
        "/prod/./items",
        "/prod/x/../items",
        "/prod/%69tems",
        "/prod/items/",
        "/prod/items?",
        "/prod/items?a",
        "/prod/items?X-Amz-Date=20000101T000000Z",
        "/prod/items?X-Amz-Foo=1&X-Amz-Foo=1",
    ] {
        let answer = Call::get("/prod/items").send_changed(&gateway, |lines| {
            lines[0] = format!("GET {target} HTTP/1.1");
        });
        // An empty query is no other request.
        let expected = target == "/prod/items?";
        assert_eq!(answer.status == 200, expected, "{target}: {}", answer.body);
    }
}

/// The signature is over the normalised path; policies and routes see what arrived, so it
/// has to be normal.
#[test]
fn only_normal_paths_are_echoed() {
    let gateway = start();
    let call = Call {
        access_key_id: "AKIDREADER", // may GET /items, and nothing else
        ..Call::get("/prod/items")
    };
    for target in [
        "/prod/echo/../items",
        "/prod/echo//../items",
        "/prod/echo/./../items",
    ] {
        let answer = call.send_changed(&gateway, |lines| {
            lines[0] = format!("GET {target} HTTP/1.1");
        });
        let message = "Missing Authentication Token";
        answer.assert(403, "MissingAuthenticationTokenException", message);
    }
    assert_eq!(Call::get("/prod/echo/a").send(&gateway).status, 200);
    let denied = Call {
        access_key_id: "AKIDREADER",
        ..Call::get("/prod/echo/a")
    };
    let answer = denied.send(&gateway).json()["Message"].to_string();
    assert!(answer.contains("abc123/prod/GET/echo/a "), "{answer}");
}

#[test]
fn an_item_is_small_and_flat_enough_for_every_reader() {
    let gateway = start();
    let body = |text: String| Call {
        method: "POST",
        body: Box::leak(text.into_boxed_str()),
        ..Call::get("/prod/items")
    };
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(body(nested(32)).send(&gateway).status, 201);
    body(nested(33)).send(&gateway).assert(
        400,
        "BadRequestException",
        "Invalid request body: nested too deeply",
    );
    body(nested(1_000))
        .send(&gateway)
        .assert(400, "BadRequestException", "Invalid request body");
    assert_eq!(
        body(format!("{:?}", "x".repeat(16_382)))
            .send(&gateway)
            .status,
        201
    );
    body(format!("{:?}", "x".repeat(16_383)))
        .send(&gateway)
        .assert(413, "BadRequestException", "Request Too Long");
    assert_eq!(Call::get("/prod/items").send(&gateway).status, 200);
}

#[test]
fn the_list_is_bounded() {
    let mut limits = Limits::default();
    limits.items = 1;
    let gateway = gateway()
        .with_items(vec![json!("only")])
        .with_limits(limits)
        .start()
        .unwrap();
    let mut post = Call::get("/prod/items");
    (post.method, post.body) = ("POST", "1");
    post.send(&gateway)
        .assert(429, "LimitExceededException", "Limit Exceeded");
    assert_eq!(
        Call::get("/prod/items").send(&gateway).json(),
        json!({ "items": ["only"] })
    );
}
