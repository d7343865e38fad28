//! The answer shows the string to sign alone.

use crate::sending::{changed, explained, sending};
use sigv4::Hasher;
use sigv4::explain::Cause;

/// The answer shows the string to sign alone: the hash in it tells frequent changes.
#[test]
fn the_hash_alone_tells_what_differs() {
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let removed = |name: &str| Cause::HeaderRemoved { name: name.into() };
    let (api, s3) = ("execute-api", "s3");
    for (service, target, host, from, to, cause) in [
        (
            api,
            "/",
            "example.com",
            ".com",
            ".com:443",
            Cause::PortInHost,
        ),
        (
            api,
            "/",
            "example.com",
            ".com",
            ".com:80",
            Cause::PortInHost,
        ),
        (
            api,
            "/",
            "example.com",
            ".com",
            ".com:8443",
            Cause::CanonicalRequest,
        ),
        (api, "/", "example.com:8443", ":8443", "", Cause::PortInHost),
        (
            api,
            "/",
            "example.com:8443",
            ":8443",
            ":443",
            Cause::CanonicalRequest,
        ),
        (api, "/", "example.com:8443", "GET", "POST", Cause::Method),
        (
            api,
            "/a%20b",
            "h",
            "/a%2520b",
            "/a%20b",
            Cause::DoubleEncoding,
        ),
        (
            api,
            "/a%20b",
            "h",
            "/a%2520b",
            "/a%252520b",
            Cause::DoubleEncoding,
        ),
        (api, "/a", "h", "/a\n", "/a/\n", Cause::TrailingSlash),
        (api, "/a/", "h", "/a/\n", "/a\n", Cause::TrailingSlash),
        (s3, "/a//b", "h", "/a//b", "/a/b", Cause::DotSegments),
        (api, "/?c=x%20y", "h", "%20", "%2B", Cause::PlusSign),
        (api, "/?c=x%2By", "h", "%2B", "%20", Cause::PlusSign),
        (api, "/?c=1", "h", "c=1", "", Cause::QueryParameters),
        (api, "/", "h", "x-a:1\n", "", removed("x-a")),
        (api, "/", "h", "x-a:1\n", "x-a:\n", removed("x-a")),
        (api, "/", "h", "x-a:1\n", "x-a:2\n", Cause::CanonicalRequest),
    ] {
        assert_eq!(
            guessed(service, target, host, from, to),
            cause,
            "{target} {from} {to}"
        );
    }
    let sha256_of_body = "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5";
    for (hash, cause) in [
        (empty, Cause::PayloadHash),
        ("UNSIGNED-PAYLOAD", Cause::PayloadForm),
    ] {
        assert_eq!(guessed(api, "/", "h", sha256_of_body, hash), cause);
    }
}

fn guessed(service: &str, target: &str, host: &str, from: &str, to: &str) -> Cause {
    let sending = sending(service, target, host);
    let stages = sending.stages();
    let canonical = String::from_utf8(stages.canonical_request).unwrap();
    let hash = |text: &str| {
        let mut hasher = Hasher::default();
        hasher.put(text.as_bytes());
        hex::encode(hasher.finish())
    };
    let computed = changed(&canonical, from, to);
    let to_sign = changed(&stages.string_to_sign, &hash(&canonical), &hash(&computed));
    let body = format!("<Error><StringToSign>{to_sign}</StringToSign></Error>");
    let found = explained(&sending, 403, &[], body.as_bytes());
    assert_eq!(found.differences.len(), 1);
    assert_eq!(
        found.differences[0].part.to_string(),
        "hash of the canonical request"
    );
    found.cause().clone()
}

/// The answer shows the string to sign alone, in which a line is another one.
#[test]
fn the_string_to_sign_names_the_cause() {
    let sending = sending("execute-api", "/", "example.com");
    let to_sign = sending.stages().string_to_sign;
    let other = |text: &str| Some(text.to_owned());
    for (from, to, cause, parts) in [
        ("\n20150830T", "\n20150831T", Cause::Date, vec!["time"]),
        (
            "20150830/",
            "20150831/",
            Cause::Date,
            vec!["credential scope"],
        ),
        (
            "us-east-1/",
            "eu-west-1/",
            Cause::WrongRegion {
                expected: other("eu-west-1"),
            },
            vec!["credential scope"],
        ),
        (
            "execute-api/",
            "lambda/",
            Cause::WrongService {
                expected: other("lambda"),
            },
            vec!["credential scope"],
        ),
        (
            "us-east-1/execute-api/",
            "eu-west-1/lambda/",
            Cause::WrongRegion {
                expected: other("eu-west-1"),
            },
            vec!["credential scope"],
        ),
        (
            "T123600Z\n20150830/",
            "T123601Z\n20150831/",
            Cause::Date,
            vec!["time", "credential scope"],
        ),
    ] {
        let shown = changed(&to_sign, from, to);
        let body = format!("<Error><StringToSign>{shown}</StringToSign></Error>");
        let found = explained(&sending, 403, &[], body.as_bytes());
        let differ: Vec<_> = (found.differences.iter())
            .map(|found| found.part.to_string())
            .collect();
        assert_eq!(
            (found.cause().clone(), differ),
            (cause, parts.iter().map(ToString::to_string).collect())
        );
    }
}
