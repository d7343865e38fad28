//! The second port: what it says in each state of the proxy.

use crate::deadline::{LONG, until};
use crate::harness::{ACCESS_KEY_ID, SECRET, patient, route, settings};
use crate::openmetrics::Samples;
use crate::server::{Server, response};
use serde_json::{Value, json};
use sigv4::Credentials;
use sigv4::proxy::{Keys, Proxy, Route, Running};
use sigv4::sources::{Cache, CredentialsError, ProvideCredentials, ProvidedCredentials};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

/// A proxy with a second port.
pub fn start(routes: impl IntoIterator<Item = Route>) -> Running {
    let mut settings = settings(routes);
    settings.admin = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    Proxy::new(settings).start().unwrap()
}

/// Head and body of an answer of the second port.
pub fn ask(proxy: &Running, method: &str, target: &str) -> (String, String) {
    let mut stream = patient(TcpStream::connect(proxy.admin().unwrap()).unwrap());
    let request =
        format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase(), body.to_owned())
}

pub fn metrics(proxy: &Running) -> Samples {
    let (head, body) = ask(proxy, "GET", "/metrics");
    assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
    Samples::read(&body)
}

/// The first of which this holds.
pub fn metrics_until(what: &str, proxy: &Running, holds: impl Fn(&Samples) -> bool) -> Samples {
    until(what, || Some(metrics(proxy)).filter(&holds))
}

/// When every request that was begun is over: callers have their answers a little earlier.
pub fn settled(proxy: &Running) -> Samples {
    metrics_until("requests that are over", proxy, |samples| {
        samples.get("sigv4_proxy_requests_in_flight") == 0.0
    })
}

fn ready(proxy: &Running) -> (u16, Value) {
    let (head, body) = ask(proxy, "GET", "/ready");
    assert!(
        head.contains("\r\ncontent-type: application/json"),
        "{head}"
    );
    assert!(head.contains("\r\ncache-control: no-store"), "{head}");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(&body).unwrap())
}

/// Gives what a test sends it, and waits for that.
struct Told(Mutex<Receiver<Result<ProvidedCredentials, CredentialsError>>>);

impl ProvideCredentials for Told {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let name = "whoever tells".to_owned();
        let nobody = Err(CredentialsError::Missing { name });
        self.0.lock().unwrap().recv().unwrap_or(nobody)
    }
}

type Teller = Sender<Result<ProvidedCredentials, CredentialsError>>;

/// Keys that a test tells, by a clock that it sets.
fn told(clock: &Arc<Mutex<SystemTime>>) -> (Teller, Keys) {
    let (teller, told) = channel();
    let source: Box<dyn ProvideCredentials> = Box::new(Told(Mutex::new(told)));
    let clock = clock.clone();
    let cache = Cache::new(source).clock(move || *clock.lock().unwrap());
    (teller, Arc::new(cache))
}

fn provided() -> ProvidedCredentials {
    ProvidedCredentials::new(Credentials::new(ACCESS_KEY_ID, SECRET))
}

/// Until the thread that asks the source has heard.
fn soon(proxy: &Running, status: u16) -> Value {
    until(&format!("status {status} of /ready"), || {
        let (now, body) = ready(proxy);
        (now == status).then_some(body)
    })
}

#[test]
fn it_is_ready_while_each_route_has_credentials_that_hold() {
    let clock = Arc::new(Mutex::new(SystemTime::now()));
    let (teller, keys) = told(&clock);
    let mut second = route(1);
    second.name = "second".into();
    second.keys = keys;
    let proxy = start([route(1), second]);
    let body = until("credentials of the first route", || {
        let (status, body) = ready(&proxy);
        assert_eq!(status, 503);
        // The other route's source is asked by a thread of its own, too.
        (body["routes"][0]["credentials"] == "ok").then_some(body)
    });
    let of = |credentials: &str| json!({ "route": "second", "credentials": credentials });
    assert_eq!(
        body,
        json!({
            "status": "not ready",
            "draining": false,
            "config": "ok",
            "routes": [
                { "route": "all", "credentials": "ok" },
                of("none yet: their source is being asked"),
            ],
        })
    );
    let samples = metrics(&proxy);
    assert_eq!(
        samples.get("sigv4_proxy_credentials_ready{route=\"second\"}"),
        0.0
    );
    assert!(!samples.has("sigv4_proxy_credentials_remaining_seconds{route=\"second\"}"));

    // They hold for an hour by their own clock.
    let hour = Duration::from_secs(3600);
    let mut credentials = provided();
    credentials.expires_at = Some(*clock.lock().unwrap() + hour);
    teller.send(Ok(credentials)).unwrap();
    let body = soon(&proxy, 200);
    assert_eq!(
        (&body["status"], &body["routes"][1]),
        (&json!("ready"), &of("ok"))
    );
    let samples = metrics(&proxy);
    assert_eq!(
        samples.get("sigv4_proxy_credentials_ready{route=\"second\"}"),
        1.0
    );
    let left = samples.get("sigv4_proxy_credentials_remaining_seconds{route=\"second\"}");
    assert!((3000.0..=3600.0).contains(&left), "{left}");
    // Without an end there is nothing to tell.
    assert_eq!(
        samples.get("sigv4_proxy_credentials_ready{route=\"all\"}"),
        1.0
    );
    assert!(!samples.has("sigv4_proxy_credentials_remaining_seconds{route=\"all\"}"));

    // Then they are over, and their source fails.
    *clock.lock().unwrap() += hour;
    let name = "sEcReT".to_owned();
    teller
        .send(Err(CredentialsError::Missing { name }))
        .unwrap();
    let failed = of("none: their source failed, see the log");
    until("a source that failed", || {
        let (status, body) = ready(&proxy);
        assert_eq!(status, 503);
        assert!(!body.to_string().contains("sEcReT"), "{body}");
        (body["routes"][1] == failed).then_some(())
    });
}

/// One broken file that reaches every proxy at once must not take all of them away.
#[test]
fn a_reload_that_failed_is_told_and_changes_nothing() {
    let proxy = start([route(1)]);
    let is_current = |proxy| metrics(proxy).get("sigv4_proxy_config_current");
    soon(&proxy, 200);
    assert_eq!(is_current(&proxy), 1.0);

    proxy.reload_failed();
    let body = soon(&proxy, 200);
    let config = "the last one could not be used, the former one is: see the log";
    assert_eq!(body["config"], config);
    assert_eq!(is_current(&proxy), 0.0);

    let mut other = route(1);
    other.name = "other".into();
    proxy.reload(settings([other])).unwrap();
    let body = soon(&proxy, 200);
    assert_eq!(body["config"], "ok");
    assert_eq!(
        body["routes"],
        json!([{ "route": "other", "credentials": "ok" }])
    );
    let samples = metrics(&proxy);
    assert_eq!(samples.get("sigv4_proxy_config_current"), 1.0);
    for outcome in ["ok", "failed"] {
        let reloads = format!("sigv4_proxy_config_reloads_total{{outcome=\"{outcome}\"}}");
        assert_eq!(samples.get(&reloads), 1.0, "{outcome}");
    }
}

/// Of the routes that are served, not of those that could not be.
#[test]
fn routes_of_a_reload_that_failed_are_not_waited_for() {
    let clock = Arc::new(Mutex::new(SystemTime::now()));
    let (_teller, keys) = told(&clock);
    let mut broken = route(1);
    broken.keys = keys;
    let sigv4::proxy::Upstream::Fixed { roots, .. } = &mut broken.upstream else {
        panic!("{:?}", broken.upstream)
    };
    *roots = Some("/nowhere/roots.pem".into());
    let proxy = start([route(1)]);
    soon(&proxy, 200);
    proxy.reload(settings([broken])).unwrap_err();
    let (status, body) = ready(&proxy);
    assert_eq!(status, 200, "{body}");
    assert_ne!(body["config"], "ok");
}

#[test]
fn what_else_is_asked() {
    let proxy = start([route(1)]);
    soon(&proxy, 200);
    let (head, body) = ask(&proxy, "GET", "/health?verbose");
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    assert_eq!(body, r#"{"status":"ok"}"#);
    let (head, body) = ask(&proxy, "HEAD", "/ready");
    assert!(
        head.starts_with("http/1.1 200 ") && body.is_empty(),
        "{head} {body}"
    );
    assert!(head.contains("\r\ncontent-length: "), "{head}");
    let (head, _) = ask(&proxy, "GET", "/metrics");
    let content_type = "content-type: application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert!(head.contains(content_type), "{head}");
    for (method, path, status, message) in [
        ("GET", "/", 404, "there are /health, /ready and /metrics"),
        (
            "GET",
            "/ready/",
            404,
            "there are /health, /ready and /metrics",
        ),
        (
            "POST",
            "/elsewhere",
            404,
            "there are /health, /ready and /metrics",
        ),
        ("POST", "/health", 405, "only GET and HEAD"),
        ("DELETE", "/metrics", 405, "only GET and HEAD"),
    ] {
        let (head, body) = ask(&proxy, method, path);
        assert!(
            head.starts_with(&format!("http/1.1 {status} ")),
            "{method} {path}: {head}"
        );
        assert_eq!(
            head.contains("\r\nallow: get, head"),
            status == 405,
            "{head}"
        );
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body, json!({ "message": message }), "{method} {path}");
    }
}

/// Whoever reaches the port cannot make it cost much.
#[test]
fn few_connections_and_short_heads() {
    let proxy = start([route(1)]);
    let address = proxy.admin().unwrap();
    let long = "a".repeat(20_000);
    let (head, _) = ask(&proxy, "GET", &format!("/health?{long}"));
    assert!(head.starts_with("http/1.1 4"), "{head}");

    let mut silent: Vec<_> = (0..16)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    let mut further = TcpStream::connect(address).unwrap();
    further
        .write_all(b"GET /health HTTP/1.1\r\nconnection: close\r\n\r\n")
        .unwrap();
    further
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let waits = further.read(&mut [0]).unwrap_err().kind();
    assert!(
        matches!(waits, ErrorKind::WouldBlock | ErrorKind::TimedOut),
        "{waits}"
    );
    silent.pop();
    further.set_read_timeout(Some(LONG)).unwrap();
    let mut answer = String::new();
    further.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn other_machines_are_asked_for() {
    let mut beyond = settings([route(1)]);
    beyond.admin = Some("0.0.0.0:0".parse().unwrap());
    let error = Proxy::new(beyond).start().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(
        error.to_string(),
        "0.0.0.0 can be reached from other machines"
    );
}

/// What is asked here goes nowhere else.
#[test]
fn the_first_port_has_none_of_it() {
    let server = Server::new(|_| vec![response("404 Not Found", "", "")]);
    let proxy = start([route(server.port)]);
    let answer = crate::harness::exchange(
        &proxy,
        b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert_eq!(server.seen().len(), 1);
}
