//! Callers who sign with throw-away keys, and a proxy that knows them.

use crate::harness::{exchange, route, scope, settings};
use crate::server::{Seen, Server, response};
use sigv4::gateway::Principals;
use sigv4::proxy::{Callers, Proxy, Route, Running};
use sigv4::{Credentials, Payload, Request, Signer, Timestamp};
use std::time::SystemTime;

/// Who may do all of a service, may not delete in it, may read objects, has a key for a time.
pub fn principals() -> Principals {
    Principals::from_json(
        r#"{ "principals": [
        { "arn": "arn:aws:iam::123456789012:user/agent",
          "keys": [{ "access_key_id": "AKIDAGENT", "secret_access_key": "throw-away" }],
          "policies": [{ "Statement": { "Effect": "Allow", "Action": ["es:*", "execute-api:*"], "Resource": "*" } }] },
        { "arn": "arn:aws:iam::123456789012:user/narrow",
          "keys": [{ "access_key_id": "AKIDNARROW", "secret_access_key": "throw-away" }],
          "policies": [{ "Statement": [
            { "Effect": "Allow", "Action": "*", "Resource": "*" },
            { "Effect": "Deny", "Action": "es:ESHttpDelete", "Resource": "*" }] }] },
        { "arn": "arn:aws:iam::123456789012:user/reader",
          "keys": [{ "access_key_id": "AKIDREADER", "secret_access_key": "throw-away" }],
          "policies": [{ "Statement": [
            { "Effect": "Allow", "Action": "s3:*Object", "Resource": "arn:aws:s3:::bucket/*" },
            { "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::bucket/secret*" }] }] },
        { "arn": "arn:aws:sts::123456789012:assumed-role/agent/1",
          "keys": [{ "access_key_id": "ASIAAGENT", "secret_access_key": "throw-away", "session_token": "to+ken=" },
                   { "access_key_id": "ASIAENDED", "secret_access_key": "throw-away", "session_token": "to+ken=",
                     "expires_at": "20200101T000000Z" }],
          "policies": [{ "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } }] }
        ]}"#,
    )
    .unwrap()
}

pub fn proxy_of(route: Route) -> Running {
    let mut settings = settings([route]);
    settings.callers = Callers::Resign(principals());
    Proxy::new(settings).start().unwrap()
}

pub fn proxy(port: u16, service: &str) -> Running {
    let mut route = route(port);
    route.scope = Some(scope(service, "us-east-1"));
    proxy_of(route)
}

pub fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap()
}

pub fn signer(key: &str, region: &str, service: &str) -> Signer {
    Signer::new(Credentials::new(key, "throw-away"), region, service)
}

/// A request as SDKs send it.
pub struct Call<'a> {
    pub method: &'a str,
    pub target: &'a str,
    pub headers: Vec<(&'a str, &'a str)>,
    pub body: &'a [u8],
}

impl<'a> Call<'a> {
    pub fn new(method: &'a str, target: &'a str, body: &'a [u8]) -> Self {
        let headers = vec![];
        Self {
            method,
            target,
            headers,
            body,
        }
    }

    pub fn signed_at(&self, signer: &Signer, at: Timestamp, payload: Payload<'_>) -> String {
        let mut headers = vec![("host", &b"proxy.example"[..])];
        headers.extend(
            self.headers
                .iter()
                .map(|(name, value)| (*name, value.as_bytes())),
        );
        let request = Request {
            method: self.method,
            target: self.target,
            headers: &headers,
            payload,
        };
        let signed = signer.sign(&request, at).unwrap();
        let added = signed
            .headers()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let added: String = added.collect();
        self.head(self.target, &added)
    }

    pub fn head(&self, target: &str, added: &str) -> String {
        let own = self
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let own: String = own.collect();
        format!(
            "{} {target} HTTP/1.1\r\nhost: proxy.example\r\nconnection: close\r\n\
             content-length: {}\r\n{own}{added}\r\n",
            self.method,
            self.body.len(),
        )
    }

    pub fn signed(&self, signer: &Signer) -> Vec<u8> {
        let head = self.signed_at(signer, now(), Payload::Bytes(self.body));
        [head.as_bytes(), self.body].concat()
    }
}

pub fn refused(proxy: &Running, server: &Server, request: &[u8], status: u16, text: &str) {
    let before = server.seen().len();
    let answer = exchange(proxy, request);
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status} ")),
        "{text}: {answer}"
    );
    assert!(answer.contains(text), "{text}: {answer}");
    assert!(answer.contains("x-sigv4-proxy-error: "), "{answer}");
    assert!(!answer.contains("throw-away"), "{answer}");
    assert_eq!(server.seen().len(), before, "{text}");
}

pub fn passed(proxy: &Running, server: &Server, request: &[u8]) -> Seen {
    let answer = exchange(proxy, request);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let seen = server.seen().pop().unwrap();
    let all = format!("{seen:?}");
    for old in ["AKIDAGENT", "AKIDREADER", "ASIAAGENT", "to%2Bken", "to+ken"] {
        assert!(!all.contains(old), "{all}");
    }
    seen
}

pub fn upstream() -> Server {
    Server::new(|_| vec![response("200 OK", "", "done")])
}
