//! What is served, to whom.

use super::put::{ID, NOW, Put, SECRET, send, start};
use crate::harness::{self, Answer, Call};
use sigv4::gateway::{Api, Gateway, Principals, Running, Service};
use sigv4::{Payload, Streaming, Timestamp};

fn ask(method: &'static str, target: &'static str, gateway: &Running) -> Answer {
    let put = Put {
        method,
        target,
        ..Put::new(Streaming::Signed)
    };
    send(&put.plain(b"", Payload::EMPTY), gateway)
}

#[test]
fn policies_see_actions_and_names_without_escapes() {
    let gateway = start();
    for (method, target) in [
        ("GET", "/examplebucket/a"),
        ("PUT", "/examplebucket/a"),
        ("POST", "/examplebucket/a?x-amz-checksum-mode=1"),
        ("PUT", "/examplebucket/a?partNumber=1&uploadId=b"),
        ("GET", "/examplebucket/a/../b"),
        ("GET", "/examplebucket//"),
        ("GET", "/shared/a%20b/c"),
    ] {
        let answer = ask(method, target, &gateway);
        assert_eq!(
            (answer.status, answer.element("Method")),
            (200, method),
            "{target}"
        );
    }
    let answer = ask("GET", "/shared/a%20b/%26c", &gateway);
    assert_eq!(
        (answer.element("Bucket"), answer.element("Key")),
        ("shared", "a b/&amp;c")
    );

    let denied = ask("DELETE", "/examplebucket/a", &gateway);
    denied.refused(403, "AccessDenied");
    assert_eq!(
        denied.element("Message"),
        "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: s3:DeleteObject \
         on resource: \"arn:aws:s3:::examplebucket/a\" with an explicit deny in an identity-based \
         policy"
    );
    for (method, target) in [
        ("PUT", "/shared/a%20b/c"),
        ("GET", "/shared/a+b/c"),
        ("GET", "/other/a"),
    ] {
        ask(method, target, &gateway).refused(403, "AccessDenied");
    }
}

/// What another action would have to be asked for.
#[test]
fn what_is_no_object_is_not_served() {
    let gateway = start();
    for target in [
        "/",
        "/examplebucket",
        "/examplebucket/",
        "/examplebucket/a?acl",
        "/examplebucket/a?tagging=",
        "/examplebucket/a?x=1&versionId=3",
        "/examplebucket/a?version%49d=3",
        "/examplebucket/a?uploadId=b",
    ] {
        ask("GET", target, &gateway).refused(501, "NotImplemented");
    }
    // Nothing would know the upload again.
    for target in [
        "/examplebucket/a?uploads",
        "/examplebucket/a?uploads=",
        "/examplebucket/a?uploadId=b",
    ] {
        ask("POST", target, &gateway).refused(501, "NotImplemented");
    }
    // In a URL as in a header.
    for target in [
        "/examplebucket/a?x-amz-acl=public-read",
        "/examplebucket/a?X-Amz-Acl=public-read",
        "/examplebucket/a?x=1&x%2Damz-tagging=a",
        "/examplebucket/a?x-amz-grant-full-control=a",
        "/examplebucket/a?x-amz-copy-source=/shared/a",
    ] {
        ask("PUT", target, &gateway).refused(501, "NotImplemented");
    }
    for header in [
        "x-amz-copy-source",
        "x-amz-acl",
        "x-amz-grant-read",
        "x-amz-tagging",
    ] {
        let put = Put {
            headers: vec![(header, "a".into())],
            ..Put::new(Streaming::Signed)
        };
        send(&put.plain(b"", Payload::EMPTY), &gateway).refused(501, "NotImplemented");
    }
    ask("PATCH", "/examplebucket/a", &gateway).refused(405, "MethodNotAllowed");
    ask("GET", "/examplebucket/%FF", &gateway).refused(400, "InvalidURI");
    let health = "GET /health HTTP/1.1\r\nhost: h\r\n\r\n";
    assert_eq!(harness::send(gateway.address(), health).status, 200);
    // A key of that name is as any other.
    let object = health.replace("host: h", "host: examplebucket.localhost");
    harness::send(gateway.address(), &object).refused(403, "AccessDenied");
    assert!(gateway.url().starts_with("http://127.0.0.1:"));
    assert_eq!(gateway.url().matches('/').count(), 2);
}

/// A caller of another account needs the bucket's policy, too.
#[test]
fn buckets_are_of_one_account() {
    let api = Api::new("us-east-1", "444455556666", "unused", "unused").unwrap();
    let list = format!(
        r#"{{ "principals": [{{ "arn": "arn:aws:iam::111122223333:user/alice",
            "keys": [{{ "access_key_id": "{ID}", "secret_access_key": "{SECRET}" }}],
            "policies": [{{ "Statement": {{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }} }}] }}] }}"#
    );
    let now = Timestamp::parse(NOW).unwrap();
    let gateway = Gateway::new(api, Principals::from_json(&list).unwrap())
        .with_service(Service::S3)
        .with_clock(move || now)
        .start()
        .unwrap();
    let denied = ask("GET", "/examplebucket/a", &gateway);
    denied.refused(403, "AccessDenied");
    assert!(
        denied
            .element("Message")
            .contains("no resource-based policy")
    );
}

/// API Gateway takes no bodies in pieces: its answers are as ever.
#[test]
fn other_services_take_no_pieces() {
    let gateway = harness::start();
    for marker in [
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-HMAC-SHA256-EVENTS",
    ] {
        let call = Call {
            method: "PUT",
            body: "5\r\nhello\r\n0\r\n\r\n",
            ..Call::get("/prod/echo/a")
        };
        let answer = call.send_changed(&gateway, |lines| {
            lines.push(format!("x-amz-content-sha256: {marker}"));
            lines.push("x-amz-decoded-content-length: 5".into());
        });
        assert_eq!(answer.status, 403, "{marker}");
        assert_eq!(
            answer.header("x-amzn-errortype"),
            Some("InvalidSignatureException")
        );
    }
}
