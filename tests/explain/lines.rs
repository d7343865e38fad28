//! The answer shows the canonical request: the lines that differ.

use crate::sending::{TOKEN, changed, explained, in_json, in_xml, sending};
use sigv4::Stages;
use sigv4::explain::Cause;

/// The answer shows the canonical request, in which one text is another one.
#[test]
fn the_line_that_differs_names_the_cause() {
    let header = |name: &str| format!("header {name}");
    let name = || "x-a".to_owned();
    let (path, query) = ("/a%20b/%FF", "c=1&d=x%2By");
    for (from, to, cause, part) in [
        ("GET\n", "POST\n", Cause::Method, "method".into()),
        (path, "/a%20b/%FF/", Cause::TrailingSlash, "path".into()),
        (path, "/v1/a%20b/%FF", Cause::PathPrefix, "path".into()),
        (path, "/a%2520b/%25FF", Cause::DoubleEncoding, "path".into()),
        (path, "/a%2Bb/%FF", Cause::PlusSign, "path".into()),
        (path, "/a%20b//%FF", Cause::DotSegments, "path".into()),
        (path, "/", Cause::Path, "path".into()),
        (path, "/b", Cause::Path, "path".into()),
        (query, "d=x%2By&c=1", Cause::QueryOrder, "query".into()),
        (
            query,
            "c=1&d=x%252By",
            Cause::DoubleEncoding,
            "query".into(),
        ),
        (query, "c=1&d=x%20y", Cause::PlusSign, "query".into()),
        (query, "c=1", Cause::QueryParameters, "query".into()),
        (":8443\n", "\n", Cause::PortInHost, header("host")),
        (":8443\n", ":8444\n", Cause::Host, header("host")),
        ("e.com:8443\n", "E.com\n", Cause::PortInHost, header("host")),
        ("e.com:8443\n", "e.org\n", Cause::Host, header("host")),
        ("host:example.com:8443\n", "", Cause::Host, header("host")),
        (
            "x-a:1\n",
            "",
            Cause::HeaderRemoved { name: name() },
            header("x-a"),
        ),
        (
            "x-a:1\n",
            "x-a:\n",
            Cause::HeaderRemoved { name: name() },
            header("x-a"),
        ),
        (
            "x-a:1\n",
            "x-a:2\n",
            Cause::HeaderAltered { name: name() },
            header("x-a"),
        ),
        (
            "host:",
            "x-0:1\nhost:",
            Cause::HeaderAdded { name: "x-0".into() },
            header("x-0"),
        ),
        (
            "sha256:",
            "sha256:0",
            Cause::PayloadHash,
            header("x-amz-content-sha256"),
        ),
        ("date:2", "date:1", Cause::Date, header("x-amz-date")),
        (
            "token:S",
            "token:T",
            Cause::SessionTokenAltered,
            header("x-amz-security-token"),
        ),
        (
            "token:SESSIONTOKEN\n",
            "token:\n",
            Cause::SessionTokenMissing,
            header("x-amz-security-token"),
        ),
        (
            "\nhost;",
            "\n",
            Cause::MalformedSignature,
            "signed headers".into(),
        ),
        (
            "\nhost;x-a;",
            "\nhost;x-a;0",
            Cause::MalformedSignature,
            "signed headers".into(),
        ),
    ] {
        let mut sending = sending("s3", &format!("{path}?{query}"), "example.com:8443");
        sending.session_token = Some(TOKEN.into());
        let mut stages = sending.stages();
        let canonical = String::from_utf8(stages.canonical_request).unwrap();
        stages.canonical_request = changed(&canonical, from, to).into_bytes();
        // As services show it, and without the string to sign.
        let canonical = String::from_utf8_lossy(&stages.canonical_request);
        let canonical = canonical.replace('&', "&amp;");
        let alone = format!("<E><CanonicalRequest>{canonical}</CanonicalRequest></E>");
        for body in [in_json(&stages), in_xml(&stages), alone] {
            let found = explained(&sending, 403, &[], body.as_bytes());
            assert_eq!(found.cause().clone(), cause, "{from:?} {to:?}");
            let parts: Vec<_> = (found.differences.iter())
                .map(|found| found.part.to_string())
                .collect();
            assert_eq!(parts, [part.as_str()], "{from:?} {to:?}");
        }
    }
}

/// A port after an IPv6 address is told from the end of the address; and every path with a
/// slash at its end ends like `/`.
#[test]
fn a_line_that_only_looks_like_another_cause() {
    for (target, host, from, to, cause) in [
        ("/", "[2001:db8::1]", "]", "]:443", Cause::PortInHost),
        ("/", "[2001:db8::1]", "1]", "12]", Cause::Host),
        ("/", "[2001:db8::1]:443", ":443", "", Cause::PortInHost),
        ("/a/", "example.com", "/a/\n", "/\n", Cause::Path),
        ("/", "example.com", "/\n", "/a/\n", Cause::Path),
    ] {
        let sending = sending("execute-api", target, host);
        let mut stages = sending.stages();
        let canonical = String::from_utf8(stages.canonical_request).unwrap();
        stages.canonical_request = changed(&canonical, from, to).into_bytes();
        let found = explained(&sending, 403, &[], in_json(&stages).as_bytes());
        assert_eq!(
            found.cause().clone(),
            cause,
            "{target} {host} {from:?} {to:?}"
        );
    }
}

/// What both sides have is in the differences; of a session token only its length.
#[test]
fn differences_show_both_sides_but_no_token() {
    let mut sending = sending("execute-api", "/?c=1", "example.com");
    sending.session_token = Some(TOKEN.into());
    let in_header = sending.stages();
    sending.expires = Some(60);
    let in_query = sending.stages();
    for (stages, expires, from, to, signed, computed) in [
        (&in_header, None, "x-a:1\n", "x-a:2\n", Some("1"), Some("2")),
        (&in_header, None, "x-a:1\n", "", Some("1"), None),
        (
            &in_header,
            None,
            TOKEN,
            "SESSION",
            Some("(a session token, 12 bytes)"),
            Some("(a session token, 7 bytes)"),
        ),
        (
            &in_header,
            None,
            TOKEN,
            "",
            Some("(a session token, 12 bytes)"),
            Some(""),
        ),
        (&in_query, Some(60), "c=1", "c=2", Some("c=1"), Some("c=2")),
        (
            &in_query,
            Some(60),
            TOKEN,
            "SESSION",
            Some("X-Amz-Security-Token=(a session token, 12 bytes)"),
            Some("X-Amz-Security-Token=(a session token, 7 bytes)"),
        ),
        (
            &in_query,
            Some(60),
            TOKEN,
            "",
            Some("X-Amz-Security-Token=(a session token, 12 bytes)"),
            Some("X-Amz-Security-Token="),
        ),
    ] {
        let canonical = String::from_utf8(stages.canonical_request.clone()).unwrap();
        let answer = in_xml(&Stages {
            canonical_request: changed(&canonical, from, to).into_bytes(),
            ..stages.clone()
        });
        sending.expires = expires;
        let found = explained(&sending, 403, &[], answer.as_bytes());
        let [difference] = &found.differences[..] else {
            panic!("{:?}", found.differences);
        };
        let cause = match (from, to) {
            (TOKEN, "") => Cause::SessionTokenMissing,
            (TOKEN, _) => Cause::SessionTokenAltered,
            ("c=1", _) => Cause::QueryParameters,
            (_, "") => Cause::HeaderRemoved { name: "x-a".into() },
            _ => Cause::HeaderAltered { name: "x-a".into() },
        };
        assert_eq!(found.cause().clone(), cause);
        // Of a query, the one parameter that differs.
        let piece = |text: &Option<String>, wanted: Option<&str>| match (text, wanted) {
            (Some(text), Some(wanted)) => {
                text == wanted || text.split('&').any(|one| one == wanted)
            }
            (text, wanted) => text.as_deref() == wanted,
        };
        assert!(
            piece(&difference.signed, signed),
            "{difference:?}, not {signed:?}"
        );
        assert!(
            piece(&difference.computed, computed),
            "{difference:?}, not {computed:?}"
        );
    }
}
