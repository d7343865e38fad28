//! Policy documents, principals files, and decisions.

use crate::shape::{Shape, filled, numbered};
use sigv4::gateway::{Api, Decision, PolicyDocument, Principals};

const SIZE: usize = 2_048;

type Text = fn(usize) -> String;

const REFUSED: [(&str, Text); 9] = [
    ("nested lists", |size| filled("[", size)),
    ("nested objects", |size| filled("{\"Statement\":", size)),
    ("white space", |size| filled(" ", size)),
    ("a long string", |size| {
        format!("{{\"Version\":\"{}\"}}", filled("a", size))
    }),
    ("escapes", |size| {
        format!("{{\"Version\":\"{}\"}}", filled("\\u0041", size))
    }),
    ("a long number", |size| filled("1", size)),
    ("unknown elements", |size| {
        format!(
            "{{{}\"a\":1}}",
            numbered(size, |number| format!("\"a{number:06}\":1,"))
        )
    }),
    ("one element again and again", |size| {
        format!("{{{}\"a\":1}}", filled("\"Version\":\"2012-10-17\",", size))
    }),
    ("an open string, at last", |size| {
        filled("[\"a\",", 60) + "\"" + &filled("\\\\", size)
    }),
];

pub fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for (name, text) in REFUSED {
        shapes.push(Shape::new(
            format!("a policy of {name}"),
            SIZE,
            move |size| {
                let text = text(size);
                move || assert!(PolicyDocument::from_json(&text).is_err())
            },
        ));
        shapes.push(Shape::new(
            format!("principals of {name}"),
            SIZE,
            move |size| {
                let text = text(size);
                move || assert!(Principals::from_json(&text).is_err())
            },
        ));
    }
    for (name, text) in POLICIES {
        shapes.push(Shape::new(
            format!("a policy of {name}, and its decision"),
            SIZE,
            move |size| {
                let text = text(size);
                let resource = api().resource("GET", "/items/a/b/c");
                move || {
                    let policy = PolicyDocument::from_json(&text).unwrap();
                    let decision = Decision::of([&policy], "execute-api:Invoke", &resource);
                    assert_eq!(decision, Decision::ImplicitDeny);
                }
            },
        ));
    }
    let items = "arn:aws:execute-api:*:*:*/*/*/*items*a*items*a*items*?b";
    // Begins again at each letter, and reads on for fifteen.
    let again = "arn:aws:execute-api:*:*:*aaaaaaaaaaaaaaab";
    // The first star stays within its segment, the last does not.
    let segments = "arn:aws:execute-api:*1:1*2:*?a?b:c";
    for (name, pattern, piece) in [
        ("letters", items, "a"),
        ("segments", items, "/a"),
        ("almost a match", items, "/items/a"),
        ("letters that begin a match", again, "a"),
        ("colons", segments, ":a"),
        ("what ends no segment", segments, ":b"),
    ] {
        shapes.push(Shape::new(
            format!("a decision on a path of {name}"),
            SIZE,
            move |size| {
                let policy = PolicyDocument::from_json(&document(&statement(pattern))).unwrap();
                let resource = api().resource("GET", &filled(piece, size));
                move || {
                    let decision = Decision::of([&policy], "execute-api:Invoke", &resource);
                    assert_eq!(decision, Decision::ImplicitDeny);
                }
            },
        ));
    }
    for (name, principals) in PRINCIPALS {
        shapes.push(Shape::new(
            format!("principals: {name}"),
            SIZE,
            move |size| {
                let text = format!("{{\"principals\":[{}]}}", principals(size));
                move || {
                    let principals = Principals::from_json(&text).unwrap();
                    assert!(principals.find("AKID0000000").is_some());
                }
            },
        ));
    }
    shapes
}

fn api() -> Api {
    Api::new("us-east-1", "123456789012", "abc123", "prod").unwrap()
}

fn document(statements: &str) -> String {
    format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}")
}

fn statement(resource: &str) -> String {
    format!(
        "{{\"Effect\":\"Allow\",\"Action\":\"execute-api:Invoke\",\"Resource\":\"{resource}\"}}"
    )
}

/// A list of what `piece` makes.
fn list(size: usize, piece: impl Fn(usize) -> String) -> String {
    let count = size / (piece(0).len() + 1);
    let all: Vec<_> = (0..count).map(piece).collect();
    all.join(",")
}

const POLICIES: [(&str, Text); 7] = [
    ("many statements", |size| {
        document(&list(size, |number| {
            statement(&format!("arn:aws:execute-api:*:*:{number:06}/*"))
        }))
    }),
    ("many actions", |size| {
        let actions = list(size, |number| format!("\"execute-api:A{number:06}\""));
        document(&format!(
            "{{\"Effect\":\"Deny\",\"Action\":[{actions}],\"Resource\":\"*\"}}"
        ))
    }),
    ("many resources", |size| {
        let resources = list(size, |number| {
            format!("\"arn:aws:execute-api:*:*:{number:06}/*\"")
        });
        document(&format!(
            "{{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":[{resources}]}}"
        ))
    }),
    ("many other resources", |size| {
        let resources = list(size, |number| {
            format!("\"arn:aws:execute-api:*:*:{number:06}/*\",\"*\"")
        });
        document(&format!(
            "{{\"Effect\":\"Deny\",\"Action\":\"*\",\"NotResource\":[{resources}]}}"
        ))
    }),
    ("many stars", |size| {
        document(&statement(&format!(
            "arn:aws:execute-api:us-east-1:1*:{}!",
            filled("*", size)
        )))
    }),
    ("many stars and letters", |size| {
        document(&statement(&format!(
            "arn:aws:execute-api:us-east-1:1*:*a{}!",
            filled("*/", size)
        )))
    }),
    ("many question marks", |size| {
        document(&statement(&format!(
            "arn:aws:execute-api:us-east-1:*2:*{}",
            filled("?", size)
        )))
    }),
];

fn key(number: usize) -> String {
    format!("{{\"access_key_id\":\"AKID{number:07}\",\"secret_access_key\":\"secret\"}}")
}

fn principal(number: usize, keys: &str) -> String {
    format!(
        "{{\"arn\":\"arn:aws:iam::123456789012:user/a{number:06}\",\"keys\":[{keys}],\"policies\":[]}}"
    )
}

const PRINCIPALS: [(&str, Text); 2] = [
    ("many of them", |size| {
        list(size, |number| principal(number, &key(number)))
    }),
    ("many keys of one", |size| principal(0, &list(size, key))),
];
