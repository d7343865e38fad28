//! The time of a signature in a `date` header, where there is no `x-amz-date`.
//! [Elements of a request signature](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html)
//!
//! The signatures are those of `get-vanilla` and `get-vanilla-query-unreserved` in the suite that
//! AWS published in 2011, which dates its requests so.

use sigv4::{Claim, Error, Header, Payload, Policy, Request, Timestamp};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const DATE: &[u8] = b"Mon, 09 Sep 2011 23:36:00 GMT";
const VANILLA: &str = "b27ccfbfa7df52a200ff74193ca6e32d4b48b8856fab7ebf1c595d0670a7e470";

fn authorization(names: &str, signature: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20110909/us-east-1/host/aws4_request, \
         SignedHeaders={names}, Signature={signature}"
    )
}

/// Verified with these headers beside `host` and `authorization`.
fn verify(headers: &[Header<'_>], authorization: &str) -> Result<Timestamp, Error> {
    let mut all: Vec<Header<'_>> = vec![
        ("Host", b"host.foo.com"),
        ("Authorization", authorization.as_bytes()),
    ];
    all.extend(headers);
    let request = Request {
        method: "GET",
        target: "/",
        headers: &all,
        payload: Payload::EMPTY,
    };
    let claim = Claim::from_request(&request)?;
    let key = claim.signing_key(SECRET);
    let now = Timestamp::parse("20110909T233600Z").unwrap();
    claim.verify(&key, &request, &Policy::new(&["us-east-1"], "host"), now)?;
    Ok(claim.at())
}

#[test]
fn the_date_of_http_is_taken() {
    let signed = authorization("date;host", VANILLA);
    let at = verify(&[("Date", DATE)], &signed).unwrap();
    assert_eq!(at.as_str(), "20110909T233600Z");
    let another: &[u8] = b"Mon, 09 Sep 2011 23:36:01 GMT";
    let refused = verify(&[("Date", another)], &signed);
    assert_eq!(refused, Err(Error::SignatureMismatch));
}

#[test]
fn so_is_the_basic_form_of_iso() {
    let other = authorization("date;host", VANILLA);
    // Another text, so another signature; but the time was read.
    let refused = verify(&[("date", b"20110909T233600Z")], &other);
    assert_eq!(refused, Err(Error::SignatureMismatch));
    let refused = verify(&[("date", b"20110910T233600Z")], &other);
    assert_eq!(refused, Err(Error::ScopeDateDiffers));
}

#[test]
fn it_has_to_be_signed_and_there_once() {
    let unsigned = authorization("host", VANILLA);
    assert_eq!(
        verify(&[("Date", DATE)], &unsigned),
        Err(Error::DateNotSigned { index: 2 })
    );
    let signed = authorization("date;host", VANILLA);
    assert_eq!(
        verify(&[("Date", DATE), ("date", DATE)], &signed),
        Err(Error::RepeatedSigningHeader { index: 3 })
    );
    assert_eq!(verify(&[], &signed), Err(Error::MissingDate));
}

#[test]
fn an_amz_date_comes_first() {
    let signed = authorization("host;x-amz-date", VANILLA);
    let dates: [Header<'_>; 3] = [
        ("Date", b"no date"),
        ("Date", b"\xff"),
        ("X-Amz-Date", b"20110909T233600Z"),
    ];
    assert_eq!(verify(&dates, &signed), Err(Error::SignatureMismatch));
}

#[test]
fn other_forms_are_refused() {
    let signed = authorization("date;host", VANILLA);
    for date in [
        "",
        "Mon, 09 Sep 2011 23:36:00 UTC",
        "Mon, 9 Sep 2011 23:36:00 GMT",
        "Monday, 09-Sep-11 23:36:00 GMT",
        "Mon Sep  9 23:36:00 2011",
        "mon, 09 Sep 2011 23:36:00 GMT",
        "Mon, 09 sep 2011 23:36:00 GMT",
        "Mon, 31 Sep 2011 23:36:00 GMT",
        "Mon, 09 Sep 2011 24:36:00 GMT",
        "Mon, 09 Sep 2011 23:36:00 GMT+1",
        "2011-09-09T23:36:00Z",
    ] {
        let refused = verify(&[("Date", date.as_bytes())], &signed);
        let invalid = matches!(refused, Err(Error::InvalidTimestamp { .. }));
        assert!(invalid, "{date}: {refused:?}");
    }
}

/// The place in the text as it came.
#[test]
fn the_place_of_what_is_wrong() {
    let signed = authorization("date;host", VANILLA);
    for (date, position) in [
        ("Mon, 31 Sep 2011 23:36:00 GMT", 5),
        ("Mon, 09 sep 2011 23:36:00 GMT", 8),
        ("Mon, 09 Sep 2o11 23:36:00 GMT", 12),
        ("Mon, 09 Sep 2011 24:36:00 GMT", 17),
        ("Mon, 09 Sep 2011 23:60:00 GMT", 20),
        ("Mon, 09 Sep 2011 23:36:61 GMT", 23),
        ("Mun, 09 Sep 2011 23:36:00 GMT", 0),
    ] {
        let refused = verify(&[("Date", date.as_bytes())], &signed);
        let expected = Err(Error::InvalidTimestamp { position });
        assert_eq!(refused, expected, "{date}");
    }
}
