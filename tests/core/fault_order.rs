//! Of many faults, the one that the documentation names first.

use crate::arrived::{Arrived, HASH};
use crate::support::example::{ACCESS_KEY_ID, TIME, at};
use sigv4::{Error, Timestamp};

/// One request with every fault there is; each is named in its turn.
#[test]
fn faults_are_named_in_the_documented_order() {
    let bad = Arrived::new("s3", "PUT", "/%zz")
        .header("x-bad", "\0")
        .header("x-amz-date", "20150830T000000Z")
        .header("x-amz-meta", "1")
        .header(HASH, crate::reference::sha256(b"other"))
        .header(
            "authorization",
            format!(
                "AWS4-HMAC-SHA256 Credential={ACCESS_KEY_ID}/20150830/eu-west-1/s4/aws4_request, \
                 SignedHeaders=a;x-amz-date, Signature={}",
                "0".repeat(64)
            ),
        );
    let mut policy = bad.policy();
    policy.max_headers = 5;
    let mut next = bad;
    assert_eq!(
        next.outcome(&policy),
        Err(Error::TooManyHeaders { count: 6, limit: 5 })
    );
    policy.max_headers = 6;
    let expected = Error::InvalidHeaderValue {
        index: 1,
        position: 0,
    };
    assert_eq!(next.outcome(&policy), Err(expected));
    next.headers[1].1 = b"1".to_vec();
    assert_eq!(
        next.outcome(&policy),
        Err(Error::MalformedEscape { position: 1 })
    );
    next.target = "/".to_owned();
    assert_eq!(next.outcome(&policy), Err(Error::WrongRegion));
    let authorization = |next: &mut Arrived, from: &str, to: &str| {
        let value = String::from_utf8(next.headers[5].1.clone()).unwrap();
        next.headers[5].1 = value.replace(from, to).into_bytes();
    };
    authorization(&mut next, "eu-west-1", "us-east-1");
    assert_eq!(next.outcome(&policy), Err(Error::WrongService));
    authorization(&mut next, "/s4/", "/s3/");
    let signed = Timestamp::parse("20150830T000000Z").unwrap();
    let expected = Error::Expired {
        signed,
        now: at(),
        limit: 300,
    };
    assert_eq!(next.outcome(&policy), Err(expected));
    next.headers[2].1 = TIME.into();
    let expected = Error::SignedHeaderMissing { index: 0 };
    assert_eq!(next.outcome(&policy), Err(expected));
    next.headers[1].0 = "a".to_owned();
    next.headers[1].1 = b"\xFF".to_vec();
    let expected = Error::NonAsciiHeaderValue {
        index: 1,
        position: 0,
    };
    assert_eq!(next.outcome(&policy), Err(expected));
    next.headers[1].1 = b"1".to_vec();
    assert_eq!(next.outcome(&policy), Err(Error::HostNotSigned));
    authorization(&mut next, "a;x-amz-date", "a;host;x-amz-date");
    let expected = Error::AmzHeaderNotSigned { index: 3 };
    assert_eq!(next.outcome(&policy), Err(expected));
    let names = "a;host;x-amz-content-sha256;x-amz-date;x-amz-meta";
    authorization(&mut next, "a;host;x-amz-date", names);
    assert_eq!(next.outcome(&policy), Err(Error::PayloadDiffers));
    next.body = b"other".to_vec();
    assert_eq!(next.outcome(&policy), Err(Error::SignatureMismatch));
}
