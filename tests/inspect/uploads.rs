//! Of the stand-in for S3: uploads are kept as they arrived, to be copied and sent again.

use crate::asked::{assert_verifies, detail, free, get, post, rows};
use crate::harness::send;
use crate::put::{self, ID, NOW, Put, SECRET};
use serde_json::{Value, json};
use sigv4::gateway::Running;
use sigv4::{Payload, Streaming};
use std::process::Command;

fn start() -> Running {
    put::gateway().with_inspector(free()).start().unwrap()
}

fn plain(method: &'static str, body: &[u8]) -> (String, Vec<u8>) {
    let put = Put {
        method,
        ..Put::new(Streaming::Signed)
    };
    put.plain(body, Payload::Bytes(body))
}

#[test]
fn what_was_kept_can_be_copied_and_sent_again() {
    for (method, body) in [("GET", ""), ("PUT", ""), ("PUT", "hello it's me")] {
        let gateway = start();
        let answer = put::send(&plain(method, body.as_bytes()), &gateway);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let first = detail(&gateway, 1);
        assert_eq!(
            (&first["verdict"], &first["exports"]),
            (
                &json!("allowed"),
                &json!({ "curl": true, "verify": true, "vector": true, "note": null })
            ),
            "{first:#}"
        );
        assert_eq!(first["request"]["body"]["text"], body);
        assert_eq!(first["payload"]["same"], true);
        assert_verifies(
            &get(&gateway, "/api/requests/1/verify").body,
            SECRET,
            "s3",
            NOW,
        );
        let vector: Value = get(&gateway, "/api/requests/1/vector").json();
        assert_eq!(vector["request"].as_array().unwrap().last().unwrap(), body);
        assert_eq!(vector["access_key_id"], ID);

        let again = post(&gateway, "/api/requests/1/replay", "{}").json();
        assert_eq!(again, json!({ "id": 2, "status": 200 }));
        if cfg!(unix) {
            let line = get(&gateway, "/api/requests/1/curl").body;
            let done = Command::new("bash").args(["-c", &line]).output().unwrap();
            assert!(done.status.success(), "{line}");
            assert_eq!(detail(&gateway, 3)["request"]["body"]["text"], body);
        }
        for row in rows(&gateway, "") {
            assert_eq!(
                (&row["verdict"], &row["method"]),
                (&json!("allowed"), &json!(method))
            );
        }
    }
}

/// With the signatures of its pieces.
#[test]
fn a_body_in_pieces_is_kept_as_it_arrived() {
    let gateway = start();
    for (number, streaming) in [Streaming::SignedTrailer, Streaming::UnsignedTrailer]
        .into_iter()
        .enumerate()
    {
        let (head, body) = Put::new(streaming).encoded(b"hello");
        let id = 2 * number as u64 + 1;
        let length = body.len();
        assert_eq!(put::send_in_chunks(&(head, body), 7, &gateway).status, 200);
        let first = detail(&gateway, id);
        assert_eq!(first["request"]["body"]["bytes"], length);
        assert_eq!(first["verdict"], "allowed", "{first:#}");
        let again = post(&gateway, &format!("/api/requests/{id}/replay"), "{}").json();
        assert_eq!(again, json!({ "id": id + 1, "status": 200 }));
        assert_eq!(
            detail(&gateway, id + 1)["request"]["body"],
            first["request"]["body"]
        );
    }
}

/// Refused once all of it is there.
#[test]
fn a_body_that_is_not_the_one_that_is_stated() {
    let gateway = start();
    let (head, _) = plain("PUT", b"hello");
    let answer = put::send(&(head, b"hallo".to_vec()), &gateway);
    assert_eq!(answer.status, 400, "{}", answer.body);
    let detail = detail(&gateway, 1);
    assert_eq!(
        (&detail["verdict"], &detail["reason"]),
        (&json!("signature"), &json!("payload-hash"))
    );
    assert_eq!(detail["request"]["body"]["text"], "hallo");
    let again = post(&gateway, "/api/requests/1/replay", "{}").json();
    assert_eq!(again, json!({ "id": 2, "status": 400 }));
}

#[test]
fn a_long_body_is_hashed() {
    let gateway = start();
    let long = vec![b'a'; 70_000];
    assert_eq!(put::send(&plain("PUT", &long), &gateway).status, 200);
    assert_eq!(
        put::send_in_chunks(&plain("PUT", &long), 1_000, &gateway).status,
        200
    );
    for id in [1, 2] {
        let detail = detail(&gateway, id);
        assert_eq!(
            detail["request"]["body"],
            json!({ "bytes": 70_000, "kept": 0, "text": null })
        );
        assert_eq!(detail["payload"]["same"], true);
        assert_eq!(detail["replay"]["possible"], false);
    }
}

/// `/health` of a bucket is an object.
#[test]
fn an_object_called_health() {
    let gateway = start();
    let of_host = |host: &str| format!("GET /health HTTP/1.1\r\nhost: {host}\r\n\r\n");
    let own = of_host("127.0.0.1");
    assert_eq!(send(gateway.address(), &own).status, 200);
    let bucket = of_host("examplebucket.s3.us-east-1.amazonaws.com");
    assert_eq!(send(gateway.address(), &bucket).status, 403);
    let rows = rows(&gateway, "");
    assert_eq!(rows.len(), 1, "{rows:#?}");
    assert_eq!(rows[0]["host"], "examplebucket.s3.us-east-1.amazonaws.com");
}
