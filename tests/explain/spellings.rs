//! How words and names are escaped, wrapped and cut off.

use crate::sending::{explained, sending, stamp};
use sigv4::Header;
use sigv4::explain::Cause;

/// Status, `x-amzn-errortype`, body.
#[test]
fn every_spelling_is_read() {
    let region = |text: &str| Cause::WrongRegion {
        expected: Some(text.into()),
    };
    let service = |text: &str| Cause::WrongService {
        expected: Some(text.into()),
    };
    let added = |name: &str| Cause::HeaderAdded { name: name.into() };
    let clock = Cause::Clock {
        signed: stamp("20150830T123600Z"),
        server: stamp("20150830T133600Z"),
    };
    let mut wrong = Vec::new();
    for (status, name, body, cause) in [
        // Escapes.
        (
            403,
            "",
            "{\"message\":\"Signature expired:\\t20150830T123600Z\\b20150830T123600Z\\f\
             20150830T133600Z\\r\"}",
            clock.clone(),
        ),
        (403, "", "{\"message\":\"Forbidden\\", Cause::Forbidden),
        (
            403,
            "",
            "{\"message\":\"\\u0046orbidden\"}",
            Cause::Forbidden,
        ),
        // Names.
        (
            403,
            "",
            "{\"__type\":\"com.amazon#ExpiredToken\"}",
            Cause::SessionTokenExpired,
        ),
        (
            403,
            "",
            "{\"code\":\"ExpiredToken:http://a/\"}",
            Cause::SessionTokenExpired,
        ),
        (
            403,
            "BadDigest",
            "{\"code\":\"ExpiredToken\"}",
            Cause::SessionTokenExpired,
        ),
        (
            403,
            "",
            "\u{feff} <E><Code>ExpiredToken</Code></E>",
            Cause::SessionTokenExpired,
        ),
        (
            403,
            "",
            "{\"message\":\"incorrect service, belongs to \\\"\\u00fc\\u00e4\\ud83d\\ude00\\\"\"}",
            service("üä😀"),
        ),
        // A sign is no digit.
        (
            403,
            "",
            "{\"message\":\"incorrect service, belongs to \\\"\\u+041\\\"\"}",
            service("\u{fffd}+041"),
        ),
        (
            403,
            "",
            "<E><Message>incorrect service, belongs to &quot;&#+65;&#x+41;&quot;</Message></E>",
            service("&#+65;&#x+41;"),
        ),
        (
            403,
            "",
            "<E><Message>incorrect service, belongs to &quot;a&amp;b&quot;</Message></E>",
            service("a&b"),
        ),
        (
            403,
            "",
            "<E><Message>&apos;x-a&apos; must be a &#39;SignedHeader&#x27;</Message></E>",
            added("x-a"),
        ),
        (
            301,
            "",
            "<E><Code>PermanentRedirect</Code><Region>&lt;r&gt;</Region></E>",
            region("<r>"),
        ),
    ] {
        let sending = sending("execute-api", "/", "example.com");
        let headers: &[Header<'_>] = &[("X-Amzn-ErrorType", name.as_bytes())];
        let found = explained(&sending, status, headers, body.as_bytes());
        if *found.cause() != cause || !found.differences.is_empty() {
            let found = found.cause();
            wrong.push(format!("{status} {name} {body}: {found:?}, not {cause:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
