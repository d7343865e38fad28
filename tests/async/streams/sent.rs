//! Bodies that a layer sends in pieces: their heads, what is not sent so, and whole uploads to a
//! service behind the other layer.

use super::refused::{framed, two_chunks};
use super::{URL, sent, signing, through, to_s3};
use crate::bodies::{Scripted, Step};
use crate::served::Request;
use crate::support::example::credentials;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use http_body_util::Full;
use sigv4::stream::{ChecksumAlgorithm, MIN_CHUNK_SIZE, StreamError};
use sigv4::tower::{BoxError, Chunks, SignError, SignLayer};
use sigv4::{Error, Streaming};

fn hello(method: Method, url: &str) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri(url);
    request.body(Full::from("hello")).unwrap()
}

fn marker(headers: &HeaderMap) -> Streaming {
    let value = headers["x-amz-content-sha256"].to_str().unwrap();
    Streaming::parse(value).unwrap().0
}

fn kind<T>(result: Result<T, BoxError>) -> SignError {
    let error = result.err().expect("an error");
    *error.downcast::<SignError>().unwrap()
}

/// S3's own example names it first.
#[test]
fn who_names_aws_chunked_has_it_once() {
    for (given, sent_so) in [
        ("aws-chunked", "aws-chunked"),
        ("AWS-Chunked, gzip", "AWS-Chunked, gzip"),
        ("br", "br,aws-chunked"),
    ] {
        let mut request = hello(Method::PUT, URL);
        let value = HeaderValue::from_static(given);
        request.headers_mut().insert("content-encoding", value);
        let (head, _, error) = sent(&signing(Chunks::signed()), request).unwrap();
        assert!(error.is_none());
        assert_eq!(head.headers["content-encoding"], sent_so);
    }
}

#[test]
fn what_a_head_says() {
    let crc32 = Chunks::signed().checksum(ChecksumAlgorithm::Crc32);
    let like_sdks = Chunks::unsigned_over_tls(ChecksumAlgorithm::Crc32);
    let plain = "http://localhost/a";
    for (chunks, url, payload, trailer) in [
        (Chunks::signed(), URL, Streaming::Signed, None),
        (crc32, URL, Streaming::SignedTrailer, Some("NhCmhg==")),
        (like_sdks, URL, Streaming::UnsignedTrailer, Some("NhCmhg==")),
        // Who is on the way could change what is not signed.
        (like_sdks, plain, Streaming::SignedTrailer, Some("NhCmhg==")),
    ] {
        let mut request = hello(Method::PUT, url);
        for (name, value) in [
            ("content-length", "5"),
            ("transfer-encoding", "chunked"),
            ("content-encoding", "gzip"),
        ] {
            request
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        let (head, frames, error) = sent(&signing(chunks), request).unwrap();
        assert!(error.is_none());
        let headers = head.headers;
        assert_eq!(marker(&headers), payload);
        assert_eq!(headers["content-encoding"], "gzip,aws-chunked");
        assert_eq!(headers["x-amz-decoded-content-length"], "5");
        let announced = headers
            .get("x-amz-trailer")
            .map(|name| name.to_str().unwrap());
        assert_eq!(announced, trailer.map(|_| "x-amz-checksum-crc32"));
        assert!(!headers.contains_key("transfer-encoding"));
        let body = String::from_utf8(frames.concat()).unwrap();
        assert_eq!(headers["content-length"], body.len().to_string());
        let line = match payload {
            Streaming::UnsignedTrailer => "5\r\nhello\r\n0\r\n",
            _ => "5;chunk-signature=",
        };
        assert!(body.starts_with(line), "{body}");
        match trailer {
            Some(value) => assert!(body.contains(&format!("x-amz-checksum-crc32:{value}\r\n"))),
            None => assert!(!body.contains("x-amz-checksum")),
        }
        let authorization = headers["authorization"].to_str().unwrap();
        assert!(authorization.contains(
            "SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;\
             x-amz-decoded-content-length"
        ));
    }
}

/// Of what is no upload, S3 takes no pieces.
#[test]
fn what_is_sent_in_pieces() {
    let host = "https://examplebucket.s3.amazonaws.com";
    for (method, target, chunked) in [
        (Method::PUT, "/a", true),
        (Method::PUT, "/a?x-id=PutObject", true),
        (Method::PUT, "/a?partNumber=1&uploadId=x", true),
        (Method::PUT, "/a?tagging", false),
        (Method::PUT, "/a?uploadId=x&acl=", false),
        (Method::PUT, "/", false),
        (Method::POST, "/a", false),
    ] {
        let request = || hello(method.clone(), &format!("{host}{target}"));
        let (head, frames, _) = sent(&signing(Chunks::signed()), request()).unwrap();
        let is_chunked = head.headers.contains_key("x-amz-decoded-content-length");
        assert_eq!(is_chunked, chunked, "{method} {target}");
        assert_eq!(frames.concat() == b"hello", !chunked);
        // Whoever says how long it is wants it.
        let mut stated = request();
        let length = HeaderValue::from_static("5");
        stated
            .headers_mut()
            .insert("x-amz-decoded-content-length", length);
        let (head, _, _) = sent(&signing(Chunks::signed()), stated).unwrap();
        assert_eq!(marker(&head.headers), Streaming::Signed);
    }
    for method in [Method::PUT, Method::GET] {
        let request = Request::builder().method(method).uri(URL);
        let request = request.body(Full::<Bytes>::default()).unwrap();
        let (head, frames, _) = sent(&signing(Chunks::signed()), request).unwrap();
        assert!(frames.is_empty() && !head.headers.contains_key("content-encoding"));
    }
    // What is declared unsigned is sent as it is.
    let layer = signing(Chunks::signed()).unsigned_payload();
    let (head, frames, _) = sent(&layer, hello(Method::PUT, URL)).unwrap();
    assert_eq!(head.headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
    assert_eq!(frames.concat(), b"hello");
}

#[test]
fn a_length_from_elsewhere() {
    let unknown = || {
        Request::put(URL)
            .body(Scripted::new([Step::Data(b"hello")]))
            .unwrap()
    };
    let error = kind(sent(&signing(Chunks::signed()), unknown()));
    assert!(matches!(error, SignError::LengthUnknown), "{error:?}");
    let stating = |length: &'static str| {
        let mut request = unknown();
        let length = HeaderValue::from_static(length);
        request
            .headers_mut()
            .insert("x-amz-decoded-content-length", length);
        request
    };
    let (head, _, error) = sent(&signing(Chunks::signed()), stating("5")).unwrap();
    assert_eq!(head.headers["content-length"], "177");
    assert!(error.is_none());
    // It was not true: the body has no end.
    let (_, frames, error) = sent(&signing(Chunks::signed()), stating("6")).unwrap();
    let missing = StreamError::DataMissing {
        length: 5,
        expected: 6,
    };
    assert_eq!(error.unwrap().downcast_ref(), Some(&missing));
    assert!(frames.is_empty());
    // It cannot be true.
    let announced = stating("6").map(|body| body.announcing(5));
    let error = kind(sent(&signing(Chunks::signed()), announced));
    let differs = matches!(
        error,
        SignError::LengthDiffers {
            stated: 6,
            actual: 5
        }
    );
    assert!(differs, "{error:?}");
    for length in ["", "+5", "5 bytes", "18446744073709551616"] {
        let error = kind(sent(&signing(Chunks::signed()), stating(length)));
        let malformed = Error::MalformedDecodedContentLength { index: 0 };
        assert!(
            matches!(error, SignError::Sign(error) if error == malformed),
            "{length}"
        );
    }
    let error = kind(sent(
        &signing(Chunks::signed()),
        stating("18446744073709551615"),
    ));
    assert!(matches!(
        error,
        SignError::Stream(StreamError::TooMuchData { .. })
    ));
}

/// And nothing is sent.
#[test]
fn where_it_cannot_be() {
    let layer = SignLayer::new(credentials(), "us-east-1", "execute-api");
    let layer = layer.chunked(Chunks::signed());
    for method in [Method::PUT, Method::POST, Method::GET] {
        let error = kind(sent(&layer, hello(method, "https://example.com/a")));
        let refused = SignError::Sign(Error::StreamingPayloadRefused);
        assert_eq!(error.to_string(), refused.to_string());
    }
    let layer = signing(Chunks::signed().size(MIN_CHUNK_SIZE - 1));
    let error = kind(sent(&layer, hello(Method::PUT, URL)));
    let small = matches!(
        error,
        SignError::Stream(StreamError::ChunkSizeTooSmall {
            size: 8_191,
            limit: 8_192
        })
    );
    assert!(small, "{error:?}");
    // Another trailer than the layer writes.
    let mut request = hello(Method::PUT, URL);
    let other = HeaderValue::from_static("x-amz-checksum-sha1");
    request.headers_mut().insert("x-amz-trailer", other);
    let error = kind(sent(&signing(Chunks::signed()), request));
    assert!(
        matches!(error, SignError::Stream(StreamError::WrongTrailers)),
        "{error:?}"
    );
    let error = kind(sent(
        &signing(Chunks::signed()),
        hello(Method::PUT, "http://example.com/a"),
    ));
    assert!(matches!(error, SignError::PlainHttp { .. }), "{error:?}");
}

#[test]
fn what_one_layer_encodes_the_other_decodes() {
    let (data, _, _) = two_chunks(Streaming::Signed);
    let sha256 = Chunks::signed().checksum(ChecksumAlgorithm::Sha256);
    for chunks in [Chunks::signed(), sha256.size(MIN_CHUNK_SIZE)] {
        for size in [1_000, usize::MAX] {
            let body = framed(&data, size).announcing(data.len() as u64);
            let request = Request::put(URL).body(body).unwrap();
            let (head, frames, _) = sent(&signing(chunks), request).unwrap();
            let frames = Scripted::new(frames.into_iter().map(Step::Bytes));
            let (response, seen) = through(&to_s3(), Request::from_parts(head, frames));
            assert_eq!(response.status(), 200, "{}", response.body());
            assert_eq!(seen.data, data);
        }
    }
}
