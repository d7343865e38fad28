//! Forms that upload a file, over a socket: what no vector can hold.

use super::form_sender::{
    BOUNDARY, ID, NOW, SECRET, end, file, head, part, policy, send, send_to, signed, signed_by,
    signer, start,
};
use super::put::open;
use crate::harness::receive;
use serde_json::json;
use sigv4::post_policy::PostPolicy;
use sigv4::{Credentials, Signer, Timestamp};
use std::io::Write;
use std::time::Duration;

const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

#[test]
fn the_form_says_how_it_is_answered() {
    let gateway = start(NOW, None);
    let answer = |policy: PostPolicy| {
        let body = signed(&policy) + &file(Some("a & b.txt"), "hello") + &end();
        send(&body, &gateway)
    };
    let key = || policy("ü/${filename}");
    let created = answer(key().field("success_action_status", "201"));
    assert_eq!(created.status, 201);
    let url = "http://127.0.0.1/examplebucket/%C3%BC%2Fa%20%26%20b.txt";
    assert_eq!(
        created.body,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>{url}</Location>\
             <Bucket>examplebucket</Bucket><Key>ü/a &amp; b.txt</Key><ETag>\"{HELLO}\"</ETag>\
             </PostResponse>"
        )
    );
    assert_eq!(created.header("location"), Some(url));
    assert_eq!(created.header("content-type"), Some("application/xml"));
    for (status, expected) in [("200", 200), ("204", 204), ("500", 204), ("", 204)] {
        let answer = answer(key().field("success_action_status", status));
        assert_eq!((answer.status, &*answer.body), (expected, ""), "{status}");
        assert_eq!(answer.header("content-type"), None);
    }
    let behind = format!("bucket=examplebucket&key=%C3%BC%2Fa+%26+b.txt&etag=%22{HELLO}%22");
    let first = "success_action_redirect";
    for (field, url, separator, fragment) in [
        (first, "http://example.com/ok", '?', ""),
        (first, "https://example.com/ok?a=b", '&', ""),
        (first, "https://example.com/ok", '?', "#top?a"),
        (first, "https://example.com/ok?a=b", '&', "#"),
        ("redirect", "http://example.com", '?', ""),
    ] {
        let answer = answer(
            key()
                .field("success_action_status", "201")
                .field(field, format!("{url}{fragment}")),
        );
        let expected = format!("{url}{separator}{behind}{fragment}");
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some(&*expected))
        );
        assert_eq!(answer.body, "");
    }
    // What is no URL is as good as none.
    for url in [
        "/relative",
        "javascript:alert(1)",
        "http://a b/",
        "ftp://example.com/",
        "http://ü/",
    ] {
        assert_eq!(
            answer(key().field("success_action_redirect", url)).status,
            204,
            "{url}"
        );
    }
}

#[test]
fn who_signs_has_to_be_allowed() {
    let gateway = start(NOW, None);
    let answer = |signer: &Signer, policy: &PostPolicy, target: &str| {
        let body = signed_by(signer, policy) + &file(None, "hello") + &end();
        send_to(&head(target), &body, &gateway)
    };
    let other = PostPolicy::new("other", "key", Duration::from_secs(60));
    let denied = answer(&signer(), &other, "/other");
    denied.refused(403, "AccessDenied");
    assert!(
        denied
            .body
            .contains("s3:PutObject on resource: \"arn:aws:s3:::other/key\"")
    );
    let unknown = Signer::new(Credentials::new("AKIDOTHER", SECRET), "eu-west-1", "s3");
    let unknown = answer(&unknown, &policy("key"), "/examplebucket");
    unknown.refused(403, "InvalidAccessKeyId");
    assert_eq!(unknown.element("AWSAccessKeyId"), "AKIDOTHER");
    let token = Credentials::new(ID, SECRET).with_session_token("a-token");
    let token = Signer::new(token, "eu-west-1", "s3");
    answer(&token, &policy("key"), "/examplebucket").refused(400, "InvalidToken");

    let temporary = start(NOW, Some("a-token"));
    let body = |signer: &Signer| signed_by(signer, &policy("key")) + &file(None, "a") + &end();
    assert_eq!(send(&body(&token), &temporary).status, 204);
    send(&body(&signer()), &temporary).refused(400, "InvalidToken");
    let at = Timestamp::parse("20240102T055900Z").unwrap();
    let late = token.sign_post_policy(&policy("key"), at).unwrap();
    let late: String = late
        .fields()
        .map(|(name, value)| part(name, value))
        .collect();
    let late = late + &file(None, "a") + &end();
    let expired = start("20240102T060000Z", Some("a-token"));
    send(&late, &expired).refused(400, "ExpiredToken");
}

/// A field is a header of an upload: some need another action, some nothing here knows.
#[test]
fn fields_need_what_headers_need() {
    let key = json!({ "access_key_id": ID, "secret_access_key": SECRET });
    let list = json!({ "principals": [{
        "arn": "arn:aws:iam::111122223333:user/alice",
        "keys": [key],
        "policies": [{ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*" },
        ]}],
    }]});
    let principals = sigv4::gateway::Principals::from_json(&list.to_string()).unwrap();
    let api = sigv4::gateway::Api::new("eu-west-1", "111122223333", "a", "a").unwrap();
    let gateway = sigv4::gateway::Gateway::new(api, principals)
        .with_service(sigv4::gateway::Service::S3)
        .with_clock(|| Timestamp::parse(NOW).unwrap());
    let gateway = gateway.start().unwrap();
    let answer = |name: &str, value: &str| {
        let body = signed(&policy("key").field(name, value)) + &file(None, "hello") + &end();
        send(&body, &gateway)
    };
    assert_eq!(answer("x-amz-meta-a", "b").status, 204);
    assert_eq!(answer("x-amz-server-side-encryption", "AES256").status, 204);
    for (name, action) in [
        ("acl", "s3:PutObjectAcl"),
        ("tagging", "s3:PutObjectTagging"),
    ] {
        let denied = answer(name, "private");
        denied.refused(403, "AccessDenied");
        assert!(denied.body.contains(action), "{}", denied.body);
    }
    for name in [
        "x-amz-acl",
        "X-Amz-Tagging",
        "x-amz-website-redirect-location",
        "Content-MD5",
    ] {
        answer(name, "a").refused(501, "NotImplemented");
    }
    // Compared with the file.
    assert_eq!(answer("x-amz-checksum-crc32", "NhCmhg==").status, 204);
    answer("x-amz-checksum-crc32", "NhCmhQ==").refused(400, "BadDigest");
    answer("x-amz-checksum-crc32", "a").refused(400, "InvalidRequest");
}

#[test]
fn what_is_behind_the_file_is_ignored() {
    let gateway = start(NOW, None);
    let fields = signed(&policy("key"));
    let file = file(None, "hello");
    let body = format!("{fields}{file}{}{}", part("acl", "private"), end());
    assert_eq!(send(&body, &gateway).status, 204);
    // Another file, and what would be no form.
    let body = format!("{fields}{file}{file}{}and more", end());
    assert_eq!(send(&body, &gateway).status, 204);
    // Everything, so that nothing is signed.
    let answer = send(&format!("{file}{fields}{}", end()), &gateway);
    answer.refused(400, "InvalidArgument");
    assert_eq!(
        (
            answer.element("ArgumentName"),
            answer.element("ArgumentValue")
        ),
        ("key", "")
    );
}

#[test]
fn what_is_no_form_is_refused() {
    let gateway = start(NOW, None);
    let fields = signed(&policy("key"));
    let whole = format!("{fields}{}{}", file(None, "hello"), end());
    let other = |content_type: &str| {
        let head = format!("POST /examplebucket HTTP/1.1\r\nhost: 127.0.0.1\r\n{content_type}");
        send_to(&head, &whole, &gateway)
    };
    for content_type in [
        "",
        "content-type: text/html\r\n",
        "content-type: application/x-www-form-urlencoded\r\n",
        "content-type: multipart/mixed; boundary=a\r\n",
    ] {
        let answer = other(content_type);
        answer.refused(412, "PreconditionFailed");
        assert_eq!(
            answer.element("Condition"),
            "Bucket POST must be of the enclosure-type multipart/form-data"
        );
    }
    for content_type in [
        "content-type: multipart/form-data\r\n",
        "content-type: multipart/form-data; boundary=\"\"\r\n",
        "content-type: multipart/form-data; boundary=another\r\n",
    ] {
        other(content_type).refused(400, "MalformedPOSTRequest");
    }
    // The longest boundary, and one that is longer.
    for (length, status) in [(70, 204), (71, 400)] {
        let boundary = "b".repeat(length);
        let head = head("/examplebucket").replace(BOUNDARY, &boundary);
        let answer = send_to(&head, &whole.replace(BOUNDARY, &boundary), &gateway);
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    let answer = send(&format!("{fields}{}", end()), &gateway);
    answer.refused(400, "InvalidArgument");
    assert_eq!(answer.element("ArgumentName"), "file");
    // A file that is cut off within the form, and a request that is.
    send(&format!("{fields}{}", file(None, "hello")), &gateway)
        .refused(400, "MalformedPOSTRequest");
    let mut stream = open(&head("/examplebucket"), "content-length: 9999", &gateway);
    stream
        .write_all(&whole.as_bytes()[..whole.len() - 9])
        .unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    receive(&mut stream).refused(400, "IncompleteBody");
    // Two ways to say who one is.
    let both = head("/examplebucket") + "authorization: AWS4-HMAC-SHA256 Credential=a\r\n";
    send_to(&both, &whole, &gateway).refused(400, "InvalidArgument");
    // Of another method, or with a query, it is no form to a bucket.
    send_to(&head("/examplebucket?a=b"), &whole, &gateway).refused(403, "AccessDenied");
}

#[test]
fn the_bucket_is_that_of_host_or_path() {
    let gateway = start(NOW, None);
    let whole = signed(&policy("key")) + &file(None, "hello") + &end();
    for (target, host, location) in [
        (
            "/examplebucket",
            "127.0.0.1",
            "http://127.0.0.1/examplebucket/key",
        ),
        (
            "/examplebucket/",
            "localhost:80",
            "http://localhost:80/examplebucket/key",
        ),
        (
            "/%65xamplebucket",
            "127.0.0.1",
            "http://127.0.0.1/examplebucket/key",
        ),
        (
            "/",
            "examplebucket.localhost",
            "http://examplebucket.localhost/key",
        ),
        (
            "/",
            "examplebucket.s3.eu-west-1.amazonaws.com",
            "http://examplebucket.s3.eu-west-1.amazonaws.com/key",
        ),
    ] {
        let head = head(target).replace("host: 127.0.0.1", &format!("host: {host}"));
        let answer = send_to(&head, &whole, &gateway);
        assert_eq!(
            (answer.status, answer.header("location")),
            (204, Some(location)),
            "{}",
            answer.body
        );
    }
    // Another bucket's name with the beginning of a key is no bucket.
    for target in ["/examplebucket%2Fkey", "/%20", "/a%C3%BC"] {
        send_to(&head(target), &whole, &gateway).refused(400, "InvalidBucketName");
    }
    send_to(&head("/%ff"), &whole, &gateway).refused(400, "InvalidURI");
    let head = head("/").replace("host: 127.0.0.1", "host: another.localhost");
    let answer = send_to(&head, &whole, &gateway);
    answer.refused(403, "AccessDenied");
    assert!(
        answer
            .body
            .contains("[\"eq\", \"$bucket\", \"examplebucket\"]"),
        "{}",
        answer.body
    );
}
