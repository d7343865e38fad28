//! `test-vectors/post-policy-accept` and `post-policy-reject`, over a socket, by reading the folders.

use super::form_sender::{SECRET, end, file, part, send, start};
use crate::harness::Answer;
use crate::support::{json_files, vectors};
use serde_json::Value;

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
