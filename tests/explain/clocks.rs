//! Times: how far apart, and when a request was signed.

use crate::sending::{changed, explained, sending, stamp};
use sigv4::Timestamp;
use sigv4::explain::{Answer, Cause};

/// A difference that is that of a time zone in use, give or take a minute.
#[test]
fn time_zones_are_told_from_wrong_clocks() {
    let signed = stamp("20150830T123600Z");
    for (apart, is_zone) in [
        (60, false),
        (900, false),
        (1_800, false),
        (3_539, false),
        (3_540, true),
        (3_600, true),
        (3_660, true),
        (3_661, false),
        (4_500, false),
        (5_400, false),
        (19_800, true),
        (20_700, true),
        (50_400, true),
        (50_460, true),
        (50_461, false),
        (51_300, false),
    ] {
        for apart in [apart, -apart] {
            let server = Timestamp::from_unix(signed.unix() + apart).unwrap();
            let body = format!("Signature expired: {signed}, {signed}, {server}");
            let sending = sending("execute-api", "/", "example.com");
            let found = explained(&sending, 403, &[], body.as_bytes());
            assert_eq!(*found.cause(), Cause::Clock { signed, server });
            let zone = found.causes[0].remedy.contains("time zone");
            assert_eq!(zone, is_zone, "{apart}");
        }
    }
}

/// When the request was signed, from either of the strings that the answer shows.
#[test]
fn an_answer_says_when_its_request_was_signed() {
    let stages = sending("execute-api", "/", "example.com").stages();
    let canonical = String::from_utf8(stages.canonical_request).unwrap();
    let in_scope = changed(&stages.string_to_sign, "T123600Z", "T123700Z");
    let bad = changed(&stages.string_to_sign, "T123600Z", "T");
    let signed = |time| Some(stamp(time));
    for (to_sign, canonical, at) in [
        ("", "", None),
        ("", canonical.as_str(), signed("20150830T123600Z")),
        (&in_scope, "", signed("20150830T123700Z")),
        (&in_scope, &canonical, signed("20150830T123700Z")),
        (&bad, &canonical, None),
    ] {
        let body = format!(
            "<E><StringToSign>{to_sign}</StringToSign>\
             <CanonicalRequest>{canonical}</CanonicalRequest></E>"
        );
        let answer = Answer {
            status: 403,
            headers: &[],
            body: body.as_bytes(),
        };
        assert_eq!(answer.signed_at(), at, "{body}");
        assert_eq!(format!("{answer:?}"), "Answer { status: 403, .. }");
    }
}
