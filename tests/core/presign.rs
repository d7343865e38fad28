//! Presigned URLs, by example.

use crate::steps::parameters;
use crate::support::example::{HOST, at, get, hour, signer};
use sigv4::{Error, MAX_EXPIRES};
use std::time::Duration;

#[test]
fn a_presigned_url_carries_all_but_the_body() {
    let headers = [HOST];
    let signer = signer("execute-api");
    let url = signer.presign(&get("/a", &headers), hour(), at()).unwrap();
    let expected = [
        "X-Amz-Algorithm=AWS4-HMAC-SHA256",
        "X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fexecute-api%2Faws4_request",
        "X-Amz-Date=20150830T123600Z",
        "X-Amz-SignedHeaders=host",
        "X-Amz-Expires=3600",
    ];
    assert_eq!(parameters(url.target()), expected);
    assert_eq!(
        url.url("https"),
        format!("https://example.com{}", url.target())
    );
    let more = [HOST, ("Range", b"bytes=0-9"), ("user-agent", b"x")];
    let url = signer.presign(&get("/a", &more), hour(), at()).unwrap();
    assert!(url.target().contains("&X-Amz-SignedHeaders=host%3Brange&"));
}

#[test]
fn parameters_are_appended_to_any_query() {
    let presigned = |target: &str| {
        let signer = signer("execute-api");
        let url = signer.presign(&get(target, &[HOST]), hour(), at()).unwrap();
        let (start, _) = url.target().split_once("X-Amz-Algorithm=").unwrap();
        start.to_owned()
    };
    assert_eq!(presigned("/"), "/?");
    assert_eq!(presigned("/?"), "/?");
    assert_eq!(presigned("/?a"), "/?a=&");
    assert_eq!(presigned("/?a&"), "/?a=&");
    assert_eq!(presigned("/?a?"), "/?a%3F=&");
    assert_eq!(presigned("/??"), "/?%3F=&");
}

#[test]
fn presigned_urls_last_a_second_to_a_week() {
    let signer = signer("s3");
    let request = get("/", &[HOST]);
    assert_eq!(MAX_EXPIRES, 604_800);
    for (expires, seconds) in [
        (Duration::ZERO, 0),
        (Duration::from_millis(999), 0),
        (Duration::from_secs(604_801), 604_801),
        (Duration::MAX, u64::MAX),
    ] {
        let error = signer.presign(&request, expires, at()).unwrap_err();
        assert_eq!(
            error,
            Error::ExpiresOutOfRange {
                seconds,
                limit: 604_800
            }
        );
        assert_eq!(
            error.to_string(),
            format!("expires after {seconds} s: allowed are 1 to 604800 s")
        );
    }
    for (expires, seconds) in [
        (Duration::from_secs(1), 1),
        (Duration::from_millis(1_999), 1),
        (Duration::from_secs(604_800), 604_800),
        (Duration::from_millis(604_800_999), 604_800),
    ] {
        let url = signer.presign(&request, expires, at()).unwrap();
        let parameter = format!("&X-Amz-Expires={seconds}&");
        assert!(url.target().contains(&parameter), "{expires:?}");
    }
}
