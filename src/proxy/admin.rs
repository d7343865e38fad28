//! The second port: whether it runs, whether it can serve, and what it counts.

use super::drain::Drain;
use super::exchange::Observed;
use super::metrics::of_route::ServedRoute;
use super::metrics::registry::CONTENT_TYPE as OPEN_METRICS;
use super::named_host::without_port;
use crate::inspect::browser::is_of_this_machine;
use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// Connections at the same time; further ones wait to be accepted. Probes and scrapers are few.
const CONNECTIONS: usize = 16;
/// Length of request line and headers, in bytes, and the number of those: hyper takes no less.
const HEAD: usize = 8_192;
const HEADERS: usize = 64;
/// Time for a head to arrive, and for a connection to wait for its next one.
const READ: Duration = Duration::from_secs(10);
/// After which a connection takes no further request, and once more until it is cut.
const LIFE: Duration = Duration::from_secs(60);
/// How long to wait after a connection that could not be accepted.
const PAUSE: Duration = Duration::from_secs(1);

/// What the port tells.
#[derive(Debug)]
pub(crate) struct Admin {
    observed: Arc<Observed>,
    drain: Drain,
}

impl Admin {
    pub(crate) fn new(observed: Arc<Observed>, drain: Drain) -> Self {
        Self { observed, drain }
    }

    /// Answers until it is dropped: while the proxy drains, too.
    pub(crate) async fn serve(self, listener: TcpListener) {
        let address = listener.local_addr();
        let is_local = address.is_ok_and(|address| address.ip().to_canonical().is_loopback());
        let admin = Arc::new(self);
        let slots = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let Ok(slot) = slots.clone().acquire_owned().await else {
                return; // never: nobody closes it
            };
            match listener.accept().await {
                Ok((stream, _)) => {
                    let admin = admin.clone();
                    tokio::spawn(async move {
                        admin.converse(stream, is_local).await;
                        drop(slot);
                    });
                }
                Err(error) => {
                    log::warn!("accept, for the admin port: {error}");
                    sleep(PAUSE).await;
                }
            }
        }
    }

    async fn converse(self: Arc<Self>, stream: TcpStream, is_local: bool) {
        let service = service_fn(move |request: Request<_>| {
            let answer = if is_local && !names_this_machine(request.headers()) {
                let message = "this is for the machine that it runs on: call it by its address or as localhost";
                json(StatusCode::FORBIDDEN, &json!({ "message": message }))
            } else {
                self.answer(request.method(), request.uri().path())
            };
            async { Ok::<_, Infallible>(answer) }
        });
        let mut connection = Box::pin(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(READ)
                .max_buf_size(HEAD)
                .max_headers(HEADERS)
                .serve_connection(TokioIo::new(stream), service),
        );
        // What comes of it is of no interest to anybody else.
        if timeout(LIFE, &mut connection).await.is_err() {
            connection.as_mut().graceful_shutdown();
            let _ = timeout(LIFE, connection).await;
        }
    }

    fn answer(&self, method: &Method, path: &str) -> Response<Full<Bytes>> {
        match path {
            _ if !matches!(path, "/health" | "/ready" | "/metrics") => {
                let message = "there are /health, /ready and /metrics";
                json(StatusCode::NOT_FOUND, &json!({ "message": message }))
            }
            _ if !matches!(*method, Method::GET | Method::HEAD) => {
                let message = "only GET and HEAD";
                let mut answer = json(
                    StatusCode::METHOD_NOT_ALLOWED,
                    &json!({ "message": message }),
                );
                let allowed = HeaderValue::from_static("GET, HEAD");
                answer.headers_mut().insert(ALLOW, allowed);
                answer
            }
            "/metrics" => match self.observed.metrics.text() {
                Ok(text) => with_type(StatusCode::OK, OPEN_METRICS, text),
                Err(_) => json(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    &json!({ "message": "no text" }),
                ),
            },
            "/ready" => self.ready(),
            _ => self.health(),
        }
    }

    /// It runs, and answers, until its end.
    fn health(&self) -> Response<Full<Bytes>> {
        let status = if self.drain.is_draining() {
            "draining"
        } else {
            "ok"
        };
        json(StatusCode::OK, &json!({ "status": status }))
    }

    /// Whether requests should be sent here: not while it drains, nor where a route has no
    /// credentials that hold.
    ///
    /// A configuration that could not be read again is told, but is no reason: the former one serves,
    /// and one broken file that reaches all proxies at once must not take all of them away.
    fn ready(&self) -> Response<Full<Bytes>> {
        let metrics = &self.observed.metrics;
        let is_draining = self.drain.is_draining();
        let mut is_ready = !is_draining;
        let mut routes = Vec::new();
        for served in metrics.served().iter() {
            let (has_any, credentials) = credentials(served);
            is_ready &= has_any;
            routes.push(json!({ "route": served.name, "credentials": credentials }));
        }
        let config = if metrics.is_current() {
            "ok"
        } else {
            "the last one could not be used, the former one is: see the log"
        };
        let (status, word) = if is_ready {
            (StatusCode::OK, "ready")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "not ready")
        };
        let draining = is_draining;
        json(
            status,
            &json!({ "status": word, "draining": draining, "config": config, "routes": routes }),
        )
    }
}

/// A page at a name that was made to mean this machine has that name in `Host`. A probe of HTTP/1.0 may have
/// none, and no browser is like that.
fn names_this_machine(headers: &HeaderMap) -> bool {
    headers.get_all(HOST).iter().all(|host| {
        let host = host.to_str().map(without_port);
        host.is_ok_and(is_of_this_machine)
    })
}

/// Whether a route has any that hold, and what is said of it. Why a source failed is in the log,
/// for fewer eyes than this port.
fn credentials(served: &ServedRoute) -> (bool, &'static str) {
    match served.keys.ready() {
        Ok(Some(_)) => (true, "ok"),
        Ok(None) => (false, "none yet: their source is being asked"),
        Err(_) => (false, "none: their source failed, see the log"),
    }
}

fn json(status: StatusCode, value: &Value) -> Response<Full<Bytes>> {
    with_type(status, "application/json", value.to_string())
}

fn with_type(
    status: StatusCode,
    content_type: &'static str,
    text: String,
) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
