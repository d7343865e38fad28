use super::copied::Request;
use super::{LONGEST, Pasted};
use std::format;
use std::prelude::rust_2024::*;

fn request(text: &str) -> (Request, &'static str) {
    let pasted = Pasted::read(text, "")
        .map_err(|fault| format!("{fault}: {text}"))
        .unwrap();
    (pasted.request.unwrap(), pasted.request_form.unwrap())
}

#[test]
fn the_same_request_in_four_forms() {
    let har = r#"{"log": {"entries": [
        {"request": {"method": "GET", "url": "https://other.example/", "headers": []}},
        {"request": {"method": "POST", "url": "https://example.com:443/a%20b?c=d#e",
            "headers": [{"name": ":authority", "value": "example.com"}, {"name": "X-One", "value": "1"},
                {"name": "Authorization", "value": "AWS4-HMAC-SHA256 Credential=A"}],
            "postData": {"text": "body"}},
         "response": {"status": 403, "headers": [{"name": "a", "value": "b"}], "content": {"text": "no"}}}]}}"#;
    let verbose = "* Connected\n> POST /a%20b?c=d HTTP/1.1\n> Host: example.com\n> X-One: 1\n\
        > Authorization: AWS4-HMAC-SHA256 Credential=A\n> \n* upload\n< HTTP/1.1 403 Forbidden\n< a: b\n< \n\
        * done\nno";
    let curl = "$ curl -sS -X POST 'https://example.com/a%20b?c=d' \\\n -H \"X-One: 1\" --data-raw $'body' \
        -H 'Authorization: AWS4-HMAC-SHA256 Credential=A' -o /dev/null | jq .";
    let raw = "POST /a%20b?c=d HTTP/1.1\r\nHost: example.com\r\nX-One: 1\r\n\
        Authorization: AWS4-HMAC-SHA256 Credential=A\r\ncontent-length: 4\r\n\r\nbody\n";
    for (text, form) in [
        (har, "har"),
        (verbose, "curl -v"),
        (curl, "curl"),
        (raw, "raw"),
    ] {
        let (request, found) = request(text);
        assert_eq!(found, form);
        assert_eq!(
            (request.method.as_str(), request.target.as_str()),
            ("POST", "/a%20b?c=d"),
            "{form}"
        );
        assert_eq!(request.header("host"), Some(&b"example.com"[..]), "{form}");
        assert_eq!(request.header("x-one"), Some(&b"1"[..]), "{form}");
        assert!(
            request
                .header("authorization")
                .unwrap()
                .starts_with(b"AWS4-"),
            "{form}"
        );
        let body: &[u8] = if form == "curl -v" { b"" } else { b"body" };
        assert_eq!(request.body.as_slice(), body, "{form}");
    }
    for text in [har, verbose] {
        let answer = Pasted::read(text, "").unwrap().answer.unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (403, &b"no"[..]));
        assert_eq!(answer.headers.len(), 1);
    }
}

#[test]
fn answers() {
    let read = |text: &str| {
        let pasted = Pasted::read("", text).unwrap();
        let answer = pasted.answer.unwrap();
        (
            pasted.answer_form.unwrap(),
            answer.status,
            answer.body.to_vec(),
        )
    };
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\na: b\r\n\r\nno";
    assert_eq!(read(interim), ("raw", 403, b"no".to_vec()));
    assert_eq!(
        read("{\"message\": \"no\"}\n"),
        ("body", 0, b"{\"message\": \"no\"}".to_vec())
    );
    assert_eq!(
        read("< HTTP/2 403 \n< \nno"),
        ("curl -v", 403, b"no".to_vec())
    );
}

#[test]
fn curls_own_signature() {
    let (request, _) = request(
        "curl --aws-sigv4 aws:amz:us-east-1:execute-api --user AKIDEXAMPLE:aSecretThatIsNotKept -G -d a=b \
         http://localhost:8080/prod/items",
    );
    assert_eq!(
        request.signs_for,
        Some(("us-east-1".into(), "execute-api".into()))
    );
    assert_eq!(request.key.as_deref(), Some("AKIDEXAMPLE"));
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("GET", "/prod/items?a=b")
    );
    assert_eq!(request.header("host"), Some(&b"localhost:8080"[..]));
}

#[test]
fn what_cannot_be_read_is_said() {
    let long = "a".repeat(LONGEST + 1);
    for text in [
        "hello",
        "curl",
        "curl 'https://a",
        "curl -T file https://a/",
        "curl -d @file https://a/",
        "curl -H",
        "{",
        "{\"log\": {\"entries\": []}}",
        "{\"a\": 1}",
        "GET",
        "GET nothing",
        long.as_str(),
        "",
    ] {
        assert!(
            Pasted::read(text, "").is_err(),
            "{}",
            text.get(..20).unwrap_or(text)
        );
    }
}

#[test]
fn a_body_that_is_not_there_is_no_empty_one() {
    let har = |body: &str| {
        format!(
            "{{\"request\": {{\"method\": \"POST\", \"url\": \"https://example.com/\", \"headers\": []{body}}}}}"
        )
    };
    for (text, lacks) in [
        (
            "> POST / HTTP/1.1\n> content-length: 13\n> \n< HTTP/1.1 403 Forbidden\n".into(),
            true,
        ),
        (
            "> POST / HTTP/1.1\n> transfer-encoding: chunked\n> \n< HTTP/1.1 403 Forbidden\n"
                .into(),
            true,
        ),
        (
            "> POST / HTTP/1.1\n> content-length: 0\n> \n< HTTP/1.1 403 Forbidden\n".into(),
            false,
        ),
        (
            "> GET / HTTP/1.1\n> \n< HTTP/1.1 403 Forbidden\n".into(),
            false,
        ),
        ("POST / HTTP/1.1\ncontent-length: 5\n\nbody".into(), true),
        ("POST / HTTP/1.1\ncontent-length: 4\n\nbody\n".into(), false),
        (har(", \"bodySize\": 4"), true),
        (
            har(", \"bodySize\": -1, \"postData\": {\"params\": []}"),
            true,
        ),
        (
            har(", \"bodySize\": 4, \"postData\": {\"text\": \"body\"}"),
            false,
        ),
        (har(", \"bodySize\": 0"), false),
    ] as [(std::string::String, bool); 10]
    {
        assert_eq!(request(&text).0.lacks_body(), lacks, "{text}");
    }
}

#[test]
fn a_password_is_no_url() {
    for line in [
        "curl https://example.com/a --oauth2-bearer TOKEN",
        "curl --oauth2-bearer=TOKEN https://example.com/a",
        "curl --pass TOKEN -r 0-10 --connect-to ::127.0.0.1:1 https://example.com/a",
    ] {
        let (request, _) = request(line);
        assert_eq!(request.target.as_str(), "/a", "{line}");
        assert_eq!(request.header("host"), Some(&b"example.com"[..]), "{line}");
    }
    // Options of curl's of tomorrow.
    for line in [
        "curl https://example.com/ --passphrase TOKEN",
        "curl --passphrase TOKEN https://example.com/",
        "curl --url https://example.com/ --passphrase TOKEN",
    ] {
        let fault = Pasted::read(line, "").err().unwrap();
        assert!(fault.contains("can be its URL"), "{fault}");
        assert!(!fault.contains("TOKEN"), "{fault}");
    }
}
