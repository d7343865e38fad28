//! Requests of which not all is kept.

use crate::asked::{detail, differences, start};
use crate::harness::{Call, HOST, send};
use serde_json::json;

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
