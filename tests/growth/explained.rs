//! Answers that are explained: JSON, XML, text, and what they quote of a request.

use crate::claims::unsigned;
use crate::shape::{Shape, filled, numbered};
use crate::support::example::{at, signer};
use sigv4::explain::{Answer, Sent, explain};

const SIZE: usize = 512;

/// A body of about so many bytes.
type Body = fn(usize) -> String;

/// Pieces that are looked for in an answer, or that open something.
const PIECES: [&str; 36] = [
    "a",
    " ",
    "\n",
    "\u{1}",
    "é",
    "'",
    "\"",
    "\\",
    "&",
    ";",
    ":",
    "/",
    "%",
    "=",
    "{",
    "{\"a\":",
    "[",
    "[[1],",
    "{\"message\":\"a\",",
    "\"\\u0041",
    "<",
    "<a>",
    "<a",
    "</a>",
    "<a b='c'",
    "<!--",
    "<![CDATA[",
    "<?a",
    "&amp;",
    "&#x41;",
    "<Code>",
    "<Message>",
    "arn:aws:iam::123456789012:user/a ",
    "20150830T123600Z ",
    "The Canonical String for this request should have been\n'",
    "The String-to-Sign should have been\n'",
];

/// What is around them.
const AROUND: [(&str, &str, &str); 5] = [
    ("text", "", ""),
    ("a JSON message", "{\"message\":\"", "\"}"),
    (
        "an XML message",
        "<Error><Code>SignatureDoesNotMatch</Code><Message>",
        "</Message></Error>",
    ),
    ("an open XML message", "<Error><Message>", ""),
    (
        "a sentence",
        "Signature expired: 20150830T123600Z is now earlier than ",
        " (20150830T124600Z - 5 min.)",
    ),
];

const BODIES: [(&str, Body); 9] = [
    ("nested xmlns declarations", |size| {
        numbered(size, |number| format!("<a xmlns:a{number:06}='b'>"))
    }),
    ("many attributes", |size| {
        format!(
            "<a {}/>",
            numbered(size, |number| format!("a{number:06}='b' "))
        )
    }),
    ("many elements", |size| {
        format!(
            "<Error>{}</Error>",
            numbered(size, |number| format!("<a{number:06}/>"))
        )
    }),
    ("nested elements, closed", |size| {
        filled("<a>", size / 2) + &filled("</a>", size / 2)
    }),
    ("many members", |size| {
        format!(
            "{{{}\"a\":1}}",
            numbered(size, |number| format!("\"a{number:06}\":1,"))
        )
    }),
    ("nested members, closed", |size| {
        filled("{\"a\":", size / 2) + "1" + &filled("}", size / 2)
    }),
    ("a long number", |size| {
        format!("{{\"message\":{}}}", filled("1", size))
    }),
    ("an action and a resource of many parts", |size| {
        format!(
            "{{\"Message\":\"User: arn:aws:iam::1:user/{0} is not authorized to perform: execute-api:{0} on resource: arn:aws:execute-api:{0}\"}}",
            filled("a/", size / 3)
        )
    }),
    ("wrong regions", |size| {
        format!(
            "<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'us-east-1' is wrong; expecting '{}'</Message></Error>",
            filled("eu-west-1, ", size)
        )
    }),
];

pub fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for piece in PIECES {
        // Alone, and inside of what is read; all in one step, as most cost little.
        shapes.push(Shape::new(
            format!("explain answers of {piece:?}"),
            SIZE,
            move |size| {
                let bodies = AROUND.map(|(_, before, after)| {
                    format!("{before}{}{after}", filled(piece, size.max(piece.len())))
                });
                move || bodies.iter().for_each(|body| explained(0, body, &[]))
            },
        ));
    }
    for (name, body) in BODIES {
        shapes.push(Shape::new(
            format!("explain an answer: {name}"),
            2 * SIZE,
            move |size| {
                let body = body(size);
                move || explained(0, &body, &[])
            },
        ));
    }
    // The service read other headers, the same ones, or none of those that were signed.
    for (name, theirs, ours) in [
        ("header lines that were not signed", 1, 0),
        ("header lines that were signed", 1, 1),
        ("none of many signed headers", 0, 1),
    ] {
        for (form, quote) in FORMS {
            shapes.push(Shape::new(
                format!("explain {form} with {name}"),
                4 * SIZE,
                move |size| {
                    let lines = theirs * size / LINE;
                    let body = quote(&canonical(lines));
                    move || explained(ours * size / LINE, &body, &[])
                },
            ));
        }
    }
    shapes.push(Shape::new(
        "explain an answer of many headers",
        SIZE,
        |size| {
            let names: Vec<_> = (0..size / 16)
                .map(|number| format!("x-amzn-{number:06}"))
                .collect();
            move || {
                let headers: Vec<_> = names
                    .iter()
                    .map(|name| (name.as_str(), &b"value"[..]))
                    .collect();
                explained(0, "", &headers);
            }
        },
    ));
    shapes
}

const LINE: usize = 32;

type Quote = fn(&str) -> String;

const FORMS: [(&str, Quote); 3] = [
    ("JSON", |canonical| {
        let text = format!(
            "The request signature we calculated does not match the signature you provided.\n\n\
             The Canonical String for this request should have been\n'{canonical}'\n\n\
             The String-to-Sign should have been\n'{TO_SIGN}'\n"
        );
        serde_json::json!({ "message": text }).to_string()
    }),
    ("XML", |canonical| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{TO_SIGN}</StringToSign>\
             <CanonicalRequest>{canonical}</CanonicalRequest></Error>"
        )
    }),
    ("text", |canonical| {
        format!("The Canonical String for this request should have been\n'{canonical}'\n")
    }),
];

const TO_SIGN: &str = "AWS4-HMAC-SHA256\n20150830T123600Z\n\
                       20150830/us-east-1/execute-api/aws4_request\n\
                       0000000000000000000000000000000000000000000000000000000000000000";

/// Lines of headers, which a service might have read.
fn canonical(lines: usize) -> String {
    let (mut text, mut names) = (
        String::from("GET\n/\n\nhost:example.com\n"),
        String::from("host"),
    );
    for number in 0..lines {
        text += &format!("x-{number:08}:theirs\n");
        names += &format!(";x-{number:08}");
    }
    text + "x-amz-date:20150830T123600Z\n\n" + &names + "\n" + &"0".repeat(64)
}

/// The answer to a request with so many headers.
fn explained(signed: usize, body: &str, headers: &[(&str, &[u8])]) {
    let lines = (0..signed).map(|number| (format!("x-{number:08}"), "ours".to_owned()));
    let raw = unsigned("/".into(), lines.collect());
    let ours = raw.headers();
    let signer = signer("execute-api");
    let stages = signer.stages(&raw.request(&ours), at()).unwrap();
    let sent = Sent::new(&stages, signer.credentials());
    let answer = Answer {
        status: 403,
        headers,
        body: body.as_bytes(),
    };
    assert!(!explain(&sent, &answer).causes.is_empty());
}
