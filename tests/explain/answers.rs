//! `explain`: recorded situations, random mistakes, hostile answers.

use serde::Deserialize;
use sigv4::explain::{Answer, Cause, Explanation, Sent, explain};
use sigv4::{Credentials, Hasher, Header, Payload, Profile, Request, Signer, Stages, Timestamp};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

const TOKEN: &str = "SESSIONTOKEN";

/// A request, what a service answered it, and why. `source` says whose words the answer
/// has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Situation {
    situation: String,
    #[serde(rename = "says")]
    _says: String,
    #[serde(rename = "source")]
    _source: String,
    request: Sending,
    answer: Answering,
    cause: String,
    differs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sending {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
    region: String,
    service: String,
    access_key_id: String,
    session_token: Option<String>,
    time: Timed,
    expires: Option<u64>,
    /// Signed by the rules of another service than its own.
    profile: Option<String>,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Timed(Timestamp);

impl TryFrom<String> for Timed {
    type Error = sigv4::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Timestamp::parse(&text).map(Self)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answering {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Sending {
    fn credentials(&self) -> Credentials {
        let credentials = Credentials::new(&self.access_key_id, "secret");
        match &self.session_token {
            Some(token) => credentials.with_session_token(token),
            None => credentials,
        }
    }

    fn stages(&self) -> Stages {
        let mut signer = Signer::new(self.credentials(), &self.region, &self.service);
        if let Some(service) = &self.profile {
            signer = signer.with_profile(Profile {
                payload_hash_header: false,
                ..Profile::for_service(service)
            });
        }
        let headers: Vec<Header<'_>> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let request = Request {
            method: &self.method,
            target: &self.target,
            headers: &headers,
            payload: Payload::Bytes(self.body.as_bytes()),
        };
        match self.expires {
            Some(seconds) => {
                signer.presign_stages(&request, Duration::from_secs(seconds), self.time.0)
            }
            None => signer.stages(&request, self.time.0),
        }
        .unwrap()
    }
}

fn explained(sending: &Sending, status: u16, headers: &[Header<'_>], body: &[u8]) -> Explanation {
    let stages = sending.stages();
    let credentials = sending.credentials();
    let sent = Sent {
        stages: &stages,
        credentials: &credentials,
    };
    let answer = Answer {
        status,
        headers,
        body,
    };
    let explanation = explain(&sent, &answer);
    assert!(!explanation.remedy.is_empty());
    assert!(!format!("{explanation:?}").contains(TOKEN));
    explanation
}

fn situations() -> Vec<Situation> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain/cases");
    let files = crate::support::json_files(&folder);
    let read = |(name, path): &(String, _)| {
        let text = std::fs::read_to_string(path).unwrap();
        let situation: Situation =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(&situation.situation, name);
        situation
    };
    files.iter().map(read).collect()
}

#[test]
fn every_situation_has_its_cause() {
    let situations = situations();
    assert!(situations.len() >= 25);
    let mut wrong = Vec::new();
    for situation in &situations {
        let answer = &situation.answer;
        let headers: Vec<Header<'_>> = answer
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let found = explained(
            &situation.request,
            answer.status,
            &headers,
            answer.body.as_bytes(),
        );
        let differs: Vec<_> = found
            .differences
            .iter()
            .map(|d| d.part.to_string())
            .collect();
        if (format!("{:?}", found.cause), &differs) != (situation.cause.clone(), &situation.differs)
        {
            wrong.push(format!(
                "{}: {:?} {differs:?}, not {} {:?}",
                situation.situation, found.cause, situation.cause, situation.differs
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The mistake being absent, the service accepts the request; and should it print its
/// strings for another reason, they are the same ones.
#[test]
fn nothing_differs_without_the_mistake() {
    for situation in situations() {
        let sending = &situation.request;
        let accepted = explained(sending, 200, &[], b"{\"items\":[]}");
        assert_eq!(accepted.cause, Cause::Nothing);
        assert_eq!(accepted.differences, [], "{}", situation.situation);

        let stages = sending.stages();
        for body in [in_json(&stages), in_xml(&stages)] {
            let found = explained(sending, 403, &[], body.as_bytes());
            assert_eq!(found.cause, Cause::WrongSecret, "{}", situation.situation);
            assert_eq!(found.differences, [], "{}", situation.situation);
        }
    }
}

fn in_json(stages: &Stages) -> String {
    let canonical = String::from_utf8_lossy(&stages.canonical_request);
    serde_json::json!({ "message": format!(
        "The request signature we calculated does not match the signature you provided. Check \
         your AWS Secret Access Key and signing method. Consult the service documentation for \
         details.\n\nThe Canonical String for this request should have been\n'{canonical}'\n\n\
         The String-to-Sign should have been\n'{}'\n",
        stages.string_to_sign
    )})
    .to_string()
}

fn in_xml(stages: &Stages) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<?xml version=\"1.0\"?>\n<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{}\
         </StringToSign><CanonicalRequest>{}</CanonicalRequest></Error>",
        escaped(&stages.string_to_sign),
        escaped(&String::from_utf8_lossy(&stages.canonical_request))
    )
}

// ---- What the situations leave out ------------------------------------------------

/// A request with something of everything.
fn sending(service: &str, target: &str, host: &str) -> Sending {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Sending {
        method: "GET".into(),
        target: target.into(),
        headers: vec![header("host", host), header("x-a", "1")],
        body: "body".into(),
        region: "us-east-1".into(),
        service: service.into(),
        access_key_id: "AKIDEXAMPLE".into(),
        session_token: None,
        time: Timed(Timestamp::parse("20150830T123600Z").unwrap()),
        expires: None,
        profile: None,
    }
}

fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in {text}");
    text.replacen(from, to, 1)
}

/// The answer shows the canonical request, in which one text is another one.
#[test]
fn the_line_that_differs_names_the_cause() {
    let header = |name: &str| format!("header {name}");
    let name = || "x-a".to_owned();
    let (path, query) = ("/a%20b/%FF", "c=1&d=x%2By");
    for (from, to, cause, part) in [
        ("GET\n", "POST\n", Cause::Method, "method".into()),
        (path, "/a%20b/%FF/", Cause::TrailingSlash, "path".into()),
        (path, "/v1/a%20b/%FF", Cause::PathPrefix, "path".into()),
        (path, "/a%2520b/%25FF", Cause::DoubleEncoding, "path".into()),
        (path, "/a%2Bb/%FF", Cause::PlusSign, "path".into()),
        (path, "/a%20b//%FF", Cause::DotSegments, "path".into()),
        (path, "/", Cause::Path, "path".into()),
        (path, "/b", Cause::Path, "path".into()),
        (query, "d=x%2By&c=1", Cause::QueryOrder, "query".into()),
        (
            query,
            "c=1&d=x%252By",
            Cause::DoubleEncoding,
            "query".into(),
        ),
        (query, "c=1&d=x%20y", Cause::PlusSign, "query".into()),
        (query, "c=1", Cause::QueryParameters, "query".into()),
        (":8443\n", "\n", Cause::PortInHost, header("host")),
        (":8443\n", ":8444\n", Cause::Host, header("host")),
        ("e.com:8443\n", "E.com\n", Cause::PortInHost, header("host")),
        ("e.com:8443\n", "e.org\n", Cause::Host, header("host")),
        ("host:example.com:8443\n", "", Cause::Host, header("host")),
        (
            "x-a:1\n",
            "",
            Cause::HeaderRemoved { name: name() },
            header("x-a"),
        ),
        (
            "x-a:1\n",
            "x-a:\n",
            Cause::HeaderRemoved { name: name() },
            header("x-a"),
        ),
        (
            "x-a:1\n",
            "x-a:2\n",
            Cause::HeaderAltered { name: name() },
            header("x-a"),
        ),
        (
            "host:",
            "x-0:1\nhost:",
            Cause::HeaderAdded { name: "x-0".into() },
            header("x-0"),
        ),
        (
            "sha256:",
            "sha256:0",
            Cause::PayloadHash,
            header("x-amz-content-sha256"),
        ),
        ("date:2", "date:1", Cause::Date, header("x-amz-date")),
        (
            "token:S",
            "token:T",
            Cause::SessionTokenAltered,
            header("x-amz-security-token"),
        ),
        (
            "token:SESSIONTOKEN\n",
            "token:\n",
            Cause::SessionTokenMissing,
            header("x-amz-security-token"),
        ),
        (
            "\nhost;",
            "\n",
            Cause::MalformedSignature,
            "signed headers".into(),
        ),
        (
            "\nhost;x-a;",
            "\nhost;x-a;0",
            Cause::MalformedSignature,
            "signed headers".into(),
        ),
    ] {
        let mut sending = sending("s3", &format!("{path}?{query}"), "example.com:8443");
        sending.session_token = Some(TOKEN.into());
        let mut stages = sending.stages();
        let canonical = String::from_utf8(stages.canonical_request).unwrap();
        stages.canonical_request = changed(&canonical, from, to).into_bytes();
        // As services show it, and without the string to sign.
        let canonical = String::from_utf8_lossy(&stages.canonical_request);
        let canonical = canonical.replace('&', "&amp;");
        let alone = format!("<E><CanonicalRequest>{canonical}</CanonicalRequest></E>");
        for body in [in_json(&stages), in_xml(&stages), alone] {
            let found = explained(&sending, 403, &[], body.as_bytes());
            assert_eq!(found.cause, cause, "{from:?} {to:?}");
            let parts: Vec<_> = (found.differences.iter())
                .map(|found| found.part.to_string())
                .collect();
            assert_eq!(parts, [part.as_str()], "{from:?} {to:?}");
        }
    }
}

/// A port after an IPv6 address is told from the end of the address; and every path with a
/// slash at its end ends like `/`.
#[test]
fn a_line_that_only_looks_like_another_cause() {
    for (target, host, from, to, cause) in [
        ("/", "[2001:db8::1]", "]", "]:443", Cause::PortInHost),
        ("/", "[2001:db8::1]", "1]", "12]", Cause::Host),
        ("/", "[2001:db8::1]:443", ":443", "", Cause::PortInHost),
        ("/a/", "example.com", "/a/\n", "/\n", Cause::Path),
        ("/", "example.com", "/\n", "/a/\n", Cause::Path),
    ] {
        let sending = sending("execute-api", target, host);
        let mut stages = sending.stages();
        let canonical = String::from_utf8(stages.canonical_request).unwrap();
        stages.canonical_request = changed(&canonical, from, to).into_bytes();
        let found = explained(&sending, 403, &[], in_json(&stages).as_bytes());
        assert_eq!(found.cause, cause, "{target} {host} {from:?} {to:?}");
    }
}

/// What both sides have is in the differences; of a session token only its length.
#[test]
fn differences_show_both_sides_but_no_token() {
    let mut sending = sending("execute-api", "/?c=1", "example.com");
    sending.session_token = Some(TOKEN.into());
    let in_header = sending.stages();
    sending.expires = Some(60);
    let in_query = sending.stages();
    for (stages, expires, from, to, signed, computed) in [
        (&in_header, None, "x-a:1\n", "x-a:2\n", Some("1"), Some("2")),
        (&in_header, None, "x-a:1\n", "", Some("1"), None),
        (
            &in_header,
            None,
            TOKEN,
            "SESSION",
            Some("(a session token, 12 bytes)"),
            Some("(a session token, 7 bytes)"),
        ),
        (
            &in_header,
            None,
            TOKEN,
            "",
            Some("(a session token, 12 bytes)"),
            Some(""),
        ),
        (&in_query, Some(60), "c=1", "c=2", Some("c=1"), Some("c=2")),
        (
            &in_query,
            Some(60),
            TOKEN,
            "SESSION",
            Some("X-Amz-Security-Token=(a session token, 12 bytes)"),
            Some("X-Amz-Security-Token=(a session token, 7 bytes)"),
        ),
        (
            &in_query,
            Some(60),
            TOKEN,
            "",
            Some("X-Amz-Security-Token=(a session token, 12 bytes)"),
            Some("X-Amz-Security-Token="),
        ),
    ] {
        let canonical = String::from_utf8(stages.canonical_request.clone()).unwrap();
        let answer = in_xml(&Stages {
            canonical_request: changed(&canonical, from, to).into_bytes(),
            ..stages.clone()
        });
        sending.expires = expires;
        let found = explained(&sending, 403, &[], answer.as_bytes());
        let [difference] = &found.differences[..] else {
            panic!("{:?}", found.differences);
        };
        let cause = match (from, to) {
            (TOKEN, "") => Cause::SessionTokenMissing,
            (TOKEN, _) => Cause::SessionTokenAltered,
            ("c=1", _) => Cause::QueryParameters,
            (_, "") => Cause::HeaderRemoved { name: "x-a".into() },
            _ => Cause::HeaderAltered { name: "x-a".into() },
        };
        assert_eq!(found.cause, cause);
        // Of a query, the one parameter that differs.
        let piece = |text: &Option<String>, wanted: Option<&str>| match (text, wanted) {
            (Some(text), Some(wanted)) => {
                text == wanted || text.split('&').any(|one| one == wanted)
            }
            (text, wanted) => text.as_deref() == wanted,
        };
        assert!(
            piece(&difference.signed, signed),
            "{difference:?}, not {signed:?}"
        );
        assert!(
            piece(&difference.computed, computed),
            "{difference:?}, not {computed:?}"
        );
    }
}

/// The answer shows the string to sign alone: the hash in it tells frequent changes.
#[test]
fn the_hash_alone_tells_what_differs() {
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let removed = |name: &str| Cause::HeaderRemoved { name: name.into() };
    let (api, s3) = ("execute-api", "s3");
    for (service, target, host, from, to, cause) in [
        (
            api,
            "/",
            "example.com",
            ".com",
            ".com:443",
            Cause::PortInHost,
        ),
        (
            api,
            "/",
            "example.com",
            ".com",
            ".com:80",
            Cause::PortInHost,
        ),
        (
            api,
            "/",
            "example.com",
            ".com",
            ".com:8443",
            Cause::CanonicalRequest,
        ),
        (api, "/", "example.com:8443", ":8443", "", Cause::PortInHost),
        (
            api,
            "/",
            "example.com:8443",
            ":8443",
            ":443",
            Cause::CanonicalRequest,
        ),
        (
            api,
            "/",
            "example.com:8443",
            "GET",
            "POST",
            Cause::CanonicalRequest,
        ),
        (
            api,
            "/a%20b",
            "h",
            "/a%2520b",
            "/a%20b",
            Cause::DoubleEncoding,
        ),
        (
            api,
            "/a%20b",
            "h",
            "/a%2520b",
            "/a%252520b",
            Cause::DoubleEncoding,
        ),
        (api, "/a", "h", "/a\n", "/a/\n", Cause::TrailingSlash),
        (api, "/a/", "h", "/a/\n", "/a\n", Cause::TrailingSlash),
        (s3, "/a//b", "h", "/a//b", "/a/b", Cause::DotSegments),
        (api, "/?c=x%20y", "h", "%20", "%2B", Cause::PlusSign),
        (api, "/?c=x%2By", "h", "%2B", "%20", Cause::PlusSign),
        (api, "/?c=1", "h", "c=1", "", Cause::QueryParameters),
        (api, "/", "h", "x-a:1\n", "", removed("x-a")),
        (api, "/", "h", "x-a:1\n", "x-a:\n", removed("x-a")),
        (api, "/", "h", "x-a:1\n", "x-a:2\n", Cause::CanonicalRequest),
    ] {
        assert_eq!(
            guessed(service, target, host, from, to),
            cause,
            "{target} {from} {to}"
        );
    }
    let sha256_of_body = "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5";
    for hash in [empty, "UNSIGNED-PAYLOAD"] {
        assert_eq!(
            guessed(api, "/", "h", sha256_of_body, hash),
            Cause::PayloadHash
        );
    }
}

fn guessed(service: &str, target: &str, host: &str, from: &str, to: &str) -> Cause {
    let sending = sending(service, target, host);
    let stages = sending.stages();
    let canonical = String::from_utf8(stages.canonical_request).unwrap();
    let hash = |text: &str| {
        let mut hasher = Hasher::default();
        hasher.put(text.as_bytes());
        hex::encode(hasher.finish())
    };
    let computed = changed(&canonical, from, to);
    let to_sign = changed(&stages.string_to_sign, &hash(&canonical), &hash(&computed));
    let body = format!("<Error><StringToSign>{to_sign}</StringToSign></Error>");
    let found = explained(&sending, 403, &[], body.as_bytes());
    assert_eq!(found.differences.len(), 1);
    assert_eq!(
        found.differences[0].part.to_string(),
        "hash of the canonical request"
    );
    found.cause
}

/// The answer shows the string to sign alone, in which a line is another one.
#[test]
fn the_string_to_sign_names_the_cause() {
    let sending = sending("execute-api", "/", "example.com");
    let to_sign = sending.stages().string_to_sign;
    let other = |text: &str| Some(text.to_owned());
    for (from, to, cause, parts) in [
        ("\n20150830T", "\n20150831T", Cause::Date, vec!["time"]),
        (
            "20150830/",
            "20150831/",
            Cause::Date,
            vec!["credential scope"],
        ),
        (
            "us-east-1/",
            "eu-west-1/",
            Cause::WrongRegion {
                expected: other("eu-west-1"),
            },
            vec!["credential scope"],
        ),
        (
            "execute-api/",
            "lambda/",
            Cause::WrongService {
                expected: other("lambda"),
            },
            vec!["credential scope"],
        ),
        (
            "us-east-1/execute-api/",
            "eu-west-1/lambda/",
            Cause::WrongRegion {
                expected: other("eu-west-1"),
            },
            vec!["credential scope"],
        ),
        (
            "T123600Z\n20150830/",
            "T123601Z\n20150831/",
            Cause::Date,
            vec!["time", "credential scope"],
        ),
    ] {
        let shown = changed(&to_sign, from, to);
        let body = format!("<Error><StringToSign>{shown}</StringToSign></Error>");
        let found = explained(&sending, 403, &[], body.as_bytes());
        let differ: Vec<_> = (found.differences.iter())
            .map(|found| found.part.to_string())
            .collect();
        assert_eq!(
            (found.cause, differ),
            (cause, parts.iter().map(ToString::to_string).collect())
        );
    }
}

fn stamp(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// Status, `x-amzn-errortype`, body: what a service says in words.
#[test]
fn words_have_their_cause() {
    let region = |text: &str| Cause::WrongRegion {
        expected: Some(text.into()),
    };
    let service = |text: &str| Cause::WrongService {
        expected: Some(text.into()),
    };
    let added = |name: &str| Cause::HeaderAdded { name: name.into() };
    let denied = |explicit_deny| Cause::NotAuthorized { explicit_deny };
    let clock = Cause::Clock {
        signed: stamp("20150830T123600Z"),
        server: stamp("20150830T133600Z"),
    };
    for (status, name, body, cause) in [
        (199, "", "", Cause::Unknown),
        (200, "", "Forbidden", Cause::Nothing),
        (299, "", "", Cause::Nothing),
        (300, "", "", Cause::Unknown),
        (400, "ForbiddenException", "no", Cause::Unknown),
        (403, "ForbiddenException", "no", Cause::Forbidden),
        (403, "", "Forbidden", Cause::Forbidden),
        (400, "", "Forbidden", Cause::Unknown),
        (404, "", "Not Found", Cause::NoSuchRoute),
        (403, "", "no", Cause::Unknown),
        (403, "MissingAuthenticationToken", "no", Cause::NotSigned),
        (
            403,
            "",
            "request is missing authentication token",
            Cause::NotSigned,
        ),
        (403, "", "Missing Authentication Token", Cause::NoSuchRoute),
        (403, "", "Missing Authorization header", Cause::NotSigned),
        (403, "RequestExpired", "no", Cause::ClockUnshown),
        (403, "RequestTimeTooSkewed", "no", Cause::ClockUnshown),
        (403, "", "Signature expired", Cause::ClockUnshown),
        (
            403,
            "",
            "Signature expired: 20150830T123600Z is now earlier than 20150830T133100Z \
             (20150830T133600Z - 5 min.)",
            clock.clone(),
        ),
        (
            403,
            "",
            "Signature not yet current: 20150830T123600Z is later than 20150830T133600Z",
            Cause::ClockUnshown,
        ),
        (
            403,
            "",
            "<Error><Code>RequestTimeTooSkewed</Code><RequestTime>20150830T123600Z</RequestTime>\
             <ServerTime> 2015-08-30T13:36:00Z</ServerTime></Error>",
            clock.clone(),
        ),
        (403, "", "Request has expired", Cause::PresignedExpired),
        (
            403,
            "",
            "'x-amz-meta-a' must be a 'SignedHeader'",
            added("x-amz-meta-a"),
        ),
        (
            403,
            "",
            "'X-Amz-Security-Token' must be a 'SignedHeader'",
            Cause::SessionTokenUnsigned,
        ),
        (
            403,
            "",
            "'x-amz-s3session-token' must be a 'SignedHeader'",
            Cause::SessionTokenUnsigned,
        ),
        (
            403,
            "",
            "x-amz-meta-a must be a 'SignedHeader'",
            Cause::Unknown,
        ),
        (
            403,
            "",
            "Credential should be scoped to a valid region, not 'us-east-1'.",
            Cause::WrongRegion { expected: None },
        ),
        (
            403,
            "",
            "Credential should be scoped to correct service: 'iam'.",
            service("iam"),
        ),
        (
            403,
            "",
            "incorrect service \"s3\"; this belongs to \"s3express\"",
            service("s3express"),
        ),
        (
            403,
            "",
            "the region 'us-east-1' is wrong; expecting 'eu-west-1'",
            region("eu-west-1"),
        ),
        (
            403,
            "",
            "the key 'a' is wrong; expecting 'b'",
            Cause::Unknown,
        ),
        (403, "", "no such region", Cause::Unknown),
        (
            403,
            "",
            "Date in Credential scope does not match",
            Cause::Date,
        ),
        (
            403,
            "",
            "User: anonymous is not authorized to do it",
            Cause::NotSigned,
        ),
        (
            403,
            "",
            "User: arn is not authorized to do it",
            denied(false),
        ),
        (
            403,
            "",
            "arn is not authorized to do it with an explicit deny",
            denied(true),
        ),
        (403, "AccessDenied", "no", denied(false)),
        (403, "AccessDeniedException", "no", denied(false)),
        (403, "ExpiredToken", "no", Cause::SessionTokenExpired),
        (
            403,
            "",
            "token included in the request is expired",
            Cause::SessionTokenExpired,
        ),
        (403, "InvalidClientTokenId", "no", Cause::UnknownAccessKey),
        (
            403,
            "UnrecognizedClientException",
            "no",
            Cause::UnknownAccessKey,
        ),
        (
            403,
            "",
            "token included in the request is invalid",
            Cause::UnknownAccessKey,
        ),
        (403, "BadDigest", "no", Cause::PayloadHash),
        (403, "SignatureDoesNotMatch", "no", Cause::MismatchUnshown),
        (403, "SignatureDoesNotMatchAtAll", "no", Cause::Unknown),
        (
            403,
            "",
            "signature we calculated does not match",
            Cause::MismatchUnshown,
        ),
        (403, "IncompleteSignature", "no", Cause::MalformedSignature),
        (
            403,
            "",
            "Authorization header requires 'Credential'",
            Cause::MalformedSignature,
        ),
        (
            403,
            "",
            "not a valid key=value pair",
            Cause::MalformedSignature,
        ),
        (
            301,
            "PermanentRedirect",
            "no",
            Cause::WrongRegion { expected: None },
        ),
        (
            301,
            "",
            "<E><Code>PermanentRedirect</Code><Region>r</Region></E>",
            region("r"),
        ),
        // How a text is escaped, and cut off.
        (
            403,
            "",
            "{\"message\":\"Signature expired:\\t20150830T123600Z\\b20150830T123600Z\\f\
             20150830T133600Z\\r\"}",
            clock.clone(),
        ),
        (403, "", "{\"message\":\"Forbidden\\", Cause::Forbidden),
        (
            403,
            "",
            "{\"message\":\"\\u0046orbidden\"}",
            Cause::Forbidden,
        ),
        // How a name is wrapped.
        (
            403,
            "",
            "{\"__type\":\"com.amazon#ExpiredToken\"}",
            Cause::SessionTokenExpired,
        ),
        (
            403,
            "",
            "{\"code\":\"ExpiredToken:http://a/\"}",
            Cause::SessionTokenExpired,
        ),
        (
            403,
            "BadDigest",
            "{\"code\":\"ExpiredToken\"}",
            Cause::SessionTokenExpired,
        ),
        (
            403,
            "",
            "\u{feff} <E><Code>ExpiredToken</Code></E>",
            Cause::SessionTokenExpired,
        ),
        (
            403,
            "",
            "{\"message\":\"incorrect service, belongs to \\\"\\u00fc\\u00e4\\ud83d\\ude00\\\"\"}",
            service("üä😀"),
        ),
        (
            403,
            "",
            "<E><Message>incorrect service, belongs to &quot;a&amp;b&quot;</Message></E>",
            service("a&b"),
        ),
        (
            403,
            "",
            "<E><Message>&apos;x-a&apos; must be a &#39;SignedHeader&#x27;</Message></E>",
            added("x-a"),
        ),
        (
            301,
            "",
            "<E><Code>PermanentRedirect</Code><Region>&lt;r&gt;</Region></E>",
            region("<r>"),
        ),
    ] {
        let sending = sending("execute-api", "/", "example.com");
        let headers: &[Header<'_>] = &[("X-Amzn-ErrorType", name.as_bytes())];
        let found = explained(&sending, status, headers, body.as_bytes());
        assert_eq!(
            (found.cause, found.differences),
            (cause, vec![]),
            "{status} {name} {body}"
        );
    }
}

/// What the same words mean depends on what was sent.
#[test]
fn words_are_read_beside_the_request() {
    let invalid = "The security token included in the request is invalid";
    for (key, token, cause) in [
        ("AKIDEXAMPLE", None, Cause::UnknownAccessKey),
        ("AKIDEXAMPLE", Some(TOKEN), Cause::UnknownAccessKey),
        ("ASIAEXAMPLE", None, Cause::SessionTokenMissing),
        ("ASIAEXAMPLE", Some(TOKEN), Cause::UnknownAccessKey),
    ] {
        let mut sending = sending("execute-api", "/", "example.com");
        sending.access_key_id = key.into();
        sending.session_token = token.map(Into::into);
        let found = explained(&sending, 403, &[], invalid.as_bytes());
        assert_eq!(found.cause, cause, "{key} {token:?}");
    }
    for (expires, words, cause) in [
        (None, "Signature expired", Cause::ClockUnshown),
        (Some(60), "Signature expired", Cause::PresignedExpired),
        (Some(60), "Signature not yet current", Cause::ClockUnshown),
        (Some(60), "Forbidden", Cause::Forbidden),
    ] {
        let mut sending = sending("execute-api", "/", "example.com");
        sending.expires = expires;
        let found = explained(&sending, 403, &[], words.as_bytes());
        assert_eq!(found.cause, cause, "{expires:?} {words}");
    }
    let sending = sending("s3", "/", "example.com");
    let headers: &[Header<'_>] = &[("x-amz-bucket-region", b"eu-west-1")];
    let found = explained(
        &sending,
        301,
        headers,
        b"<E><Code>PermanentRedirect</Code></E>",
    );
    let expected = Some("eu-west-1".to_owned());
    assert_eq!(found.cause, Cause::WrongRegion { expected });
}

/// A difference of whole quarters of an hour, give or take a minute, is a time zone.
#[test]
fn time_zones_are_told_from_wrong_clocks() {
    let signed = stamp("20150830T123600Z");
    for (apart, is_zone) in [
        (60, false),
        (900, false),
        (1_739, false),
        (1_740, true),
        (3_600, true),
        (3_660, true),
        (3_661, false),
        (4_439, false),
        (4_440, true),
        (50_400, true),
        (50_460, true),
        (50_461, false),
        (51_300, false),
    ] {
        for apart in [apart, -apart] {
            let server = Timestamp::from_unix(signed.unix() + apart).unwrap();
            let body = format!("Signature expired: {signed}, {signed}, {server}");
            let sending = sending("execute-api", "/", "example.com");
            let found = explained(&sending, 403, &[], body.as_bytes());
            assert_eq!(found.cause, Cause::Clock { signed, server });
            assert_eq!(found.remedy.contains("time zone"), is_zone, "{apart}");
        }
    }
}

/// Each cause, in a sentence.
#[test]
fn every_cause_has_its_text() {
    let clock = |server: &str| Cause::Clock {
        signed: stamp("20150830T123600Z"),
        server: stamp(server),
    };
    let name = || "x-a".to_owned();
    for (cause, text) in [
        (
            Cause::Nothing,
            "the service accepted the request; nothing differs",
        ),
        (
            Cause::Method,
            "the method that arrived is not the one that was signed",
        ),
        (
            Cause::DoubleEncoding,
            "one side has escaped the path or the query once more than the other",
        ),
        (
            Cause::PlusSign,
            "one side reads '+' as a space, the other as a plus sign",
        ),
        (
            Cause::DotSegments,
            "dot segments or doubled slashes in the path were removed on one side only",
        ),
        (
            Cause::TrailingSlash,
            "the path has a slash at its end on one side only",
        ),
        (
            Cause::PathPrefix,
            "the path has more segments at its start on one side: a stage or a base path",
        ),
        (
            Cause::Path,
            "the path that arrived is not the one that was signed",
        ),
        (
            Cause::QueryOrder,
            "the query parameters are the same, but not sorted alike",
        ),
        (
            Cause::QueryParameters,
            "query parameters were added, removed or changed",
        ),
        (Cause::PortInHost, "the host has a port on one side only"),
        (
            Cause::Host,
            "the host that arrived is not the one that was signed",
        ),
        (
            Cause::HeaderAdded { name: name() },
            "the header 'x-a' arrived, but was not signed",
        ),
        (
            Cause::HeaderRemoved { name: name() },
            "the header 'x-a' was signed, but did not arrive",
        ),
        (
            Cause::HeaderAltered { name: name() },
            "the header 'x-a' arrived with another value",
        ),
        (
            Cause::SessionTokenMissing,
            "the session token that belongs to the access key is missing",
        ),
        (
            Cause::SessionTokenUnsigned,
            "a session token arrived that the signature leaves out",
        ),
        (
            Cause::SessionTokenAltered,
            "the session token that arrived is not the one that was signed",
        ),
        (
            Cause::PayloadHash,
            "the body that arrived is not the one that was signed",
        ),
        (
            Cause::CanonicalRequest,
            "the canonical requests differ, and the service does not show its own",
        ),
        (
            Cause::Date,
            "the date or time that arrived is not the one that was signed",
        ),
        (
            Cause::WrongRegion { expected: None },
            "the credential is scoped to another region",
        ),
        (
            Cause::WrongService {
                expected: Some("iam".into()),
            },
            "the credential is scoped to another service than 'iam'",
        ),
        (
            clock("20150830T123600Z"),
            "the request was signed at 20150830T123600Z, 0 s behind the service's 20150830T123600Z",
        ),
        (
            clock("20150830T123659Z"),
            "the request was signed at 20150830T123600Z, 59 s behind the service's \
             20150830T123659Z",
        ),
        (
            clock("20150830T123459Z"),
            "the request was signed at 20150830T123600Z, 1 minute ahead of the service's \
             20150830T123459Z",
        ),
        (
            clock("20150830T143600Z"),
            "the request was signed at 20150830T123600Z, 2 hours behind the service's \
             20150830T143600Z",
        ),
        (
            clock("20150829T123600Z"),
            "the request was signed at 20150830T123600Z, 1 day ahead of the service's \
             20150829T123600Z",
        ),
        (
            Cause::ClockUnshown,
            "the time of the signature is too far from the time of the service",
        ),
        (Cause::PresignedExpired, "the presigned URL has expired"),
        (Cause::SessionTokenExpired, "the session token has expired"),
        (
            Cause::UnknownAccessKey,
            "the access key is unknown, or the session token does not belong to it",
        ),
        (
            Cause::WrongSecret,
            "both sides computed the same strings, but the signatures differ: \
             the secret access key is not the one of this access key",
        ),
        (
            Cause::MismatchUnshown,
            "the signature is wrong, and the service does not show what it computed",
        ),
        (
            Cause::MalformedSignature,
            "the signature is incomplete or cannot be read",
        ),
        (Cause::NotSigned, "no signature arrived"),
        (
            Cause::NoSuchRoute,
            "the service has no such route, stage or method",
        ),
        (
            Cause::NotAuthorized {
                explicit_deny: true,
            },
            "the signature is right; a policy denies the call",
        ),
        (
            Cause::NotAuthorized {
                explicit_deny: false,
            },
            "the signature is right; no policy allows the call",
        ),
        (
            Cause::Forbidden,
            "the service refused the request without a reason",
        ),
        (
            Cause::Unknown,
            "the answer says nothing about the signature",
        ),
    ] {
        assert_eq!(cause.to_string(), text);
    }
}

/// When the request was signed, from either of the strings that the answer shows.
#[test]
fn an_answer_says_when_its_request_was_signed() {
    let stages = sending("execute-api", "/", "example.com").stages();
    let canonical = String::from_utf8(stages.canonical_request).unwrap();
    let in_scope = changed(&stages.string_to_sign, "T123600Z", "T123700Z");
    let bad = changed(&stages.string_to_sign, "T123600Z", "T");
    let signed = |time| Some(stamp(time));
    for (to_sign, canonical, at) in [
        ("", "", None),
        ("", canonical.as_str(), signed("20150830T123600Z")),
        (&in_scope, "", signed("20150830T123700Z")),
        (&in_scope, &canonical, signed("20150830T123700Z")),
        (&bad, &canonical, None),
    ] {
        let body = format!(
            "<E><StringToSign>{to_sign}</StringToSign>\
             <CanonicalRequest>{canonical}</CanonicalRequest></E>"
        );
        let answer = Answer {
            status: 403,
            headers: &[],
            body: body.as_bytes(),
        };
        assert_eq!(answer.signed_at(), at, "{body}");
        assert_eq!(format!("{answer:?}"), "Answer { status: 403, .. }");
    }
}
