//! How words and names are escaped, wrapped and cut off.

use crate::sending::{added, clock, said, wrong_region, wrong_service};
use sigv4::explain::Cause;

#[test]
fn every_spelling_is_read() {
    said([
        // Escapes.
        (
            403,
            "",
            "{\"message\":\"Signature expired:\\t20150830T123600Z\\b20150830T123600Z\\f\
             20150830T133600Z\\r\"}",
            clock(),
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
            wrong_service("üä😀"),
        ),
        // A sign is no digit.
        (
            403,
            "",
            "{\"message\":\"incorrect service, belongs to \\\"\\u+041\\\"\"}",
            wrong_service("\u{fffd}+041"),
        ),
        (
            403,
            "",
            "<E><Message>incorrect service, belongs to &quot;&#+65;&#x+41;&quot;</Message></E>",
            wrong_service("&#+65;&#x+41;"),
        ),
        (
            403,
            "",
            "<E><Message>incorrect service, belongs to &quot;a&amp;b&quot;</Message></E>",
            wrong_service("a&b"),
        ),
        (
            403,
            "",
            "<E><Message>&apos;x-a&apos; must be a &#39;SignedHeader&#x27;</Message></E>",
            added("x-a"),
        ),
        // A small `x` alone makes a number hexadecimal.
        (
            403,
            "",
            "<E><Message>incorrect service, belongs to &quot;&#X41;&#x41;&#0;&quot;</Message></E>",
            wrong_service("&#X41;A&#0;"),
        ),
        (
            301,
            "",
            "<E><Code>PermanentRedirect</Code><Region>&lt;r&gt;</Region></E>",
            wrong_region("<r>"),
        ),
    ]);
}
