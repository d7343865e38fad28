//! Signatures that do not hold, and what is said of each.

use crate::asked::{assert_is, chain, differences, looked, plain, start};
use crate::harness::{Call, HOST, send};
use serde_json::{Value, json};

/// The marked byte is the right one.
#[test]
fn a_request_that_was_changed_on_the_way() {
    let call = Call::get("/prod/echo/a?b=c");
    for (from, to, reason, hint, part, sent, computed) in [
        (
            "GET",
            "PUT",
            "method",
            "with the method GET",
            "method",
            "GE",
            "PU",
        ),
        (
            "a?",
            "a/?",
            "trailing-slash",
            "with the slash at the end of the path added or removed",
            "path",
            "",
            "/",
        ),
        ("?b=c", "?b=%63%2563", "", "", "", "", ""),
    ] {
        let detail = looked(&start(), &call, |lines| {
            lines[0] = lines[0].replacen(from, to, 1);
        });
        if reason.is_empty() {
            assert_is(&detail, "signature", "wrong-secret", "unknown");
            continue;
        }
        assert_is(&detail, "signature", reason, "reading");
        assert_eq!(
            differences(&detail["canonical"]),
            [(part.to_owned(), json!(sent), json!(computed))]
        );
        assert!(chain(&detail).starts_with("request:ok canonical-request:broken hash:unknown"));
        let sentence = detail["sentence"].as_str().unwrap();
        assert!(sentence.contains(hint), "{sentence}");
    }
}

#[test]
fn a_header_that_was_changed_on_the_way() {
    let call = Call {
        headers: vec![("host", HOST), ("content-type", "application/json")],
        ..Call::get("/prod/items")
    };
    let detail = looked(&start(), &call, |lines| {
        lines[2] = "content-type: application/json; charset=utf-8".into();
    });
    assert_is(&detail, "signature", "header-altered", "reading");
    assert_eq!(
        differences(&detail["canonical"]),
        [("header".into(), json!(""), json!("; charset=utf-8"))]
    );
    let line = &detail["canonical"][3];
    assert_eq!(
        line["computed"]["from"],
        "content-type:application/json".len()
    );
    assert_eq!(
        line["computed"]["to"],
        "content-type:application/json; charset=utf-8".len()
    );
}

#[test]
fn another_body() {
    let call = Call {
        method: "POST",
        body: "{\"name\": \"saw\"}",
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
    let (mut lines, _) = Call { body: "", ..call }.signed();
    lines.push("content-length: 1".into());
    let text = format!("{}\r\n\r\n{}", lines.join("\r\n"), "x");
    send(gateway.address(), &text);
    let detail = crate::asked::detail(&gateway, 1);
    assert_is(&detail, "signature", "payload-hash", "proven");
    let differ = differences(&detail["canonical"]);
    assert_eq!(differ.len(), 1, "{differ:?}");
    assert_eq!(differ[0].0, "payload-hash");
    assert_eq!(detail["payload"]["same"], false);
    assert_eq!(detail["request"]["body"]["text"], "x");
    let right = detail["should_be"]["canonical"].as_array().unwrap();
    assert_eq!(right.last().unwrap(), &detail["payload"]["computed"]);
}

#[test]
fn another_secret() {
    let wrong = Call {
        secret: "wrong",
        ..Call::get("/prod/items")
    };
    let detail = plain(&wrong);
    assert_is(&detail, "signature", "wrong-secret", "unknown");
    let lines = detail["canonical"].as_array().unwrap();
    assert!(
        lines
            .iter()
            .all(|line| line["sent"].is_null() && line["state"] == "unknown")
    );
    assert_eq!(lines[1]["computed"]["text"], "/prod/items");
    assert_eq!(
        chain(&detail),
        "request:ok canonical-request:unknown hash:unknown string-to-sign:unknown signing-key:unknown \
         signature:broken time:ok policy:unknown"
    );
    assert!(detail["caller"].is_null());
}

#[test]
fn another_key_scope_or_token() {
    let get = || Call::get("/prod/items");
    for (call, reason, known) in [
        (
            Call {
                access_key_id: "AKIDNOBODY",
                ..get()
            },
            "unknown-access-key",
            "unknown",
        ),
        (
            Call {
                region: "eu-west-1",
                ..get()
            },
            "wrong-region",
            "proven",
        ),
        (
            Call {
                service: "s3",
                ..get()
            },
            "wrong-service",
            "proven",
        ),
        (
            Call {
                access_key_id: "ASIATEMPORARY",
                ..get()
            },
            "session-token-missing",
            "proven",
        ),
        (
            Call {
                access_key_id: "ASIATEMPORARY",
                token: Some("another"),
                ..get()
            },
            "session-token-altered",
            "proven",
        ),
    ] {
        let detail = plain(&call);
        assert_is(&detail, "signature", reason, known);
        assert!(
            chain(&detail).contains("signing-key:broken"),
            "{}",
            chain(&detail)
        );
    }
    // Two things are wrong, and both are said: the time is judged whatever the scope is.
    for (service, region, at, time) in [
        (
            "execute-api",
            "eu-west-1",
            "20150830T100000Z",
            "time:broken",
        ),
        ("s3", "us-east-1", "20150830T180000Z", "time:broken"),
        ("execute-api", "eu-west-1", "20150830T123100Z", "time:ok"),
    ] {
        let detail = plain(&Call {
            service,
            region,
            at,
            ..get()
        });
        assert!(chain(&detail).contains(time), "{}", chain(&detail));
    }
    let detail = plain(&Call {
        region: "eu-west-1",
        ..get()
    });
    let differ = differences(&detail["scope_parts"]);
    assert_eq!(differ, [("region".into(), json!("eu-we"), json!("us-ea"))]);
    let right = detail["should_be"]["request"]
        .as_array()
        .unwrap()
        .last()
        .unwrap();
    assert!(
        right.as_str().unwrap().contains("/us-east-1/execute-api/"),
        "{right}"
    );
}

#[test]
fn a_header_that_has_to_be_signed() {
    let detail = looked(&start(), &Call::get("/prod/items"), |lines| {
        lines.push("x-amz-acl: private".into());
    });
    assert_is(&detail, "signature", "header-added", "proven");
    let headers = detail["request"]["headers"].as_array().unwrap();
    let mark = |name: &str| {
        let found = headers.iter().find(|header| header["name"] == name);
        found.unwrap()["mark"].as_str().unwrap()
    };
    assert_eq!(
        ["host", "x-amz-acl", "authorization", "content-length"].map(mark),
        ["signed", "must", "signature", "unsigned"]
    );
    assert!(chain(&detail).contains("canonical-request:broken"));
    let right = detail["should_be"]["canonical"].as_array().unwrap();
    assert!(right.contains(&json!("x-amz-acl:private")), "{right:?}");
}

#[test]
fn a_signed_header_that_did_not_arrive() {
    let call = Call {
        headers: vec![("host", HOST), ("x-amz-acl", "private")],
        ..Call::get("/prod/items")
    };
    let detail = looked(&start(), &call, |lines| {
        lines.remove(2);
    });
    assert_is(&detail, "signature", "header-removed", "unknown");
    let headers = detail["request"]["headers"].as_array().unwrap();
    let missing = headers
        .iter()
        .find(|header| header["mark"] == "missing")
        .unwrap();
    assert_eq!(
        (&missing["name"], &missing["value"]),
        (&json!("x-amz-acl"), &Value::Null)
    );
}
