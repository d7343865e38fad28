//! Forms that upload a file to S3: their signature stands in a field.

use crate::asked::{chain, detail, free};
use crate::harness::{NOW, SECRET, send};
use serde_json::{Value, json};
use sigv4::gateway::{Api, Gateway, Principals, Running, Service};
use sigv4::post_policy::PostPolicy;
use sigv4::{Credentials, Signer, Timestamp};
use std::time::Duration;

fn start() -> Running {
    let list = json!({ "principals": [{
        "arn": "arn:aws:iam::111122223333:user/alice",
        "keys": [{ "access_key_id": "AKIDALICE", "secret_access_key": SECRET }],
        "policies": [{ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::examplebucket/*" },
        ]}],
    }]});
    let principals = Principals::from_json(&list.to_string()).unwrap();
    let api = Api::new("us-east-1", "111122223333", "unused", "unused").unwrap();
    let now = Timestamp::parse(NOW).unwrap();
    Gateway::new(api, principals)
        .with_service(Service::S3)
        .with_clock(move || now)
        .with_inspector(free())
        .start()
        .unwrap()
}

/// A form for the key `a`, sent with another one.
fn sent(secret: &str, at: &str, region: &str, key: &str) -> Value {
    let gateway = start();
    let signer = Signer::new(Credentials::new("AKIDALICE", secret), region, "s3");
    let policy = PostPolicy::new("examplebucket", "a", Duration::from_secs(60));
    let form = signer
        .sign_post_policy(&policy, Timestamp::parse(at).unwrap())
        .unwrap();
    let mut body = String::new();
    let mut part = |name: &str, value: &str| {
        body +=
            &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    };
    for (name, value) in form.fields() {
        part(name, if name == "key" { key } else { value });
    }
    part("file", "hello");
    body += "--b--\r\n";
    let head = format!(
        "POST /examplebucket HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: multipart/form-data; \
         boundary=b\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    send(gateway.address(), &(head + &body));
    detail(&gateway, 1)
}

#[test]
fn a_form_is_judged_by_its_field() {
    let earlier = "20150830T123000Z";
    for (form, verdict, links) in [
        (
            (SECRET, NOW, "us-east-1", "a"),
            "allowed",
            "request:ok canonical-request:unknown hash:unknown \
            string-to-sign:ok signing-key:ok signature:ok time:ok policy:ok",
        ),
        (
            ("wrong", NOW, "us-east-1", "a"),
            "signature",
            "signature:broken",
        ),
        (
            (SECRET, NOW, "eu-west-1", "a"),
            "signature",
            "signing-key:broken",
        ),
        (
            (SECRET, earlier, "us-east-1", "a"),
            "freshness",
            "time:broken",
        ),
        ((SECRET, NOW, "us-east-1", "b"), "policy", "policy:broken"),
    ] {
        let (secret, at, region, key) = form;
        let detail = sent(secret, at, region, key);
        assert_eq!(detail["verdict"], verdict, "{detail:#}");
        assert!(
            chain(&detail).contains(links),
            "{form:?}: {}",
            chain(&detail)
        );
        assert!(
            !chain(&detail).contains("request:broken"),
            "{}",
            chain(&detail)
        );
        let note = detail["known_note"].as_str().unwrap();
        assert!(note.contains("in a form"), "{note}");
    }
}
