//! What is signed is accepted by this crate, and equal to what the reference makes.

use super::example::{ACCESS_KEY_ID, HOST, SECRET, TIME, at, credentials, signer};
use super::lines::borrowed;
use super::services::SERVICES;
use crate::reference::{self, Plain, Rules, Who};
use arbitrary::{Arbitrary, Unstructured};
use sigv4::{Claim, Payload, Policy, Request, Signed, Signer};

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
    let mut credentials = credentials();
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
    let mut policy = Policy::new(&["us-east-1"], service);
    policy.max_headers = 10_000;
    policy.max_head = 1 << 30;
    policy.max_parameters = 1 << 20;
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
        access_key_id: ACCESS_KEY_ID.into(),
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
