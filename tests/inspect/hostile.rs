//! What strangers send is text, and nothing else.

use crate::asked::{detail, get, rows, start};
use crate::harness::{HOST, connect, receive};
use std::io::Write;

const SCRIPT: &str = "<script>alert(1)</script><!--\u{202e}\u{2028}";

#[test]
fn texts_of_strangers_are_in_json() {
    let gateway = start();
    let mut stream = connect(gateway.address());
    let long = "b".repeat(60_000);
    let mut request = Vec::new();
    for piece in [
        "GET /prod/items?q=%3Cscript%3E%1b[31m HTTP/1.1\r\nhost: ".as_bytes(),
        HOST.as_bytes(),
        b"\r\nx-script: ",
        SCRIPT.as_bytes(),
        b"\r\nx-bytes: \xff\xfe\t\x80\r\nx-long: ",
        long.as_bytes(),
        b"\r\nauthorization: AWS4-HMAC-SHA256 Credential=<b>/20150830/us-east-1/execute-api/aws4_request, \
          SignedHeaders=host;x-script, Signature=aa\r\n\r\n",
    ] {
        request.extend_from_slice(piece);
    }
    stream.write_all(&request).unwrap();
    receive(&mut stream);
    let answer = get(&gateway, "/api/requests/1");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert!(answer.body.is_ascii() || answer.body.contains('\u{202e}'));
    assert!(
        !answer.body.bytes().any(|byte| byte < b' '),
        "a control character"
    );
    let detail = detail(&gateway, 1);
    let headers = detail["request"]["headers"].as_array().unwrap();
    let value = |name: &str| {
        let found = headers.iter().find(|header| header["name"] == name);
        found.unwrap()["value"].as_str().unwrap().to_owned()
    };
    assert_eq!(value("x-script"), SCRIPT);
    assert_eq!(value("x-bytes"), "\u{fffd}\u{fffd}\t\u{fffd}");
    assert_eq!(value("x-long").len(), 60_000);
    assert_eq!(rows(&gateway, "text=alert(1)").len(), 1);
}

/// Many headers, each of which could be another mistake, are not all tried.
#[test]
fn what_a_stranger_can_have_done_is_bounded() {
    let gateway = start();
    let names: Vec<_> = (0..90).map(|number| format!("x-{number:02}")).collect();
    let headers: String = names
        .iter()
        .map(|name| format!("{name}: {}\r\n", "a,".repeat(300)))
        .collect();
    let mut stream = connect(gateway.address());
    let signature = "0".repeat(64);
    let signed = names.join(";");
    let request = format!(
        "GET /prod/items HTTP/1.1\r\nhost: {HOST}\r\nx-amz-date: 20150830T123600Z\r\n{headers}authorization: \
         AWS4-HMAC-SHA256 Credential=AKIDALICE/20150830/us-east-1/execute-api/aws4_request, \
         SignedHeaders=host;{signed};x-amz-date, Signature={signature}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    assert_eq!(receive(&mut stream).status, 403);
    let detail = detail(&gateway, 1);
    assert_eq!(detail["verdict"], "signature", "{}", detail["sentence"]);
    // And it is said that not all were.
    for said in ["sentence", "known_note"] {
        let said = detail[said].as_str().unwrap();
        assert!(said.contains("that were tried"), "{said}");
    }
}

/// 2,500 tokens in a target, 20 times: each is looked at once, and a row has the beginning.
#[test]
fn rows_of_long_targets_are_short() {
    let gateway = start();
    let tokens: Vec<_> = (0..2_000)
        .map(|number| format!("X-Amz-Security-Token=a{number}"))
        .collect();
    let query = tokens.join("&");
    let query = query.get(..50_000).unwrap();
    for _ in 0..20 {
        let head = format!("GET /prod/items?{query} HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
        crate::harness::send(gateway.address(), &head);
    }
    let list = get(&gateway, "/api/requests");
    assert!(list.body.len() < 20 * 8_192, "{}", list.body.len());
    let rows = rows(&gateway, "");
    assert_eq!(rows.len(), 20);
    assert_eq!(rows[0]["clipped"], true);
}

/// Names without end in SignedHeaders: a hundred of them are said to be missing, and how many more.
#[test]
fn of_names_that_did_not_arrive_there_are_a_hundred() {
    let gateway = start();
    let names: Vec<_> = (0..5_000).map(|number| format!("h{number:04}")).collect();
    let signed = names.join(";");
    let signature = "0".repeat(64);
    let head = format!(
        "GET /prod/items HTTP/1.1\r\nhost: {HOST}\r\nx-amz-date: 20150830T123600Z\r\nauthorization: \
         AWS4-HMAC-SHA256 Credential=AKIDALICE/20150830/us-east-1/execute-api/aws4_request, \
         SignedHeaders={signed};host, Signature={signature}\r\n\r\n"
    );
    crate::harness::send(gateway.address(), &head);
    let detail = detail(&gateway, 1);
    let headers = detail["request"]["headers"].as_array().unwrap();
    let missing = headers.iter().filter(|header| header["mark"] == "missing");
    assert!(missing.count() <= 101, "{}", headers.len());
}
