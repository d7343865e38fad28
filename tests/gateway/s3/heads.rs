//! Heads of uploads: what is looked at before any of the body is.

use super::put::{ID, Put, gateway, open, send, send_in_chunks, start};
use crate::harness::receive;
use sigv4::gateway::Limits;
use sigv4::{Payload, Streaming};
use std::io::{Read, Write};

const DATA: &[u8] = b"hello";

#[test]
fn a_head_says_how_long_the_data_are() {
    let gateway = start();
    let given = "x-amz-decoded-content-length: 5\r\n";
    for (instead, status, code) in [
        ("", 411, "MissingContentLength"),
        (
            "x-amz-decoded-content-length: five\r\n",
            411,
            "MissingContentLength",
        ),
        (
            "x-amz-decoded-content-length: +5\r\n",
            411,
            "MissingContentLength",
        ),
        // What is signed is another length.
        (
            "x-amz-decoded-content-length: 6\r\n",
            403,
            "SignatureDoesNotMatch",
        ),
        (
            "x-amz-decoded-content-length: 99999999999\r\n",
            403,
            "SignatureDoesNotMatch",
        ),
    ] {
        let (head, body) = Put::new(Streaming::Signed).encoded(DATA);
        assert!(head.contains(given));
        let head = head.replace(given, instead).replace(
            ";x-amz-decoded-content-length",
            match instead {
                "" => "",
                _ => ";x-amz-decoded-content-length",
            },
        );
        send(&(head, body), &gateway).refused(status, code);
    }
}

#[test]
fn who_may_not_is_told_before_the_body() {
    let gateway = start();
    let changed = |change: fn(&mut Put), rewrite: fn(&str) -> String| {
        let mut put = Put::new(Streaming::UnsignedTrailer);
        change(&mut put);
        let (head, _) = put.encoded(DATA);
        // A body is announced, and none of it is sent.
        receive(&mut open(&rewrite(&head), "content-length: 54", &gateway))
    };
    let same = |head: &str| head.to_owned();
    let wrong_secret = changed(|put| put.secret = "a guess", same);
    wrong_secret.refused(403, "SignatureDoesNotMatch");
    assert!(
        wrong_secret
            .element("CanonicalRequest")
            .ends_with("STREAMING-UNSIGNED-PAYLOAD-TRAILER")
    );
    changed(|_| (), |head| head.replace(ID, "AKIDNOBODY")).refused(403, "InvalidAccessKeyId");
    changed(|_| (), |head| head.replace("/s3/", "/execute-api/"))
        .refused(400, "AuthorizationHeaderMalformed");
    changed(|_| (), |head| head.replace("/us-east-1/", "/eu-west-1/"))
        .refused(400, "AuthorizationHeaderMalformed");
    changed(
        |_| (),
        |head| head.replace("authorization: ", "x-authorization: "),
    )
    .refused(403, "AccessDenied");
    // A chain of signatures has a first one, an anonymous request none.
    let unsigned = |head: &str| {
        let lines = head.split_inclusive("\r\n");
        let lines = lines.filter(|line| !line.starts_with("authorization: "));
        lines.collect::<String>()
    };
    changed(|_| (), unsigned).refused(403, "AccessDenied");
    for streaming in [Streaming::Signed, Streaming::SignedTrailer] {
        let (head, _) = Put::new(streaming).encoded(DATA);
        let mut stream = open(&unsigned(&head), "content-length: 54", &gateway);
        receive(&mut stream).refused(400, "InvalidRequest");
    }
    // Objects are uploaded so, and nothing else.
    changed(|put| put.method = "POST", same).refused(400, "InvalidRequest");
    changed(|put| put.target = "/other/key", same).refused(403, "AccessDenied");
    changed(
        |_| (),
        |head| head.replace("PAYLOAD-TRAILER\r\n", "PAYLOAD-TAIL\r\n"),
    )
    .refused(400, "InvalidArgument");
    changed(
        |_| (),
        |head| head.replace("PUT /", "PUT http://example.com/"),
    )
    .refused(400, "InvalidURI");
}

/// Who asks first (RFC 9110, 10.1.1), as boto3 does, sends no body in vain.
#[test]
fn who_expects_a_100_gets_it_once_the_head_holds() {
    let gateway = start();
    let line = "expect: 100-continue\r\ncontent-length: ";
    let (head, body) = Put::new(Streaming::SignedTrailer).encoded(DATA);
    let mut stream = open(&head, &format!("{line}{}", body.len()), &gateway);
    assert_eq!(receive(&mut stream).status, 100);
    stream.write_all(&body).unwrap();
    assert_eq!(receive(&mut stream).element("Length"), "5");

    let wrong = Put {
        secret: "a guess",
        ..Put::new(Streaming::SignedTrailer)
    };
    let (head, body) = wrong.encoded(DATA);
    let mut stream = open(&head, &format!("{line}{}", body.len()), &gateway);
    assert_eq!(receive(&mut stream).status, 403);
    assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
}

/// Who was told to go on gets to read the answer, too, while more is on its way than fits between
/// both.
#[test]
fn who_got_a_100_reads_what_follows() {
    let gateway = start();
    let (head, mut body) = Put::new(Streaming::Signed).encoded(&vec![b'x'; 9 << 20]);
    let data = body.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    body[data] = b'y';
    let line = format!("expect: 100-continue\r\ncontent-length: {}", body.len());
    let mut stream = open(&head, &line, &gateway);
    assert_eq!(receive(&mut stream).status, 100);
    stream.write_all(&body).unwrap();
    receive(&mut stream).refused(403, "SignatureDoesNotMatch");
}

/// S3's own words for a body that is signed as one, or not at all.
#[test]
fn bodies_of_one_piece() {
    let gateway = start();
    let put = || Put::new(Streaming::Signed);
    let signed = put().plain(DATA, Payload::Bytes(DATA));
    let answer = send(&signed, &gateway);
    assert_eq!((answer.status, answer.element("Length")), (200, "5"));
    assert_eq!(answer.element("Payload"), answer.element("Sha256"));
    let other = put().plain(b"hellp", Payload::Bytes(DATA));
    let answer = send(&other, &gateway);
    answer.refused(400, "XAmzContentSHA256Mismatch");
    assert_ne!(
        answer.element("ClientComputedContentSHA256"),
        answer.element("S3ComputedContentSHA256")
    );
    let unsigned = put().plain(DATA, Payload::Unsigned);
    assert_eq!(
        send(&unsigned, &gateway).element("Payload"),
        "UNSIGNED-PAYLOAD"
    );
    // curl's.
    let (head, body) = put().plain(DATA, Payload::Unsigned);
    let head = head + "content-type: application/x-www-form-urlencoded\r\n";
    assert_eq!(send(&(head, body), &gateway).status, 200);
    let empty = Put {
        method: "GET",
        ..put()
    };
    let answer = send(&empty.plain(b"", Payload::EMPTY), &gateway);
    assert_eq!((answer.status, answer.element("Length")), (200, "0"));
}

/// As boto3 has it over http.
#[test]
fn checksums_in_headers() {
    let gateway = start();
    let sent = |name: &'static str, value: &str| {
        let put = Put {
            headers: vec![(name, value.into())],
            ..Put::new(Streaming::Signed)
        };
        send(&put.plain(DATA, Payload::Bytes(DATA)), &gateway)
    };
    let crc32 = "x-amz-checksum-crc32";
    let answer = sent(crc32, "NhCmhg==");
    assert_eq!(answer.element("Value"), "NhCmhg==");
    assert_eq!(answer.element("Compared"), "true");
    let answer = sent(crc32, "NhCmhQ==");
    answer.refused(400, "BadDigest");
    let message = "The CRC32 you specified did not match";
    assert!(answer.element("Message").starts_with(message));
    for value in ["!!", "", "NhCmhg", "NhCmhg==NhCm"] {
        let answer = sent(crc32, value);
        answer.refused(400, "InvalidRequest");
        let message = "Value for x-amz-checksum-crc32 header is invalid.";
        assert_eq!(answer.element("Message"), message, "{value}");
    }
    // What is not computed here is said to be so.
    for name in ["md5", "xxhash64", "xxhash3", "xxhash128", "another"] {
        let name = format!("x-amz-checksum-{name}").leak();
        let answer = sent(name, "XUFAKrxLKna5cZ2REBfFkg==");
        assert_eq!(answer.element("Name"), name);
        assert_eq!(answer.element("Value"), "XUFAKrxLKna5cZ2REBfFkg==");
        assert_eq!(answer.element("Compared"), "false");
    }
    for name in ["algorithm", "mode", "type"] {
        let answer = sent(format!("x-amz-checksum-{name}").leak(), "CRC32");
        assert_eq!(answer.status, 200);
        assert!(!answer.body.contains("<Checksum>"), "{}", answer.body);
    }
}

#[test]
fn bodies_have_a_limit() {
    let mut limits = Limits::default();
    limits.body = 5;
    let gateway = gateway().with_limits(limits).start().unwrap();
    for streaming in [
        Streaming::Signed,
        Streaming::SignedTrailer,
        Streaming::UnsignedTrailer,
    ] {
        let put = Put::new(streaming);
        assert_eq!(send(&put.encoded(DATA), &gateway).element("Length"), "5");
        // Of the head alone.
        let (head, _) = put.encoded(b"hello!");
        let mut stream = open(&head, "content-length: 1000", &gateway);
        receive(&mut stream).refused(400, "EntityTooLarge");
    }
    let put = Put::new(Streaming::Signed);
    let (head, body) = put.plain(b"hello!", Payload::Unsigned);
    let mut stream = open(&head, "content-length: 1000", &gateway);
    receive(&mut stream).refused(400, "EntityTooLarge");
    send_in_chunks(&(head, body), 1, &gateway).refused(400, "EntityTooLarge");
}
