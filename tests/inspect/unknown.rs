//! What was not pasted, or is not in an answer, is not known, and is not empty either.

use crate::asked::{differences, start};
use crate::harness::{Call, HOST};
use crate::pasted::{explained, mismatch};
use serde_json::{Value, json};

/// What `curl -v` prints has no body, which is not an empty one.
#[test]
fn a_body_that_was_not_pasted() {
    let gateway = start();
    let call = |secret| Call {
        method: "POST",
        body: "{\"name\":\"a\"}",
        secret,
        ..Call::get("/prod/items?a=b")
    };
    let right = call(Call::get("/").secret);
    let verbose = |call: &Call, to: &str| {
        let answer = call.send_changed(&gateway, |lines| {
            lines[0] = lines[0].replace("a=b", to);
        });
        let mut lines = call.signed().0;
        lines.push("content-length: 12".into());
        let sent = lines.iter().map(|line| format!("> {line}\n"));
        let came = answer.head.trim_end().lines();
        let came = came.map(|line| format!("< {line}\n"));
        sent.chain(["> \n".into()])
            .chain(came)
            .chain(["< \n".into(), answer.body.clone()])
            .collect::<String>()
    };
    let detail = explained(&verbose(&right, "a=c"), "");
    assert_eq!(detail["reason"], "query-parameters", "{detail:#}");
    let differ = differences(&detail["canonical"]);
    assert_eq!(
        differ,
        [
            ("query".into(), json!("b"), json!("c")),
            ("payload-hash".into(), Value::Null, json!(""))
        ]
    );
    assert_eq!(
        detail["canonical"].as_array().unwrap().last().unwrap()["state"],
        "unknown"
    );
    // Nor is the hash of what it is in.
    let hash = detail["string_to_sign"].as_array().unwrap().last().unwrap();
    let is = (&hash["part"], &hash["state"], &hash["sent"]);
    let unknown = (
        &json!("canonical-request-hash"),
        &json!("unknown"),
        &Value::Null,
    );
    assert_eq!(is, unknown);
    for field in ["computed", "signed", "same", "stated"] {
        assert_eq!(detail["payload"][field], Value::Null, "{field}");
    }
    let note = detail["payload"]["note"].as_str().unwrap();
    assert!(note.contains("not given"), "{note}");

    // Nothing differs but, perhaps, the body: no link is said to be right or broken for it.
    let detail = explained(&verbose(&call("another"), "a=b"), "");
    assert_eq!(detail["verdict"], "signature");
    assert_ne!(detail["reason"], "payload-hash");
    assert!(
        crate::asked::chain(&detail).starts_with(
            "request:ok canonical-request:unknown hash:unknown string-to-sign:unknown"
        ),
        "{detail:#}"
    );
}

/// Of two texts an answer can show one: the other one is not known, and is not an empty one.
#[test]
fn what_an_answer_does_not_show() {
    let (request, answer) = mismatch();
    let both = explained(&request, &answer);
    let text = |field: &str| {
        let lines = both[field].as_array().unwrap().iter();
        let lines = lines.map(|line| line["computed"]["text"].as_str().unwrap());
        lines.collect::<Vec<_>>().join("\n")
    };
    for (element, shown, other) in [
        ("CanonicalRequest", "canonical", "string_to_sign"),
        ("StringToSign", "string_to_sign", "canonical"),
    ] {
        let text = text(shown);
        let answer = format!(
            "HTTP/1.1 403 Forbidden\r\n\r\n<Error><Code>SignatureDoesNotMatch</Code><Message>no\
             </Message><{element}>{text}</{element}></Error>"
        );
        let detail = explained(&request, &answer);
        assert_eq!(detail[shown], both[shown], "{element}");
        let lines = detail[other].as_array().unwrap();
        assert!(lines.len() >= 4);
        for line in lines {
            assert_eq!(
                (&line["state"], &line["computed"]),
                (&json!("unknown"), &Value::Null)
            );
            assert!(line["sent"]["text"].is_string(), "{line}");
        }
        let note = detail["payload"]["note"].as_str().unwrap();
        assert_eq!(note, "SHA-256 of no body");
    }
}

/// A line of curl's with the token in a variable: all but the token is compared.
#[test]
fn a_token_that_the_shell_puts_there() {
    let gateway = start();
    let call = || Call {
        access_key_id: "ASIATEMPORARY",
        token: Some("the+token"),
        ..Call::get("/prod/items?a=b")
    };
    let answer = call().send_changed(&gateway, |lines| {
        lines[0] = lines[0].replace("a=b", "a=c");
    });
    let answer = answer.head + &answer.body;
    let lines = call().signed().0;
    let headers = lines.iter().skip(1).map(|line| {
        let line = line.replace("the+token", "$AWS_SESSION_TOKEN");
        format!(" -H \"{line}\"")
    });
    let curl = format!(
        "curl 'https://{HOST}/prod/items?a=b'{}",
        headers.collect::<String>()
    );
    let detail = explained(&curl, &answer);
    assert_eq!(detail["reason"], "query-parameters", "{detail:#}");
    let differ = differences(&detail["canonical"]);
    assert_eq!(
        differ,
        [
            ("query".into(), json!("b"), json!("c")),
            ("header".into(), Value::Null, json!(""))
        ]
    );
    let lines = detail["canonical"].as_array().unwrap();
    let token = lines
        .iter()
        .find(|line| line["name"] == "x-amz-security-token")
        .unwrap();
    assert_eq!(
        (&token["state"], &token["sent"]),
        (&json!("unknown"), &Value::Null)
    );
    let hash = detail["string_to_sign"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&hash["state"], &hash["sent"]),
        (&json!("unknown"), &Value::Null)
    );
    let headers = detail["request"]["headers"].as_array().unwrap();
    let shown = json!("(a session token that is not known)");
    assert!(
        headers.iter().any(|header| header["value"] == shown),
        "{headers:?}"
    );

    // Where the answer shows none, nothing of what was signed is known.
    let detail = explained(
        &curl,
        "HTTP/1.1 403 Forbidden\r\n\r\n{\"message\":\"Forbidden\"}",
    );
    assert_eq!(
        (&detail["known"], &detail["canonical"]),
        (&json!("unknown"), &json!([]))
    );
    let note = detail["known_note"].as_str().unwrap();
    assert!(note.contains("token that is not known"), "{note}");
}
