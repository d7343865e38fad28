//! One request of each kind, and what is said of it.

use crate::asked::{assert_is, chain, differences, get, plain, rows, start};
use crate::harness::{Call, HOST, NOW, send};
use serde_json::{Value, json};

const RIGHT: &str =
    "request:ok canonical-request:ok hash:ok string-to-sign:ok signing-key:ok signature:ok";

#[test]
fn allowed() {
    let detail = plain(&Call::get("/prod/items?color=red"));
    for (field, value) in [
        ("id", json!(1)),
        ("at", json!("2015-08-30T12:36:00Z")),
        ("method", json!("GET")),
        ("target", json!("/prod/items?color=red")),
        ("path", json!("/prod/items")),
        ("host", json!(HOST)),
        ("status", json!(200)),
        ("verdict", json!("allowed")),
        ("reason", Value::Null),
        ("remedy", Value::Null),
        ("summary", json!("allowed by statement 1 of policy 1")),
        ("caller", json!("arn:aws:iam::111122223333:user/alice")),
        ("key", json!("AKIDALICE")),
        (
            "scope",
            json!("20150830/us-east-1/execute-api/aws4_request"),
        ),
        ("form", json!("header")),
        ("body", json!(0)),
        ("from", json!("gateway")),
        ("known", json!("proven")),
        ("should_be", Value::Null),
    ] {
        assert_eq!(detail[field], value, "{field}");
    }
    assert_eq!(chain(&detail), format!("{RIGHT} time:ok policy:ok"));
    let lines = detail["canonical"].as_array().unwrap();
    let texts: Vec<_> = lines
        .iter()
        .map(|line| line["sent"]["text"].as_str().unwrap())
        .collect();
    let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let date = format!("x-amz-date:{NOW}");
    let host = format!("host:{HOST}");
    assert_eq!(
        texts,
        [
            "GET",
            "/prod/items",
            "color=red",
            &host,
            &date,
            "",
            "host;x-amz-date",
            nothing
        ]
    );
    assert!(differences(&detail["canonical"]).is_empty());
    assert!(differences(&detail["string_to_sign"]).is_empty());
    assert_eq!(detail["policy"]["effect"], "Allow");
    let text = detail["policy"]["text"].as_str().unwrap();
    let statement: Value = serde_json::from_str(text).unwrap();
    assert_eq!(statement["Action"], "execute-api:Invoke");
}

#[test]
fn policies() {
    let denied = Call {
        access_key_id: "AKIDBARRED",
        ..Call::get("/prod/items")
    };
    let detail = plain(&denied);
    assert_is(&detail, "policy", "not-authorized", "proven");
    let policy = &detail["policy"];
    assert_eq!(
        (&policy["decision"], &policy["statement"]),
        (&json!("explicit_deny"), &json!(1))
    );
    assert_eq!(
        policy["resource"],
        "arn:aws:execute-api:us-east-1:111122223333:abc123/prod/GET/items"
    );
    assert_eq!(chain(&detail), format!("{RIGHT} time:ok policy:broken"));
    assert_eq!(detail["caller"], "arn:aws:iam::111122223333:user/barred");
    assert!(
        detail["sentence"]
            .as_str()
            .unwrap()
            .contains("111122223333:abc123/prod/GET/items")
    );

    let not_allowed = Call {
        access_key_id: "AKIDREADER",
        method: "POST",
        body: "{}",
        ..Call::get("/prod/items")
    };
    let detail = plain(&not_allowed);
    let policy = &detail["policy"];
    assert_eq!(
        (&policy["decision"], &policy["statement"]),
        (&json!("implicit_deny"), &Value::Null)
    );
    let remedy = detail["remedy"].as_str().unwrap();
    assert!(remedy.contains("prod/POST/items"), "{remedy}");
}

#[test]
fn freshness() {
    let late = Call {
        at: "20150830T110000Z",
        ..Call::get("/prod/items")
    };
    let detail = plain(&late);
    assert_is(&detail, "freshness", "clock", "proven");
    assert_eq!(
        detail["sentence"],
        "the request was signed at 20150830T110000Z, 1 h 36 min behind the service's 20150830T123600Z"
    );
    assert_eq!(
        chain(&detail),
        format!("{RIGHT} time:broken policy:unknown")
    );
    let right = detail["should_be"]["string_to_sign"].as_array().unwrap();
    assert_eq!(right[1], NOW);

    let gateway = start();
    let target = Call {
        at: "20150830T100000Z",
        ..Call::get("/prod/items")
    }
    .presigned();
    send(
        gateway.address(),
        &format!("GET {target} HTTP/1.1\r\nhost: {HOST}\r\n\r\n"),
    );
    let detail = crate::asked::detail(&gateway, 1);
    assert_is(&detail, "freshness", "presigned-expired", "proven");
    assert_eq!(detail["form"], "query");

    let expired = Call {
        access_key_id: "ASIAEXPIRED",
        token: Some("the+token"),
        ..Call::get("/prod/items")
    };
    assert_is(
        &plain(&expired),
        "freshness",
        "session-token-expired",
        "proven",
    );
}

#[test]
fn malformed() {
    let gateway = start();
    let host = format!("host: {HOST}\r\n");
    for (request, reason) in [
        (
            format!("GET /prod/items HTTP/1.1\r\n{host}\r\n"),
            "not-signed",
        ),
        (
            format!("GET /prod/nothing HTTP/1.1\r\n{host}\r\n"),
            "no-such-route",
        ),
        (
            format!("GET /prod/items HTTP/1.1\r\n{host}authorization: Bearer abc\r\n\r\n"),
            "other-scheme",
        ),
        (
            format!("GET /prod/items HTTP/1.1\r\n{host}authorization: AWS4-HMAC-SHA256 a\r\n\r\n"),
            "malformed-signature",
        ),
    ] {
        send(gateway.address(), &request);
        let last = get(&gateway, "/api/requests").json()["last"]
            .as_u64()
            .unwrap();
        let detail = crate::asked::detail(&gateway, last);
        assert_eq!(
            (&detail["verdict"], &detail["reason"]),
            (&json!("malformed"), &json!(reason)),
            "{detail:#}"
        );
        for field in ["key", "scope", "form", "caller", "policy"] {
            assert!(detail[field].is_null(), "{field}");
        }
        assert_eq!(detail["canonical"], json!([]));
        assert!(chain(&detail).starts_with("request:broken canonical-request:unknown"));
    }
    // Whoever asks whether it is up is no caller.
    send(
        gateway.address(),
        &format!("GET /health HTTP/1.1\r\n{host}\r\n"),
    );
    assert_eq!(rows(&gateway, "").len(), 4);
    // What a proxy is asked for is not what this is.
    let absolute = format!("GET http://{HOST}/health HTTP/1.1\r\n{host}\r\n");
    assert_eq!(send(gateway.address(), &absolute).status, 400);
    assert_eq!(rows(&gateway, "after=4")[0]["verdict"], "malformed");
}

/// In the answers that the gateway gives for something else, the signature was right.
#[test]
fn allowed_and_refused_for_something_else() {
    let call = Call {
        method: "POST",
        body: "not JSON",
        ..Call::get("/prod/items")
    };
    let detail = plain(&call);
    assert_eq!(
        (&detail["verdict"], &detail["status"]),
        (&json!("allowed"), &json!(400))
    );
    let sentence = detail["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("signature and policies are right; refused for something else: "));
    assert!(
        detail["answer"]["body"]
            .as_str()
            .unwrap()
            .contains("message")
    );
}
