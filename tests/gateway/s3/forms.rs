//! Forms that upload a file, over a socket: `test-vectors/post-policy-accept` and
//! `post-policy-reject`, by reading the folders, and what no vector can hold.

use super::put::{gateway_for, open};
use crate::harness::{Answer, receive};
use crate::support::{json_files, vectors};
use serde_json::{Value, json};
use sigv4::gateway::{Limits, Running};
use sigv4::post_policy::PostPolicy;
use sigv4::{Credentials, Signer, Timestamp};
use std::io::Write;
use std::time::Duration;

const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const NOW: &str = "20240102T033000Z";
const BOUNDARY: &str = "----WebKitFormBoundaryA";

fn start(now: &str, token: Option<&str>) -> Running {
    let mut key = json!({ "access_key_id": ID, "secret_access_key": SECRET });
    if let Some(token) = token {
        key["session_token"] = token.into();
        key["expires_at"] = "20240102T060000Z".into();
    }
    gateway_for(&key, "eu-west-1", now).start().unwrap()
}

/// A part as browsers write it.
fn part(name: &str, value: &str) -> String {
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn file(file_name: Option<&str>, data: &str) -> String {
    let file_name = file_name.map(|name| format!("; filename=\"{name}\""));
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"{}\r\n\
         Content-Type: application/octet-stream\r\n\r\n{data}\r\n",
        file_name.unwrap_or_default()
    )
}

fn end() -> String {
    format!("--{BOUNDARY}--\r\n")
}

fn head(target: &str) -> String {
    format!(
        "POST {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n\
         content-type: multipart/form-data; boundary={BOUNDARY}\r\n"
    )
}

fn send_to(head: &str, body: &str, gateway: &Running) -> Answer {
    let mut stream = open(head, &format!("content-length: {}", body.len()), gateway);
    // It can be answered, and closed, before all of it is sent.
    let _ = stream.write_all(body.as_bytes());
    receive(&mut stream)
}

fn send(body: &str, gateway: &Running) -> Answer {
    send_to(&head("/examplebucket"), body, gateway)
}

/// What it stands for in the content of an element.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

fn body_of(vector: &Value) -> String {
    let fields = vector["fields"].as_array().unwrap().iter();
    let parts = fields.map(|field| part(field[0].as_str().unwrap(), field[1].as_str().unwrap()));
    let length = usize::try_from(vector["length"].as_u64().unwrap()).unwrap();
    let file = file(vector["file_name"].as_str(), &"x".repeat(length));
    parts.collect::<String>() + &file + &end()
}

fn each(folder: &str, check: impl Fn(&str, &Value, &Answer)) {
    for (name, path) in json_files(&vectors().join(folder)) {
        let vector: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let gateway = start(
            vector["now"].as_str().unwrap(),
            vector["session_token"].as_str(),
        );
        let answer = send(&body_of(&vector), &gateway);
        check(&name, &vector, &answer);
    }
}

#[test]
fn every_right_form_is_taken() {
    each("post-policy-accept", |name, vector, answer| {
        assert_eq!(answer.status, 204, "{name}: {}", answer.body);
        let key = vector["key"].as_str().unwrap();
        let location = answer.header("location").unwrap();
        let expected = key
            .replace('/', "%2F")
            .replace("${", "%24%7B")
            .replace('}', "%7D");
        assert_eq!(
            location,
            format!("http://127.0.0.1/examplebucket/{expected}"),
            "{name}"
        );
        assert!(answer.header("etag").unwrap().starts_with('"'));
        assert_eq!((answer.header("content-type"), &*answer.body), (None, ""));
    });
}

#[test]
fn every_flaw_is_answered_as_s3_does() {
    each("post-policy-reject", |name, vector, answer| {
        let expected = &vector["answer"];
        let (status, code) = (expected["status"].as_u64(), expected["code"].as_str());
        assert_eq!(
            Some(u64::from(answer.status)),
            status,
            "{name}: {}",
            answer.body
        );
        assert_eq!(Some(answer.element("Code")), code, "{name}");
        let message = escaped(expected["message"].as_str().unwrap());
        assert_eq!(answer.element("Message"), message, "{name}");
        assert_eq!(answer.header("content-type"), Some("application/xml"));
        assert!(!answer.body.contains(SECRET), "{name}");
    });
}

fn signer() -> Signer {
    Signer::new(Credentials::new(ID, SECRET), "eu-west-1", "s3")
}

fn signed_by(signer: &Signer, policy: &PostPolicy) -> String {
    let at = Timestamp::parse(NOW).unwrap();
    let form = signer.sign_post_policy(policy, at).unwrap();
    form.fields()
        .map(|(name, value)| part(name, value))
        .collect()
}

fn signed(policy: &PostPolicy) -> String {
    signed_by(&signer(), policy)
}

fn policy(key: &str) -> PostPolicy {
    PostPolicy::new("examplebucket", key, Duration::from_secs(60))
}

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
    for (field, url, separator) in [
        ("success_action_redirect", "http://example.com/ok", '?'),
        ("success_action_redirect", "https://example.com/ok?a=b", '&'),
        ("redirect", "http://example.com", '?'),
    ] {
        let answer = answer(
            key()
                .field("success_action_status", "201")
                .field(field, url),
        );
        let expected = format!("{url}{separator}{behind}");
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
    let answer = send(&format!("{fields}{}", end()), &gateway);
    answer.refused(400, "InvalidArgument");
    assert_eq!(answer.element("ArgumentName"), "file");
    // A file that is cut off within the form, and a request that is.
    send(&format!("{fields}{}", file(None, "hello")), &gateway)
        .refused(400, "MalformedPOSTRequest");
    let mut stream = open(&head("/examplebucket"), "content-length: 9999", &gateway);
    stream
        .write_all(whole[..whole.len() - 9].as_bytes())
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

/// Answered as soon as a byte too many is there, whatever is still to come.
#[test]
fn a_file_is_read_no_further_than_the_policy_allows() {
    let gateway = start(NOW, None);
    let fields = signed(&policy("key").content_length_range(1..=70_000));
    let whole = fields + &file(None, &"x".repeat(70_001));
    let mut stream = open(
        &head("/examplebucket"),
        "content-length: 999999999",
        &gateway,
    );
    stream.write_all(whole.as_bytes()).unwrap();
    let answer = receive(&mut stream);
    answer.refused(400, "EntityTooLarge");
    assert_eq!(answer.element("MaxSizeAllowed"), "70000");
    // Nothing of the file is waited for where the fields are wrong.
    let wrong = format!("{}{}", part("key", "a"), file(None, ""));
    let mut stream = open(
        &head("/examplebucket"),
        "content-length: 999999999",
        &gateway,
    );
    stream.write_all(wrong.trim_end().as_bytes()).unwrap();
    stream.write_all(b"\r\n\r\n").unwrap();
    receive(&mut stream).refused(403, "AccessDenied");
    // The gateway's own limit, where the policy has none.
    let key = json!({ "access_key_id": ID, "secret_access_key": SECRET });
    let mut limits = Limits::default();
    limits.body = 100;
    let small = gateway_for(&key, "eu-west-1", NOW)
        .with_limits(limits)
        .start()
        .unwrap();
    let whole = |length| signed(&policy("key")) + &file(None, &"x".repeat(length)) + &end();
    assert_eq!(send(&whole(100), &small).status, 204);
    send(&whole(101), &small).refused(400, "EntityTooLarge");
}
