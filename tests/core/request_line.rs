//! The method and the target: what is refused, and what goes on the wire.

use crate::steps::{canonical_path, refused, wire};
use crate::support::example::{HOST, at, get, signer};
use sigv4::{Error, Profile, Request};

#[test]
fn methods_are_tokens() {
    for (method, position) in [
        ("", 0),
        ("GE T", 2),
        ("GET\n", 3),
        ("\r", 0),
        ("GÉT", 1),
        ("G/", 1),
    ] {
        let headers = [HOST];
        let request = Request {
            method,
            ..get("/", &headers)
        };
        let error = refused(&signer("execute-api"), &request);
        assert_eq!(error, Error::InvalidMethod { position }, "{method:?}");
        assert_eq!(
            error.to_string(),
            format!("method: empty, or no HTTP token at byte {position}")
        );
    }
}

#[test]
fn targets_are_absolute_paths() {
    for target in [
        "",
        "items",
        "*",
        "?a=b",
        "http://example.com/",
        " /",
        "%2Fitems",
    ] {
        let error = refused(&signer("execute-api"), &get(target, &[HOST]));
        assert_eq!(error, Error::TargetNotAbsolute, "{target}");
        assert_eq!(error.to_string(), "request target does not start with '/'");
        let as_given = signer("execute-api").with_target_as_given();
        assert_eq!(refused(&as_given, &get(target, &[HOST])), error);
    }
}

#[test]
fn a_raw_target_has_no_controls() {
    let as_given = signer("execute-api").with_target_as_given();
    for (target, position) in [
        ("/a\r\nb: c", 2),
        ("/\0", 1),
        ("/a?b=\u{7f}", 5),
        ("/\n", 1),
    ] {
        let error = refused(&as_given, &get(target, &[HOST]));
        assert_eq!(error, Error::ControlInTarget { position }, "{target:?}");
    }
    // Otherwise they are escaped.
    let wire = wire(&signer("execute-api"), "/a\r\nb?c=\0");
    assert_eq!(wire, "/a%0D%0Ab?c=%00");
}

#[test]
fn escapes_in_a_query_are_well_formed() {
    for (target, position) in [
        ("/?%", 2),
        ("/?a=%zz", 4),
        ("/?a=%2", 4),
        ("/?a=%2&b=20", 4),
        ("/?a=%+1", 4),
        ("/?a=%%41", 4),
        ("/?a=%é", 4),
        ("/?a=%20%4", 7),
        ("/?a&&%&b", 5),
        ("/?a=1#%", 6),
        // Where the wire target is longer or shorter than the given one.
        ("/a b/é?a=%zz", 10),
        ("/a/../b?a=%zz", 10),
        ("/?a=+ +%zz", 7),
    ] {
        for signer in [signer("execute-api"), signer("s3")] {
            for signer in [signer.clone(), signer.with_target_as_given()] {
                let error = refused(&signer, &get(target, &[HOST]));
                assert_eq!(error, Error::MalformedEscape { position }, "{target}");
                assert_eq!(
                    error.to_string(),
                    format!(
                        "request target: '%' without two hexadecimal digits at byte {position}"
                    )
                );
            }
        }
    }
}

#[test]
fn escapes_in_a_path_are_well_formed_where_they_are_decoded() {
    for (path, position) in [
        ("/%", 1),
        ("/100%", 4),
        ("/a%2", 2),
        ("/a b%zz", 4),
        ("/+%z", 2),
    ] {
        let error = refused(&signer("s3"), &get(path, &[HOST]));
        assert_eq!(error, Error::MalformedEscape { position }, "{path}");
        signer("execute-api")
            .sign(&get(path, &[HOST]), at())
            .unwrap();
    }
    assert_eq!(canonical_path(&Profile::DEFAULT, "/100%"), "/100%25");
    assert_eq!(canonical_path(&Profile::DEFAULT, "/%zz"), "/%25zz");
}

#[test]
fn the_wire_target_is_what_every_server_reads_alike() {
    for (service, target, expected) in [
        ("execute-api", "/a/b?x=1&a=2", "/a/b?x=1&a=2"),
        ("execute-api", "/?", "/?"),
        ("execute-api", "/a//b/../c?", "/a/c?"),
        ("execute-api", "/a/./b/..", "/a"),
        ("execute-api", "/a b", "/a%20b"),
        ("execute-api", "/é?é=ü", "/%C3%A9?%C3%A9=%C3%BC"),
        ("execute-api", "/a+b", "/a+b"),
        ("execute-api", "/%2f%2F%7e", "/%2f%2F%7e"),
        ("execute-api", "/100%", "/100%"),
        ("execute-api", "/?a=b+c", "/?a=b%2Bc"),
        ("execute-api", "/?a=b c", "/?a=b%20c"),
        (
            "execute-api",
            "/?a=/?:@!$'()*,;",
            "/?a=%2F%3F%3A%40%21%24%27%28%29%2A%2C%3B",
        ),
        ("execute-api", "/a#b?c#d", "/a%23b?c%23d="),
        ("execute-api", "/?a&&b&", "/?a=&b="),
        ("execute-api", "/?&b=1&&a=%7e%2f=", "/?b=1&a=~%2F%3D"),
        ("execute-api", "/?=&==", "/?=&=%3D"),
        (
            "execute-api",
            "/\"<>[]\\^`{|}",
            "/%22%3C%3E%5B%5D%5C%5E%60%7B%7C%7D",
        ),
        ("execute-api", "/\r\n?\0\t", "/%0D%0A?%00%09="),
        ("s3", "/a//b/../c/.", "/a//b/../c/."),
        ("s3", "/a+b", "/a%2Bb"),
        ("s3", "/a%2fb/%2F", "/a/b/%2F"),
        ("s3", "/a%2fb", "/a/b"),
        ("s3", "/a/%2e%2E/b+c", "/a/%2E%2E/b%2Bc"),
        ("s3", "/%c3%a9%7e(x)%2f", "/%C3%A9~%28x%29%2F"),
        ("s3", "/%2e%2e%2fa%2fb//%2E", "/%2E%2E%2Fa%2Fb//%2E"),
        ("s3", "/a%2bb%7e(c)=d", "/a%2Bb~%28c%29%3Dd"),
        ("s3", "/a b?c+d", "/a%20b?c%2Bd="),
    ] {
        assert_eq!(wire(&signer(service), target), expected, "{target}");
    }
    for target in ["/a b/../é?a=b+c", "/a//b#"] {
        let signer = signer("execute-api").with_target_as_given();
        assert_eq!(wire(&signer, target), target);
    }
    let signer = signer("execute-api").with_target_as_given();
    for target in ["/?a&&b&", "/?a=%2f&b==", "/?a=b+c"] {
        assert_eq!(wire(&signer, target), target);
    }
}

/// Found by fuzzing: a query of one byte was returned as it came.
#[test]
fn a_query_of_one_byte_is_escaped() {
    let signer = signer("execute-api");
    for (target, expected) in [("/?+", "/?%2B="), ("/?\u{14}", "/?%14="), ("/?#", "/?%23=")] {
        assert_eq!(wire(&signer, target), expected);
    }
}
