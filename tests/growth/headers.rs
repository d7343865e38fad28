//! Headers, signed and verified.

use crate::claims::{policy, signed, unsigned, verified};
use crate::shape::{Shape, filled};
use crate::support::RawRequest;
use sigv4::Claim;

/// Name and value, by number and by the size of all together.
type Line = fn(usize, usize) -> (String, String);

/// How long each line of many is, and how many bytes each costs at least.
const LINE: usize = 32;

const MANY: [(&str, Line); 8] = [
    ("names in reverse", |number, _| {
        (format!("x-{number:08}"), "value".into())
    }),
    ("names in order", |number, size| {
        (format!("x-{:08}", size - number), "value".into())
    }),
    ("one name", |number, _| {
        ("x-one".into(), format!("{number:08}"))
    }),
    ("x-amz- names", |number, _| {
        (format!("X-Amz-Meta-{number:08}"), "value".into())
    }),
    ("names alike", |number, _| {
        (format!("x-{}{number:08}", "a".repeat(60)), "v".into())
    }),
    ("names that are never signed", |_, _| {
        ("user-agent".into(), "value".into())
    }),
    ("folded values", |number, _| {
        (format!("x-{number:08}"), "a\r\n \t b".into())
    }),
    ("values of spaces", |number, _| {
        (format!("x-{number:08}"), " \t ".repeat(8))
    }),
];

const LONG: [(&str, &str); 5] = [
    ("letters", "a"),
    ("spaces", " "),
    ("spaces between letters", "a  \t "),
    ("folds", "a\r\n "),
    ("quotes", "\"  "),
];

pub fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for (name, line) in MANY {
        shapes.extend(of_lines(name, 2_048, move |size| {
            (0..size / LINE)
                .rev()
                .map(|number| line(number, size))
                .collect()
        }));
    }
    for (name, piece) in LONG {
        shapes.extend(of_lines(name, 2_048, move |size| {
            vec![("x-long".into(), filled(piece, size - 1) + "a")]
        }));
        shapes.extend(of_lines(name, 2_048, move |size| {
            vec![(
                "x-amz-meta".into(),
                format!("a{}a", filled(piece, size - 2)),
            )]
        }));
    }
    shapes
}

/// Signed, and what was signed verified.
fn of_lines(
    name: &str,
    size: usize,
    lines: impl Fn(usize) -> Vec<(String, String)> + Copy + 'static,
) -> [Shape; 2] {
    let sign = Shape::new(format!("sign headers: {name}"), size, move |size| {
        let raw = unsigned("/".into(), lines(size));
        move || drop(signed(&raw))
    });
    let verify = Shape::new(format!("verify headers: {name}"), size, move |size| {
        let arrived = signed(&unsigned("/".into(), lines(size)));
        move || {
            verified(&arrived, "execute-api");
            shown(&arrived);
        }
    });
    [sign, verify]
}

/// What a service shows to one who looks for a fault.
fn shown(arrived: &RawRequest) {
    let headers = arrived.headers();
    let request = arrived.request(&headers);
    let claim = Claim::from_request(&request).unwrap();
    let stages = claim.stages(&request, &policy("execute-api"));
    assert!(stages.unwrap().canonical_request.len() > 60);
}
