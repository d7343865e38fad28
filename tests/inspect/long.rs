//! Requests of which not all is kept.

use crate::asked::{chain, detail, differences, free, start};
use crate::harness::{Call, HOST, gateway, send};
use serde_json::{Value, json};
use sigv4::gateway::Limits;

/// Nothing is said of a signature in a head of which the beginning alone is there.
#[test]
fn a_head_that_is_cut_off_is_not_judged() {
    let mut limits = Limits::default();
    limits.head = 200_000;
    let gateway = gateway().with_limits(limits).with_inspector(free());
    let gateway = gateway.start().unwrap();
    let (lines, _) = Call::get("/prod/items").signed();
    let value = "a".repeat(70_000);
    let text = format!("{}\r\nx-long: {value}\r\n\r\n", lines.join("\r\n"));
    assert_eq!(send(gateway.address(), &text).status, 200);
    let detail = detail(&gateway, 1);
    assert_eq!(detail["request"]["whole"], false);
    assert_eq!(detail["verdict"], "allowed");
    assert!(!chain(&detail).contains("broken"), "{}", chain(&detail));
    assert!(!chain(&detail).contains("ok"), "{}", chain(&detail));
    let note = detail["known_note"].as_str().unwrap();
    assert!(note.contains("longer than what is kept"), "{note}");
    assert_eq!(detail["should_be"], Value::Null);

    // Nor is a refusal explained by what is not there.
    let text = text.replace("/prod/items", "/prod/items?a");
    assert_eq!(send(gateway.address(), &text).status, 403);
    let detail = crate::asked::detail(&gateway, 2);
    assert_eq!(detail["verdict"], "signature");
    assert!(!chain(&detail).contains("broken"), "{}", chain(&detail));
    assert_eq!(detail["answer"]["body"], Value::Null);
    assert!(!detail["sentence"].as_str().unwrap().contains("mistakes"));
}

/// The hash of a body that is too long to be kept is there where it is the fault.
#[test]
fn another_long_body() {
    let call = Call {
        method: "POST",
        headers: vec![
            ("host", HOST),
            (
                "x-amz-content-sha256",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
        ],
        ..Call::get("/prod/items")
    };
    let gateway = start();
    let (mut lines, _) = call.signed();
    lines.push("content-length: 70000".into());
    let text = format!("{}\r\n\r\n{}", lines.join("\r\n"), "x".repeat(70_000));
    send(gateway.address(), &text);
    let detail = detail(&gateway, 1);
    assert_eq!(detail["reason"], "payload-hash", "{detail:#}");
    assert_eq!(detail["request"]["body"]["kept"], 0);
    let computed = detail["payload"]["computed"].as_str().unwrap();
    assert_ne!(json!(computed), detail["payload"]["stated"]);
    assert_eq!(computed.len(), 64);
    assert_eq!(detail["payload"]["same"], false);
    assert_eq!(differences(&detail["canonical"])[0].0, "payload-hash");
}
