//! What is no refusal, and words that are not the service's own.

use crate::sending::{TOKEN, explained, sending, stamp};
use sigv4::Header;
use sigv4::explain::{Answer, Cause, Evidence, Explanation, explain_answer};

fn alone(status: u16, code: &str, body: &str) -> Explanation {
    explain_answer(&Answer {
        status,
        headers: &[("x-amzn-errortype", code.as_bytes())],
        body: body.as_bytes(),
    })
}

fn names(found: &Explanation) -> Vec<&'static str> {
    let causes = found.causes.iter();
    causes.map(|reason| reason.cause.name()).collect()
}

const EXPIRED: &str = "The security token included in the request is expired";

/// The words of a refusal under a status that refuses nobody say nothing.
#[test]
fn other_statuses_are_no_refusals() {
    let item = r#"{"message":"No item 'Signature expired'"}"#;
    let quoted = format!(r#"{{"message":"{EXPIRED}"}}"#);
    let denied = r#"{"message":"Function not found: User is not authorized to perform: x"}"#;
    for status in [301, 304, 404, 405, 409, 410, 412, 416, 500, 501, 502] {
        for body in [item, &quoted, denied, EXPIRED] {
            let found = alone(status, "", body);
            assert_eq!(names(&found), ["unknown"], "{status} {body}");
            assert_ne!(found.causes[0].evidence, Evidence::Said);
        }
    }
    for status in [0, 400, 401, 403] {
        assert_eq!(
            names(&alone(status, "", &quoted)),
            ["session-token-expired"]
        );
    }
    for (status, code, name) in [
        (301, "PermanentRedirect", "wrong-region"),
        (307, "TemporaryRedirect", "wrong-region"),
        (404, "PermanentRedirect", "unknown"),
        (429, "ThrottlingException", "throttling"),
        (503, "SlowDown", "throttling"),
        (404, "AccessDeniedException", "unknown"),
        (404, "InvalidSignatureException", "unknown"),
    ] {
        assert_eq!(names(&alone(status, code, ""))[0], name, "{status} {code}");
    }
    let there: &[Header<'_>] = &[("x-amz-bucket-region", b"eu-west-1")];
    let request = sending("s3", "/", "example.com");
    let found = explained(&request, 304, there, b"");
    assert_eq!(names(&found), ["unknown"]);
    let found = explained(&request, 403, there, b"");
    assert_eq!(names(&found), ["wrong-region"]);
}

/// In JSON, XML and CBOR, a text that is no message is data.
#[test]
fn documents_are_not_pasted_text() {
    for body in [
        format!(r#"{{"items":"{EXPIRED}"}}"#),
        format!(r#"{{"data":{{"note":"{EXPIRED}"}}}}"#),
        format!(r#" [ {{"note":"{EXPIRED}"}}]"#),
        format!(r#"["{EXPIRED}"]"#),
        format!(r#"{{"data":{{"note":"{EXPIRED}"#),
        format!("<Item><Note>{EXPIRED}</Note></Item>"),
        format!("<?xml version='1.0'?><Item><Note>{EXPIRED}"),
        format!("<html><title>Talk</title><p>{EXPIRED}</p></html>"),
    ] {
        assert_eq!(names(&alone(403, "", &body)), ["unknown"], "{body}");
    }
    let cbor = [b"\xa1\x64note\x78\x35".as_slice(), EXPIRED.as_bytes()].concat();
    let found = explain_answer(&Answer {
        status: 403,
        headers: &[],
        body: &cbor,
    });
    assert_eq!(names(&found), ["unknown"]);
    for body in [
        format!("{{'Error': {{'Message': '{EXPIRED}'}}}}"),
        format!("[ERROR] {EXPIRED}"),
        format!("[2015-08-30 12:36] {EXPIRED}"),
        format!("<Response [403]> {EXPIRED}"),
        format!("Error: {EXPIRED}"),
        format!("ClientError: {EXPIRED}"),
        format!(r#"{{"Type":"User","message":"{EXPIRED}"}}"#),
        format!("<!DOCTYPE html><html><title>{EXPIRED}</title></html>"),
    ] {
        let found = names(&alone(403, "", &body));
        assert_eq!(found, ["session-token-expired"], "{body}");
    }
}

/// Of another kind of error, what words of a refusal it quotes says nothing.
#[test]
fn words_count_with_a_code_of_their_kind_alone() {
    let expired = r#"{"message":"Signature expired in field x"}"#;
    let denied = r#"{"message":"Function not found: User is not authorized to perform: x"}"#;
    for code in [
        "ValidationException",
        "ResourceNotFoundException",
        "NoSuchKey",
    ] {
        for body in [expired, denied] {
            let with_code = body.replacen('{', &format!(r#"{{"__type":"a.b#{code}","#), 1);
            for found in [alone(400, code, body), alone(403, "", &with_code)] {
                assert_eq!(names(&found), ["unknown"], "{code} {body}");
            }
        }
    }
    let pasted = "ValidationException: Signature expired in field x";
    assert_eq!(names(&alone(403, "", pasted)), ["unknown"]);
    for (code, name) in [
        ("InvalidSignatureException", "clock"),
        ("AccessDeniedException", "clock"),
        ("", "clock"),
    ] {
        assert_eq!(names(&alone(400, code, expired)), [name], "{code}");
    }
    let missing = "Missing required header for this request: x-amz-content-sha256";
    for (code, name) in [
        ("InvalidRequest", "header-missing"),
        ("", "header-missing"),
        ("NoSuchKey", "unknown"),
    ] {
        assert_eq!(names(&alone(400, code, missing)), [name], "{code}");
    }
    // An answer without a body, or one that its status explains, keeps its cause.
    assert_eq!(names(&alone(400, "ValidationException", "")), ["no-body"]);
    assert_eq!(names(&alone(429, "QuotaException", "")), ["too-many"]);
}

/// A key that is not known can be one of an account that has not enabled the region; a
/// session token is at fault only where there is one.
#[test]
fn an_unknown_key_can_be_unknown_to_the_region() {
    let invalid = "The security token included in the request is invalid";
    for (service, code) in [
        ("sts", "InvalidClientTokenId"),
        ("dynamodb", "UnrecognizedClientException"),
        ("ec2", "AuthFailure"),
    ] {
        let body = match code {
            "AuthFailure" => "AWS was not able to validate the provided access credentials",
            _ => invalid,
        };
        for body in [body, ""]
            .iter()
            .filter(|body| code != "AuthFailure" || !body.is_empty())
        {
            let headers: &[Header<'_>] = &[("x-amzn-errortype", code.as_bytes())];
            let mut request = sending(service, "/", "example.com");
            let found = explained(&request, 403, headers, body.as_bytes());
            assert!(!names(&found).contains(&"session-token-region"), "{code}");
            assert!(names(&found).contains(&"region-not-enabled"), "{code}");
            assert!(found.is_ambiguous() && found.advice.is_some(), "{code}");
            request.session_token = Some(TOKEN.into());
            let found = explained(&request, 403, headers, body.as_bytes());
            assert!(names(&found).contains(&"session-token-region"), "{code}");
            let found = alone(403, code, body);
            assert!(names(&found).contains(&"session-token-region"), "{code}");
        }
    }
}

/// The note of a 403 is not that of a 400; an answer that has a message is not told that it
/// has none.
#[test]
fn notes_are_those_of_the_answer() {
    let s3 = |status| {
        explain_answer(&Answer {
            status,
            headers: &[("server", b"AmazonS3")],
            body: b"",
        })
    };
    for (status, other) in [(400, "403"), (403, "400")] {
        let advice = s3(status).advice.unwrap();
        assert!(advice.contains(&status.to_string()), "{advice}");
        assert!(!advice.contains(other), "{advice}");
    }
    let body = r#"{"code":"SignatureDoesNotMatch","message":"no such file"}"#;
    let found = alone(403, "", body);
    assert_eq!(names(&found), ["mismatch"]);
    assert_eq!(found.advice, None);
    let found = alone(403, "SignatureDoesNotMatch", "");
    assert!(found.advice.unwrap().contains("without its message"));
}

/// R2 takes several regions, and none of them is in a host.
#[test]
fn a_list_of_regions_is_a_list() {
    let body = "<Error><Code>InvalidRegionName</Code><Message>The region name 'x' is not valid. \
                Must be one of: wnam, enam, auto</Message></Error>";
    let found = alone(400, "", body);
    let cause = found.cause().to_string();
    assert!(cause.ends_with("one of: wnam, enam, auto"), "{cause}");
    assert!(!found.causes[0].remedy.contains("API Gateway"));
}

/// A request that was kept for an hour looks like a clock of another zone; one from the
/// future was not kept.
#[test]
fn a_zone_is_not_the_only_reason_for_whole_hours() {
    let remedy = |signed: &str, server: &str| {
        let body = format!("Signature expired: {signed}, {signed}, {server}");
        let found = alone(403, "", &body);
        let (signed, server) = (stamp(signed), stamp(server));
        assert_eq!(*found.cause(), Cause::Clock { signed, server });
        found.causes[0].remedy.to_string()
    };
    let behind = remedy("20150830T123600Z", "20150830T143600Z");
    assert!(
        behind.contains("time zone") && behind.contains("kept"),
        "{behind}"
    );
    let ahead = remedy("20150830T143600Z", "20150830T123600Z");
    assert!(
        ahead.contains("time zone") && ahead.contains("clock"),
        "{ahead}"
    );
    assert!(!ahead.contains("kept"), "{ahead}");
}

/// Neptune says it in one message or in two, beside the code of a policy.
#[test]
fn a_mismatch_with_the_code_of_a_policy_is_a_mismatch() {
    let text = "The request signature we calculated does not match the signature you provided. \
                Check your AWS Secret Access Key and signing method.";
    let detailed = format!(r#""detailedMessage":"{text}""#);
    let both = format!(r#"{detailed},"message":"{text}""#);
    let message = format!(r#""message":"{text}""#);
    for messages in [detailed, both, message] {
        let body = format!(r#"{{"code":"AccessDeniedException","requestId":"1",{messages}}}"#);
        let request = sending("neptune-db", "/sparql", "example.com");
        let found = explained(&request, 403, &[], body.as_bytes());
        assert_eq!(*found.cause(), Cause::MismatchUnshown, "{body}");
        assert_eq!(names(&found), ["mismatch"], "{body}");
        assert_eq!(found.known, Some("mismatch_access-denied"), "{body}");
    }
}
