//! Credentials that a container endpoint or a process answers with.

use crate::shape::{Shape, filled, numbered};
use sigv4::client::ProvidedCredentials;

const SIZE: usize = 2_048;

type Text = fn(usize) -> String;

const REFUSED: [(&str, Text); 6] = [
    ("nested lists", |size| filled("[", size)),
    ("nested objects", |size| filled("{\"Version\":", size)),
    ("white space", |size| filled(" \n", size)),
    ("a long number", |size| filled("1", size)),
    ("a time of digits", |size| {
        whole(&format!("\"Expiration\":\"{}\"", filled("2", size)))
    }),
    ("a broken escape, at last", |size| {
        format!("{{\"Token\":\"{}\\u00\"}}", filled("\\u0041", size))
    }),
];

const TAKEN: [(&str, Text); 5] = [
    ("unknown members", |size| {
        whole(&(numbered(size, |number| format!("\"a{number:06}\":1,")) + "\"a\":1"))
    }),
    ("one unknown member again and again", |size| {
        whole(&(filled("\"a\":1,", size) + "\"a\":1"))
    }),
    ("a long token", |size| {
        whole(&format!("\"SessionToken\":\"{}\"", filled("a", size)))
    }),
    ("a token of escapes", |size| {
        whole(&format!("\"SessionToken\":\"{}\"", filled("\\u0041", size)))
    }),
    ("an unknown list", |size| {
        whole(&format!("\"a\":[{}1]", filled("[1],", size)))
    }),
];

fn whole(more: &str) -> String {
    format!(
        "{{\"Version\":1,\"AccessKeyId\":\"AKIDEXAMPLE\",\"SecretAccessKey\":\"secret\",{more}}}"
    )
}

pub fn shapes() -> Vec<Shape> {
    let read = |name: &str, text: Text, taken: bool| {
        Shape::new(format!("credentials: {name}"), SIZE, move |size| {
            let text = text(size);
            move || {
                let read = ProvidedCredentials::from_json(text.as_bytes());
                assert_eq!(read.is_ok(), taken, "{:?}", read.err());
            }
        })
    };
    let refused = REFUSED.iter().map(|(name, text)| read(name, *text, false));
    let taken = TAKEN.iter().map(|(name, text)| read(name, *text, true));
    refused.chain(taken).collect()
}
