//! What a service says in words.

use crate::sending::{TOKEN, added, clock, explained, said, sending, wrong_region, wrong_service};
use sigv4::Header;
use sigv4::explain::Cause;

#[test]
fn words_have_their_cause() {
    said([
        (199, "", "", Cause::Unknown),
        (200, "", "Forbidden", Cause::Nothing),
        (299, "", "", Cause::Nothing),
        (300, "", "", Cause::Unknown),
        (400, "ForbiddenException", "no", Cause::Unknown),
        (403, "ForbiddenException", "no", Cause::Forbidden),
        (403, "", "Forbidden", Cause::Forbidden),
        (400, "", "Forbidden", Cause::Unknown),
        (404, "", "Not Found", Cause::NoSuchRoute),
        (403, "", "no", Cause::Unknown),
        (403, "MissingAuthenticationToken", "no", Cause::NoSuchRoute),
        (
            403,
            "",
            "request is missing authentication token",
            Cause::NoSuchRoute,
        ),
        (403, "", "Missing Authentication Token", Cause::NoSuchRoute),
        (403, "RequestExpired", "no", Cause::ClockUnshown),
        (403, "RequestTimeTooSkewed", "no", Cause::ClockUnshown),
        (403, "", "Signature expired", Cause::ClockUnshown),
        (
            403,
            "",
            "Signature expired: 20150830T123600Z is now earlier than 20150830T133100Z \
             (20150830T133600Z - 5 min.)",
            clock(),
        ),
        (
            403,
            "",
            "Signature not yet current: 20150830T123600Z is later than 20150830T133600Z",
            Cause::ClockUnshown,
        ),
        (
            403,
            "",
            "<Error><Code>RequestTimeTooSkewed</Code><RequestTime>20150830T123600Z</RequestTime>\
             <ServerTime> 2015-08-30T13:36:00Z</ServerTime></Error>",
            clock(),
        ),
        (403, "", "Request has expired", Cause::PresignedExpired),
        (
            403,
            "",
            "'x-amz-meta-a' must be a 'SignedHeader'",
            added("x-amz-meta-a"),
        ),
        (
            403,
            "",
            "'X-Amz-Security-Token' must be a 'SignedHeader'",
            Cause::SessionTokenUnsigned,
        ),
        (
            403,
            "",
            "'x-amz-s3session-token' must be a 'SignedHeader'",
            Cause::SessionTokenUnsigned,
        ),
        (
            403,
            "",
            "x-amz-meta-a must be a 'SignedHeader'",
            Cause::MalformedSignature,
        ),
        (
            403,
            "",
            "Credential should be scoped to a valid region, not 'us-east-1'.",
            Cause::WrongRegion { expected: None },
        ),
        (
            403,
            "",
            "Credential should be scoped to correct service: 'iam'.",
            wrong_service("iam"),
        ),
        (
            403,
            "",
            "incorrect service \"s3\"; this belongs to \"s3express\"",
            wrong_service("s3express"),
        ),
        (
            403,
            "",
            "the region 'us-east-1' is wrong; expecting 'eu-west-1'",
            wrong_region("eu-west-1"),
        ),
        (
            403,
            "",
            "the key 'a' is wrong; expecting 'b'",
            Cause::Unknown,
        ),
        (403, "", "no such region", Cause::Unknown),
        (
            403,
            "",
            "Date in Credential scope does not match",
            Cause::Date,
        ),
        (
            403,
            "",
            "User: anonymous is not authorized to do it",
            Cause::NotSigned,
        ),
        (403, "ExpiredToken", "no", Cause::SessionTokenExpired),
        (
            403,
            "",
            "token included in the request is expired",
            Cause::SessionTokenExpired,
        ),
        (403, "InvalidClientTokenId", "no", Cause::UnknownAccessKey),
        (
            403,
            "UnrecognizedClientException",
            "no",
            Cause::UnknownAccessKey,
        ),
        (
            403,
            "",
            "token included in the request is invalid",
            Cause::UnknownAccessKey,
        ),
        (403, "BadDigest", "no", Cause::PayloadHash),
        (403, "SignatureDoesNotMatch", "no", Cause::MismatchUnshown),
        (403, "SignatureDoesNotMatchAtAll", "no", Cause::Unknown),
        (
            403,
            "",
            "signature we calculated does not match",
            Cause::MismatchUnshown,
        ),
        (403, "IncompleteSignature", "no", Cause::MalformedSignature),
        (
            403,
            "",
            "Authorization header requires 'Credential'",
            Cause::MalformedSignature,
        ),
        (
            403,
            "",
            "not a valid key=value pair",
            Cause::MalformedSignature,
        ),
        (
            301,
            "PermanentRedirect",
            "no",
            Cause::WrongRegion { expected: None },
        ),
        (
            301,
            "",
            "<E><Code>PermanentRedirect</Code><Region>r</Region></E>",
            wrong_region("r"),
        ),
    ]);
}

/// What the same words mean depends on what was sent.
#[test]
fn words_are_read_beside_the_request() {
    let invalid = "The security token included in the request is invalid";
    for (key, token, cause) in [
        ("AKIDEXAMPLE", None, Cause::UnknownAccessKey),
        ("AKIDEXAMPLE", Some(TOKEN), Cause::UnknownAccessKey),
        ("ASIAEXAMPLE", None, Cause::SessionTokenMissing),
        ("ASIAEXAMPLE", Some(TOKEN), Cause::UnknownAccessKey),
    ] {
        let mut sending = sending("execute-api", "/", "example.com");
        sending.access_key_id = key.into();
        sending.session_token = token.map(Into::into);
        let found = explained(&sending, 403, &[], invalid.as_bytes());
        assert_eq!(found.cause().clone(), cause, "{key} {token:?}");
    }
    for (expires, words, cause) in [
        (None, "Signature expired", Cause::ClockUnshown),
        (Some(60), "Signature expired", Cause::PresignedExpired),
        (Some(60), "Signature not yet current", Cause::ClockUnshown),
        (Some(60), "Forbidden", Cause::Forbidden),
    ] {
        let mut sending = sending("execute-api", "/", "example.com");
        sending.expires = expires;
        let found = explained(&sending, 403, &[], words.as_bytes());
        assert_eq!(found.cause().clone(), cause, "{expires:?} {words}");
    }
    let sending = sending("s3", "/", "example.com");
    let headers: &[Header<'_>] = &[("x-amz-bucket-region", b"eu-west-1")];
    let found = explained(
        &sending,
        301,
        headers,
        b"<E><Code>PermanentRedirect</Code></E>",
    );
    let expected = Some("eu-west-1".to_owned());
    assert_eq!(found.cause().clone(), Cause::WrongRegion { expected });
}
