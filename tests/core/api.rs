//! What holds for the public types as such: threads, `Debug`, the texts of errors.

use sigv4::{
    Authorization, CanonicalRequest, Claim, Credentials, Error, Form, Hasher, Header, Layer,
};
use sigv4::{Payload, Policy, PresignedUrl, Profile, QueryPlus, Request, Scope, SessionToken};
use sigv4::{Signature, Signed, Signer, SigningKey, Stages, StringToSign, Timestamp};
use sigv4::{UnsignedPayload, Verified};
use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::time::Duration;

#[test]
fn everything_may_cross_threads() {
    fn any_thread<T: Send + Sync + Unpin + Debug + 'static>() {}
    any_thread::<Authorization<'static>>();
    any_thread::<CanonicalRequest<'static>>();
    any_thread::<Claim<'static>>();
    any_thread::<Credentials>();
    any_thread::<Error>();
    any_thread::<Form>();
    any_thread::<Header<'static>>();
    any_thread::<Layer>();
    any_thread::<Payload<'static>>();
    any_thread::<Policy<'static>>();
    any_thread::<PresignedUrl>();
    any_thread::<Profile>();
    any_thread::<QueryPlus>();
    any_thread::<Request<'static>>();
    any_thread::<Scope<'static>>();
    any_thread::<SessionToken>();
    any_thread::<Signature>();
    any_thread::<Signed<'static>>();
    any_thread::<Signer>();
    any_thread::<SigningKey>();
    any_thread::<Stages>();
    any_thread::<StringToSign<'static>>();
    any_thread::<Timestamp>();
    any_thread::<UnsignedPayload>();
    any_thread::<Verified<'static>>();
    fn an_error<T: std::error::Error + Copy + Eq + std::hash::Hash>() {}
    an_error::<Error>();
}

// ---- Secrets ----------------------------------------------------------------------

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "QToken//////////wEXAMPLE==";

const UNSIGNED: Request<'_> = Request {
    method: "GET",
    target: "/items?a=1",
    headers: &[("host", b"example.com")],
    payload: Payload::EMPTY,
};

/// The ways in which bytes can show: as text, encoded, as hex, as a list of numbers.
fn spellings(secret: &[u8]) -> Vec<String> {
    let numbers = |separator: &str| {
        let numbers: Vec<_> = secret.iter().take(4).map(u8::to_string).collect();
        numbers.join(separator)
    };
    let mut all = vec![
        hex::encode(secret),
        hex::encode_upper(secret),
        numbers(", "),
        format!("{:?}", &secret[..4]),
    ];
    if let Ok(text) = std::str::from_utf8(secret) {
        all.push(text.to_owned());
        all.push(text.replace('/', "%2F").replace('=', "%3D"));
        all.push(text.chars().take(8).collect());
    }
    all
}

/// `Debug`, plain and spread over lines, shows none of the secrets.
fn hides(value: &dyn Debug, secrets: &[&[u8]]) {
    let plain = format!("{value:?}");
    let spread = format!("{value:#?}");
    let joined: String = spread
        .split_whitespace()
        .map(|word| format!("{word} "))
        .collect();
    for secret in secrets {
        for spelling in spellings(secret) {
            assert!(!plain.contains(&spelling), "{spelling} in {plain}");
            assert!(!spread.contains(&spelling), "{spelling} in {spread}");
            assert!(!joined.contains(&spelling), "{spelling} in {joined}");
        }
    }
}

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

#[test]
fn debug_shows_no_secret() {
    for service in ["execute-api", "s3", "s3express", "iotdevicegateway"] {
        let at = Timestamp::parse("20150830T123600Z").unwrap();
        let credentials = Credentials::new("AKIDEXAMPLE", SECRET).with_session_token(TOKEN);
        let signer = Signer::new(credentials.clone(), "us-east-1", service);
        let scope = Scope::new(&at, "us-east-1", service).unwrap();
        let key = SigningKey::derive(SECRET, &scope);
        let signed = signer.sign(&UNSIGNED, at).unwrap();
        let url = signer
            .presign(&UNSIGNED, Duration::from_secs(9), at)
            .unwrap();
        let signatures = [signed.signature().to_string(), url.signature().to_string()]
            .map(|signature| hex::decode(signature).unwrap());
        let text = signatures.each_ref().map(hex::encode);
        let mut secrets = vec![SECRET.as_bytes(), TOKEN.as_bytes()];
        secrets.extend(signatures.iter().map(Vec::as_slice));
        secrets.extend(text.iter().map(String::as_bytes));

        hides(&credentials, &secrets);
        hides(&signer, &secrets);
        hides(&key, &secrets);
        hides(&SigningKey::from_bytes(&[0x5a; 32]), &[&[0x5a; 32]]);
        hides(&signed, &secrets);
        hides(&signed.signature(), &secrets);
        hides(&url, &secrets);
        hides(&signer.stages(&UNSIGNED, at).unwrap(), &secrets);
        hides(
            &signer
                .presign_stages(&UNSIGNED, Duration::from_secs(9), at)
                .unwrap(),
            &secrets,
        );
        hides(
            &Authorization::parse(signed.authorization()).unwrap(),
            &secrets,
        );

        let mut headers = UNSIGNED.headers.to_vec();
        headers.extend(
            signed
                .headers()
                .map(|(name, value)| (name, value.as_bytes())),
        );
        let in_headers = Request {
            headers: &headers,
            ..UNSIGNED
        };
        let in_query = Request {
            target: url.target(),
            ..UNSIGNED
        };
        let regions = ["us-east-1"];
        let policy = Policy::new(&regions, service);
        for arrived in [in_headers, in_query] {
            hides(&arrived, &secrets);
            let profile = Profile::for_service(service);
            hides(
                &CanonicalRequest::new(&arrived, &profile).unwrap(),
                &secrets,
            );
            let claim = Claim::from_request(&arrived).unwrap();
            hides(&claim, &secrets);
            hides(&claim.stages(&arrived, &policy).unwrap(), &secrets);
            let verified = claim.verify(&key, &arrived, &policy, at).unwrap();
            hides(&verified, &secrets);
        }
    }
}

/// What is no secret is there to be seen.
#[test]
fn debug_shows_the_rest() {
    let at = Timestamp::parse("20150830T123600Z").unwrap();
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET);
    let signer = Signer::new(credentials.clone(), "us-east-1", "execute-api");
    let signed = signer.sign(&UNSIGNED, at).unwrap();
    let minute = Duration::from_secs(60);
    let url = signer.presign(&UNSIGNED, minute, at).unwrap();
    let arrived = Request {
        target: url.target(),
        ..UNSIGNED
    };
    let claim = Claim::from_request(&arrived).unwrap();
    let key = claim.signing_key(SECRET);
    let regions = ["us-east-1"];
    let policy = Policy::new(&regions, "execute-api");
    let verified = claim.verify(&key, &arrived, &policy, at).unwrap();
    let canonical = CanonicalRequest::new(&UNSIGNED, &Profile::DEFAULT).unwrap();
    let stages = signer.stages(&UNSIGNED, at).unwrap();
    let debug = |value: &dyn Debug| format!("{value:?}");
    for (value, text) in [
        (
            debug(&credentials),
            "Credentials { access_key_id: \"AKIDEXAMPLE\", secret_access_key: \"[redacted]\", \
             session_token: None }",
        ),
        (
            debug(&credentials.with_session_token(TOKEN)),
            "Credentials { access_key_id: \"AKIDEXAMPLE\", secret_access_key: \"[redacted]\", \
             session_token: Some(\"[redacted]\") }",
        ),
        (debug(&at), "Timestamp(20150830T123600Z)"),
        (
            debug(&UNSIGNED),
            "Request { method: \"GET\", path: \"/items\", headers: [\"host\"], .. }",
        ),
        (
            debug(&canonical),
            "CanonicalRequest { method: \"GET\", signed_headers: \"host\", .. }",
        ),
        (
            debug(&stages),
            "Stages { scope: \"20150830/us-east-1/execute-api/aws4_request\", \
             signed_headers: \"host;x-amz-date\", .. }",
        ),
        (
            debug(&signed),
            "Signed { at: Timestamp(20150830T123600Z), .. }",
        ),
        (debug(&url), "PresignedUrl { signed_headers: \"host\", .. }"),
        (debug(&key), "SigningKey([redacted])"),
        (debug(&signed.signature()), "Signature([not shown])"),
        (
            debug(&verified),
            "Verified { access_key_id: \"AKIDEXAMPLE\", scope: Scope { date: \"20150830\", \
             region: \"us-east-1\", service: \"execute-api\" }, signed_headers: \"host\", .. }",
        ),
        (
            debug(&claim),
            "Claim { form: Query, access_key_id: \"AKIDEXAMPLE\", scope: Scope { date: \
             \"20150830\", region: \"us-east-1\", service: \"execute-api\" }, signed_headers: \
             \"host\", at: Timestamp(20150830T123600Z), expires: Some(60), .. }",
        ),
        (debug(&Hasher::new()), "Hasher"),
    ] {
        assert_eq!(value, text);
    }
    // Of a signer, that it keeps a key, and nothing of the key.
    assert!(debug(&signer).ends_with("key_cache: KeyCache([redacted]) }"));
}

/// The guard of `debug_shows_no_secret` can fail: it finds what is shown on purpose.
#[test]
fn what_is_shown_is_found() {
    let shown = std::panic::catch_unwind(|| hides(&SECRET, &[SECRET.as_bytes()]));
    assert!(shown.is_err());
    let shown = std::panic::catch_unwind(|| hides(&SECRET.as_bytes(), &[SECRET.as_bytes()]));
    assert!(shown.is_err());
}

// ---- Errors -----------------------------------------------------------------------

/// Each variant, its text and its layer.
fn texts() -> Vec<(Error, &'static str, Layer)> {
    use Layer::{Freshness, Header, Limit, Parse, Payload, Scope, Signing};
    let signed = Timestamp::parse("20150830T123600Z").unwrap();
    let now = Timestamp::parse("20150830T133600Z").unwrap();
    let (position, index, count, limit) = (12, 3, 101, 100);
    vec![
        (
            Error::InvalidMethod { position },
            "method: empty, or no HTTP token at byte 12",
            Parse,
        ),
        (
            Error::TargetNotAbsolute,
            "request target does not start with '/'",
            Parse,
        ),
        (
            Error::ControlInTarget { position },
            "request target: control character at byte 12",
            Parse,
        ),
        (
            Error::TargetTooLong { limit },
            "request target is longer than 100 bytes",
            Signing,
        ),
        (
            Error::MalformedEscape { position },
            "request target: '%' without two hexadecimal digits at byte 12",
            Parse,
        ),
        (
            Error::InvalidHeaderName { index },
            "header 3: the name is no HTTP token",
            Parse,
        ),
        (
            Error::InvalidHeaderValue { index, position },
            "header 3: CR, LF or NUL in the value at byte 12",
            Parse,
        ),
        (
            Error::NonAsciiHeaderValue { index, position },
            "header 3: non-ASCII byte in the value at byte 12",
            Parse,
        ),
        (Error::MissingHost, "no host header", Header),
        (Error::RepeatedHost, "more than one host header", Header),
        (
            Error::HostDiffers,
            "the host header is not the host of the URI",
            Header,
        ),
        (
            Error::AuthorizationAlreadySet,
            "the request has an authorization header already",
            Signing,
        ),
        (
            Error::DateAlreadySet,
            "the request has an x-amz-date header already",
            Signing,
        ),
        (
            Error::SecurityTokenAlreadySet,
            "the request has a session token header already",
            Signing,
        ),
        (
            Error::ContentSha256Differs,
            "x-amz-content-sha256 differs from the hash of the payload",
            Signing,
        ),
        (
            Error::SigningParameterAlreadySet { position },
            "the request target has a signing parameter already at byte 12",
            Signing,
        ),
        (Error::EmptyAccessKeyId, "the access key id is empty", Parse),
        (
            Error::InvalidAccessKeyId { position },
            "access key id: character not allowed at byte 12",
            Parse,
        ),
        (
            Error::EmptySecretAccessKey,
            "the secret access key is empty",
            Signing,
        ),
        (
            Error::InvalidSessionToken { position },
            "session token: empty, or no visible ASCII character at byte 12",
            Signing,
        ),
        (Error::EmptyRegion, "the region is empty", Parse),
        (
            Error::InvalidRegion { position },
            "region: character not allowed at byte 12",
            Parse,
        ),
        (Error::EmptyService, "the service is empty", Parse),
        (
            Error::InvalidService { position },
            "service: character not allowed at byte 12",
            Parse,
        ),
        (
            Error::InvalidTimestamp { position },
            "no date and time of the form YYYYMMDD'T'HHMMSS'Z' at byte 12",
            Parse,
        ),
        (
            Error::TimeOutOfRange { unix_seconds: -1 },
            "unix time -1 s is outside the years 0 to 9999",
            Signing,
        ),
        (
            Error::ExpiresOutOfRange {
                seconds: 0,
                limit: 100,
            },
            "expires after 0 s: allowed are 1 to 100 s",
            Parse,
        ),
        (
            Error::UnsignedPayloadRefused,
            "this service does not accept UNSIGNED-PAYLOAD",
            Payload,
        ),
        (
            Error::UnsupportedAlgorithm,
            "the algorithm is not AWS4-HMAC-SHA256",
            Parse,
        ),
        (
            Error::MalformedAuthorization { position },
            "authorization: no known name=value, or one twice, at byte 12",
            Parse,
        ),
        (Error::MissingCredential, "no credential", Parse),
        (
            Error::MissingSignedHeaders,
            "no list of signed headers",
            Parse,
        ),
        (Error::MissingSignature, "no signature", Parse),
        (
            Error::MalformedCredential { parts: 4 },
            "credential: 4 parts where there should be 5",
            Parse,
        ),
        (
            Error::InvalidScopeDate,
            "credential scope: no date YYYYMMDD",
            Parse,
        ),
        (
            Error::WrongTerminator,
            "credential scope: does not end in aws4_request",
            Parse,
        ),
        (
            Error::InvalidSignedHeader { position },
            "signed headers: no lower-case header name at byte 12",
            Parse,
        ),
        (
            Error::UnsortedSignedHeaders { position },
            "signed headers: not sorted, or repeated, at byte 12",
            Parse,
        ),
        (
            Error::MalformedSignature,
            "the signature is not 64 lower-case hexadecimal digits",
            Parse,
        ),
        (Error::NotSigned, "the request carries no signature", Parse),
        (
            Error::MixedForms,
            "an authorization header and signing parameters at once",
            Parse,
        ),
        (
            Error::RepeatedAuthorization,
            "more than one authorization header",
            Parse,
        ),
        (
            Error::RepeatedSigningHeader { index },
            "header 3: a second one of its name",
            Parse,
        ),
        (
            Error::RepeatedSigningParameter { position },
            "request target: a second signing parameter of its name at byte 12",
            Parse,
        ),
        (
            Error::InvalidSigningParameter { position },
            "request target: signing parameter without UTF-8 text at byte 12",
            Parse,
        ),
        (Error::MissingAlgorithm, "no X-Amz-Algorithm", Parse),
        (Error::MissingDate, "no x-amz-date", Parse),
        (Error::MissingExpires, "no X-Amz-Expires", Parse),
        (
            Error::MalformedExpires,
            "X-Amz-Expires is no decimal number",
            Parse,
        ),
        (
            Error::ScopeDateDiffers,
            "the date of the credential scope is not that of x-amz-date",
            Scope,
        ),
        (
            Error::WrongRegion,
            "the credential is scoped to another region",
            Scope,
        ),
        (
            Error::WrongService,
            "the credential is scoped to another service",
            Scope,
        ),
        (
            Error::Expired {
                signed,
                now,
                limit: 100,
            },
            "signed at 20150830T123600Z, too old at 20150830T133600Z: allowed are 100 s",
            Freshness,
        ),
        (
            Error::NotYetCurrent {
                signed,
                now,
                limit: 100,
            },
            "signed at 20150830T123600Z, in the future at 20150830T133600Z: allowed are 100 s",
            Freshness,
        ),
        (
            Error::SignedHeaderMissing { index },
            "signed header 3 is not in the request",
            Header,
        ),
        (Error::HostNotSigned, "host is not signed", Header),
        (
            Error::AmzHeaderNotSigned { index },
            "header 3: an x-amz-* header that is not signed",
            Header,
        ),
        (
            Error::ContentTypeNotSigned { index },
            "header 3: content-type is not signed",
            Header,
        ),
        (
            Error::MissingContentSha256,
            "no x-amz-content-sha256",
            Payload,
        ),
        (
            Error::UnsupportedContentSha256,
            "x-amz-content-sha256 is neither a lower-case SHA-256 nor UNSIGNED-PAYLOAD",
            Payload,
        ),
        (
            Error::SignedPayloadRefused,
            "this service accepts UNSIGNED-PAYLOAD only",
            Payload,
        ),
        (
            Error::PayloadDiffers,
            "the body does not have the stated hash",
            Payload,
        ),
        (
            Error::PayloadUnknown,
            "the body is signed, but was not given",
            Payload,
        ),
        (
            Error::TooManyHeaders { count, limit },
            "101 headers: allowed are 100",
            Limit,
        ),
        (
            Error::TooManyParameters { count, limit },
            "101 query parameters: allowed are 100",
            Limit,
        ),
        (
            Error::HeadTooLarge {
                bytes: 70_000,
                limit,
            },
            "70000 bytes of target and headers: allowed are 100",
            Limit,
        ),
        (
            Error::SignatureMismatch,
            "the signature does not match",
            Layer::Signature,
        ),
    ]
}

/// The variants that stand in the source, so that a new one is missed here.
fn variants() -> Vec<&'static str> {
    let source = include_str!("../../src/error/mod.rs");
    let (_, rest) = source.split_once("pub enum Error {\n").unwrap();
    let (body, _) = rest.split_once("\n}\n").unwrap();
    let names = body.lines().filter_map(|line| {
        let name = line.strip_prefix("    ")?;
        let name = name.trim_end_matches([',', '{', ' ']);
        name.starts_with(|first: char| first.is_ascii_uppercase())
            .then_some(name)
    });
    names.collect()
}

#[test]
fn every_error_has_its_text() {
    let texts = texts();
    let named: Vec<_> = texts
        .iter()
        .map(|(error, ..)| {
            let debug = format!("{error:?}");
            debug.split([' ', '{']).next().unwrap().to_owned()
        })
        .collect();
    assert_eq!(named, variants());
    for (error, text, layer) in &texts {
        assert_eq!(&error.to_string(), text, "{error:?}");
        assert_eq!(error.layer(), *layer, "{error:?}");
    }
    let mut all: Vec<_> = texts.iter().map(|(_, text, _)| *text).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), texts.len(), "two errors with the same text");
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
