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
            "the request was signed at 20150830T123600Z, 1 min 1 s ahead of the service's \
             20150830T123459Z",
        ),
        (
            clock("20150830T143600Z"),
            "the request was signed at 20150830T123600Z, 2 h behind the service's \
             20150830T143600Z",
        ),
        (
            clock("20150829T123600Z"),
            "the request was signed at 20150830T123600Z, 1 d ahead of the service's \
             20150829T123600Z",
        ),
        (
            Cause::ClockUnshown,
            "the time of the signature is too far from the time of the service",
        ),
        (Cause::PresignedExpired, "the presigned URL has expired"),
        (
            Cause::RegionNotEnabled,
            "the account has not enabled this region (opt-in)",
        ),
        (
            Cause::WrongRegion {
                expected: Some("wnam, auto".into()),
            },
            "the credential is scoped to another region than one of: wnam, auto",
        ),
        (Cause::SessionTokenExpired, "the session token has expired"),
        (
            Cause::UnknownAccessKey,
            "the access key is unknown, or the session token does not belong to it",
        ),
        (
            Cause::WrongSecret,
            "both sides compute the same strings: the signature was made with another secret \
             access key, or from other strings by the program that made it",
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
            Cause::HeaderMissing { name: name() },
            "the service asks for the header 'x-a'",
        ),
        (
            Cause::PayloadForm,
            "the two sides sign something else for the body: its hash, or a word in its place",
        ),
        (
            Cause::SessionTokenRegion,
            "the session token is of the global STS endpoint, and not valid in this region",
        ),
        (
            Cause::MismatchShown,
            "the signature is wrong; the service shows what it computed, and there is no \
             request to compare it with",
        ),
        (
            Cause::OtherScheme {
                scheme: "Bearer".into(),
            },
            "the Authorization header is of the scheme 'Bearer', not an AWS signature",
        ),
        (Cause::TwoSignatures, "the request is authorized twice"),
        (
            Cause::UnsupportedAlgorithm,
            "the service takes no signature of this algorithm",
        ),
        (
            Cause::NoSuchOperation,
            "the request names no operation of the service",
        ),
        (
            Cause::NoSuchObject,
            "the object does not exist, and the caller may not list the bucket",
        ),
        (
            Cause::NoBody,
            "the answer has no body that would give a reason",
        ),
        (
            Cause::Other {
                name: "a",
                text: "as it is",
            },
            "as it is",
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
        assert_eq!(cause.name(), name_of(&cause));
    }
}

/// That of the variant, in lower case and with hyphens; whether something is shown is no part.
fn name_of(cause: &Cause) -> String {
    if let Cause::Other { name, .. } = cause {
        return (*name).to_owned();
    }
    let variant = format!("{cause:?}");
    let variant = variant.split([' ', '(']).next().unwrap();
    let variant = variant
        .trim_end_matches("Unshown")
        .trim_end_matches("Shown");
    let mut name = String::new();
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}
