//! Paths and queries, signed and presigned.

use crate::shape::{Shape, filled, numbered};
use crate::support::example::{HOST, at, get, hour, signer};
use sigv4::Error;

pub const SIZE: usize = 1_024;

/// A target of about so many bytes.
pub type Target = fn(usize) -> String;

pub const TARGETS: [(&str, Target); 24] = [
    ("path of segments", |size| filled("/a", size)),
    ("path of one segment", |size| {
        "/".to_owned() + &filled("a", size)
    }),
    ("path of dots", |size| filled("/.", size)),
    ("path up and down", |size| filled("/a/..", size)),
    ("path down, then up", |size| {
        filled("/a", size / 2) + &filled("/..", size / 2)
    }),
    ("path of slashes", |size| filled("/", size)),
    ("path of escapes", |size| {
        "/".to_owned() + &filled("%c3%a9", size)
    }),
    ("path of escaped slashes", |size| {
        "/".to_owned() + &filled("%2f", size)
    }),
    ("path of escaped dots", |size| filled("/%2e%2E", size)),
    ("path of other letters", |size| {
        "/".to_owned() + &filled("é", size)
    }),
    ("path of +", |size| "/".to_owned() + &filled("+", size)),
    ("query of &", |size| "/?".to_owned() + &filled("&", size)),
    ("query of =", |size| "/?".to_owned() + &filled("=", size)),
    ("query of one value", |size| {
        "/?a=".to_owned() + &filled("a", size)
    }),
    ("query of escapes", |size| {
        "/?a=".to_owned() + &filled("%41", size)
    }),
    ("query of +", |size| "/?a=".to_owned() + &filled("+", size)),
    ("query of raw bytes", |size| {
        "/?a=".to_owned() + &filled(" é", size)
    }),
    ("query in reverse", |size| {
        "/?".to_owned() + &numbered(size, |number| format!("key{number:08}=v&"))
    }),
    ("query of one key", |size| {
        "/?".to_owned() + &numbered(size, |number| format!("key=value{number:08}&"))
    }),
    ("query of one pair", |size| {
        "/?".to_owned() + &filled("key=value&", size)
    }),
    ("query of escaped keys in reverse", |size| {
        "/?".to_owned() + &numbered(size, |number| format!("k%65y{number:08}=%2f&"))
    }),
    ("query of keys alike", |size| {
        let alike = "k".repeat(size.isqrt());
        "/?".to_owned() + &numbered(size, |number| format!("{alike}{number:08}&"))
    }),
    ("query of X-Amz- parameters", |size| {
        "/?".to_owned() + &numbered(size, |number| format!("X-Amz-{number:08}=v&"))
    }),
    ("query of escaped X-Amz- parameters", |size| {
        "/?".to_owned() + &numbered(size, |number| format!("X%2DAmz-{number:08}=v&"))
    }),
];

pub fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for (name, target) in TARGETS {
        for service in ["execute-api", "s3"] {
            shapes.push(signed(service, name, target));
        }
        shapes.push(presigned("s3", name, target));
    }
    shapes.push(refused(
        "a parameter of Amazon's, at last repeated",
        |size| {
            let distinct = numbered(size, |number| format!("X-Amz-{number:08}&"));
            format!("/?{distinct}X-Amz-00000000")
        },
        |error| matches!(error, Error::RepeatedSigningParameter { .. }),
    ));
    shapes.push(refused(
        "a broken escape, at last",
        |size| format!("/?{}%", filled("%41", size)),
        |error| matches!(error, Error::MalformedEscape { .. }),
    ));
    shapes.push(refused(
        "a signing parameter, at last",
        |size| {
            format!(
                "/?{}X-Amz-Signature",
                filled("X-Amz-A%41=&", 12) + &filled("a%41=&", size)
            )
        },
        |error| matches!(error, Error::SigningParameterAlreadySet { .. }),
    ));
    shapes
}

fn signed(service: &'static str, name: &str, target: Target) -> Shape {
    Shape::new(format!("{service}, sign: {name}"), SIZE, move |size| {
        let (target, signer) = (target(size), signer(service));
        move || {
            let headers = [HOST];
            signer
                .sign(&get(&target, &headers), at())
                .map(|_| ())
                .unwrap();
        }
    })
}

fn presigned(service: &'static str, name: &str, target: Target) -> Shape {
    Shape::new(format!("{service}, presign: {name}"), SIZE, move |size| {
        let (target, signer) = (target(size), signer(service));
        move || {
            let headers = [HOST];
            signer
                .presign(&get(&target, &headers), hour(), at())
                .unwrap();
        }
    })
}

fn refused(name: &str, target: Target, is: fn(&Error) -> bool) -> Shape {
    Shape::new(format!("sign: {name}"), SIZE, move |size| {
        let (target, signer) = (target(size), signer("execute-api"));
        move || {
            let headers = [HOST];
            let error = signer.sign(&get(&target, &headers), at()).map(|_| ());
            assert!(error.is_err_and(|error| is(&error)));
        }
    })
}
