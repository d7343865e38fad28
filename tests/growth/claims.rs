//! What claims to be signed: `Authorization` headers, presigned URLs, times.

use crate::shape::{Shape, filled, numbered};
use crate::support::RawRequest;
use crate::support::example::{HOST, SECRET, TIME, at, get, hour, signer};
use crate::targets::TARGETS;
use sigv4::{Authorization, Claim, Error, Policy, Timestamp};

const SIZE: usize = 1_024;

/// Without limits of its own: the steps have to be bounded by themselves.
pub fn policy(service: &str) -> Policy<'_> {
    let mut policy = Policy::new(&["us-east-1"], service);
    policy.max_headers = usize::MAX;
    policy.max_parameters = usize::MAX;
    policy.max_head = usize::MAX;
    policy.both_query_plus = true;
    policy
}

pub fn verified(arrived: &RawRequest, service: &str) {
    let headers = arrived.headers();
    let request = arrived.request(&headers);
    let claim = Claim::from_request(&request).unwrap();
    let key = claim.signing_key(SECRET);
    claim
        .verify(&key, &request, &policy(service), at())
        .unwrap();
}

pub fn unsigned(target: String, mut headers: Vec<(String, String)>) -> RawRequest {
    headers.push(("host".into(), "example.com".into()));
    RawRequest {
        method: "GET".into(),
        target,
        headers,
        body: String::new(),
    }
}

pub fn signed(raw: &RawRequest) -> RawRequest {
    let headers = raw.headers();
    let request = raw.request(&headers);
    let signer = signer("execute-api");
    raw.signed(&signer.sign(&request, at()).unwrap())
}

fn presigned(raw: &RawRequest) -> RawRequest {
    let headers = raw.headers();
    let url = signer("s3").presign(&raw.request(&headers), hour(), at());
    raw.presigned(&url.unwrap())
}

pub fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for (name, target) in TARGETS {
        shapes.push(Shape::new(format!("verify: {name}"), SIZE, move |size| {
            let sent = signed(&unsigned(target(size), Vec::new()));
            move || verified(&sent, "execute-api")
        }));
        shapes.push(Shape::new(
            format!("verify a URL: {name}"),
            SIZE,
            move |size| {
                let sent = presigned(&unsigned(target(size), Vec::new()));
                move || verified(&sent, "s3")
            },
        ));
    }
    shapes.extend(AUTHORIZATIONS.map(|(name, value)| {
        Shape::new(format!("Authorization: {name}"), 4 * SIZE, move |size| {
            let value = format!("AWS4-HMAC-SHA256 {}", value(size));
            move || {
                let headers = [
                    HOST,
                    ("authorization", value.as_bytes()),
                    ("x-amz-date", TIME.as_bytes()),
                ];
                assert!(Authorization::parse(&value).is_err());
                assert!(Claim::from_request(&get("/", &headers)).is_err());
            }
        })
    }));
    shapes.extend(QUERIES.map(|(name, query)| {
        Shape::new(format!("claim in a query: {name}"), SIZE, move |size| {
            let target = format!("/?{}", query(size));
            move || assert!(Claim::from_request(&get(&target, &[HOST])).is_err())
        })
    }));
    shapes.push(Shape::new(
        "Authorization: names of headers that are not there",
        SIZE,
        |size| {
            let names = sorted_names(size);
            let value = format!(
                "AWS4-HMAC-SHA256 {CREDENTIAL}, SignedHeaders=host;{names}, Signature={}",
                "0".repeat(64)
            );
            move || {
                let headers = [
                    HOST,
                    ("authorization", value.as_bytes()),
                    ("x-amz-date", TIME.as_bytes()),
                ];
                let request = get("/", &headers);
                let claim = Claim::from_request(&request).unwrap();
                let error = claim
                    .verify(None, &request, &policy("execute-api"), at())
                    .map(|_| ());
                assert!(
                    matches!(error, Err(Error::SignedHeaderMissing { .. })),
                    "{error:?}"
                );
            }
        },
    ));
    shapes.push(Shape::new("time of digits", 4 * SIZE, |size| {
        let text = filled("2", size);
        move || assert!(Timestamp::parse(&text).is_err())
    }));
    shapes
}

const CREDENTIAL: &str = "Credential=AKIDEXAMPLE/20150830/us-east-1/execute-api/aws4_request";

fn sorted_names(size: usize) -> String {
    let names: Vec<_> = (0..size / 10)
        .map(|number| format!("x-{number:07}"))
        .collect();
    names.join(";")
}

type Text = fn(usize) -> String;

const AUTHORIZATIONS: [(&str, Text); 10] = [
    ("commas", |size| filled(",", size)),
    ("spaces", |size| filled(" ", size)),
    ("commas and spaces", |size| filled(" ,\t", size)),
    ("=", |size| filled("=", size)),
    ("unknown names", |size| filled("a=b, ", size)),
    ("parts of a credential", |size| {
        format!("Credential={}", filled("a/", size))
    }),
    ("signed headers in reverse", |size| {
        format!(
            "{CREDENTIAL}, SignedHeaders={}",
            numbered(size, |number| format!("x-{number:07};"))
        )
    }),
    ("sorted signed headers, no signature", |size| {
        format!("{CREDENTIAL}, SignedHeaders={}", sorted_names(size))
    }),
    ("a long signature", |size| {
        format!(
            "{CREDENTIAL}, SignedHeaders=host, Signature={}",
            filled("0", size)
        )
    }),
    ("a long access key id", |size| {
        format!("Credential={}/a, Signature=", filled("A", size))
    }),
];

const QUERIES: [(&str, Text); 8] = [
    ("a signature, at last", |size| {
        filled("a=b&", size) + "X-Amz-Signature=0"
    }),
    ("escaped letters of a name", |size| {
        filled("%58-Amz-Dat%65x&", size) + "X-Amz-Signature=0"
    }),
    ("X-Amz- names", |size| {
        numbered(size, |number| format!("X-Amz-{number:08}&")) + "X-Amz-Signature=0"
    }),
    ("one parameter again and again", |size| {
        filled("X-Amz-Date=20150830T123600Z&", size) + "X-Amz-Signature=0"
    }),
    ("parts of a credential", |size| {
        format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Signature=0",
            filled("a%2F", size)
        )
    }),
    ("escapes in a date", |size| {
        format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={}&X-Amz-Signature=0",
            filled("%32", size)
        )
    }),
    ("signed headers", |size| {
        format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders={}&X-Amz-Signature=0",
            filled("a%3B", size)
        )
    }),
    ("a lifetime of digits", |size| {
        format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires={}&X-Amz-Signature=0",
            filled("1", size)
        )
    }),
];
