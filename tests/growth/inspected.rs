//! What is pasted into the inspector's page: requests in any form, and what an answer quotes.

use crate::shape::{Shape, filled, numbered};

const SIZE: usize = 4_096;

type Text = fn(usize) -> String;

/// Requests that are read.
const READ: [(&str, Text); 6] = [
    ("signed headers that did not arrive", |size| signed(size, 0)),
    ("signed headers that arrived", |size| signed(size / 2, 1)),
    ("headers that are not signed", |size| {
        let headers = numbered(size, |number| format!("x-{number:06}: a\r\n"));
        format!("GET / HTTP/1.1\r\nhost: a\r\n{headers}\r\n")
    }),
    ("session tokens by their names", |size| {
        let tokens = numbered(size, |number| {
            format!("X-Amz-Security-Token=aTokenOfSomebody{number:06}&")
        });
        format!("GET /?{tokens} HTTP/1.1\r\nhost: a\r\n\r\n")
    }),
    ("a curl line of headers", |size| {
        let headers = numbered(size, |number| format!("-H 'x-{number:06}: a' "));
        format!("curl {headers} https://example.com/")
    }),
    ("a curl line of bodies", |size| {
        format!("curl {} https://example.com/", filled("-d a ", size))
    }),
];

/// Pieces of a curl line: what opens or ends something, and what a shell puts there.
const PIECES: [&str; 26] = [
    "a", " ", "'", "\"", "\\", "$", "$'", "$'\\x41'", "$(", "${", "`", "<(", "(", "{", "{a,", "..",
    "*", "~", "\"$(", "'a' ", "> ", "2>&1 ", "-s ", "$A", "#", "-u a:b ",
];

/// Each signed header arrives so many times.
fn signed(size: usize, times: usize) -> String {
    let count = size / "y-000000;".len();
    let names: Vec<_> = (0..count).map(|number| format!("y-{number:06}")).collect();
    let headers: String = names.iter().map(|name| format!("{name}: a\r\n")).collect();
    format!(
        "GET / HTTP/1.1\r\nhost: a\r\n{}x-amz-date: 20150830T123600Z\r\nauthorization: AWS4-HMAC-SHA256 \
         Credential=A/20150830/us-east-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date;{}, \
         Signature={}\r\n\r\n",
        headers.repeat(times),
        names.join(";"),
        "0".repeat(64)
    )
}

const REFUSED: &str = "HTTP/1.1 403 Forbidden\r\n\r\n{\"message\":\"The request signature we calculated does not match \
    the signature you provided. Check your AWS Secret Access Key and signing method.\"}";

pub fn shapes() -> Vec<Shape> {
    let read = READ.iter().map(|(name, text)| {
        Shape::new(format!("inspect: {name}"), SIZE, move |size| {
            let text = text(size);
            move || drop(sigv4::inspect::page(&text, REFUSED, None, None).unwrap())
        })
    });
    let lines = PIECES.iter().map(|piece| {
        Shape::new(
            format!("inspect a curl line of {piece:?}"),
            SIZE,
            move |size| {
                let text = format!("curl https://example.com/ -d {}", filled(piece, size));
                move || drop(sigv4::inspect::page(&text, REFUSED, None, None))
            },
        )
    });
    read.chain(lines).collect()
}
