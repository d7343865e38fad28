//! What few services send: CBOR, endless texts, and what was no signature.

use crate::sending::{explained, in_json, sending};
use sigv4::explain::{Answer, Cause, Explanation, Sent, explain, explain_answer};

fn alone(body: &[u8]) -> Explanation {
    explain_answer(&Answer {
        status: 403,
        headers: &[],
        body,
    })
}

fn names(explanation: &Explanation) -> Vec<&'static str> {
    let causes = explanation.causes.iter();
    causes.map(|reason| reason.cause.name()).collect()
}

/// The RPC v2 protocol: a map of texts, whose lengths have five bits, one byte or two
/// (RFC 8949, 3).
#[test]
fn cbor() {
    let message = "The security token included in the request is expired";
    let short = [b"\xa1\x67message\x78\x35".as_slice(), message.as_bytes()].concat();
    let long = format!("{message}{}", " ".repeat(300 - message.len()));
    let long = [b"\xa1\x67Message\x79\x01\x2c".as_slice(), long.as_bytes()].concat();
    let code = b"\xa1\x66__type\x77a#ExpiredTokenException";
    for body in [&short[..], &long, code] {
        assert_eq!(names(&alone(body)), ["session-token-expired"], "{body:?}");
    }
    // No text follows.
    assert_eq!(names(&alone(b"\xa1\x67message\x9f")), ["unknown"]);
}

/// The scheme of a header that did not come from signing.
#[test]
fn another_scheme_was_sent() {
    let sending = sending("sns", "/", "example.com");
    let (stages, credentials) = (sending.stages(), sending.credentials());
    let answer = Answer {
        status: 403,
        headers: &[],
        body: br#"{"message":"Missing Authentication Token"}"#,
    };
    for (header, expected) in [
        (
            "Bearer abc",
            Cause::OtherScheme {
                scheme: "Bearer".into(),
            },
        ),
        ("AWS4-HMAC-SHA256 Credential=a", Cause::NotSigned),
        ("", Cause::NotSigned),
    ] {
        let sent = Sent::new(&stages, &credentials).with_authorization(header);
        let found = explain(&sent, &answer);
        assert_eq!(*found.cause(), expected, "{header}");
    }
}

/// What the service computed is shown, and nothing is there to hold it against.
#[test]
fn the_answer_alone_shows_what_was_computed() {
    let shown = in_json(&sending("sns", "/", "example.com").stages());
    let found = alone(shown.as_bytes());
    assert_eq!(*found.cause(), Cause::MismatchShown);
    assert!(found.causes[0].remedy.contains("give the request as well"));
}

/// API Gateway names each part that it misses.
#[test]
fn only_the_date_is_missing() {
    let date =
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
    let body = serde_json::json!({ "message": date }).to_string();
    assert_eq!(names(&alone(body.as_bytes())), ["header-missing"]);
    let both = format!("Authorization header requires 'Signature' parameter. {date}");
    let body = serde_json::json!({ "message": both }).to_string();
    let expected = ["malformed-signature", "header-missing"];
    assert_eq!(names(&alone(body.as_bytes())), expected);
}

/// What comes after 64 KiB of words is not read, and so much is not tried.
#[test]
fn endless_texts() {
    let late = format!("{} missing authentication token", "word ".repeat(14_000));
    let body = serde_json::json!({ "message": late }).to_string();
    assert_eq!(names(&alone(body.as_bytes())), ["unknown"]);
    let target = format!("/{}", "a".repeat(64 * 1024));
    let sending = sending("s3", &target, "example.com");
    let to_sign = sending.stages().string_to_sign;
    let (rest, _) = to_sign.rsplit_once('\n').unwrap();
    let shown = format!(
        "<E><StringToSign>{rest}\n{}</StringToSign></E>",
        "0".repeat(64)
    );
    let found = explained(&sending, 403, &[], shown.as_bytes());
    assert_eq!(*found.cause(), Cause::CanonicalRequest);
}
