//! What is signed and sent, and what comes back, in the inspector.

use crate::harness::{exchange, keys_of, route, settings};
use crate::server::{Server, response};
use serde_json::{Value, json};
use sigv4::Credentials;
use sigv4::proxy::{Callers, Proxy, Route, Running};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKENofTheProxy";
pub const GET: &[u8] = b"GET /prod/a?b=c HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

pub fn start(route: Route) -> Running {
    start_for(Callers::Anybody, route)
}

pub fn start_for(callers: Callers, mut route: Route) -> Running {
    let credentials = Credentials::new("ASIAPROXY", "aSecretOfTheProxys");
    route.keys = keys_of(credentials.with_session_token(TOKEN));
    watched(callers, route)
}

pub fn watched(callers: Callers, route: Route) -> Running {
    let mut settings = settings([route]);
    settings.callers = callers;
    settings.inspect = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    Proxy::new(settings).start().unwrap()
}

/// What the inspector says, when it says something.
fn asked(proxy: &Running, method: &str, path: &str) -> (String, Value) {
    let url = proxy.inspector().unwrap();
    let address = url.strip_prefix("http://").unwrap().trim_end_matches('/');
    let mut stream = TcpStream::connect(address).unwrap();
    let body = if method == "POST" { "{}" } else { "" };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let value = serde_json::from_str(body).unwrap_or(Value::Null);
    (head.to_owned() + body, value)
}

/// A request is there once its answer is over, which its caller can know before.
pub fn first(proxy: &Running) -> Value {
    let (_, list) = asked(proxy, "GET", "/api/requests?wait=20");
    assert_eq!(list["requests"].as_array().unwrap().len(), 1, "{list:#}");
    let (text, detail) = asked(proxy, "GET", "/api/requests/1");
    for never in [TOKEN, "aSecretOfTheProxys"] {
        assert!(!text.contains(never), "{text}");
    }
    detail
}

#[test]
fn a_refusal_of_the_upstreams() {
    let expired = r#"{"message":"The security token included in the request is expired"}"#;
    let header = "x-amzn-errortype: ExpiredTokenException\r\n";
    let server = Server::new(move |_| vec![response("403 Forbidden", header, expired)]);
    let proxy = start(route(server.port));
    exchange(&proxy, GET);
    let detail = first(&proxy);
    for (field, value) in [
        ("from", json!("proxy")),
        ("verdict", json!("freshness")),
        ("reason", json!("session-token-expired")),
        ("status", json!(403)),
        ("known", json!("given")),
        ("target", json!("/prod/a?b=c")),
        ("key", json!("ASIAPROXY")),
    ] {
        assert_eq!(detail[field], value, "{field}");
    }
    assert_eq!(detail["answer"]["body"], expired);
    let lines = detail["canonical"].as_array().unwrap();
    assert_eq!(lines[1]["sent"]["text"], "/prod/a");
    assert_eq!(detail["replay"]["possible"], false);
    let (answer, _) = asked(&proxy, "POST", "/api/requests/1/replay");
    assert!(answer.starts_with("HTTP/1.1 409"), "{answer}");
}

#[test]
fn what_the_upstream_takes() {
    for (status, verdict) in [("200 OK", "allowed"), ("404 Not Found", "allowed")] {
        let server = Server::new(move |_| vec![response(status, "", "")]);
        let proxy = start(route(server.port));
        exchange(&proxy, GET);
        let detail = first(&proxy);
        assert_eq!(detail["verdict"], verdict, "{detail:#}");
        assert_eq!(detail["reason"], Value::Null);
    }
}

/// What the proxy has signed is a call in its name, for whoever has the signature.
#[test]
fn its_own_signature_is_not_shown() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let proxy = start(route(server.port));
    exchange(&proxy, GET);
    let detail = first(&proxy);
    let headers = detail["request"]["headers"].as_array().unwrap();
    let mut headers = headers.iter();
    let found = headers.find(|header| header["name"] == "authorization");
    let value = found.unwrap()["value"].as_str().unwrap();
    let (_, signature) = value.split_once("Signature=").unwrap();
    assert_eq!(signature, "(made by the proxy, 64 digits)");
    for text in ["signature=0", "signature=1", "signature=f", "signature=a"] {
        let (_, list) = asked(&proxy, "GET", &format!("/api/requests?text={text}"));
        assert_eq!(list["requests"], json!([]), "{text}");
    }
}

/// Without one, nothing is kept and nothing listens.
#[test]
fn only_where_it_is_asked_for() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let proxy = crate::harness::start([route(server.port)]);
    exchange(&proxy, GET);
    assert_eq!(proxy.inspector(), None);
}
