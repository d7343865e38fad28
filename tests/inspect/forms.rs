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
            { "Effect": "Deny", "Action": "s3:PutObjectAcl", "Resource": "*" },
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
    let signer = Signer::new(Credentials::new("AKIDALICE", secret), region, "s3");
    filled(&signer, &policy(), at, key)
}

fn policy() -> PostPolicy {
    PostPolicy::new("examplebucket", "a", Duration::from_secs(60))
}

fn filled(signer: &Signer, policy: &PostPolicy, at: &str, key: &str) -> Value {
    let gateway = start();
    let form = signer
        .sign_post_policy(policy, Timestamp::parse(at).unwrap())
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

/// Though its fields are not kept.
#[test]
fn who_has_filled_it_in_and_what_decided() {
    let alice = "arn:aws:iam::111122223333:user/alice";
    let object = "arn:aws:s3:::examplebucket/a";
    let detail = sent(SECRET, NOW, "us-east-1", "a");
    for (field, value) in [
        ("caller", alice),
        ("key", "AKIDALICE"),
        ("scope", "20150830/us-east-1/s3/aws4_request"),
        ("form", "post"),
        ("sentence", "allowed by statement 1 of policy 1"),
    ] {
        assert_eq!(detail[field], value, "{field}");
    }
    let decided = |detail: &Value| {
        let policy = &detail["policy"];
        let fields = ["decision", "action", "resource", "principal", "effect"];
        fields.map(|field| policy[field].as_str().unwrap().to_owned())
    };
    assert_eq!(
        decided(&detail),
        ["allowed", "s3:PutObject", object, alice, "Allow"]
    );

    // One of its fields asks for another action.
    let signer = Signer::new(Credentials::new("AKIDALICE", SECRET), "us-east-1", "s3");
    let detail = filled(&signer, &policy().field("acl", "public-read"), NOW, "a");
    assert_eq!(
        (&detail["verdict"], &detail["caller"]),
        (&json!("policy"), &json!(alice)),
        "{detail:#}"
    );
    assert_eq!(
        decided(&detail),
        ["explicit_deny", "s3:PutObjectAcl", object, alice, "Deny"]
    );
    assert_eq!(detail["policy"]["statement"], 1);

    // Of what is not proven, what it says of itself.
    let detail = sent("wrong", NOW, "us-east-1", "a");
    assert_eq!(
        (&detail["key"], &detail["caller"], &detail["policy"]),
        (&json!("AKIDALICE"), &Value::Null, &Value::Null)
    );
    let detail = sent(SECRET, NOW, "eu-west-1", "a");
    assert_eq!(detail["scope"], "20150830/eu-west-1/s3/aws4_request");
    let parts = detail["scope_parts"].as_array().unwrap();
    let mut states = parts.iter().map(|part| part["state"].as_str().unwrap());
    assert!(states.any(|state| state == "differs"), "{parts:#?}");
}
