//! What API Gateway says to a signature that does not hold.

use crate::harness::{Call, HOST, NOW, send, start};
use sigv4::{Credentials, Payload, Profile, Request, Signer, Timestamp};

#[test]
fn a_wrong_signature_is_answered_with_what_was_computed() {
    let gateway = start();
    let mut call = Call::get("/prod/items?b=2&a=1");
    call.secret = "another";
    let answer = call.send(&gateway);
    let canonical = format!(
        "GET\n/prod/items\na=1&b=2\nhost:{HOST}\nx-amz-date:{NOW}\n\nhost;x-amz-date\n\
         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    let expected = sigv4_stages(&call);
    assert_eq!(expected.0, canonical);
    answer.assert(
        403,
        "InvalidSignatureException",
        &format!(
            "The request signature we calculated does not match the signature you provided. \
             Check your AWS Secret Access Key and signing method. Consult the service \
             documentation for details.\n\nThe Canonical String for this request should have \
             been\n'{canonical}'\n\nThe String-to-Sign should have been\n'{}'\n",
            expected.1
        ),
    );
}

fn sigv4_stages(call: &Call) -> (String, String) {
    let request = Request {
        method: call.method,
        target: call.target,
        headers: &[("host", HOST.as_bytes())],
        payload: Payload::EMPTY,
    };
    let stages = call
        .signer()
        .stages(&request, Timestamp::parse(NOW).unwrap())
        .unwrap();
    (
        String::from_utf8(stages.canonical_request).unwrap(),
        stages.string_to_sign,
    )
}

#[test]
fn each_fault_has_its_own_answer() {
    let gateway = start();
    let with = |change: fn(&mut Call)| {
        let mut call = Call::get("/prod/items");
        change(&mut call);
        call
    };
    let invalid = "InvalidSignatureException";
    let token = "The security token included in the request is invalid.";
    let cases: [(Call, &str, &str); 9] = [
        (
            with(|call| call.access_key_id = "AKIDNOBODY"),
            "UnrecognizedClientException",
            token,
        ),
        (
            with(|call| call.at = "20150830T123059Z"),
            invalid,
            "Signature expired: 20150830T123059Z is now earlier than 20150830T123100Z \
             (20150830T123600Z - 5 min.)",
        ),
        (
            with(|call| call.at = "20150830T124101Z"),
            invalid,
            "Signature not yet current: 20150830T124101Z is still later than 20150830T124100Z \
             (20150830T123600Z + 5 min.)",
        ),
        (
            with(|call| call.region = "eu-west-1"),
            invalid,
            "Credential should be scoped to a valid region. ",
        ),
        (
            with(|call| call.service = "lambda"),
            invalid,
            "Credential should be scoped to correct service: 'execute-api'. ",
        ),
        (
            with(|call| call.access_key_id = "ASIATEMPORARY"),
            "UnrecognizedClientException",
            token,
        ),
        (
            with(|call| (call.access_key_id, call.token) = ("ASIATEMPORARY", Some("another"))),
            "UnrecognizedClientException",
            token,
        ),
        (
            with(|call| call.token = Some("the+token")),
            "UnrecognizedClientException",
            token,
        ),
        (
            with(|call| (call.access_key_id, call.token) = ("ASIAEXPIRED", Some("the+token"))),
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
    ];
    for (call, error_type, message) in cases {
        call.send(&gateway).assert(403, error_type, message);
    }
    let temporary =
        with(|call| (call.access_key_id, call.token) = ("ASIATEMPORARY", Some("the+token")));
    assert_eq!(temporary.send(&gateway).status, 200);
}

/// The header is changed after signing.
#[test]
fn each_malformed_header_has_its_own_answer() {
    let gateway = start();
    let (incomplete, invalid) = ("IncompleteSignatureException", "InvalidSignatureException");
    let changed = |from: &str, to: &str| {
        let (from, to) = (from.to_owned(), to.to_owned());
        Call::get("/prod/items").send_changed(&gateway, move |lines| {
            let before = lines.clone();
            for line in lines.iter_mut().skip(1) {
                *line = line.replacen(&from, &to, 1);
            }
            assert_ne!(*lines, before, "{from}");
        })
    };
    changed("/aws4_request", "/aws4").assert(
        403,
        invalid,
        "Credential should be scoped with a valid terminator: 'aws4_request'. ",
    );
    changed("/20150830/", "/20150829/").assert(
        403,
        invalid,
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
    );
    changed("/us-east-1", "").assert(
        403,
        incomplete,
        "Credential must have exactly 5 slash-delimited elements, e.g. \
         keyid/date/region/service/term",
    );
    changed("x-amz-date: 20150830T123600Z", "x-amz-date: 2015").assert(
        403,
        incomplete,
        "Date must be in ISO-8601 'basic format'. See http://en.wikipedia.org/wiki/ISO_8601",
    );
    changed("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512").assert(
        403,
        incomplete,
        "Unsupported AWS 'algorithm' (only AWS4-HMAC-SHA256 for now). ",
    );
    changed("SignedHeaders=host;x-amz-date", "SignedHeaders=x-amz-date").assert(
        403,
        invalid,
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
    changed("SignedHeaders=host;x-amz-date", "SignedHeaders=host").assert(
        403,
        invalid,
        "'x-amz-date' must be a 'SignedHeader' in the AWS Authorization.",
    );
    let missing = changed("SignedHeaders=", "Signed=").json()["message"].clone();
    let missing = missing.as_str().unwrap();
    assert!(
        missing.starts_with(
            "Authorization header requires 'SignedHeaders' parameter. (Hashed with SHA-256 and \
             encoded with Base64) Authorization="
        ),
        "{missing}"
    );
    let no_equals = changed("Credential=", "Credential").json()["message"].clone();
    assert!(no_equals.as_str().unwrap().starts_with(
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with \
         SHA-256 and encoded with Base64): '"
    ));
    let answer = Call::get("/prod/items?X-Amz-Other=1").send_changed(&gateway, |lines| {
        lines[0] = "GET /prod/items?X-Amz-Algorithm=AWS4-HMAC-SHA256 HTTP/1.1".into();
    });
    answer.assert(
        403,
        invalid,
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    );
    let bare = format!("GET /prod/items?X-Amz-Algorithm=x HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
    assert_eq!(send(gateway.address(), &bare).status, 403);
    let answer = Call::get("/prod/items").send_changed(&gateway, |lines| {
        lines[0] = "GET /prod/items?a=%zz HTTP/1.1".into()
    });
    answer.assert(400, "BadRequestException", "Bad Request");
}

#[test]
fn a_mismatch_shows_what_arrived() {
    let gateway = start();
    let mut call = Call::get("/prod/items");
    call.headers.push(("x-foo", "bar"));
    let stripped = call.send_changed(&gateway, |lines| {
        lines.retain(|line| !line.starts_with("x-foo"));
    });
    let message = stripped.json()["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("\nx-foo:\n\nhost;x-amz-date;x-foo\n"),
        "{message}"
    );

    let hash = "0000000000000000000000000000000000000000000000000000000000000000";
    let mut lines = Call::get("/prod/items").signed().0;
    lines.push(format!("x-amz-content-sha256: {hash}"));
    let signed_with = |line: &mut String| {
        *line = line.replace("host;x-amz-date", "host;x-amz-content-sha256;x-amz-date");
    };
    lines.iter_mut().for_each(signed_with);
    let answer = send(
        gateway.address(),
        &format!("{}\r\n\r\n", lines.join("\r\n")),
    );
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'"),
        "{message}"
    );
}

#[test]
fn a_header_that_is_not_signed_may_hold_anything_but_line_breaks() {
    let gateway = start();
    let answer = Call::get("/prod/items").send_changed(&gateway, |lines| {
        lines.push("user-agent: \u{dc}n\u{ef}".into());
    });
    assert_eq!(answer.status, 200);
}

/// A session token has one name for a service.
#[test]
fn a_token_under_another_name_is_none() {
    let gateway = start();
    let mut call = Call::get("/prod/items");
    call.access_key_id = "ASIATEMPORARY";
    let other = Profile {
        session_token_header: "x-amz-s3session-token",
        ..Profile::DEFAULT
    };
    let credentials =
        Credentials::new(call.access_key_id, call.secret).with_session_token("the+token");
    let signer = Signer::new(credentials, call.region, call.service).with_profile(other);
    let request = Request {
        method: "GET",
        target: call.target,
        headers: &[("host", HOST.as_bytes())],
        payload: Payload::EMPTY,
    };
    let signed = signer
        .sign(&request, Timestamp::parse(NOW).unwrap())
        .unwrap();
    let mut text = format!("GET /prod/items HTTP/1.1\r\nhost: {HOST}\r\n");
    for (name, value) in signed.headers() {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    send(gateway.address(), &format!("{text}\r\n")).assert(
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    );
}
