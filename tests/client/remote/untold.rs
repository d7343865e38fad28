//! What a refusal must not tell: it may hold what was sent, or what was to be handed out.

use crate::remote::asked::{Row, rows};
use crate::remote::error;
use crate::server::{ACCESS_KEY_ID, Act, Answer, SECRET, Server, TOKEN, response, send};
use std::time::Duration;

/// What comes of this refusal, told each time it is asked.
fn told(row: Row, answer: Answer) -> String {
    let answers = vec![answer; row.attempts];
    let server = Server::script([row.before, answers].concat());
    let folder = tempfile::tempdir().unwrap();
    let source = (row.make)(&server.url(), folder.path(), Duration::from_secs(10));
    error(source.provide_credentials()).to_string()
}

/// A body in no form of an error is not quoted: it may be an answer that was cut.
#[test]
fn what_is_no_error() {
    let answer = format!(r#"{{"AccessKeyId":"{ACCESS_KEY_ID}","SecretAccessKey":"{SECRET}","#);
    let deep = format!(r#"{{"message":"m","a":{}"{SECRET}""#, "[".repeat(200));
    let list = format!(r#"["{SECRET}"]"#);
    let in_xml = format!("<a><Code>{ACCESS_KEY_ID}</Code><Message>{SECRET}</Message></a>");
    for body in [answer, deep, list, in_xml] {
        for row in rows() {
            let name = row.name;
            let refusal = vec![response("400 Bad Request", "", &body), Act::Close];
            let text = told(row, refusal);
            let ends = text.ends_with(": status 400") || text.contains(": status 400)");
            assert!(ends, "{name}: {text}");
        }
    }
}

/// What was sent comes back, and ends before its end.
#[test]
fn parts_of_secrets() {
    for row in rows() {
        let name = row.name;
        let sent = if name == "oidc" { SECRET } else { TOKEN };
        let part = &sent[..sent.len() - 3];
        let body = format!("<Error><Code>C</Code><Message>bad token {part}");
        let head = "HTTP/1.1 403 Forbidden\r\nContent-Length: 5000\r\n\r\n";
        let cut = vec![send(&format!("{head}{body}")), Act::Close];
        let text = told(row, cut);
        assert!(!text.contains(&part[..12]), "{name}: {text}");
    }
}
