//! Answers as the client receives them: a refusal becomes an error of its own.

use crate::server::{Server, response};
use crate::shape::{Shape, filled, numbered};
use crate::support::example::credentials;
use sigv4::client::{Client, ClientError};

const SIZE: usize = 1_024;

type Body = fn(usize) -> String;

const BODIES: [(&str, Body); 14] = [
    ("nested xmlns declarations", |size| {
        numbered(size, |number| format!("<a xmlns:a{number:06}='b'>"))
    }),
    ("many attributes", |size| {
        let attributes = numbered(size, |number| format!("a{number:06}='b' "));
        format!("<Error {attributes}><Code>a</Code></Error>")
    }),
    ("nested elements", |size| filled("<a>", size)),
    ("comments", |size| filled("<!--", size)),
    ("open attributes", |size| filled("<Error a=\"", size)),
    ("marked sections", |size| filled("<a><![CDATA[", size)),
    ("messages in messages", |size| filled("<Message>", size)),
    ("entities", |size| {
        format!(
            "<Error><Message>{}</Message></Error>",
            filled("&amp;", size)
        )
    }),
    ("open references", |size| {
        format!("<Error><Message>{}</Message></Error>", filled("&#", size))
    }),
    ("ampersands", |size| filled("&", size)),
    ("nested lists", |size| filled("[", size)),
    ("nested objects", |size| filled("{\"a\":", size)),
    ("many members", |size| {
        let members = numbered(size, |number| format!("\"a{number:06}\":1,"));
        format!("{{{members}\"message\":\"a\"}}")
    }),
    ("a message of escapes", |size| {
        format!("{{\"message\":\"{}\"}}", filled("\\u0041", size))
    }),
];

pub fn shapes() -> Vec<Shape> {
    BODIES
        .iter()
        .map(|(name, body)| {
            Shape::new(format!("a refusal: {name}"), SIZE, move |size| {
                let body = body(size);
                let server = Server::new(move |_| vec![response("403 Forbidden", "", &body)]);
                let client = Client::builder()
                    .credentials(credentials())
                    .region("us-east-1")
                    .service("execute-api")
                    .base_url(server.url())
                    .proxy(None)
                    .build()
                    .unwrap();
                move || {
                    let error = client.get("/items").send().unwrap_err();
                    assert!(!matches!(error, ClientError::Transport { .. }), "{error}");
                }
            })
        })
        .collect()
}
