//! Who may ask.

use crate::asked::{address, get, start};
use crate::harness::{gateway, send};
use std::net::SocketAddr;

const POST: &str = "content-type: application/json\r\ncontent-length: 2\r\n";

/// A name that somebody made to mean this machine, and pages of others.
#[test]
fn pages_of_others_are_refused() {
    let gateway = start();
    let address = address(&gateway);
    let port = address.port();
    for (request, status) in [
        (format!("GET / HTTP/1.1\r\nhost: {address}\r\n"), 200),
        (format!("GET / HTTP/1.1\r\nhost: localhost:{port}\r\n"), 200),
        (
            format!("GET / HTTP/1.1\r\nhost: evil.example:{port}\r\n"),
            403,
        ),
        (
            format!("GET /api/requests HTTP/1.1\r\nhost: evil.example:{port}\r\n"),
            403,
        ),
        (
            "GET /api/requests HTTP/1.1\r\nhost: 192.0.2.1\r\n".into(),
            403,
        ),
        ("GET /api/requests HTTP/1.0\r\n".into(), 403),
        (
            format!("GET / HTTP/1.1\r\nhost: {address}\r\nsec-fetch-site: cross-site\r\n"),
            200,
        ),
        (
            format!(
                "GET /api/requests HTTP/1.1\r\nhost: {address}\r\nsec-fetch-site: cross-site\r\n"
            ),
            403,
        ),
        (
            format!(
                "GET /api/requests HTTP/1.1\r\nhost: {address}\r\nsec-fetch-site: same-origin\r\n"
            ),
            200,
        ),
        (
            format!(
                "GET /api/requests HTTP/1.1\r\nhost: {address}\r\norigin: http://evil.example\r\n"
            ),
            403,
        ),
        (
            format!(
                "POST /api/clear HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n{POST}"
            ),
            200,
        ),
        (
            format!("POST /api/clear HTTP/1.1\r\nhost: {address}\r\n{POST}"),
            200,
        ),
        (
            format!("POST /api/clear HTTP/1.1\r\nhost: {address}\r\norigin: null\r\n{POST}"),
            403,
        ),
        (
            format!(
                "POST /api/clear HTTP/1.1\r\nhost: {address}\r\norigin: http://127.0.0.1:1\r\n{POST}"
            ),
            403,
        ),
        (
            format!(
                "POST /api/clear HTTP/1.1\r\nhost: {address}\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n"
            ),
            415,
        ),
    ] {
        let body = if request.starts_with("POST") {
            "{}"
        } else {
            ""
        };
        let answer = send(address, &format!("{request}\r\n{body}"));
        assert_eq!(answer.status, status, "{request}");
    }
}

#[test]
fn what_a_browser_may_do_with_the_page() {
    let gateway = start();
    let page = get(&gateway, "/");
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'sha256-"),
        "{policy}"
    );
    assert!(
        policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    for answer in [
        page,
        get(&gateway, "/api/requests"),
        get(&gateway, "/nothing"),
    ] {
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name}");
        }
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"));
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[test]
fn beyond_loopback_there_is_a_token() {
    let anywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let refused = gateway().with_inspector(anywhere).start().unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::PermissionDenied);

    let gateway = gateway()
        .with_inspector(anywhere)
        .beyond_loopback()
        .start()
        .unwrap();
    let url = gateway.inspector().unwrap();
    // What is printed can be called.
    let rest = url.strip_prefix("http://").unwrap();
    let (address, path) = rest.split_once('/').unwrap();
    let address: SocketAddr = address.parse().unwrap();
    assert!(address.ip().is_loopback(), "{url}");
    let token = path.strip_suffix('/').unwrap();
    assert_eq!(token.len(), 40);
    let other = "0".repeat(40);
    for (path, status) in [
        (format!("/{token}/"), 200),
        (format!("/{token}/api/requests"), 200),
        (format!("/{token}"), 404),
        (format!("/{other}/"), 404),
        ("/".into(), 404),
        ("/api/requests".into(), 404),
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nhost: inspector.example\r\n\r\n");
        assert_eq!(send(address, &request).status, status, "{path}");
    }
    assert!(!format!("{gateway:?}").contains(token));
}

#[test]
fn what_is_no_http_costs_nothing() {
    let gateway = start();
    let address = address(&gateway);
    let long = "a".repeat(20_000);
    for request in [
        "nonsense\r\n\r\n".to_owned(),
        format!("GET /{long} HTTP/1.1\r\nhost: {address}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: {address}\r\nx: {long}\r\n\r\n"),
    ] {
        let answer = send(address, &request);
        assert!((400..500).contains(&answer.status), "{}", answer.status);
    }
    let large = format!(
        "POST /api/explain HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: 99999999\r\n\r\n{{"
    );
    assert_eq!(send(address, &large).status, 413);
    assert_eq!(get(&gateway, "/").status, 200);
}
