//! What each fuzz target does with its bytes. Every function asserts a property; none may
//! panic otherwise. The same functions run over the seeds in `tests/fuzz/seeded.rs`, on stable.
#![allow(dead_code)]

use super::reference::{self, Plain, Rules, Who};
use arbitrary::{Arbitrary, Unstructured};
use sigv4::client::ProvidedCredentials;
use sigv4::explain::{Answer, Sent, explain};
use sigv4::{
    Authorization, CanonicalRequest, Claim, Credentials, Header, Payload, Policy, Profile, Request,
    Signed, Signer, Timestamp,
};

pub type Body = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Body); 10] = [
    ("canonical_path", canonical_path),
    ("canonical_query", canonical_query),
    ("canonical_headers", canonical_headers),
    ("parse_authorization", parse_authorization),
    ("parse_presigned", parse_presigned),
    ("verify_request", verify_request),
    ("sign_verify", sign_verify),
    ("against_reference", against_reference),
    ("parse_credentials_response", parse_credentials_response),
    ("explain_response", explain_response),
];

const HOST: Header<'_> = ("host", b"example.com");
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TIME: &str = "20150830T123600Z";
const SERVICES: [&str; 5] = [
    "execute-api",
    "s3",
    "s3express",
    "vpc-lattice-svcs",
    "iotdevicegateway",
];

fn signer(service: &str) -> Signer {
    Signer::new(
        Credentials::new("AKIDEXAMPLE", SECRET),
        "us-east-1",
        service,
    )
}

fn at() -> Timestamp {
    Timestamp::parse(TIME).unwrap()
}

fn get<'a>(target: &'a str, headers: &'a [Header<'a>]) -> Request<'a> {
    Request {
        method: "GET",
        target,
        headers,
        payload: Payload::EMPTY,
    }
}

/// Canonical lines hold nothing but what SigV4 allows, hash to the hash, and the target on
/// the wire canonicalises to itself.
fn canonical_target(target: &str) {
    for service in SERVICES {
        let profile = Profile::for_service(service);
        let headers = [HOST];
        let request = get(target, &headers);
        let Ok(canonical) = CanonicalRequest::new(&request, &profile) else {
            continue;
        };
        let bytes = canonical.to_bytes();
        assert_eq!(reference::sha256(&bytes), reference::hex(&canonical.hash()));
        let mut lines = bytes.split(|byte| *byte == b'\n').skip(1);
        let allowed = |more: &'static [u8]| {
            move |byte: &u8| {
                byte.is_ascii_alphanumeric() || b"-_.~%".contains(byte) || more.contains(byte)
            }
        };
        assert!(lines.next().unwrap().iter().all(allowed(b"/")));
        assert!(lines.next().unwrap().iter().all(allowed(b"&=")));
        if let Ok(signed) = signer(service).sign(&request, at()) {
            let again = get(signed.target(), &headers);
            let signer = signer(service);
            let twice = signer.sign(&again, at()).unwrap();
            assert_eq!(twice.target(), signed.target());
            assert_eq!(twice.signature(), signed.signature());
        }
    }
}

pub fn canonical_path(data: &[u8]) {
    canonical_target(&format!(
        "/{}",
        String::from_utf8_lossy(data).replace('?', "")
    ));
}

pub fn canonical_query(data: &[u8]) {
    canonical_target(&format!("/?{}", String::from_utf8_lossy(data)));
}

/// Header lines, `name:value`.
fn header_lines(data: &[u8]) -> Vec<(String, Vec<u8>)> {
    data.split(|byte| *byte == b'\n')
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = line.split_at(colon);
            Some((
                String::from_utf8_lossy(name).into_owned(),
                value[1..].to_vec(),
            ))
        })
        .collect()
}

fn borrowed(headers: &[(String, Vec<u8>)]) -> Vec<Header<'_>> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_slice()))
        .collect()
}

/// Whatever is accepted gives one line a name, sorted, and no header more than came in.
pub fn canonical_headers(data: &[u8]) {
    let lines = header_lines(data);
    let mut headers = borrowed(&lines);
    headers.push(HOST);
    let profile = Profile {
        non_ascii_header_values: true,
        ..Profile::DEFAULT
    };
    let request = get("/", &headers);
    let Ok(canonical) = CanonicalRequest::new(&request, &profile) else {
        return;
    };
    let names = canonical.signed_headers();
    let names: Vec<_> = names.split(';').collect();
    assert!(names.is_sorted_by(|left, right| left < right));
    assert!(names.len() <= headers.len());
    let bytes = canonical.to_bytes();
    let lines: Vec<_> = bytes.split(|byte| *byte == b'\n').collect();
    assert_eq!(lines.len(), names.len() + 6);
    for (line, name) in lines[3..].iter().zip(&names) {
        assert!(line.starts_with(format!("{name}:").as_bytes()));
        assert!(!line.windows(2).any(|pair| pair == b"  "));
    }
}

/// What is read is written as it would be read again.
pub fn parse_authorization(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(authorization) = Authorization::parse(&text) {
        let written = authorization.to_string();
        assert_eq!(Authorization::parse(&written).unwrap(), authorization);
    }
}

pub fn parse_presigned(data: &[u8]) {
    let target = format!("/?{}", String::from_utf8_lossy(data));
    let headers = [HOST];
    if let Ok(claim) = Claim::from_request(&get(&target, &headers)) {
        assert!((1..=604_800).contains(&claim.expires().unwrap()));
        assert_eq!(claim.scope().date(), claim.at().date());
    }
}

/// A request as it arrives: request line, headers, empty line, body. Without the key
/// nothing is accepted.
pub fn verify_request(data: &[u8]) {
    let end = data.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((data, &b""[..]), |end| (&data[..end], &data[end + 2..]));
    let first = head
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(head.len());
    let line = String::from_utf8_lossy(&head[..first]);
    let line = line.strip_suffix(" HTTP/1.1").unwrap_or(&line);
    let (method, target) = line.split_once(' ').unwrap_or((line, "/"));
    let lines = header_lines(&head[first..]);
    let headers = borrowed(&lines);
    let request = Request {
        method,
        target,
        headers: &headers,
        payload: Payload::Bytes(body),
    };
    let Ok(claim) = Claim::from_request(&request) else {
        return;
    };
    for service in SERVICES {
        let policy = Policy {
            both_query_plus: true,
            ..Policy::new(&["us-east-1"], service)
        };
        assert!(claim.verify(None, &request, &policy, claim.at()).is_err());
        let _ = claim.stages(&request, &policy);
    }
}

#[derive(Arbitrary, Debug)]
struct Parts {
    service: u8,
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    token: Option<String>,
    body: Vec<u8>,
    tamper: u16,
}

/// What is signed is accepted; with one byte of the body changed it is not.
pub fn sign_verify(data: &[u8]) {
    let Ok(parts) = Parts::arbitrary(&mut Unstructured::new(data)) else {
        return;
    };
    let service = SERVICES[usize::from(parts.service) % 2 * 4];
    let target = format!("/{}", parts.target);
    let mut headers = borrowed(&parts.headers);
    headers.push(HOST);
    let request = Request {
        method: &parts.method,
        target: &target,
        headers: &headers,
        payload: Payload::Bytes(&parts.body),
    };
    let mut credentials = Credentials::new("AKIDEXAMPLE", SECRET);
    if let Some(token) = &parts.token {
        credentials = credentials.with_session_token(token);
    }
    let signer = Signer::new(credentials, "us-east-1", service);
    if let Ok(signed) = signer.sign(&request, at()) {
        arrives(&request, &signed, service, &parts);
    }
}

fn arrives(request: &Request<'_>, signed: &Signed<'_>, service: &str, parts: &Parts) {
    let mut headers = request.headers.to_vec();
    headers.extend(
        signed
            .headers()
            .map(|(name, value)| (name, value.as_bytes())),
    );
    let arrived = Request {
        target: signed.target(),
        headers: &headers,
        ..*request
    };
    let claim = Claim::from_request(&arrived).unwrap();
    let key = claim.signing_key(SECRET);
    let policy = Policy {
        max_headers: 10_000,
        max_head: 1 << 30,
        max_parameters: 1 << 20,
        ..Policy::new(&["us-east-1"], service)
    };
    let verified = claim.verify(&key, &arrived, &policy, at()).unwrap();
    assert_eq!(verified.session_token.as_deref(), parts.token.as_deref());
    let mut body = parts.body.clone();
    match body.len() {
        0 => body.push(0),
        length => body[usize::from(parts.tamper) % length] ^= 1,
    }
    let tampered = Request {
        payload: Payload::Bytes(&body),
        ..arrived
    };
    assert!(claim.verify(&key, &tampered, &policy, at()).is_err());
}

/// Both implementations agree on every stage, or both refuse the escapes.
pub fn against_reference(data: &[u8]) {
    let Ok(parts) = Parts::arbitrary(&mut Unstructured::new(data)) else {
        return;
    };
    let service = SERVICES[usize::from(parts.service) % SERVICES.len()];
    let target = format!("/{}", parts.target);
    let mut lines = parts.headers.clone();
    lines.push(("host".into(), b"example.com".to_vec()));
    let headers = borrowed(&lines);
    let payload = Payload::Bytes(&parts.body);
    let request = Request {
        method: "GET",
        target: &target,
        headers: &headers,
        payload,
    };
    let signer = signer(service);
    let Ok(signed) = signer.sign(&request, at()) else {
        return;
    };
    let who = Who {
        access_key_id: "AKIDEXAMPLE".into(),
        secret: SECRET.into(),
        token: None,
        region: "us-east-1".into(),
        service: service.into(),
        time: TIME.into(),
    };
    let plain = Plain {
        method: "GET".into(),
        target: target.clone(),
        headers: lines.clone(),
        payload_hash: reference::sha256(&parts.body),
        hash_is_given: false,
    };
    let expected = reference::sign(&plain, &who, Rules::of(service)).unwrap();
    assert_eq!(signed.target(), expected.target);
    assert_eq!(signed.signature().to_string(), expected.signature);
}

/// Credentials come out whole or not at all, and an error quotes nothing.
pub fn parse_credentials_response(data: &[u8]) {
    match ProvidedCredentials::from_json(data) {
        Ok(provided) => {
            let credentials = provided.credentials;
            let signer = Signer::new(credentials, "us-east-1", "iam");
            signer.sign(&get("/", &[HOST]), at()).unwrap();
        }
        Err(error) => assert!(error.to_string().len() < 200),
    }
}

/// Any bytes will do as an answer.
pub fn explain_response(data: &[u8]) {
    let (status, body) = data.split_first().unwrap_or((&0, b""));
    let signer = signer("execute-api");
    let stages = signer
        .stages(&get("/prod/items?a=b%20c", &[HOST]), at())
        .unwrap();
    let sent = Sent {
        stages: &stages,
        credentials: signer.credentials(),
    };
    let statuses = [200, 301, 400, 403, 404, 429, 500];
    let answer = Answer {
        status: statuses[usize::from(*status) % statuses.len()],
        headers: &[("x-amzn-errortype", b"InvalidSignatureException")],
        body,
    };
    let explanation = explain(&sent, &answer);
    assert!(!format!("{explanation:?}").contains(SECRET));
    assert!(!explanation.cause.to_string().is_empty());
}
