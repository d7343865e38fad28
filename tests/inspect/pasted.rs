//! "Why 403?": what is pasted.

use crate::asked::{differences, post, start};
use crate::harness::{Call, HOST};
use serde_json::{Value, json};

pub fn explained(request: &str, answer: &str) -> Value {
    let pasted = json!({ "request": request, "answer": answer, "region": null, "service": null });
    let answer = post(&start(), "/api/explain", &pasted.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// The answer of another gateway to a request that was changed on the way.
pub fn mismatch() -> (String, String) {
    let gateway = start();
    let call = Call::get("/prod/items?a=b");
    let answer = call.send_changed(&gateway, |lines| {
        lines[0] = lines[0].replace("a=b", "a=c");
    });
    (
        call.signed().0.join("\r\n") + "\r\n\r\n",
        answer.head + &answer.body,
    )
}

#[test]
fn side_by_side() {
    let (request, answer) = mismatch();
    let detail = explained(&request, &answer);
    for (field, value) in [
        ("id", json!(0)),
        ("at", Value::Null),
        ("from", json!("explain")),
        ("verdict", json!("signature")),
        ("reason", json!("query-parameters")),
        ("known", json!("given")),
        ("replay", Value::Null),
        (
            "exports",
            json!({
                "curl": false, "verify": false, "vector": false,
                "note": "it was pasted here: whoever did has it",
            }),
        ),
        ("read_as", json!({ "request": "raw", "answer": "raw" })),
        ("status", json!(403)),
        ("key", json!("AKIDALICE")),
    ] {
        assert_eq!(detail[field], value, "{field}");
    }
    let differ = differences(&detail["canonical"]);
    assert_eq!(differ, [("query".into(), json!("b"), json!("c"))]);
    let differ = differences(&detail["string_to_sign"]);
    assert_eq!(differ.len(), 1);
    assert_eq!(differ[0].0, "canonical-request-hash");
    assert_eq!(detail["chain"][1]["state"], "broken");
}

#[test]
fn an_answer_alone() {
    let detail = explained(
        "",
        "{\"message\":\"The security token included in the request is expired\"}",
    );
    assert_eq!(detail["verdict"], "freshness");
    assert_eq!(detail["reason"], "session-token-expired");
    assert_eq!(
        detail["read_as"],
        json!({ "request": null, "answer": "body" })
    );
    assert_eq!(detail["request"]["headers"], json!([]));
}

#[test]
fn the_output_of_curl_holds_both() {
    let output = format!(
        "* Trying\n> GET /prod/items HTTP/1.1\n> Host: {HOST}\n> Authorization: Bearer abc\n> \n\
         < HTTP/1.1 403 Forbidden\n< x-amzn-ErrorType: IncompleteSignatureException\n< \n\
         {{\"message\":\"Authorization header requires 'Credential' parameter.\"}}"
    );
    let detail = explained(&output, "");
    assert_eq!(
        detail["read_as"],
        json!({ "request": "curl -v", "answer": "curl -v" })
    );
    assert_eq!(detail["verdict"], "malformed", "{detail:#}");
}

#[test]
fn curls_own_signature_is_made_again() {
    let (_, answer) = mismatch();
    let curl = format!(
        "curl --aws-sigv4 aws:amz:us-east-1:execute-api --user AKIDALICE:x https://{HOST}/prod/items?a=b"
    );
    let detail = explained(&curl, &answer);
    assert_eq!(detail["known"], "given");
    assert_eq!(detail["reason"], "query-parameters", "{detail:#}");
    assert!(
        detail["known_note"]
            .as_str()
            .unwrap()
            .contains("a right client")
    );
}

#[test]
fn accepted() {
    let detail = explained(&mismatch().0, "HTTP/1.1 200 OK\r\n\r\n[]");
    assert_eq!(
        (&detail["verdict"], &detail["reason"]),
        (&json!("allowed"), &Value::Null)
    );
}

/// What the service did not find out, or did not say, is not known here either.
#[test]
fn nothing_is_right_without_proof() {
    let request = mismatch().0;
    let denied = "HTTP/1.1 403 Forbidden\r\n\r\n{\"Message\":\"User: arn:aws:iam::1:user/Eve is not \
        authorized to perform: execute-api:Invoke on resource: a because no identity-based policy allows \
        the execute-api:Invoke action\"}";
    let unsigned = "GET / HTTP/1.1\r\nhost: example.com\r\n\r\n";
    let forbidden = "HTTP/1.1 403 Forbidden\r\n\r\n{\"message\":\"Forbidden\"}";
    for (request, answer, signature, policy) in [
        (&*request, "HTTP/1.1 200 OK\r\n\r\n[]", "ok", "ok"),
        (&request, denied, "ok", "broken"),
        (&request, forbidden, "unknown", "unknown"),
        (
            &request,
            "HTTP/1.1 404 Not Found\r\n\r\n",
            "unknown",
            "unknown",
        ),
        (
            &request,
            "HTTP/1.1 503 Service Unavailable\r\n\r\n",
            "unknown",
            "unknown",
        ),
        (unsigned, "HTTP/1.1 200 OK\r\n\r\n[]", "unknown", "unknown"),
    ] {
        let detail = explained(request, answer);
        let chain = crate::asked::chain(&detail);
        let is = [
            format!("signature:{signature} "),
            format!("policy:{policy}"),
            format!("time:{signature} "),
        ];
        assert!(
            is.iter().all(|is| chain.contains(is.as_str())),
            "{answer}: {chain}"
        );
    }
}

#[test]
fn what_cannot_be_read() {
    let gateway = start();
    for (pasted, status) in [
        (json!({}), 400),
        (json!({ "request": "hello" }), 400),
        (json!({ "request": 1 }), 400),
        (json!({ "answer": "a".repeat(300_000) }), 413),
    ] {
        let answer = post(&gateway, "/api/explain", &pasted.to_string());
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.json()["message"].is_string());
    }
}
