//! What services ask for that differ from the others.

use sigv4::{Claim, Credentials, Payload, Policy, Request, Signer, Timestamp};
use std::time::Duration;

const KEY: (&str, &str) = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
const BUCKET: &[u8] = b"b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com";
const CONTROL: &[u8] = b"s3express-control.us-east-1.amazonaws.com";

fn signer(service: &str, token: &str) -> Signer {
    let credentials = Credentials::new(KEY.0, KEY.1).with_session_token(token);
    Signer::new(credentials, "us-east-1", service)
}

fn at() -> Timestamp {
    Timestamp::parse("20240101T000000Z").unwrap()
}

/// `CreateSession`, `HeadBucket`, `CopyObject` and the control endpoint take the token of
/// IAM's credentials, everything else that of a session. Signatures made by botocore 1.44.8
/// (`S3SigV4Auth`, `S3ExpressAuth`).
#[test]
fn s3express_tokens() {
    let signer = signer("s3express", "TOK");
    for (method, host, target, copies, name, signature) in [
        (
            "GET",
            BUCKET,
            "/?session",
            false,
            "x-amz-security-token",
            "2a67b352d5297a4a8ea30c03e9c244ca9f263c7cea1500d3b318f804b065f98f",
        ),
        (
            "HEAD",
            BUCKET,
            "/",
            false,
            "x-amz-security-token",
            "c32445865158df3e3c04be38de7830c812d33c29e7dccbed89c6025659fecbac",
        ),
        (
            "PUT",
            BUCKET,
            "/k",
            true,
            "x-amz-security-token",
            "b996404daee82b46534760f85b5b33e5c7a7eed7e7c9f9762b32bdb82f231961",
        ),
        (
            "GET",
            CONTROL,
            "/b--use1-az4--x-s3?policy",
            false,
            "x-amz-security-token",
            "074d23636fe2b05cc9009d75ae41db49d06f342bcc2ddf558483802a391163fe",
        ),
        (
            "GET",
            BUCKET,
            "/k",
            false,
            "x-amz-s3session-token",
            "5a6d05581b8e7151651211b8a5ec921007a83fe9ece90995e8c484a3a76df236",
        ),
        (
            "HEAD",
            BUCKET,
            "/k",
            false,
            "x-amz-s3session-token",
            "f9007ac5ee2ee4015066fa9110073b1c17911a02c1e38334a22c607e5bf21246",
        ),
    ] {
        let source: (&str, &[u8]) = ("X-Amz-Copy-Source", b"b2--use1-az4--x-s3/k");
        let headers = [("host", host), source];
        let request = Request {
            method,
            target,
            headers: if copies { &headers } else { &headers[..1] },
            payload: Payload::EMPTY,
        };
        let signed = signer.sign(&request, at()).unwrap();
        let tokens: Vec<_> = signed
            .headers()
            .filter(|(_, value)| *value == "TOK")
            .collect();
        assert_eq!(tokens, [(name, "TOK")], "{method} {target}");
        assert_eq!(
            signed.signature().to_string(),
            signature,
            "{method} {target}"
        );

        let url = signer
            .presign(&request, Duration::from_secs(60), at())
            .unwrap();
        let parameter = format!("&{name}=TOK");
        assert!(
            url.target()
                .to_ascii_lowercase()
                .contains(&parameter.to_ascii_lowercase())
        );

        // Whoever verifies finds the token under the same name.
        let mut arrived = request.headers.to_vec();
        arrived.extend(
            signed
                .headers()
                .map(|(name, value)| (name, value.as_bytes())),
        );
        let arrived = Request {
            headers: &arrived,
            ..request
        };
        let claim = Claim::from_request(&arrived).unwrap();
        let policy = Policy::new(&["us-east-1"], "s3express");
        let verified = claim
            .verify(&claim.signing_key(KEY.1), &arrived, &policy, at())
            .unwrap();
        assert_eq!(
            verified.session_token.as_deref(),
            Some("TOK"),
            "{method} {target}"
        );
    }
}

/// OpenSearch Serverless wants the hash of the payload, with a body and without one.
#[test]
fn aoss_sends_the_hash() {
    let signer = signer("aoss", "TOK");
    let headers: [(&str, &[u8]); 1] = [("host", b"abc.eu-west-1.aoss.amazonaws.com")];
    for body in [&b""[..], b"{}"] {
        let request = Request {
            method: "POST",
            target: "/i/_search",
            headers: &headers,
            payload: Payload::Bytes(body),
        };
        let signed = signer.sign(&request, at()).unwrap();
        assert!(
            signed
                .headers()
                .any(|(name, _)| name == "x-amz-content-sha256")
        );
        assert!(
            signed
                .authorization()
                .contains("host;x-amz-content-sha256;x-amz-date")
        );
    }
}

/// MQTT over WebSocket: the token is the last parameter, behind the signature that does not
/// cover it. The signature is awscrt's with `omit_session_token`.
#[test]
fn iot_token_is_last() {
    let headers: [(&str, &[u8]); 1] = [("host", b"x-ats.iot.us-east-1.amazonaws.com")];
    let request = Request {
        method: "GET",
        target: "/mqtt",
        headers: &headers,
        payload: Payload::EMPTY,
    };
    let signer = signer("iotdevicegateway", "a+b/c=");
    let url = signer
        .presign(&request, Duration::from_secs(3600), at())
        .unwrap();
    let end = "&X-Amz-Signature=69604772a8f9109d4aa5a435c60ed7bf1f9ae8f8aff1098f285977645ff38fe5\
               &X-Amz-Security-Token=a%2Bb%2Fc%3D";
    assert!(url.target().ends_with(end), "{}", url.target());
}
