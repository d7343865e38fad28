//! More than one difference, what is not a difference of its own, and what is not known.

use crate::sending::{changed, explained, in_json, sending};
use sigv4::Stages;
use sigv4::explain::{Answer, Cause, Evidence, Sent, explain};

fn shown(stages: &Stages, changes: &[(&str, &str)]) -> Stages {
    let mut canonical = String::from_utf8(stages.canonical_request.clone()).unwrap();
    let mut string_to_sign = stages.string_to_sign.clone();
    for (from, to) in changes {
        if canonical.contains(from) {
            canonical = changed(&canonical, from, to);
        } else {
            string_to_sign = changed(&string_to_sign, from, to);
        }
    }
    Stages {
        canonical_request: canonical.into_bytes(),
        string_to_sign,
        ..stages.clone()
    }
}

#[test]
fn two_differences_are_two_causes() {
    let sending = sending("execute-api", "/a?c=1", "example.com");
    let stages = sending.stages();
    let added = |name: &str| Cause::HeaderAdded { name: name.into() };
    let sha256_of_body = "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5";
    for (changes, causes) in [
        (
            vec![("GET\n", "POST\n"), ("/a\n", "/a/\n")],
            vec![Cause::Method, Cause::TrailingSlash],
        ),
        (
            vec![("c=1", "c=2"), ("host:example.com", "host:example.com:443")],
            vec![Cause::QueryParameters, Cause::PortInHost],
        ),
        (
            vec![("x-a:1\n", "x-a:2\nx-b:1\n")],
            vec![Cause::HeaderAltered { name: "x-a".into() }, added("x-b")],
        ),
        (
            vec![
                ("x-a:1", "x-a:2"),
                ("us-east-1", "eu-west-1"),
                ("execute-api", "es"),
            ],
            vec![
                Cause::HeaderAltered { name: "x-a".into() },
                Cause::WrongRegion {
                    expected: Some("eu-west-1".into()),
                },
                Cause::WrongService {
                    expected: Some("es".into()),
                },
            ],
        ),
        // The date in header, time and scope is one cause, a body in its hash.
        (
            vec![
                ("x-amz-date:20150830T", "x-amz-date:20150831T"),
                ("\n20150830T", "\n20150831T"),
                ("\n20150830/", "\n20150831/"),
            ],
            vec![Cause::Date],
        ),
        (
            vec![
                (";x-amz-date\n", "\n"),
                ("x-amz-date:20150830T123600Z\n", ""),
            ],
            vec![Cause::HeaderRemoved {
                name: "x-amz-date".into(),
            }],
        ),
        (
            vec![("aws4_request", "aws5_request")],
            vec![Cause::MalformedSignature],
        ),
        (
            vec![(sha256_of_body, "UNSIGNED-PAYLOAD")],
            vec![Cause::PayloadForm],
        ),
        (
            vec![(sha256_of_body, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")],
            vec![Cause::PayloadForm],
        ),
        (
            vec![(sha256_of_body, "STREAMING-AWS4-HMAC-SHA256-EVENTS")],
            vec![Cause::PayloadForm],
        ),
    ] {
        let answer = in_json(&shown(&stages, &changes));
        let found = explained(&sending, 403, &[], answer.as_bytes());
        let named: Vec<_> = found
            .causes
            .iter()
            .map(|reason| reason.cause.clone())
            .collect();
        assert_eq!(named, causes, "{changes:?}");
        let proved = found
            .causes
            .iter()
            .all(|reason| reason.evidence == Evidence::Shown);
        assert!(proved, "{changes:?}");
    }
}

/// Without the string to sign, or without the region, the scopes are not compared: then the
/// secret is not the only thing that can differ.
#[test]
fn what_is_not_shown_is_not_said_to_be_the_same() {
    let sending = sending("execute-api", "/", "example.com");
    let (stages, credentials) = (sending.stages(), sending.credentials());
    let canonical = String::from_utf8_lossy(&stages.canonical_request);
    let alone = format!("<E><CanonicalRequest>{canonical}</CanonicalRequest></E>");
    let sent = Sent::new(&stages, &credentials);
    let both = in_json(&stages);
    for (sent, body) in [
        (sent, alone.as_str()),
        (sent.with_unknown_region(), both.as_str()),
    ] {
        let answer = Answer {
            status: 403,
            headers: &[],
            body: body.as_bytes(),
        };
        let found = explain(&sent, &answer);
        let names: Vec<_> = found
            .causes
            .iter()
            .map(|reason| reason.cause.name())
            .collect();
        assert_eq!(names, ["wrong-secret", "wrong-region", "wrong-service"]);
        assert!(found.is_ambiguous() && found.advice.is_some());
    }
    let found = explain(
        &sent,
        &Answer {
            status: 403,
            headers: &[],
            body: both.as_bytes(),
        },
    );
    assert_eq!(found.causes.len(), 1);
}

/// A string that is cut off shows nothing.
#[test]
fn a_cut_string_is_no_difference() {
    let sending = sending("execute-api", "/", "example.com");
    let canonical = String::from_utf8(sending.stages().canonical_request).unwrap();
    let cut = &canonical[..canonical.len() - 10];
    for body in [
        format!("<E><CanonicalRequest>{cut}"),
        format!("<E><CanonicalRequest>{cut}</E>"),
    ] {
        let found = explained(&sending, 403, &[], body.as_bytes());
        assert!(found.differences.is_empty(), "{found:?}");
    }
}

/// As many headers as no server takes, and answers that would keep a careless reader busy:
/// all is named, nothing takes long. (How the effort grows is counted in benches.)
#[test]
fn long_requests_and_answers_are_explained_soon() {
    for lines in [1_000, 20_000] {
        let mut sending = sending("execute-api", "/", "example.com");
        for line in 0..lines {
            sending.headers.push((format!("x-h{line}"), "1".into()));
        }
        let stages = sending.stages();
        let canonical = String::from_utf8(stages.canonical_request.clone()).unwrap();
        let other = canonical.replace(":1\n", ":2\n");
        let answer = in_json(&Stages {
            canonical_request: other.into_bytes(),
            ..stages
        });
        let found = explained(&sending, 403, &[], answer.as_bytes());
        assert_eq!(found.causes.len(), lines + 1);
        assert_eq!(found.differences.len(), lines + 1);
    }
    let hostile = [
        "<Code>".repeat(100_000),
        "{\"message\":\"".repeat(100_000),
        "&".repeat(1_000_000),
        "'must be a 'SignedHeader'".repeat(40_000),
        "User: is not authorized to perform: ".repeat(30_000),
    ];
    let sending = sending("execute-api", "/", "example.com");
    for body in hostile {
        assert!(
            !explained(&sending, 403, &[], body.as_bytes())
                .causes
                .is_empty()
        );
    }
}
