//! Headers: what is refused, which are signed, and how they are written.

use crate::arrived::{Arrived, signed_by_hand};
use crate::steps::{canonical_headers, refused};
use crate::support::example::{HOST, TIME, at, get, hour, signer};
use sigv4::{CanonicalRequest, Error, Header, Payload, Profile};

#[test]
fn header_names_are_tokens() {
    for name in [
        "", "a b", "a\r\nb", "a\0", "a:", "é", "a\t", "\u{a0}", "(a)", " host", "a\n",
    ] {
        let headers = [HOST, (name, b"v".as_slice())];
        let error = refused(&signer("execute-api"), &get("/", &headers));
        assert_eq!(error, Error::InvalidHeaderName { index: 1 }, "{name:?}");
        assert_eq!(error.to_string(), "header 1: the name is no HTTP token");
    }
}

#[test]
fn header_values_have_no_line_breaks() {
    for (value, position) in [
        (&b"a\r\nb: c"[..], 1),
        (b"\n", 0),
        (b"\r", 0),
        (b"a\r b", 1),
        (b"a\n", 1),
        (b"a\r\n", 1),
        (b"a\n\n b", 1),
        (b"a\0b", 1),
        (b"  \0", 2),
        (b"a\r\n b\nc", 5),
    ] {
        let headers = [HOST, ("accept", b"*/*"), ("x", value)];
        let error = refused(&signer("execute-api"), &get("/", &headers));
        assert_eq!(error, Error::InvalidHeaderValue { index: 2, position });
        assert_eq!(
            error.to_string(),
            format!("header 2: CR, LF or NUL in the value at byte {position}")
        );
        // Headers that are not signed go on the wire as well.
        let headers = [("user-agent", value), HOST];
        let error = refused(&signer("execute-api"), &get("/", &headers));
        assert_eq!(error, Error::InvalidHeaderValue { index: 0, position });
    }
    // At every place of values of every length around those that are gone over at once.
    for length in 1..50_usize {
        for position in 0..length {
            let mut value = vec![b'a'; length];
            value[position] = 0;
            let error = refused(&signer("execute-api"), &get("/", &[HOST, ("x", &value)]));
            assert_eq!(error, Error::InvalidHeaderValue { index: 1, position });
        }
    }
}

#[test]
fn there_is_one_host() {
    let signer = signer("execute-api");
    let cases: [(&[Header<'_>], Error); 7] = [
        (&[], Error::MissingHost),
        (&[("hostname", b"h")], Error::MissingHost),
        (&[("Host", b"")], Error::MissingHost),
        (&[("Host", b" \t ")], Error::MissingHost),
        (&[HOST, HOST], Error::RepeatedHost),
        (&[("HOST", b"h"), ("x", b""), HOST], Error::RepeatedHost),
        // An empty one beside it is another one all the same.
        (&[("host", b""), HOST], Error::RepeatedHost),
    ];
    for (headers, expected) in cases {
        assert_eq!(
            refused(&signer, &get("/", headers)),
            expected,
            "{headers:?}"
        );
    }
    assert_eq!(Error::MissingHost.to_string(), "no host header");
    assert_eq!(Error::RepeatedHost.to_string(), "more than one host header");
}

#[test]
fn header_values_are_trimmed_and_runs_collapsed() {
    for (value, expected) in [
        (&b""[..], "x:"),
        (b" \t ", "x:"),
        (b"  a  b\t\tc \t d  ", "x:a b c d"),
        (b"\"a   b\"", "x:\"a b\""),
        (b" \" a \" ", "x:\" a \""),
        (b"a\r\n  b\n\tc", "x:a b c"),
        (b"a,b, c", "x:a,b, c"),
        (b"a:b;c=d", "x:a:b;c=d"),
        (b"\x0ba\x0c", "x:\x0ba\x0c"),
    ] {
        let (lines, names) = canonical_headers(&[("X", value)]);
        assert_eq!(lines, [expected], "{value:?}");
        assert_eq!(names, "host;x");
    }
    // Longer than any name that is known.
    let (lines, _) = canonical_headers(&[("X-A-Name-Of-More-Than-24-Bytes", b"1")]);
    assert_eq!(lines, ["x-a-name-of-more-than-24-bytes:1"]);
    // Runs of every length around those that are gone over at once.
    for (spaces, letters) in
        (0..50).flat_map(|spaces| (1..50).map(move |letters| (spaces, letters)))
    {
        let (run, word) = (" ".repeat(spaces), "w".repeat(letters));
        let value = format!("{run}{word} {run}{word}{run}");
        let (lines, _) = canonical_headers(&[("X", value.as_bytes())]);
        assert_eq!(lines, [format!("x:{word} {word}")], "{value:?}");
    }
}

#[test]
fn names_are_lower_case_sorted_and_joined() {
    let (lines, names) = canonical_headers(&[
        ("Zeta", b"1"),
        ("a_b", b"2"),
        ("X-Twice", b"second "),
        ("a-b", b"3"),
        ("AB", b"4"),
        ("x-twice", b" first"),
        ("X-TWICE", b""),
        ("!#$%&'*+-.^_`|~", b"5"),
    ]);
    let expected = [
        "!#$%&'*+-.^_`|~:5",
        "a-b:3",
        "a_b:2",
        "ab:4",
        "x-twice:second,first,",
        "zeta:1",
    ];
    assert_eq!(lines, expected);
    assert_eq!(names, "!#$%&'*+-.^_`|~;a-b;a_b;ab;host;x-twice;zeta");
}

#[test]
fn some_headers_are_never_signed() {
    for name in [
        "Connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "TE",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "User-Agent",
        "X-Amzn-Trace-Id",
        "sec-websocket-key",
        "sec-websocket-protocol",
        "sec-websocket-version",
    ] {
        let headers = [HOST, (name, b"v".as_slice())];
        let (signer, request) = (signer("execute-api"), get("/", &headers));
        let signed = signer.sign(&request, at()).unwrap();
        let names = "SignedHeaders=host;x-amz-date,";
        assert!(signed.authorization().contains(names), "{name}");
        let url = signer.presign(&request, hour(), at()).unwrap();
        assert_eq!(url.signed_headers(), "host", "{name}");
    }
    let (_, names) = canonical_headers(&[
        ("via", b""),
        ("x-forwarded-for", b""),
        ("cookie", b""),
        ("content-length", b"0"),
        ("sec-websocket-extensions", b""),
        ("tea", b""),
    ]);
    assert_eq!(
        names,
        "content-length;cookie;host;sec-websocket-extensions;tea;via;x-forwarded-for"
    );
}

#[test]
fn non_ascii_values_are_signed_raw_on_request() {
    let raw = Profile {
        non_ascii_header_values: true,
        ..Profile::DEFAULT
    };
    for (value, position) in [(&b"caf\xc3\xa9"[..], 3), (b"\xa0a\xa0", 0), (b" \xff", 1)] {
        let headers = [HOST, ("x", value)];
        let request = get("/", &headers);
        let error = refused(&signer("execute-api"), &request);
        assert_eq!(error, Error::NonAsciiHeaderValue { index: 1, position });
        assert_eq!(
            error.to_string(),
            format!("header 1: non-ASCII byte in the value at byte {position}")
        );
        let canonical = CanonicalRequest::new(&request, &raw).unwrap();
        let start = value.iter().position(|byte| *byte != b' ').unwrap();
        let line = [b"\nx:", &value[start..], b"\n"].concat();
        let bytes = canonical.to_bytes();
        assert!(
            bytes.windows(line.len()).any(|part| part == line),
            "{canonical}"
        );
    }
}

/// Of several faults in values, that of the first header is named.
#[test]
fn the_first_value_that_is_no_text_is_named() {
    let arrived = Arrived::new("execute-api", "GET", "/")
        .header("x-b", b"1\xff")
        .header("x-a", b"\xff");
    let expected = Error::NonAsciiHeaderValue {
        index: 1,
        position: 1,
    };
    let signer = signer("execute-api");
    let error = arrived.with(Payload::EMPTY, |request| {
        signer.sign(request, at()).map(|_| ()).unwrap_err()
    });
    assert_eq!(error, expected);
    let arrived = signed_by_hand(&arrived, &["host", "x-a", "x-amz-date", "x-b"], TIME);
    assert_eq!(arrived.outcome(&arrived.policy()), Err(expected));
}

/// Few headers are gone over for each name that is signed, many are put in order first.
#[test]
fn signed_headers_are_found_among_few_and_many() {
    let signed = Arrived::new("execute-api", "GET", "/")
        .header("X-Twice", "second")
        .header("b", "1")
        .header("x-twice", "first")
        .header("Zeta", "2")
        .signed(&signer("execute-api"));
    for others in [0, 1, 2, 7, 8, 9, 10, 11, 12, 30, 80] {
        let mut arrived = signed.clone();
        for number in 0..others {
            let name = ["A", "x-twice-", "Host-", "zz"][number % 4];
            let other = (format!("{name}{number}"), b"other".to_vec());
            let place = number * 7 % arrived.headers.len();
            arrived.headers.insert(place, other);
        }
        let policy = arrived.policy();
        assert_eq!(arrived.outcome(&policy), Ok(()), "{others}");
        for (name, index) in [("b", 0), ("host", 1), ("x-amz-date", 2), ("zeta", 4)] {
            let mut without = arrived.clone();
            without
                .headers
                .retain(|(given, _)| given.to_lowercase() != name);
            let missing = match name {
                "host" => Error::MissingHost,
                "x-amz-date" => Error::MissingDate,
                _ => Error::SignedHeaderMissing { index },
            };
            assert_eq!(without.outcome(&policy), Err(missing), "{others} {name}");
        }
        // The values of one name are signed in the order of their places.
        let mut swapped = arrived.clone();
        for (name, value) in &mut swapped.headers {
            if name.eq_ignore_ascii_case("x-twice") {
                *value = if value == b"first" {
                    b"second".to_vec()
                } else {
                    b"first".to_vec()
                };
            }
        }
        assert_eq!(swapped.outcome(&policy), Err(Error::SignatureMismatch));
        // What is left over is judged in the order of its places.
        let index = arrived.headers.len();
        let more = arrived.header("X-Amz-Z", "").header("x-amz-a", "");
        let unsigned = Error::AmzHeaderNotSigned { index };
        assert_eq!(more.outcome(&policy), Err(unsigned), "{others}");
    }
}
