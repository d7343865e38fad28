//! Signing, by example: every corner of the rules, and everything that is refused.

use sigv4::{
    Authorization, CanonicalRequest, Claim, Credentials, Error, Hasher, Header, MAX_EXPIRES,
    Payload,
};
use sigv4::{
    Policy, Profile, QueryPlus, Request, Scope, SessionToken, Signer, Timestamp, UnsignedPayload,
};
use std::time::Duration;

const HOST: Header<'static> = ("host", b"example.com");
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn at() -> Timestamp {
    Timestamp::parse("20150830T123600Z").unwrap()
}

fn hour() -> Duration {
    Duration::from_secs(3_600)
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
}

fn signer(service: &str) -> Signer {
    Signer::new(credentials(), "us-east-1", service)
}

fn get<'a>(target: &'a str, headers: &'a [Header<'a>]) -> Request<'a> {
    Request {
        method: "GET",
        target,
        headers,
        payload: Payload::EMPTY,
    }
}

/// The error of both forms, which is the same.
fn refused(signer: &Signer, request: &Request<'_>) -> Error {
    let header = signer.sign(request, at()).map(|_| ()).unwrap_err();
    let query = signer.presign(request, hour(), at()).map(|_| ());
    assert_eq!(query.unwrap_err(), header);
    assert_eq!(signer.stages(request, at()).unwrap_err(), header);
    let stages = signer.presign_stages(request, hour(), at());
    assert_eq!(stages.unwrap_err(), header);
    header
}

/// The canonical request of a target and headers as they are given.
fn canonical(profile: &Profile, target: &str, headers: &[Header<'_>]) -> String {
    let request = get(target, headers);
    let canonical = CanonicalRequest::new(&request, profile).unwrap();
    let text = String::from_utf8(canonical.to_bytes()).unwrap();
    assert_eq!(canonical.to_string(), text);
    text
}

fn canonical_path(profile: &Profile, path: &str) -> String {
    let text = canonical(profile, path, &[HOST]);
    text.split('\n').nth(1).unwrap().to_owned()
}

fn canonical_query(query: &str) -> String {
    let text = canonical(&Profile::DEFAULT, &format!("/?{query}"), &[HOST]);
    text.split('\n').nth(2).unwrap().to_owned()
}

/// The header lines but for that of `host`, and the list of names.
fn canonical_headers(headers: &[Header<'_>]) -> (Vec<String>, String) {
    let mut all = headers.to_vec();
    all.push(HOST);
    let text = canonical(&Profile::DEFAULT, "/", &all);
    let lines: Vec<_> = text.split('\n').skip(3).map(String::from).collect();
    let [headers @ .., empty, names, hash] = lines.as_slice() else {
        panic!("too few lines");
    };
    assert_eq!((empty.as_str(), hash.as_str()), ("", EMPTY_SHA256));
    let others = headers.iter().filter(|line| !line.starts_with("host:"));
    (others.cloned().collect(), names.clone())
}

fn wire(signer: &Signer, target: &str) -> String {
    let headers = [HOST];
    let request = get(target, &headers);
    let signed = signer.sign(&request, at()).unwrap();
    let url = signer.presign(&request, hour(), at()).unwrap();
    assert!(url.target().starts_with(signed.target()));
    signed.target().to_owned()
}

// ---- Bad input --------------------------------------------------------------------

/// Verification would refuse it.
#[test]
fn a_parameter_of_amazons_is_there_once() {
    for (target, position) in [
        ("/?X-Amz-Meta=1&a=2&X-Amz-Meta=1", 19),
        ("/?X%2Damz-Meta=1&X-Amz-A&X%2dAmz-A", 25),
    ] {
        let error = refused(&signer("execute-api"), &get(target, &[HOST]));
        assert_eq!(
            error,
            Error::RepeatedSigningParameter { position },
            "{target}"
        );
    }
    for target in [
        "/?X-Amz-A=1&X-Amz-B=1",
        "/?X%2DAmz-A=1&X-Amz-B=1",
        "/?X-Amz-%C3%84=1&X%2DAmz-%c3%85=1",
        "/?a=1&a=1&x-amz-a=1&x-amz-a=1",
    ] {
        assert!(
            signer("execute-api")
                .sign(&get(target, &[HOST]), at())
                .is_ok(),
            "{target}"
        );
    }
}

/// Found by fuzzing: a query of one byte was returned as it came.
#[test]
fn a_query_of_one_byte_is_escaped() {
    let signer = signer("execute-api");
    for (target, expected) in [("/?+", "/?%2B"), ("/?\u{14}", "/?%14"), ("/?#", "/?%23")] {
        assert_eq!(wire(&signer, target), expected);
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
}

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
fn nothing_that_signing_writes_is_there_already() {
    for service in ["execute-api", "s3", "s3express", "iotdevicegateway"] {
        for (name, error, text) in [
            (
                "Authorization",
                Error::AuthorizationAlreadySet,
                "the request has an authorization header already",
            ),
            (
                "X-Amz-Date",
                Error::DateAlreadySet,
                "the request has an x-amz-date header already",
            ),
            (
                "X-Amz-Security-Token",
                Error::SecurityTokenAlreadySet,
                "the request has a session token header already",
            ),
            // Verification reads either name, whatever the service.
            (
                "x-amz-s3session-token",
                Error::SecurityTokenAlreadySet,
                "the request has a session token header already",
            ),
        ] {
            let headers = [HOST, (name, b"".as_slice())];
            let signer = signer(service);
            assert_eq!(
                refused(&signer, &get("/", &headers)),
                error,
                "{service} {name}"
            );
            assert_eq!(error.to_string(), text);
        }
    }
}

#[test]
fn signing_parameters_are_not_there_already() {
    for name in [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-SignedHeaders",
        "X-Amz-Expires",
        "X-Amz-Security-Token",
        "X-Amz-S3session-Token",
        "X-Amz-Signature",
        "X-Amz-Content-Sha256",
        "%58-Amz-Dat%65",
    ] {
        for service in ["execute-api", "s3", "s3express", "vpc-lattice-svcs"] {
            for (target, position) in [
                (format!("/?{name}"), 2),
                (format!("/?a=b&&{name}=1&c"), 7),
                (format!("/a b/../é?{name}=1"), 11),
            ] {
                let error = refused(&signer(service), &get(&target, &[HOST]));
                assert_eq!(
                    error,
                    Error::SigningParameterAlreadySet { position },
                    "{target}"
                );
                assert_eq!(
                    error.to_string(),
                    format!(
                        "the request target has a signing parameter already at byte {position}"
                    )
                );
            }
        }
    }
    // Names of parameters have a case, and an end.
    let headers = [HOST];
    for target in [
        "/?x-amz-date=1",
        "/?X-Amz-Dat=1",
        "/?X-Amz-Content-Sha256A=1",
        "/?%58-Amz-Content-Sha256A=1",
        "/?X-Amz-S3session-Token-and-more=1",
    ] {
        signer("s3").sign(&get(target, &headers), at()).unwrap();
    }
}

#[test]
fn a_preset_payload_hash_is_the_right_one() {
    let other = "f".repeat(64);
    let upper = EMPTY_SHA256.to_uppercase();
    for value in [
        "",
        &other,
        &upper,
        "UNSIGNED-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    ] {
        let headers = [HOST, ("X-Amz-Content-Sha256", value.as_bytes())];
        let error = refused(&signer("execute-api"), &get("/", &headers));
        assert_eq!(error, Error::ContentSha256Differs, "{value}");
        assert_eq!(
            error.to_string(),
            "x-amz-content-sha256 differs from the hash of the payload"
        );
    }
    let right = ("X-Amz-Content-Sha256", EMPTY_SHA256.as_bytes());
    let twice = [HOST, right, right];
    let error = refused(&signer("execute-api"), &get("/", &twice));
    assert_eq!(error, Error::ContentSha256Differs);

    let headers = [HOST, right];
    for service in ["execute-api", "s3"] {
        let (signer, request) = (signer(service), get("/", &headers));
        let signed = signer.sign(&request, at()).unwrap();
        let names: Vec<_> = signed.headers().map(|(name, _)| name).collect();
        assert_eq!(names, ["authorization", "x-amz-date"], "not written again");
        let signed_headers = "SignedHeaders=host;x-amz-content-sha256;x-amz-date,";
        assert!(signed.authorization().contains(signed_headers));
    }
}

#[test]
fn credentials_are_complete() {
    let long = "x".repeat(5_000);
    let new = Credentials::new;
    for (credentials, error, text) in [
        (
            new("", "s"),
            Error::EmptyAccessKeyId,
            "the access key id is empty",
        ),
        (
            new("AK/ID", "s"),
            Error::InvalidAccessKeyId { position: 2 },
            "access key id: character not allowed at byte 2",
        ),
        (
            new("AKID\n", "s"),
            Error::InvalidAccessKeyId { position: 4 },
            "access key id: character not allowed at byte 4",
        ),
        (
            new("AKID", ""),
            Error::EmptySecretAccessKey,
            "the secret access key is empty",
        ),
        (
            new("AKID", "s").with_session_token(""),
            Error::InvalidSessionToken { position: 0 },
            "session token: empty, or no visible ASCII character at byte 0",
        ),
        (
            new("AKID", "s").with_session_token(format!("{long}\r")),
            Error::InvalidSessionToken { position: 5_000 },
            "session token: empty, or no visible ASCII character at byte 5000",
        ),
    ] {
        let signer = Signer::new(credentials, "us-east-1", "execute-api");
        assert_eq!(refused(&signer, &get("/", &[HOST])), error);
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn scope_parts_are_plain_words() {
    let scope = |region: &str, service: &str| {
        let signer = Signer::new(credentials(), region, service);
        let error = refused(&signer, &get("/", &[HOST]));
        let at = at();
        assert_eq!(Scope::new(&at, region, service).unwrap_err(), error);
        error
    };
    assert_eq!(scope("", "s"), Error::EmptyRegion);
    assert_eq!(scope("r", ""), Error::EmptyService);
    assert_eq!(Error::EmptyRegion.to_string(), "the region is empty");
    assert_eq!(Error::EmptyService.to_string(), "the service is empty");
    for byte in [
        '/', ',', ';', '=', ' ', '\t', '\n', '\0', '\u{7f}', 'é', '\u{a0}',
    ] {
        let part = format!("ab{byte}");
        let error = scope(&part, "s");
        assert_eq!(error, Error::InvalidRegion { position: 2 }, "{byte:?}");
        assert_eq!(error.to_string(), "region: character not allowed at byte 2");
        let error = scope("r", &part);
        assert_eq!(error, Error::InvalidService { position: 2 }, "{byte:?}");
        assert_eq!(
            error.to_string(),
            "service: character not allowed at byte 2"
        );
    }
}

/// Expected figures from another implementation of HMAC. A string to sign of more than
/// 256 bytes and a secret of more than 60 are computed in another way than shorter ones.
#[test]
fn lengths_change_nothing() {
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    for (secret, region, signature) in [
        (
            secret,
            "r".repeat(123),
            "a4c8b7e6e0810f8cb514499ec7a3e350ccd9e6d115bb6c47fc12df3d00017e09",
        ),
        (
            secret,
            "r".repeat(124),
            "0d45b5f8264ebaf94b34c86227a316763896c14d47e5c3655c63581eafc41d2c",
        ),
        (
            secret,
            "r".repeat(300),
            "338784954a843a8e19e8f425a6e314d92359957efab1f380de09c439bdd16d79",
        ),
        (
            &"s".repeat(60),
            "us-east-1".into(),
            "452e9a0e693c446628938ab0b15a62e047a231d6cf6ba8547c3d62bfc1078f7e",
        ),
        (
            &"s".repeat(61),
            "us-east-1".into(),
            "0970346f8a06926d056bdccf9a10be51d076948290b5417ef3c61111f630b3cf",
        ),
        (
            &"s".repeat(200),
            "us-east-1".into(),
            "03d817464f8ea6a5dc0f445863bbde3532705cf7fdbe0dcc7b1de7884c008233",
        ),
    ] {
        let credentials = Credentials::new("AKIDEXAMPLE", secret);
        let signer = Signer::new(credentials, &region, "execute-api");
        let headers = [HOST];
        let request = get("/", &headers);
        let signed = signer.sign(&request, at()).unwrap();
        assert_eq!(signed.signature().to_string(), signature, "{region}");
        let authorization = Authorization::parse(signed.authorization()).unwrap();
        assert_eq!(authorization.to_string(), signed.authorization());
        assert_eq!(signer.region(), region);
        assert_eq!(signer.service(), "execute-api");
        assert_eq!(signer.credentials().secret_access_key(), secret);
        assert_eq!(signer.profile(), &Profile::DEFAULT);
    }
}

/// The token of a profile of one's own is not there before either.
#[test]
fn a_token_by_another_name_is_not_there_already() {
    let signer = signer("execute-api").with_profile(Profile {
        session_token_header: "x-own-token",
        session_token_parameter: "Own-Token",
        ..Profile::DEFAULT
    });
    let headers = [HOST, ("X-Own-Token", b"".as_slice())];
    let error = refused(&signer, &get("/", &headers));
    assert_eq!(error, Error::SecurityTokenAlreadySet);
    let error = refused(&signer, &get("/?a=1&Own%2DToken", &[HOST]));
    assert_eq!(error, Error::SigningParameterAlreadySet { position: 6 });
}

/// A name that is not encoded as it stands is signed encoded.
#[test]
fn a_token_parameter_can_have_any_name() {
    for name in ["x:token", "a b", "a+b", "X-Amz-T%6Fken", "Own-Token"] {
        let profile = Profile {
            session_token_parameter: name,
            ..Profile::DEFAULT
        };
        let credentials = credentials().with_session_token("token");
        let signer = Signer::new(credentials, "us-east-1", "execute-api").with_profile(profile);
        let headers = [HOST];
        let request = get("/?a=1", &headers);
        let url = signer.presign(&request, hour(), at()).unwrap();
        let stages = signer.presign_stages(&request, hour(), at()).unwrap();
        let unsigned = url.target().split("&X-Amz-Signature=").next().unwrap();
        let arrived = Request {
            target: unsigned,
            ..request
        };
        let canonical = CanonicalRequest::new(&arrived, &profile).unwrap();
        assert_eq!(stages.canonical_request, canonical.to_bytes(), "{name}");
    }
}

/// A buffer that is used again holds what signing into a new one gives, or nothing.
#[test]
fn a_buffer_holds_the_newest_header_only() {
    let signer = signer("s3");
    let mut buffer = "what was there".to_owned();
    for target in ["/a", "/?b=1", "/"] {
        let headers = [HOST];
        let request = get(target, &headers);
        let signed = signer.sign(&request, at()).unwrap();
        let into = signer.sign_into(&request, at(), &mut buffer).unwrap();
        assert_eq!(into.authorization(), signed.authorization());
        assert!(into.headers().eq(signed.headers()));
        assert_eq!(into.target(), target);
        assert_eq!(buffer, signed.authorization());
        let wrong = get("b", &headers);
        let error = signer.sign_into(&wrong, at(), &mut buffer).map(|_| ());
        assert_eq!(error, Err(Error::TargetNotAbsolute));
        assert_eq!(buffer, "");
    }
}

/// A signer keeps the keys of its first day and of the latest.
#[test]
fn a_signer_follows_the_date() {
    let kept = signer("execute-api");
    let headers = [HOST];
    let request = get("/", &headers);
    for time in [
        "20150830T235959Z",
        "20150831T000000Z",
        "20150831T000001Z",
        "20150830T235959Z",
        "20150901T000000Z",
        "20150831T000000Z",
        "20150830T235959Z",
        "20150901T000000Z",
    ] {
        let at = Timestamp::parse(time).unwrap();
        let fresh = signer("execute-api");
        let fresh = fresh.sign(&request, at).unwrap();
        for signer in [&kept, &kept.clone()] {
            let signed = signer.sign(&request, at).unwrap();
            assert_eq!(signed.authorization(), fresh.authorization(), "{time}");
        }
    }
}

/// Threads that sign on both sides of midnight with one signer each get the right key.
#[test]
fn a_signer_is_shared_between_threads() {
    let shared = signer("execute-api");
    let headers = [HOST];
    let request = get("/", &headers);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (shared, request) = (&shared, &request);
            scope.spawn(move || {
                for turn in 0..200 {
                    let day = 10 + (thread + turn) % 3;
                    let at = Timestamp::parse(&format!("201508{day}T235959Z")).unwrap();
                    let fresh = signer("execute-api");
                    let fresh = fresh.sign(request, at).unwrap();
                    let signed = shared.sign(request, at).unwrap();
                    assert_eq!(signed.authorization(), fresh.authorization(), "{at}");
                }
            });
        }
    });
}

/// However a text is cut into pieces, its hash is the same.
#[test]
fn a_hash_has_no_pieces() {
    let text: Vec<u8> = (0..=255).cycle().take(1_600).collect();
    let whole = Hasher::default();
    let hash = |pieces: &[&[u8]]| {
        let mut hasher = whole.clone();
        pieces.iter().for_each(|piece| hasher.put(piece));
        hasher.finish()
    };
    let expected = hash(&[&text]);
    for size in [1, 63, 64, 256, 511, 512, 513, 1_024] {
        let pieces: Vec<_> = text.chunks(size).collect();
        assert_eq!(hash(&pieces), expected, "{size}");
    }
    assert_eq!(hex::encode(hash(&[])), EMPTY_SHA256);
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

#[test]
fn times_have_four_digits_for_the_year() {
    for (seconds, text) in [
        (-62_167_219_200, "00000101T000000Z"),
        (-1, "19691231T235959Z"),
        (0, "19700101T000000Z"),
        (1_440_938_160, "20150830T123600Z"),
        (253_402_300_799, "99991231T235959Z"),
    ] {
        assert_eq!(Timestamp::from_unix(seconds).unwrap().as_str(), text);
        assert_eq!(Timestamp::parse(text).unwrap().unix(), seconds);
        assert_eq!(text.parse(), Timestamp::parse(text));
    }
    for unix_seconds in [-62_167_219_201, 253_402_300_800, i64::MIN, i64::MAX] {
        let error = Timestamp::from_unix(unix_seconds).unwrap_err();
        assert_eq!(error, Error::TimeOutOfRange { unix_seconds });
        assert_eq!(
            error.to_string(),
            format!("unix time {unix_seconds} s is outside the years 0 to 9999")
        );
    }
}

#[cfg(feature = "std")]
#[test]
fn fractions_of_a_second_are_dropped() {
    use std::time::SystemTime;
    let epoch = SystemTime::UNIX_EPOCH;
    let millisecond = Duration::from_millis(1);
    let of = |time: SystemTime| Timestamp::try_from(time).unwrap().to_string();
    assert_eq!(of(epoch + millisecond), "19700101T000000Z");
    assert_eq!(of(epoch - millisecond), "19691231T235959Z");
    assert_eq!(of(epoch - Duration::from_secs(1)), "19691231T235959Z");
}

/// The date of a time is that of its credential scope.
#[test]
fn a_time_has_a_date() {
    assert_eq!(at().date(), "20150830");
    assert_eq!(Timestamp::EPOCH.date(), "19700101");
}

/// An offset can carry a time over the edge of what four digits can write.
#[test]
fn offsets_are_taken_into_account() {
    use time::{OffsetDateTime, UtcOffset};
    let last = OffsetDateTime::from(Timestamp::parse("99991231T235959Z").unwrap());
    let first = OffsetDateTime::from(Timestamp::parse("00000101T000000Z").unwrap());
    let east = UtcOffset::from_hms(2, 0, 0).unwrap();
    let west = UtcOffset::from_hms(-2, 0, 0).unwrap();
    for (local, offset) in [(last, west), (first, east)] {
        let over = local.replace_offset(offset);
        assert!(matches!(
            Timestamp::try_from(over),
            Err(Error::TimeOutOfRange { .. })
        ));
    }
    let noon = OffsetDateTime::from(at()).replace_offset(east);
    assert_eq!(
        Timestamp::try_from(noon).unwrap().as_str(),
        "20150830T103600Z"
    );
}

#[test]
fn timestamps_name_the_first_fault() {
    for (text, position) in [
        ("", 0),
        ("20150830", 8),
        ("20150830T123600", 15),
        ("20150830T123600ZZ", 16),
        ("20150830 123600Z", 8),
        ("20150830t123600Z", 8),
        ("20150830T123600z", 15),
        ("20150830T123600+", 15),
        ("x0150830T123600Z", 0),
        ("2 150830T123600Z", 1),
        ("201x0830T123600Z", 3),
        ("20151330T123600Z", 4),
        ("20150030T123600Z", 4),
        ("20150832T123600Z", 6),
        ("20150229T123600Z", 6),
        ("20150830T243600Z", 9),
        ("20150830T126000Z", 11),
        ("20150830T123660Z", 13),
        ("2015-08-30T12:36", 4),
        ("Sun, 30 Aug 2015", 0),
        ("+0150830T123600Z", 0),
        ("２015083T123600Z", 0),
    ] {
        let error = Timestamp::parse(text).unwrap_err();
        assert_eq!(error, Error::InvalidTimestamp { position }, "{text}");
        assert_eq!(
            error.to_string(),
            format!("no date and time of the form YYYYMMDD'T'HHMMSS'Z' at byte {position}")
        );
    }
    assert!(Timestamp::parse("20160229T000000Z").is_ok());
    assert!(Timestamp::parse("19000229T000000Z").is_err());
    assert!(Timestamp::parse("20000229T000000Z").is_ok());
}

// ---- Services ---------------------------------------------------------------------

/// The table of the rules, row by row.
#[test]
fn every_service_has_its_row() {
    use SessionToken::{AppendedAfterSigning, Signed};
    use UnsignedPayload::{Allowed, Refused, Required};
    const TOKEN: (&str, &str) = ("x-amz-security-token", "X-Amz-Security-Token");
    const S3_TOKEN: (&str, &str) = ("x-amz-s3session-token", "X-Amz-S3session-Token");
    for (service, once, sent, unsigned, presign, token, presigned) in [
        ("execute-api", false, false, Refused, false, TOKEN, Signed),
        ("lambda", false, false, Refused, false, TOKEN, Signed),
        ("es", false, false, Refused, false, TOKEN, Signed),
        ("iam", false, false, Refused, false, TOKEN, Signed),
        ("S3", false, false, Refused, false, TOKEN, Signed),
        ("s3", true, true, Allowed, true, TOKEN, Signed),
        ("s3-object-lambda", true, true, Allowed, true, TOKEN, Signed),
        ("s3-outposts", true, true, Allowed, true, TOKEN, Signed),
        ("s3express", true, true, Allowed, true, S3_TOKEN, Signed),
        (
            "vpc-lattice-svcs",
            false,
            true,
            Required,
            true,
            TOKEN,
            Signed,
        ),
        (
            "iotdevicegateway",
            false,
            false,
            Refused,
            false,
            TOKEN,
            AppendedAfterSigning,
        ),
    ] {
        let row = Profile {
            double_encode_path: !once,
            normalize_path: !once,
            query_plus: QueryPlus::Literal,
            payload_hash_header: sent,
            unsigned_payload: unsigned,
            presign_unsigned: presign,
            session_token_header: token.0,
            session_token_parameter: token.1,
            header_session_token: Signed,
            presigned_session_token: presigned,
            non_ascii_header_values: false,
        };
        assert_eq!(Profile::for_service(service), row, "{service}");
    }
    assert_eq!(Profile::default(), Profile::DEFAULT);
}

#[test]
fn unsigned_payloads_are_refused_allowed_or_required() {
    let headers = [HOST];
    let unsigned = Request {
        payload: Payload::Unsigned,
        ..get("/", &headers)
    };
    for service in ["execute-api", "lambda", "iotdevicegateway"] {
        let error = refused(&signer(service), &unsigned);
        assert_eq!(error, Error::UnsignedPayloadRefused, "{service}");
        assert_eq!(
            error.to_string(),
            "this service does not accept UNSIGNED-PAYLOAD"
        );
    }
    let body = Request {
        payload: Payload::Bytes(b"body"),
        ..unsigned
    };
    let sent = |service: &str, request: &Request<'_>| {
        let signer = signer(service);
        let signed = signer.sign(request, at()).unwrap();
        let mut headers = signed
            .headers()
            .map(|(name, value)| (name, value.to_owned()));
        headers
            .find(|(name, _)| *name == "x-amz-content-sha256")
            .map(|(_, value)| value)
    };
    let hash = "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5";
    assert_eq!(sent("execute-api", &body), None);
    assert_eq!(sent("s3", &body).as_deref(), Some(hash));
    assert_eq!(sent("s3", &unsigned).as_deref(), Some("UNSIGNED-PAYLOAD"));
    assert_eq!(
        sent("vpc-lattice-svcs", &body).as_deref(),
        Some("UNSIGNED-PAYLOAD")
    );
    assert_eq!(
        sent("vpc-lattice-svcs", &unsigned).as_deref(),
        Some("UNSIGNED-PAYLOAD")
    );
}

// ---- Path -------------------------------------------------------------------------

#[test]
fn paths_are_encoded_once_more() {
    for (path, expected) in [
        ("/", "/"),
        ("/a%20b", "/a%2520b"),
        ("/%2f", "/%252f"),
        ("/100%25", "/100%2525"),
        ("/%FF", "/%25FF"),
        ("/a b", "/a%20b"),
        ("/é", "/%C3%A9"),
        ("/~._-", "/~._-"),
        (
            "/*'();:@&=+$,[]",
            "/%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%5B%5D",
        ),
        ("/a#b", "/a%23b"),
    ] {
        assert_eq!(canonical_path(&Profile::DEFAULT, path), expected, "{path}");
    }
}

#[test]
fn dot_segments_and_doubled_slashes_are_removed() {
    for (path, expected) in [
        ("//", "/"),
        ("///a///b///", "/a/b/"),
        ("/.", "/"),
        ("/./", "/"),
        ("/..", "/"),
        ("/../..", "/"),
        ("/../a", "/a"),
        ("/a/..", "/"),
        ("/a/../", "/"),
        ("/a/b/..", "/a"),
        ("/a/b/../", "/a/"),
        ("/a/b/.", "/a/b"),
        ("/a/b/./", "/a/b/"),
        ("/a//..", "/"),
        ("/a/../../b", "/b"),
        ("/...", "/..."),
        ("/.a/b./..c", "/.a/b./..c"),
        ("/%2e%2e/a", "/%252e%252e/a"),
        ("/a/%2E", "/a/%252E"),
        ("/a/\\../b", "/a/%5C../b"),
    ] {
        assert_eq!(canonical_path(&Profile::DEFAULT, path), expected, "{path}");
    }
}

#[test]
fn s3_paths_are_decoded_and_encoded_once() {
    for (path, expected) in [
        ("//a/../b/./", "//a/../b/./"),
        ("/a%20b", "/a%20b"),
        ("/a b", "/a%20b"),
        ("/a+b", "/a%2Bb"),
        ("/a%2bb", "/a%2Bb"),
        ("/%7euser", "/~user"),
        ("/%41", "/A"),
        ("/%2525", "/%2525"),
        ("/%2e%2e", "/.."),
        ("/%ff", "/%FF"),
        ("/é", "/%C3%A9"),
        ("/%2f", "//"),
        ("/test$file.text", "/test%24file.text"),
    ] {
        assert_eq!(canonical_path(&Profile::S3, path), expected, "{path}");
    }
}

// ---- Query ------------------------------------------------------------------------

#[test]
fn queries_are_split_decoded_encoded_and_sorted() {
    for (query, expected) in [
        ("", ""),
        ("&", ""),
        ("&&a=1&&", "a=1"),
        ("&a=1", "a=1"),
        ("a=1&", "a=1"),
        ("a=1&&b=2", "a=1&b=2"),
        ("a&&b&", "a=&b="),
        ("a&&b=1", "a=&b=1"),
        ("a=1&b=2", "a=1&b=2"),
        ("a=1&b", "a=1&b="),
        ("flag", "flag="),
        ("flag=", "flag="),
        ("=v", "=v"),
        ("=", "="),
        ("b=1&=v&a", "=v&a=&b=1"),
        ("a=b=c", "a=b%3Dc"),
        ("a==", "a=%3D"),
        ("a?b=?", "a%3Fb=%3F"),
        ("%7e=%2f", "~=%2F"),
        ("a=/", "a=%2F"),
        ("/2F=/7E&=%2F7E", "=%2F7E&%2F2F=%2F7E"),
        ("a=*()!'", "a=%2A%28%29%21%27"),
        ("a=%FF", "a=%FF"),
        ("a=%ff%fe", "a=%FF%FE"),
        ("a=%C3%A9", "a=%C3%A9"),
        ("a=é", "a=%C3%A9"),
        ("a=+", "a=%2B"),
        ("a=%2b", "a=%2B"),
        ("a= ", "a=%20"),
        ("a=%2520", "a=%2520"),
        ("a=%26%3D", "a=%26%3D"),
        ("a=x#y", "a=x%23y"),
        ("a=%00", "a=%00"),
    ] {
        assert_eq!(canonical_query(query), expected, "{query}");
    }
}

/// By encoded key, then by encoded value; never by the joined text.
#[test]
fn queries_sort_by_key_then_value() {
    for (query, expected) in [
        ("a=2&a-b=1&a.c=3", "a=2&a-b=1&a.c=3"),
        ("a.c=3&a-b=1&a=2", "a=2&a-b=1&a.c=3"),
        ("a0=3&a%20b=2&a=1", "a=1&a%20b=2&a0=3"),
        ("b=1&B=2&a=3", "B=2&a=3&b=1"),
        ("a=b&a=B&a=&a", "a=&a=&a=B&a=b"),
        ("a=2&a=10&a=1", "a=1&a=10&a=2"),
        ("a=z&a=%20&a=%C3", "a=%20&a=%C3&a=z"),
        ("a~=1&aé=2&aA=3", "a%C3%A9=2&aA=3&a~=1"),
        ("%62=1&a=2", "a=2&b=1"),
    ] {
        assert_eq!(canonical_query(query), expected, "{query}");
    }
    // More than fit on the stack.
    let many: Vec<_> = (0..100).map(|number| format!("k{number:02}=")).collect();
    let mut turned = many.clone();
    turned.reverse();
    assert_eq!(canonical_query(&turned.join("&")), many.join("&"));
}

#[test]
fn plus_can_be_a_space() {
    let profile = Profile {
        query_plus: QueryPlus::Space,
        ..Profile::DEFAULT
    };
    let text = canonical(&profile, "/a+b?a+b=c+%2B", &[HOST]);
    assert!(text.starts_with("GET\n/a%2Bb\na%20b=c%20%2B\n"), "{text}");
    let signer = signer("execute-api").with_profile(profile);
    assert_eq!(wire(&signer, "/a+b?a+b=c+%2B"), "/a+b?a%20b=c%20%2B");
}

// ---- The target that goes on the wire ---------------------------------------------

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
        ("execute-api", "/?a=/?:@!$'()*,;", "/?a=/?:@!$'()*,;"),
        ("execute-api", "/a#b?c#d", "/a%23b?c%23d"),
        ("execute-api", "/?a&&b&", "/?a&&b&"),
        (
            "execute-api",
            "/\"<>[]\\^`{|}",
            "/%22%3C%3E%5B%5D%5C%5E%60%7B%7C%7D",
        ),
        ("execute-api", "/\r\n?\0\t", "/%0D%0A?%00%09"),
        ("s3", "/a//b/../c/.", "/a//b/../c/."),
        ("s3", "/a+b", "/a%2Bb"),
        ("s3", "/a%2fb/%2F", "/a%2fb/%2F"),
        ("s3", "/a%2fb", "/a/b"),
        ("s3", "/a/%2e%2E/b+c", "/a/%2e%2E/b%2Bc"),
        ("s3", "/a%2bb%7e(c)=d", "/a%2Bb~%28c%29%3Dd"),
        ("s3", "/a b?c+d", "/a%20b?c%2Bd"),
    ] {
        assert_eq!(wire(&signer(service), target), expected, "{target}");
    }
    for target in ["/a b/../é?a=b+c", "/a//b#"] {
        let signer = signer("execute-api").with_target_as_given();
        assert_eq!(wire(&signer, target), target);
    }
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
    assert_eq!(presigned("/?a"), "/?a&");
    assert_eq!(presigned("/?a&"), "/?a&");
    assert_eq!(presigned("/?a?"), "/?a?&");
    assert_eq!(presigned("/??"), "/??&");
}

// ---- Headers ----------------------------------------------------------------------

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

#[test]
fn the_session_token_is_a_signed_header() {
    let headers = [HOST];
    for (service, name, others) in [
        ("execute-api", "x-amz-security-token", ""),
        ("iotdevicegateway", "x-amz-security-token", ""),
        ("s3", "x-amz-security-token", "x-amz-content-sha256;"),
        (
            "s3express",
            "x-amz-s3session-token",
            "x-amz-content-sha256;",
        ),
    ] {
        let signer = Signer::new(
            credentials().with_session_token("T/+="),
            "us-east-1",
            service,
        );
        let request = get("/", &headers);
        let signed = signer.sign(&request, at()).unwrap();
        let (last, value) = signed.headers().last().unwrap();
        assert_eq!((last, value), (name, "T/+="));
        let names = format!("SignedHeaders=host;{others}x-amz-date;{name},");
        assert!(signed.authorization().contains(&names), "{service}");
    }
}

// ---- Presigned URLs ---------------------------------------------------------------

/// The parameters of a presigned URL, without the signature.
fn parameters(url: &str) -> Vec<&str> {
    let (_, query) = url.split_once('?').unwrap();
    let mut all: Vec<_> = query.split('&').collect();
    assert!(all.pop().unwrap().starts_with("X-Amz-Signature="));
    all
}

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
fn s3_presigns_without_the_body_unless_its_hash_is_given() {
    let headers = [HOST];
    let last = |service: &str, payload: Payload<'_>| {
        let signer = signer(service);
        let request = Request {
            payload,
            ..get("/key", &headers)
        };
        let stages = signer.presign_stages(&request, hour(), at()).unwrap();
        let canonical = String::from_utf8(stages.canonical_request).unwrap();
        let line = canonical.rsplit('\n').next().unwrap().to_owned();
        let url = signer.presign(&request, hour(), at()).unwrap();
        let sent = parameters(url.target())
            .iter()
            .find_map(|parameter| parameter.strip_prefix("X-Amz-Content-Sha256="))
            .map(String::from);
        assert_eq!(sent.is_some(), canonical.contains("X-Amz-Content-Sha256"));
        (line, sent)
    };
    let unsigned = ("UNSIGNED-PAYLOAD".to_owned(), None);
    let hash = "07".repeat(32);
    for service in ["s3", "s3express", "s3-outposts"] {
        for payload in [Payload::EMPTY, Payload::Bytes(b"body"), Payload::Unsigned] {
            assert_eq!(last(service, payload), unsigned, "{service}");
        }
        let given = last(service, Payload::Sha256([7; 32]));
        assert_eq!(given, (hash.clone(), Some(hash.clone())), "{service}");
    }
    for payload in [Payload::EMPTY, Payload::Sha256([7; 32]), Payload::Unsigned] {
        assert_eq!(last("vpc-lattice-svcs", payload), unsigned);
    }
    assert_eq!(last("lambda", Payload::Sha256([7; 32])), (hash, None));
    assert_eq!(
        last("lambda", Payload::EMPTY),
        (EMPTY_SHA256.to_owned(), None)
    );
}

#[test]
fn a_presigned_token_is_signed_or_appended() {
    let headers = [HOST];
    for (service, name, signed) in [
        ("execute-api", "X-Amz-Security-Token", true),
        ("s3", "X-Amz-Security-Token", true),
        ("s3express", "X-Amz-S3session-Token", true),
        ("iotdevicegateway", "X-Amz-Security-Token", false),
    ] {
        let signer = Signer::new(
            credentials().with_session_token("T/+= "),
            "us-east-1",
            service,
        );
        assert!(signer.presign(&get("/", &headers), hour(), at()).is_err());
        let signer = Signer::new(
            credentials().with_session_token("T/+="),
            "us-east-1",
            service,
        );
        let request = get("/", &headers);
        let url = signer.presign(&request, hour(), at()).unwrap();
        let token = format!("{name}=T%2F%2B%3D");
        assert_eq!(parameters(url.target()).last(), Some(&token.as_str()));
        let stages = signer.presign_stages(&request, hour(), at()).unwrap();
        let canonical = String::from_utf8(stages.canonical_request).unwrap();
        assert_eq!(canonical.contains(&token), signed, "{service}");
        let tokenless = Signer::new(credentials(), "us-east-1", service);
        let plain = tokenless.presign(&request, hour(), at()).unwrap();
        assert_eq!(plain.signature() == url.signature(), !signed, "{service}");
    }
}

// ---- Long input -------------------------------------------------------------------

/// Ten times the input takes about ten times as long: counted in bytes, not seconds, it
/// is enough that these finish at all in a test.
#[test]
fn long_requests_are_signed() {
    let number = |count: usize| (0..count).rev().map(|number| format!("p{number}=%2F"));
    let query: Vec<_> = number(50_000).collect();
    let target = format!("/{}?{}", "a/../".repeat(100_000), query.join("&"));
    let names: Vec<_> = (0..20_000).map(|number| format!("X-{number}")).collect();
    let value = " a".repeat(50);
    let mut headers: Vec<Header<'_>> = names
        .iter()
        .map(|name| (name.as_str(), value.as_bytes()))
        .collect();
    headers.push(HOST);
    let request = get(&target, &headers);
    let (signer, at) = (signer("execute-api"), at());
    let signed = signer.sign(&request, at).unwrap();
    assert!(signed.target().starts_with("/?p49999=%2F&"));

    let mut headers = headers.clone();
    headers.extend(
        signed
            .headers()
            .map(|(name, value)| (name, value.as_bytes())),
    );
    let arrived = get(signed.target(), &headers);
    let arrived = Request {
        headers: &headers,
        ..arrived
    };
    let claim = Claim::from_request(&arrived).unwrap();
    let policy = Policy {
        max_headers: usize::MAX,
        max_parameters: usize::MAX,
        max_head: usize::MAX,
        ..Policy::new(&["us-east-1"], "execute-api")
    };
    let key = claim.signing_key(credentials().secret_access_key());
    claim.verify(&key, &arrived, &policy, at).unwrap();
}
