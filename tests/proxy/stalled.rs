//! Nobody holds for ever what others need: callers who do not read, upstreams and sources of credentials
//! that say nothing.

use crate::by_hand::{ByHand, upstream};
use crate::harness::{address, exchange, route, settings, start};
use crate::server::{Server, response};
use bytes::Bytes;
use http::Request;
use http_body_util::Empty;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sigv4::Credentials;
use sigv4::proxy::{Proxy, Route, Running};
use sigv4::sources::{Cache, CredentialsError, ProvideCredentials, ProvidedCredentials};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
const SOON: Duration = Duration::from_millis(100);

/// One request at a time.
fn narrow(mut route: Route) -> Running {
    route.times.idle = SOON;
    route.times.connect = Duration::from_secs(20);
    let mut settings = settings([route]);
    settings.limits.upstream_connections = 1;
    Proxy::new(settings).start().unwrap()
}

#[test]
fn a_caller_who_does_not_read_loses_connection_and_place() {
    let long = vec![0; 32 << 20];
    let server = Server::new(move |number| match number {
        0 => vec![response("200 OK", "", &long)],
        _ => vec![response("200 OK", "", "an answer")],
    });
    let proxy = narrow(route(server.port));
    let mut stalled = ByHand::call(&proxy);
    stalled.send(GET);
    stalled.head();
    assert!(exchange(&proxy, GET).ends_with("an answer"));
    assert!(stalled.rest() < 32 << 20);
}

/// Its connection may serve other requests: they go on.
#[tokio::test]
async fn a_stream_that_is_not_read_loses_its_place() {
    let server = Server::new(|_| vec![response("200 OK", "", "an answer")]);
    let proxy = narrow(route(server.port));
    let client = Client::builder(TokioExecutor::new())
        .http2_only(true)
        .http2_initial_stream_window_size(0)
        .build_http();
    let request = Request::get(format!("http://{}/", address(&proxy)));
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    let stalled = client.request(request).await.unwrap();
    let asked = tokio::task::spawn_blocking(move || exchange(&proxy, GET));
    let answer = asked.await.unwrap();
    assert!(answer.ends_with("an answer"), "{answer}");
    drop(stalled);
}

#[test]
fn a_tunnel_in_which_nothing_passes_ends() {
    let (port, served) = upstream(|mut proxy| {
        proxy.head();
        proxy.send("HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: a\r\n\r\nhello");
        proxy.rest()
    });
    let mut route = route(port);
    route.times.tunnel = SOON;
    let proxy = start([route]);
    let mut caller = ByHand::call(&proxy);
    caller.send("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: a\r\n\r\n");
    caller.head();
    assert_eq!(caller.rest(), "hello".len());
    assert_eq!(served.join().unwrap(), 0);
}

/// The time for connecting is one for all of it.
#[test]
fn an_upstream_that_never_says_hello() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut route = route(port);
    if let sigv4::proxy::Upstream::Fixed { scheme, .. } = &mut route.upstream {
        *scheme = "https".parse().unwrap();
    }
    route.times.connect = SOON;
    let answer = exchange(&start([route]), GET);
    assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
    assert!(
        answer.contains("connecting to the upstream took too long"),
        "{answer}"
    );
}

/// The caller is told of what kind it was, and no more.
#[test]
fn an_upstream_that_is_not_there() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let answer = exchange(&start([route(port)]), GET);
    assert!(
        answer.contains("\"message\":\"no connection to the upstream: it refuses connections\""),
        "{answer}"
    );
}

/// Says nothing until it is let go.
struct Silent(Mutex<mpsc::Receiver<()>>);

impl ProvideCredentials for Silent {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let _ = self.0.lock().unwrap().recv();
        Ok(ProvidedCredentials::new(Credentials::new("A", "s")))
    }
}

#[test]
fn credentials_that_do_not_come() {
    let (release, released) = mpsc::channel::<()>();
    let mut route = route(1);
    route.keys = Arc::new(Cache::new(Box::new(Silent(Mutex::new(released)))));
    route.times.answer = SOON;
    let proxy = start([route]);
    let answer = exchange(&proxy, GET);
    drop(release);
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("came within 100ms"), "{answer}");
}
