//! What whoever has seen a signed request, or knows an id of a key, could make of it.

use crate::agents::{Call, now, proxy, proxy_of, refused, signer, upstream};
use crate::harness::{route, scope};
use sigv4::proxy::Upstream;
use sigv4::{Payload, Request, Streaming};

/// The head of an upload in signed chunks, to which anybody adds an unsigned header and a body.
fn streaming_head(added: &str) -> String {
    let own = [
        ("content-encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", "5"),
    ];
    let mut headers = vec![("host", &b"proxy.example"[..])];
    headers.extend(own.iter().map(|(name, value)| (*name, value.as_bytes())));
    let request = Request {
        method: "PUT",
        target: "/bucket/a",
        headers: &headers,
        payload: Payload::Streaming(Streaming::Signed),
    };
    let reader = signer("AKIDREADER", "us-east-1", "s3");
    let signed = reader.sign(&request, now()).unwrap();
    let of_signature = signed.headers();
    let lines = of_signature.map(|(name, value)| format!("{name}: {value}\r\n"));
    let mut call = Call::new("PUT", "/bucket/a", b"other");
    call.headers = own.to_vec();
    call.head("/bucket/a", &[lines.collect(), added.to_string()].concat())
}

/// Else the body would be checked by nobody, and signed.
#[test]
fn connection_takes_off_nothing_that_is_signed() {
    let server = upstream();
    let proxy = proxy(server.port, "s3");
    for name in [
        "x-amz-content-sha256",
        "close, X-Amz-Content-SHA256",
        "x-amz-acl",
        "content-encoding",
        "host",
    ] {
        let head = streaming_head(&format!("connection: {name}\r\n"));
        let request = [head.as_bytes(), b"other"].concat();
        refused(&proxy, &server, &request, 400, "Connection would take off");
    }
    assert_eq!(server.connections(), 0);
}

/// Nor does a rule of the route.
#[test]
fn chunks_that_are_not_said_to_be_any_more_are_refused() {
    let server = upstream();
    let mut route = route(server.port);
    route.scope = Some(scope("s3", "us-east-1"));
    route.headers.remove = vec!["x-amz-content-sha256".parse().unwrap()];
    let request = [streaming_head("").as_bytes(), b"other"].concat();
    refused(&proxy_of(route), &server, &request, 400, "signed chunks");
    assert_eq!(server.connections(), 0);
}

/// No body is waited for that could not mend it.
#[test]
fn where_the_hash_is_stated_a_wrong_signature_is_refused_at_once() {
    let server = upstream();
    let proxy = proxy(server.port, "s3");
    let reader = signer("AKIDREADER", "us-east-1", "s3");
    let call = Call::new("PUT", "/bucket/a", &[b'a'; 100_000]);
    let head = call.signed_at(&reader, now(), Payload::Bytes(call.body));
    let other = head.replace("PUT /bucket/a ", "PUT /bucket/b ");
    refused(
        &proxy,
        &server,
        other.as_bytes(),
        403,
        "SignatureDoesNotMatch",
    );
}

/// So that SDKs know a denial for one.
#[test]
fn a_denial_is_written_as_the_service_writes_it() {
    let server = upstream();
    let es = proxy(server.port, "es");
    let call = Call::new("GET", "/a", b"").signed(&signer("AKIDREADER", "us-east-1", "es"));
    let s3 = proxy(server.port, "s3");
    let read =
        Call::new("GET", "/other/a%3C", b"").signed(&signer("AKIDREADER", "us-east-1", "s3"));
    for (proxy, request, texts) in [
        (
            &es,
            &call,
            [
                "\r\ncontent-type: application/json\r\n",
                "\r\nx-amzn-errortype: AccessDeniedException\r\n",
                "{\"Message\":\"User: arn:aws:iam::123456789012:user/reader is not authorized to perform: es:*",
            ],
        ),
        (
            &s3,
            &read,
            [
                "\r\ncontent-type: application/xml\r\n",
                "<Error><Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/reader is not",
                "s3:GetObject on resource: \"arn:aws:s3:::other/a&lt;\" because no identity-based policy \
                 allows the s3:GetObject action</Message></Error>",
            ],
        ),
    ] {
        for text in texts {
            refused(proxy, &server, request, 403, text);
        }
    }
    let mut route = route(server.port);
    route.scope = Some(scope("execute-api", "us-east-1"));
    if let Upstream::Fixed { sign_host, .. } = &mut route.upstream {
        *sign_host = Some(
            "abc123.execute-api.us-east-1.amazonaws.com"
                .parse()
                .unwrap(),
        );
    }
    let api = proxy_of(route);
    let call = Call::new("GET", "/prod/a", b"");
    let request = call.signed(&signer("AKIDREADER", "us-east-1", "execute-api"));
    // Of the account, four digits.
    let words = "execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********9012:abc123/prod/GET/a \
                 because no identity-based policy allows the execute-api:Invoke action\"}";
    refused(&api, &server, &request, 403, words);
}
