//! Whoever signs with a key that is known may call, for what its policies allow; signed anew.

use crate::agents::{Call, now, passed, proxy, proxy_of, refused, signer, upstream};
use crate::harness::{exchange, route, scope};
use sigv4::proxy::{Allow, Body};
use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
use std::time::SystemTime;

#[test]
fn a_caller_who_signs_is_signed_anew() {
    let server = upstream();
    let proxy = proxy(server.port, "es");
    let agent = signer("AKIDAGENT", "us-east-1", "es");
    let mut call = Call::new("POST", "/index/_doc?b=2&a=%7e", b"{\"a\":1}");
    call.headers = vec![("content-type", "application/json"), ("x-amz-meta", "1")];
    let seen = passed(&proxy, &server, &call.signed(&agent));
    assert_eq!(seen.target, "/index/_doc?b=2&a=%7e");
    assert_eq!(seen.body, b"{\"a\":1}");
    assert_eq!(seen.header("x-amz-meta"), Some("1"));
    seen.verify_for("us-east-1", "es", seen.signed_at());
    // Temporary keys, with their token.
    let credentials = Credentials::new("ASIAAGENT", "throw-away").with_session_token("to+ken=");
    let session = Signer::new(credentials, "us-east-1", "es");
    let seen = passed(&proxy, &server, &call.signed(&session));
    assert_eq!(seen.header("x-amz-security-token"), None);
    seen.verify_for("us-east-1", "es", seen.signed_at());
}

/// Of a presigned URL, the parameters of the signature are taken off, and no other.
#[test]
fn a_presigned_request_is_signed_anew() {
    let server = upstream();
    let proxy = proxy(server.port, "execute-api");
    let credentials = Credentials::new("ASIAAGENT", "throw-away").with_session_token("to+ken=");
    let session = Signer::new(credentials, "us-east-1", "execute-api");
    let call = Call::new("GET", "/prod/a?b=+%7e&&a", b"");
    let request = Request {
        method: call.method,
        target: call.target,
        headers: &[("host", b"proxy.example")],
        payload: Payload::EMPTY,
    };
    let presigned = session
        .presign(&request, core::time::Duration::from_secs(60), now())
        .unwrap();
    let seen = passed(
        &proxy,
        &server,
        call.head(presigned.target(), "").as_bytes(),
    );
    // As the presigned URL has it.
    assert_eq!(seen.target, "/prod/a?b=%2B~&a=");
    seen.verify(seen.signed_at());
    let other = presigned.target().replace("/prod/a", "/prod/b");
    refused(
        &proxy,
        &server,
        call.head(&other, "").as_bytes(),
        403,
        "signature",
    );
}

#[test]
fn whatever_does_not_verify_is_refused() {
    let server = upstream();
    let proxy = proxy(server.port, "es");
    let call = Call::new("POST", "/a?b=c", b"body");
    let agent = signer("AKIDAGENT", "us-east-1", "es");
    let signed = String::from_utf8(call.signed(&agent)).unwrap();
    let hashed = |at| {
        let head = call.signed_at(&agent, at, Payload::Bytes(b"body"));
        [head.as_bytes(), b"body"].concat()
    };
    let earlier = Timestamp::try_from(SystemTime::now() - core::time::Duration::from_secs(3_600));
    let unsigned = [call.head("/a?b=c", "").as_bytes(), b"body"].concat();
    for (request, text) in [
        (unsigned, "Missing Authentication Token"),
        (
            call.signed(&signer("AKIDOTHER", "us-east-1", "es")),
            "The security token included in the request is invalid",
        ),
        (
            call.signed(&signer("AKIDAGENT", "eu-west-1", "es")),
            "Credential should be scoped to a valid region",
        ),
        (
            call.signed(&signer("AKIDAGENT", "us-east-1", "s3")),
            "scoped to correct service",
        ),
        (hashed(earlier.unwrap()), "Signature expired"),
        (signed.replace("/a?b=c", "/a?b=d").into(), "signature"),
        (
            signed.replace("\r\n\r\nbody", "\r\n\r\nb0dy").into(),
            "signature",
        ),
        (signed.replace("POST", "PUT").into(), "signature"),
        (
            signed.replace("host: proxy", "host: other").into(),
            "signature",
        ),
        (
            signed
                .replace(
                    "connection: close\r\n",
                    "connection: close\r\nx-amz-meta: 1\r\n",
                )
                .into(),
            "x-amz-meta",
        ),
        (
            signed
                .replace("\r\n\r\n", "\r\nx-amz-security-token: other\r\n\r\n")
                .into(),
            "token",
        ),
    ] {
        refused(&proxy, &server, &request, 403, text);
    }
    let other = Signer::new(Credentials::new("AKIDAGENT", "other"), "us-east-1", "es");
    refused(&proxy, &server, &call.signed(&other), 403, "signature");
    let expired = Credentials::new("ASIAAGENT", "throw-away").with_session_token("stale");
    let expired = Signer::new(expired, "us-east-1", "es");
    refused(&proxy, &server, &call.signed(&expired), 403, "token");
    let ended = Credentials::new("ASIAENDED", "throw-away").with_session_token("to+ken=");
    let ended = Signer::new(ended, "us-east-1", "es");
    refused(&proxy, &server, &call.signed(&ended), 403, "expired");
    assert_eq!(server.connections(), 0);
}

/// Which action a request of such a service needs is not known: all of them have to be allowed, and none
/// denied.
#[test]
fn policies_decide() {
    let server = upstream();
    let proxy = proxy(server.port, "es");
    let call = Call::new("GET", "/a", b"");
    for (key, why) in [
        ("AKIDNARROW", "explicit deny"),
        (
            "AKIDREADER",
            "no identity-based policy allows the es:* action",
        ),
    ] {
        let request = call.signed(&signer(key, "us-east-1", "es"));
        refused(&proxy, &server, &request, 403, why);
        refused(&proxy, &server, &request, 403, "es:* on resource: *");
    }
    assert_eq!(server.connections(), 0);
    passed(
        &proxy,
        &server,
        &call.signed(&signer("AKIDAGENT", "us-east-1", "es")),
    );
}

#[test]
fn objects_have_their_actions() {
    let server = upstream();
    let proxy = proxy(server.port, "s3");
    let reader = signer("AKIDREADER", "us-east-1", "s3");
    let seen = passed(
        &proxy,
        &server,
        &Call::new("GET", "/bucket/a%20b", b"").signed(&reader),
    );
    seen.verify_for("us-east-1", "s3", seen.signed_at());
    let body = [b'a'; 100_000];
    let seen = passed(
        &proxy,
        &server,
        &Call::new("PUT", "/bucket/large", &body).signed(&reader),
    );
    assert_eq!(seen.body, body);
    for (method, target) in [
        ("GET", "/other/a"),
        ("GET", "/bucket/secret/a"),
        ("GET", "/bucket/%73ecret"),
        ("GET", "/bucket/"),
        ("PUT", "/bucket/a?acl"),
        ("POST", "/bucket?delete"),
    ] {
        let request = Call::new(method, target, b"").signed(&reader);
        refused(
            &proxy,
            &server,
            &request,
            403,
            "is not authorized to perform: s3:",
        );
    }
    let mut copy = Call::new("PUT", "/bucket/a", b"");
    copy.headers = vec![("x-amz-copy-source", "/other/a")];
    refused(&proxy, &server, &copy.signed(&reader), 403, "s3:*");
    // The hash is signed, and the body another one.
    let mut tampered = Call::new("PUT", "/bucket/a", b"abcd").signed(&reader);
    let last = tampered.len() - 1;
    tampered[last] = b'x';
    refused(&proxy, &server, &tampered, 400, "XAmzContentSHA256Mismatch");
}

#[test]
fn chunks_are_verified_with_the_callers_key() {
    let server = upstream();
    let reader = signer("AKIDREADER", "us-east-1", "s3");
    for rule in [Body::Hashed, Body::Chunked] {
        let mut route = route(server.port);
        route.scope = Some(scope("s3", "us-east-1"));
        route.body = rule;
        let proxy = proxy_of(route);
        let mut call = Call::new("PUT", "/bucket/a", b"");
        call.headers = vec![
            ("content-encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", "5"),
        ];
        let mut headers = vec![("host", &b"proxy.example"[..])];
        headers.extend(
            call.headers
                .iter()
                .map(|(name, value)| (*name, value.as_bytes())),
        );
        let request = Request {
            method: "PUT",
            target: "/bucket/a",
            headers: &headers,
            payload: Payload::Streaming(sigv4::Streaming::Signed),
        };
        let at = now();
        let signed = reader.sign(&request, at).unwrap();
        let mut chunks = reader.chunk_signer(&signed);
        let mut body = Vec::new();
        for data in [&b"hello"[..], b""] {
            let mut hasher = sigv4::Hasher::new();
            hasher.put(data);
            let signature = chunks.sign_chunk(&hasher.finish());
            body.extend(format!("{:x};chunk-signature={signature}\r\n", data.len()).bytes());
            body.extend(data);
            body.extend(b"\r\n");
        }
        let added = signed
            .headers()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let added: String = added.collect();
        call.body = &body;
        let whole = [call.head("/bucket/a", &added).as_bytes(), &body].concat();
        let seen = passed(&proxy, &server, &whole);
        if rule == Body::Hashed {
            assert_eq!(seen.body, b"hello");
            seen.verify_for("us-east-1", "s3", seen.signed_at());
        } else {
            assert!(seen.body.starts_with(b"5;chunk-signature="), "{seen:?}");
            assert_ne!(seen.body, body);
        }
        let other = String::from_utf8(whole)
            .unwrap()
            .replace("\r\nhello\r\n", "\r\nhullo\r\n");
        if rule == Body::Hashed {
            refused(
                &proxy,
                &server,
                other.as_bytes(),
                403,
                "SignatureDoesNotMatch",
            );
        } else {
            let answer = exchange(&proxy, other.as_bytes());
            assert!(!answer.starts_with("HTTP/1.1 200 "), "{answer}");
        }
    }
}

/// An allow-list says what may be signed for at all.
#[test]
fn other_services_are_not_signed_for() {
    let server = upstream();
    for (services, regions, passes) in [
        (vec!["es"], vec!["us-east-1"], true),
        (vec!["s3", "es"], vec![], true),
        (vec!["s3"], vec![], false),
        (vec![], vec!["eu-west-1"], false),
    ] {
        let mut route = route(server.port);
        route.scope = Some(scope("es", "us-east-1"));
        let owned = |list: Vec<&str>| list.into_iter().map(String::from).collect();
        route.allow = Allow {
            services: owned(services),
            regions: owned(regions),
            hosts: vec![],
        };
        let proxy = proxy_of(route);
        let request = Call::new("GET", "/a", b"").signed(&signer("AKIDAGENT", "us-east-1", "es"));
        if passes {
            passed(&proxy, &server, &request);
        } else {
            refused(
                &proxy,
                &server,
                &request,
                403,
                "does not sign for es in us-east-1",
            );
        }
    }
}
