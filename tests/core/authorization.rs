//! The parts of an `Authorization` header: the scope and the signature.

use crate::support::example::{SECRET, UNSIGNED};
use sigv4::{
    Authorization, Claim, Credentials, Error, Header, Request, Scope, Signature, Signer, Timestamp,
};
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// However it came about, a scope is equal to one with the same date, region and service.
#[test]
fn scopes_are_compared_by_their_parts() {
    let hash = |scope: &Scope<'_>| {
        let mut hasher = DefaultHasher::new();
        scope.hash(&mut hasher);
        hasher.finish()
    };
    let at = Timestamp::parse("20150830T123600Z").unwrap();
    let later = Timestamp::parse("20150831T123600Z").unwrap();
    let text = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
                SignedHeaders=host;x-amz-date, Signature=";
    let text = format!("{text}{}", "0".repeat(64));
    let parsed = Authorization::parse(&text).unwrap().scope;
    let signer = Signer::new(Credentials::new("AKIDEXAMPLE", SECRET), "us-east-1", "iam");
    let signed = signer.sign(&UNSIGNED, at).unwrap();
    let headers: Vec<Header<'_>> = signed
        .headers()
        .map(|(name, value)| (name, value.as_bytes()))
        .chain(UNSIGNED.headers.iter().copied())
        .collect();
    let arrived = Request {
        headers: &headers,
        ..UNSIGNED
    };
    let claim = Claim::from_request(&arrived).unwrap();
    let scope = Scope::new(&at, "us-east-1", "iam").unwrap();
    for same in [parsed, claim.scope()] {
        assert_eq!(same, scope);
        assert_eq!(hash(&same), hash(&scope));
        assert_eq!(same.to_string(), "20150830/us-east-1/iam/aws4_request");
    }
    for other in [
        Scope::new(&later, "us-east-1", "iam"),
        Scope::new(&at, "us-east-2", "iam"),
        Scope::new(&at, "us-east-1", "sts"),
    ] {
        let other = other.unwrap();
        assert_ne!(other, scope);
        assert_ne!(hash(&other), hash(&scope));
    }
}

/// Eight digits, each of them, of a day that exists.
#[test]
fn a_scope_has_a_date() {
    let date = |date: &str| {
        let credential = format!("Credential=A/{date}/us-east-1/s3/aws4_request");
        let signature = "0".repeat(64);
        let value =
            format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature={signature}");
        Authorization::parse(&value).map(|parsed| parsed.scope.date().to_owned())
    };
    for good in ["20150830", "20160229", "00000101", "99991231"] {
        assert_eq!(date(good).as_deref(), Ok(good));
    }
    for bad in [
        "2015083",
        "201508301",
        "2015083a",
        "201508a1",
        "2015a831",
        "a0150830",
        "2o150830",
        "201508:1",
        "20150832",
        "20150229",
        "20151301",
        "20150800",
    ] {
        assert_eq!(date(bad), Err(Error::InvalidScopeDate), "{bad}");
    }
}

#[test]
fn a_signature_is_64_lower_case_digits() {
    let digits = "0123456789abcdef".repeat(4);
    let parsed = Signature::parse(&digits).unwrap();
    assert_eq!(parsed.to_string(), digits);
    for place in [0, 1, 17, 62, 63] {
        for byte in 0..=127_u8 {
            let mut text = digits.clone().into_bytes();
            text[place] = byte;
            let text = String::from_utf8(text).unwrap();
            let is_digit = matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            assert_eq!(Signature::parse(&text).is_some(), is_digit, "{text}");
        }
    }
    for text in ["", &digits[1..], &digits.repeat(2)] {
        assert!(Signature::parse(text).is_none(), "{text}");
    }
}

/// 64 lower-case digits, each of them: two wrong ones side by side do not cancel out.
#[test]
fn a_signature_is_lower_case_hexadecimal() {
    let good = "0123456789abcdef".repeat(4);
    assert_eq!(Signature::parse(&good).unwrap().to_string(), good);
    for (place, bad) in [
        (0, "zz"),
        (0, "A"),
        (13, "g"),
        (62, "\u{e4}"),
        (63, "G"),
        (30, "//"),
    ] {
        let mut text = good.clone();
        text.replace_range(place..place + bad.len(), bad);
        assert!(Signature::parse(&text).is_none(), "{text}");
    }
    for text in [&good[1..], &format!("{good}0"), ""] {
        assert!(Signature::parse(text).is_none(), "{text}");
    }
}
