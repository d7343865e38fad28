//! What the proxy answers itself, in the inspector.

use crate::agents::{Call, principals, signer};
use crate::harness::{address, exchange, route, scope};
use crate::inspected::{GET, first, start, start_for, watched};
use crate::server::{Act, Server, response, send};
use serde_json::{Value, json};
use sigv4::proxy::{Callers, Running, Token};
use sigv4::sources::{Cache, CredentialsError, ProvideCredentials, ProvidedCredentials};
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// A request that the proxy answers itself: the sentence is its own, and nobody else's answer is shown.
#[track_caller]
fn assert_refused(proxy: &Running, status: u16, verdict: &str, sentence: &str) -> Value {
    let detail = first(proxy);
    for (field, value) in [
        ("status", json!(status)),
        ("verdict", json!(verdict)),
        ("summary", json!(sentence)),
        ("sentence", json!(sentence)),
        ("answer", Value::Null),
        ("reason", Value::Null),
        ("from", json!("proxy")),
    ] {
        assert_eq!(detail[field], value, "{field}: {detail:#}");
    }
    detail
}

fn link(detail: &Value, name: &str) -> Value {
    let mut links = detail["chain"].as_array().unwrap().iter();
    links.find(|link| link["link"] == name).unwrap()["state"].clone()
}

/// A gateway's error of the proxy's own is not what the upstream says.
#[test]
fn an_upstream_that_gives_no_answer() {
    let port = {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        taken.local_addr().unwrap().port()
    };
    let proxy = start(route(port));
    assert!(exchange(&proxy, GET).starts_with("HTTP/1.1 502 "));
    let sentence = "no connection to the upstream: it refuses connections";
    let detail = assert_refused(&proxy, 502, "malformed", sentence);
    assert_eq!(
        (&detail["key"], &detail["target"]),
        (&json!("ASIAPROXY"), &json!("/prod/a?b=c"))
    );
    assert_eq!(link(&detail, "request"), "ok");

    let server = Server::new(|_| vec![Act::Stall]);
    let mut slow = route(server.port);
    slow.times.answer = Duration::from_millis(50);
    let proxy = start(slow);
    assert!(exchange(&proxy, GET).starts_with("HTTP/1.1 504 "));
    let sentence = "the upstream did not answer within 50ms";
    assert_refused(&proxy, 504, "malformed", sentence);
}

#[test]
fn who_leaves_before_the_answer() {
    let server = Server::new(|_| vec![Act::Stall]);
    let proxy = start(route(server.port));
    let mut caller = TcpStream::connect(address(&proxy)).unwrap();
    caller.write_all(GET).unwrap();
    while server.seen().is_empty() {
        std::thread::yield_now();
    }
    drop(caller);
    let detail = first(&proxy);
    assert_eq!(detail["status"], Value::Null);
    assert_eq!(
        (&detail["sentence"], &detail["verdict"]),
        (
            &json!("before the upstream answered, the caller left"),
            &json!("malformed")
        )
    );
}

/// What the end of a drain cuts is not said of the caller, and half an answer is not a whole one.
#[test]
fn what_is_broken_off_says_by_whom() {
    let server = Server::new(|_| vec![Act::Stall]);
    let proxy = start(route(server.port));
    let mut caller = TcpStream::connect(address(&proxy)).unwrap();
    caller.write_all(GET).unwrap();
    server.seen_at_least(1, crate::deadline::LONG);
    let said = thread::scope(|scope| {
        let said = scope.spawn(|| first(&proxy)["sentence"].clone());
        proxy.drain(Duration::from_millis(50));
        said.join().unwrap()
    });
    let sentence = "before the upstream answered, the proxy ended it: the time to drain was over";
    assert_eq!(said, sentence);

    let half = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nan";
    let server = Server::new(move |_| vec![send(half), Act::Close]);
    let proxy = start(route(server.port));
    exchange(&proxy, GET);
    let detail = first(&proxy);
    assert_eq!(
        detail["sentence"],
        "the service accepted the request; broken off: the upstream closed the connection in the middle"
    );
    assert_eq!(detail["verdict"], "allowed");
}

/// What goes nowhere is in the list, as it arrived.
#[test]
fn what_the_proxy_refuses() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let with_token = b"GET /prod/a HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
        authorization: Bearer anotherTokenThanThatOfTheProxy\r\n\r\n";
    let callers = Callers::Token(Token::new("t0ken"));
    let proxy = start_for(callers, route(server.port));
    exchange(&proxy, with_token);
    let sentence = "this proxy wants its token, in Authorization or Proxy-Authorization: Bearer";
    let detail = assert_refused(&proxy, 401, "signature", sentence);
    assert_eq!(detail["target"], "/prod/a");
    assert!(!detail.to_string().contains("anotherToken"), "{detail:#}");

    let mut elsewhere = route(server.port);
    elsewhere.host = Some("elsewhere.example".into());
    let proxy = start(elsewhere);
    exchange(&proxy, GET);
    let sentence = "no route takes this path of the host \"localhost\"";
    let detail = assert_refused(&proxy, 404, "malformed", sentence);
    assert_eq!(
        (&detail["host"], &detail["target"]),
        (&json!("localhost"), &json!("/prod/a?b=c"))
    );
    assert_eq!(link(&detail, "request"), "broken");
    assert_eq!(detail["key"], Value::Null);

    let mut narrow = route(server.port);
    narrow.allow.services = vec!["s3".into()];
    let proxy = start(narrow);
    exchange(&proxy, GET);
    let sentence = "this proxy does not sign for execute-api in us-east-1";
    let detail = assert_refused(&proxy, 403, "policy", sentence);
    assert_eq!(link(&detail, "policy"), "broken");
    assert!(server.seen().is_empty());
}

/// Two lengths: where the message ends, servers read differently, so nothing of it is known.
#[test]
fn what_is_no_message() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let proxy = start(route(server.port));
    let answer = exchange(
        &proxy,
        b"POST /a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\n\
          transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let said: Value = serde_json::from_str(body).unwrap();
    let sentence = said["message"].as_str().unwrap();
    let detail = assert_refused(&proxy, 400, "malformed", sentence);
    assert_eq!(
        (&detail["method"], &detail["target"], &detail["host"]),
        (&json!(""), &json!(""), &json!(""))
    );
}

struct Missing;

impl ProvideCredentials for Missing {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        Err(CredentialsError::Missing {
            name: "AWS_ACCESS_KEY_ID".into(),
        })
    }
}

#[test]
fn without_credentials() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let mut route = route(server.port);
    route.keys = Arc::new(Cache::new(Box::new(Missing)));
    let proxy = watched(Callers::Anybody, route);
    exchange(&proxy, GET);
    let sentence = "no credentials to sign with";
    let detail = assert_refused(&proxy, 503, "malformed", sentence);
    assert_eq!(detail["target"], "/prod/a?b=c");
}

/// Of callers who sign, the service's words say why, and who it was once that is proven.
#[test]
fn callers_who_sign() {
    let server = Server::new(|_| vec![response("200 OK", "", "")]);
    let resigning = || {
        let mut route = route(server.port);
        route.scope = Some(scope("es", "us-east-1"));
        start_for(Callers::Resign(principals()), route)
    };
    let call = Call::new("DELETE", "/index/a", b"");
    let agent = |key| call.signed(&signer(key, "us-east-1", "es"));

    let proxy = resigning();
    exchange(&proxy, &agent("AKIDAGENT"));
    let detail = first(&proxy);
    assert_eq!(
        (&detail["verdict"], &detail["key"]),
        (&json!("allowed"), &json!("ASIAPROXY"))
    );
    assert_eq!(detail["caller"], "arn:aws:iam::123456789012:user/agent");

    let proxy = resigning();
    exchange(&proxy, &agent("AKIDNARROW"));
    let detail = first(&proxy);
    for (field, value) in [
        ("verdict", "policy"),
        ("reason", "not-authorized"),
        ("caller", "arn:aws:iam::123456789012:user/narrow"),
        ("key", "AKIDNARROW"),
    ] {
        assert_eq!(detail[field], value, "{field}: {detail:#}");
    }
    assert_eq!(
        (&detail["status"], link(&detail, "policy")),
        (&json!(403), json!("broken"))
    );

    let proxy = resigning();
    let signed = String::from_utf8(agent("AKIDAGENT")).unwrap();
    exchange(&proxy, signed.replace("/index/a", "/index/b").as_bytes());
    let detail = first(&proxy);
    for (field, value) in [
        ("verdict", json!("signature")),
        ("status", json!(403)),
        ("target", json!("/index/b")),
        ("key", json!("AKIDAGENT")),
        ("caller", Value::Null),
        ("known", json!("given")),
    ] {
        assert_eq!(detail[field], value, "{field}: {detail:#}");
    }
    let scope = detail["scope"].as_str().unwrap();
    assert!(scope.ends_with("/us-east-1/es/aws4_request"), "{scope}");
    let said = detail["answer"]["body"].as_str().unwrap();
    assert!(said.contains("does not match"), "{said}");
    // The signature is the caller's own.
    assert!(
        !detail.to_string().contains("made by the proxy"),
        "{detail:#}"
    );
}
