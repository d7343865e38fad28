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
}
