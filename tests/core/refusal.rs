//! What is answered to those who are refused.

use crate::support::arriving::{read, refusals};
use crate::support::example::{ACCESS_KEY_ID, SECRET};
use crate::support::{RawRequest, vectors};
use sigv4::{Claim, Error, Payload, Policy, Refusal, RefusalReason, Request, Timestamp};

/// As AWS answers each flaw, from the request as it arrived.
#[test]
fn every_flaw_has_its_answer() {
    let mut answers = refusals();
    for (name, vector) in read("reject") {
        let raw = RawRequest::parse(&vector.request);
        let headers = raw.headers();
        let request = raw.request(&headers);
        let regions = [vector.region.as_str()];
        let policy = vector.policy(&regions);
        let now = Timestamp::parse(&vector.now).unwrap();
        let verdict = Claim::from_request(&request).and_then(|claim| {
            let key = (claim.access_key_id() == ACCESS_KEY_ID).then(|| claim.signing_key(SECRET));
            let verdict = claim.verify(key.as_ref(), &request, &policy, now);
            verdict.map(|_| ())
        });
        let refusal = Refusal::of(verdict.unwrap_err(), &request, &policy);
        let answer = (refusal.status(), refusal.code().to_owned(), refusal.body());
        assert_eq!(answers.remove(&name), Some(answer), "{name}");
        assert!(!refusal.note().contains('\n'), "{name}");
        for hidden in [SECRET, "wJalr"] {
            assert!(!refusal.body().contains(hidden), "{name}");
        }
    }
    assert!(answers.is_empty(), "of no vector: {:?}", answers.keys());
}

fn answer(reason: impl Into<RefusalReason>, service: &str) -> (u16, String) {
    let request = Request {
        method: "GET",
        target: "/",
        headers: &[("host", b"example.com")],
        payload: Payload::Unsigned,
    };
    let refusal = Refusal::of(reason, &request, &Policy::new(&["us-east-1"], service));
    (refusal.status(), refusal.body())
}

#[test]
fn what_a_service_finds_beside_the_signature() {
    use RefusalReason::{
        BodyCutOff, BodyTooLong, BodyTooSlow, ChecksumDiffers, ExpiredSessionToken, Unavailable,
        UnknownAccessKey, WrongSessionToken,
    };
    for (reason, json, xml) in [
        (
            UnknownAccessKey,
            (
                403,
                "The security token included in the request is invalid.",
            ),
            (403, "InvalidAccessKeyId"),
        ),
        (
            WrongSessionToken,
            (
                403,
                "The security token included in the request is invalid.",
            ),
            (400, "InvalidToken"),
        ),
        (
            ExpiredSessionToken,
            (403, "The security token included in the request is expired"),
            (400, "ExpiredToken"),
        ),
        (
            BodyTooLong,
            (413, "Request Too Long"),
            (400, "EntityTooLarge"),
        ),
        (
            BodyTooSlow,
            (408, "Request Timeout"),
            (400, "RequestTimeout"),
        ),
        (BodyCutOff, (400, "Bad Request"), (400, "IncompleteBody")),
        (
            ChecksumDiffers { algorithm: "CRC32" },
            (400, "Bad Request"),
            (400, "BadDigest"),
        ),
        (
            Unavailable,
            (500, "Internal server error"),
            (500, "InternalError"),
        ),
    ] {
        let (status, body) = answer(reason, "execute-api");
        assert_eq!(
            (status, body),
            (json.0, format!("{{\"message\":\"{}\"}}", json.1))
        );
        let (status, body) = answer(reason, "s3");
        let start = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>";
        assert!(
            body.starts_with(&format!("{start}{}</Code><Message>", xml.1)),
            "{body}"
        );
        assert_eq!(status, xml.0);
        assert!(!reason.to_string().is_empty());
    }
}

#[test]
fn headers_of_an_answer() {
    let request = Request {
        method: "GET",
        target: "/",
        headers: &[],
        payload: Payload::EMPTY,
    };
    let headers = |service| {
        let refusal = Refusal::of(Error::NotSigned, &request, &Policy::new(&[], service));
        refusal.headers().collect::<Vec<_>>()
    };
    assert_eq!(
        headers("execute-api"),
        [
            ("content-type", "application/json"),
            ("x-amzn-errortype", "MissingAuthenticationTokenException")
        ]
    );
    assert_eq!(headers("s3"), [("content-type", "application/xml")]);
}

/// What a caller sent stays text in the answer.
#[test]
fn nothing_of_a_request_becomes_markup() {
    let given = "AWS4-HMAC-SHA256 Credential=<a>&\"/20150830/<b>/s3/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\
                 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let request = Request {
        method: "GET",
        target: "/",
        headers: &[
            ("host", b"example.com"),
            ("x-amz-date", b"20150830T123600Z"),
            ("authorization", given.as_bytes()),
        ],
        payload: Payload::EMPTY,
    };
    let policy = Policy::new(&["us-east-1"], "s3");
    for reason in [Error::WrongRegion.into(), RefusalReason::UnknownAccessKey] {
        let body = Refusal::of(reason, &request, &policy).body();
        assert!(!body.contains("<a>") && !body.contains("<b>"), "{body}");
    }
}

/// What S3 says, as it was recorded.
#[test]
fn answers_of_s3() {
    let time = |text| Timestamp::parse(text).unwrap();
    let (signed, now) = (time("20150830T123600Z"), time("20150830T130000Z"));
    let limit = 900;
    let recorded = |file: &str| {
        let path = vectors().join("answers").join(file).with_extension("json");
        let answer = std::fs::read_to_string(path).unwrap();
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        answer["body"].as_str().unwrap().to_owned()
    };
    let part = |body: &str, name: &str| {
        let (_, rest) = body.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>"))
            .map(|(text, _)| text.to_owned())
    };
    let header = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/execute-api/aws4_request, \
                  SignedHeaders=host;x-amz-date, Signature=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\
                  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let query = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3\
                 %2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host\
                 &X-Amz-Signature=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let in_header = Request {
        method: "GET",
        target: "/",
        headers: &[
            ("host", b"example.com"),
            ("x-amz-date", b"20150830T123600Z"),
            ("authorization", header.as_bytes()),
        ],
        payload: Payload::EMPTY,
    };
    let in_query = Request {
        target: query,
        headers: &[("host", b"example.com")],
        ..in_header
    };
    let policy = Policy::new(&["eu-central-1"], "s3");
    for (reason, request, file) in [
        (Error::MixedForms.into(), in_header, "s3_two-signatures"),
        (
            Error::UnsupportedAlgorithm.into(),
            in_header,
            "s3_algorithm",
        ),
        (Error::MissingDate.into(), in_header, "s3_date"),
        (Error::WrongRegion.into(), in_header, "s3_region-wrong"),
        (Error::WrongService.into(), in_header, "s3_service"),
        (
            Error::EmptyRegion.into(),
            in_header,
            "s3_credential-malformed",
        ),
        (
            Error::AmzHeaderNotSigned { index: 1 }.into(),
            in_header,
            "s3_headers-not-signed",
        ),
        (
            Error::Expired { signed, now, limit }.into(),
            in_header,
            "s3_skewed",
        ),
        (
            Error::MissingContentSha256.into(),
            in_header,
            "s3_hash-missing",
        ),
        (Error::PayloadDiffers.into(), in_header, "s3_hash-mismatch"),
        (
            Error::Expired { signed, now, limit }.into(),
            in_query,
            "presigned_expired",
        ),
        (
            Error::NotYetCurrent { signed, now, limit }.into(),
            in_query,
            "presigned_not-yet",
        ),
        (
            Error::ExpiresOutOfRange {
                seconds: 604_801,
                limit: 604_800,
            }
            .into(),
            in_query,
            "presigned_too-long",
        ),
        (
            Error::MalformedExpires.into(),
            in_query,
            "presigned_no-number",
        ),
        (RefusalReason::UnknownAccessKey, in_header, "key_code"),
        (
            RefusalReason::ExpiredSessionToken,
            in_header,
            "s3_token-expired",
        ),
    ] {
        let recorded = recorded(file);
        let body = Refusal::of(reason, &request, &policy).body();
        for name in ["Code", "Message"] {
            assert_eq!(part(&body, name), part(&recorded, name), "{file}");
        }
    }
    let skewed = Refusal::of(Error::Expired { signed, now, limit }, &in_header, &policy).body();
    assert_eq!(part(&skewed, "ServerTime").unwrap(), "2015-08-30T13:00:00Z");
    assert_eq!(
        part(&skewed, "MaxAllowedSkewMilliseconds").unwrap(),
        "900000"
    );
    let expired = Refusal::of(Error::Expired { signed, now, limit }, &in_query, &policy).body();
    assert_eq!(part(&expired, "Expires").unwrap(), "2015-08-30T12:51:00Z");
}
