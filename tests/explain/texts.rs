//! Each cause, in a sentence.

use crate::sending::stamp;
use sigv4::explain::Cause;

/// Each cause, in a sentence.
#[test]
fn every_cause_has_its_text() {
    let clock = |server: &str| Cause::Clock {
        signed: stamp("20150830T123600Z"),
        server: stamp(server),
    };
    let name = || "x-a".to_owned();
    for (cause, text) in [
        (
            Cause::Nothing,
            "the service accepted the request; nothing differs",
        ),
        (
            Cause::Method,
            "the method that arrived is not the one that was signed",
        ),
        (
            Cause::DoubleEncoding,
            "one side has escaped the path or the query once more than the other",
        ),
        (
            Cause::PlusSign,
            "one side reads '+' as a space, the other as a plus sign",
        ),
        (
            Cause::DotSegments,
            "dot segments or doubled slashes in the path were removed on one side only",
        ),
        (
            Cause::TrailingSlash,
            "the path has a slash at its end on one side only",
        ),
        (
            Cause::PathPrefix,
            "the path has more segments at its start on one side: a stage or a base path",
        ),
        (
            Cause::Path,
            "the path that arrived is not the one that was signed",
        ),
        (
            Cause::QueryOrder,
            "the query parameters are the same, but not sorted alike",
        ),
        (
            Cause::QueryParameters,
            "query parameters were added, removed or changed",
        ),
        (Cause::PortInHost, "the host has a port on one side only"),
        (
            Cause::Host,
            "the host that arrived is not the one that was signed",
        ),
        (
            Cause::HeaderAdded { name: name() },
            "the header 'x-a' arrived, but was not signed",
        ),
        (
            Cause::HeaderRemoved { name: name() },
            "the header 'x-a' was signed, but did not arrive",
        ),
        (
            Cause::HeaderAltered { name: name() },
            "the header 'x-a' arrived with another value",
        ),
        (
            Cause::SessionTokenMissing,
            "the session token that belongs to the access key is missing",
        ),
        (
            Cause::SessionTokenUnsigned,
            "a session token arrived that the signature leaves out",
        ),
        (
            Cause::SessionTokenAltered,
            "the session token that arrived is not the one that was signed",
        ),
        (
            Cause::PayloadHash,
            "the body that arrived is not the one that was signed",
        ),
        (
            Cause::CanonicalRequest,
            "the canonical requests differ, and the service does not show its own",
        ),
        (
            Cause::Date,
            "the date or time that arrived is not the one that was signed",
        ),
        (
            Cause::WrongRegion { expected: None },
            "the credential is scoped to another region",
        ),
        (
            Cause::WrongService {
                expected: Some("iam".into()),
            },
            "the credential is scoped to another service than 'iam'",
        ),
        (
            clock("20150830T123600Z"),
            "the request was signed at 20150830T123600Z, 0 s behind the service's 20150830T123600Z",
        ),
        (
            clock("20150830T123659Z"),
            "the request was signed at 20150830T123600Z, 59 s behind the service's \
             20150830T123659Z",
        ),
        (
            clock("20150830T123459Z"),
            "the request was signed at 20150830T123600Z, 1 minute ahead of the service's \
             20150830T123459Z",
        ),
        (
            clock("20150830T143600Z"),
            "the request was signed at 20150830T123600Z, 2 hours behind the service's \
             20150830T143600Z",
        ),
        (
            clock("20150829T123600Z"),
            "the request was signed at 20150830T123600Z, 1 day ahead of the service's \
             20150829T123600Z",
        ),
        (
            Cause::ClockUnshown,
            "the time of the signature is too far from the time of the service",
        ),
        (Cause::PresignedExpired, "the presigned URL has expired"),
        (Cause::SessionTokenExpired, "the session token has expired"),
        (
            Cause::UnknownAccessKey,
            "the access key is unknown, or the session token does not belong to it",
        ),
        (
            Cause::WrongSecret,
            "both sides computed the same strings, but the signatures differ: \
             the secret access key is not the one of this access key",
        ),
        (
            Cause::MismatchUnshown,
            "the signature is wrong, and the service does not show what it computed",
        ),
        (
            Cause::MalformedSignature,
            "the signature is incomplete or cannot be read",
        ),
        (Cause::NotSigned, "no signature arrived"),
        (
            Cause::NoSuchRoute,
            "the service has no such route, stage or method",
        ),
        (
            Cause::NotAuthorized {
                explicit_deny: true,
            },
            "the signature is right; a policy denies the call",
        ),
        (
            Cause::NotAuthorized {
                explicit_deny: false,
            },
            "the signature is right; no policy allows the call",
        ),
        (
            Cause::Forbidden,
            "the service refused the request without a reason",
        ),
        (
            Cause::Unknown,
            "the answer says nothing about the signature",
        ),
    ] {
        assert_eq!(cause.to_string(), text);
    }
}
