//! The HTTP side: connections, limits, answers.

use super::answer::Answer;
use super::authorize::Api;
use super::items::Items;
use super::principals::Principals;
use super::random;
use crate::request::{Header, Payload, Request};
use crate::timestamp::Timestamp;
use http::{HeaderValue, Response, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::boxed::Box;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use std::vec::Vec;
use std::{fmt, format, io, thread};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{sleep, timeout};

/// What a caller can cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at the same time; further ones wait to be accepted. 256.
    pub connections: usize,
    /// Length of request line and headers, in bytes; beyond it the answer is 431. 65,536.
    pub head: usize,
    /// Number of headers; beyond it the answer is 431. 100.
    pub headers: usize,
    /// Length of a body, in bytes; beyond it the answer is 413. 10 MiB, as API Gateway.
    pub body: usize,
    /// Time for a request to arrive, head and body each. 10 seconds.
    pub read: Duration,
    /// Time after which a connection is not used for another request, and time after
    /// that for the last answer to be taken. 60 seconds each.
    pub connection: Duration,
    /// Items that the list can hold. 1,000.
    pub items: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            head: 65_536,
            headers: 100,
            body: 10 << 20,
            read: Duration::from_secs(10),
            connection: Duration::from_secs(60),
            items: 1_000,
        }
    }
}

/// A stand-in for an API behind API Gateway's IAM authorization, to be started.
pub struct Gateway {
    /// The API whose ARN policies name.
    pub api: Api,
    /// Who may call.
    pub principals: Principals,
    /// What `GET /{stage}/items` gives; `None` is a short built-in list.
    pub items: Option<Vec<serde_json::Value>>,
    /// What a caller can cost.
    pub limits: Limits,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Allow an address that other machines can reach. There is no TLS here.
    pub beyond_loopback: bool,
    /// The time to judge signatures by.
    pub clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

/// A gateway that listens. Dropping it stops it.
pub struct Running {
    address: SocketAddr,
    stage: std::string::String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Gateway {
    /// On a free loopback port, with the system's clock and the default limits.
    pub fn new(api: Api, principals: Principals) -> Self {
        Self {
            api,
            principals,
            items: None,
            limits: Limits::default(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            beyond_loopback: false,
            clock: Box::new(system_clock),
        }
    }

    /// Listens, and answers from a thread of its own until [`Running`] is dropped.
    ///
    /// # Errors
    /// What keeps it from listening, and [`io::ErrorKind::PermissionDenied`] for an
    /// address beyond loopback that was not asked for.
    pub fn start(self) -> io::Result<Running> {
        if !self.listen.ip().is_loopback() && !self.beyond_loopback {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                format!("{} can be reached from other machines", self.listen.ip()),
            ));
        }
        let listener = std::net::TcpListener::bind(self.listen)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let stage = self.api.stage().into();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::new(State {
            items: Items::new(
                self.items.unwrap_or_else(Items::built_in),
                self.limits.items,
            ),
            api: self.api,
            principals: self.principals,
            limits: self.limits,
            clock: self.clock,
        });
        let thread = thread::Builder::new()
            .name("sigv4-gateway".into())
            .spawn(move || {
                runtime.block_on(async {
                    let server = tokio::spawn(accept(listener, shared));
                    // Ends when `Running` drops the sender.
                    drop(stopped.await);
                    server.abort();
                });
            })?;
        Ok(Running {
            address,
            stage,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL, stage included, for example `http://127.0.0.1:8080/prod`.
    pub fn url(&self) -> std::string::String {
        format!("http://{}/{}", self.address, self.stage)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has logged what stopped it.
            drop(thread.join());
        }
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("api", &self.api)
            .field("principals", &self.principals)
            .field("limits", &self.limits)
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

fn system_clock() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::EPOCH)
}

struct State {
    api: Api,
    principals: Principals,
    items: Items,
    limits: Limits,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

async fn accept(listener: std::net::TcpListener, state: Arc<State>) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return log::error!("cannot listen: {error}"),
    };
    let slots = Arc::new(Semaphore::new(state.limits.connections));
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
            return; // never: nobody closes it
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let state = Arc::clone(&state);
                tokio::spawn(async move {
                    serve(stream, state).await;
                    drop(slot);
                });
            }
            Err(error) => {
                // Out of file descriptors, or the caller is gone already: try again.
                log::warn!("accept: {error}");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, state: Arc<State>) {
    let limits = state.limits;
    let service = service_fn(move |request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(respond(request, &state).await) }
    });
    let mut connection = Box::pin(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.read)
            .max_header_size(limits.head)
            .max_headers(limits.headers)
            .serve_connection(TokioIo::new(stream), service),
    );
    let outcome = if let Ok(outcome) = timeout(limits.connection, &mut connection).await {
        outcome
    } else {
        connection.as_mut().graceful_shutdown();
        timeout(limits.connection, connection)
            .await
            .unwrap_or(Ok(()))
    };
    if let Err(error) = outcome {
        log::debug!("connection: {error}");
    }
}

/// One request: read, authorized, answered, logged in a line without query, signature
/// or secret.
async fn respond(request: http::Request<Incoming>, state: &State) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let (answer, caller) = match read(body, state.limits).await {
        Ok(body) => answer(&head, &body, state),
        Err(answer) => (answer, None),
    };
    let path = head.uri.path();
    log::info!(
        "{} {path} {} {}",
        head.method,
        answer.status,
        caller.unwrap_or("-")
    );
    response(&answer)
}

async fn read(body: Incoming, limits: Limits) -> Result<Bytes, Answer> {
    let collected = timeout(limits.read, Limited::new(body, limits.body).collect()).await;
    match collected {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Answer::too_long()),
        Ok(Err(_)) => Err(Answer::bad_request("Bad Request")),
        Err(_) => Err(Answer::request_timeout()),
    }
}

fn answer<'s>(
    head: &http::request::Parts,
    body: &[u8],
    state: &'s State,
) -> (Answer, Option<&'s str>) {
    let target = head
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    let route = state.api.path(target);
    let (Some(path @ "/items"), "GET" | "POST") = (route, head.method.as_str()) else {
        return (Answer::missing_token(), None);
    };
    let headers: Vec<Header<'_>> = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let request = Request {
        method: head.method.as_str(),
        target,
        headers: &headers,
        payload: Payload::Bytes(body),
    };
    let now = (state.clock)();
    match state.api.authorize(&state.principals, &request, path, now) {
        Ok(principal) => {
            let answer = match request.method {
                "POST" => state.items.post(body),
                _ => state.items.get(),
            };
            (answer, Some(principal.arn.as_str()))
        }
        Err(refusal) => (refusal, None),
    }
}

/// The headers are those that API Gateway always sends.
fn response(answer: &Answer) -> Response<Full<Bytes>> {
    let body = Bytes::from(std::string::ToString::to_string(&answer.body));
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = http::StatusCode::from_u16(answer.status)
        .unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    if let Ok(id) = HeaderValue::from_str(&random::request_id()) {
        headers.insert("x-amzn-requestid", id);
    }
    if let Some(error_type) = answer.error_type {
        headers.insert("x-amzn-errortype", HeaderValue::from_static(error_type));
    }
    response
}
