//! Listening: connections and their end.

use super::api::Api;
use super::bodies::Bodies;
use super::items::Items;
#[cfg(feature = "v4a")]
use super::key_pairs::KeyPairs;
use super::limits::Limits;
use super::principals::Principals;
use super::reached::reached;
use super::respond::respond;
use super::service::Service;
use super::state::State;
#[cfg(feature = "inspect")]
use crate::inspect::{
    self,
    inspector::{Inspector, Source},
    ring::Ring,
    server::Door,
};
use crate::request::timestamp::Timestamp;
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

/// A stand-in for an API behind API Gateway's IAM authorization, to be started.
///
/// ```
/// use sigv4::gateway::{Api, Gateway, Limits, Principals};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let principals = Principals::from_json(
///     r#"{ "principals": [{
///         "arn": "arn:aws:iam::123456789012:user/alice",
///         "keys": [{ "access_key_id": "AKIDEXAMPLE", "secret_access_key": "not-a-real-secret" }],
///         "policies": [{ "Statement": {
///             "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*" }}]
///     }]}"#,
/// )?;
/// let api = Api::new("us-east-1", "123456789012", "abc123", "prod")?;
/// let mut limits = Limits::default();
/// limits.items = 10;
/// let gateway = Gateway::new(api, principals)
///     .with_items(vec!["a first item".into()])
///     .with_limits(limits)
///     .start()?;
/// assert!(gateway.url().starts_with("http://127.0.0.1:"));
/// assert!(gateway.url().ends_with("/prod"));
/// # Ok(())
/// # }
/// ```
pub struct Gateway {
    service: Service,
    api: Api,
    principals: Principals,
    items: Option<Vec<serde_json::Value>>,
    limits: Limits,
    address: SocketAddr,
    beyond_loopback: bool,
    #[cfg(feature = "v4a")]
    both_algorithms: bool,
    #[cfg(feature = "inspect")]
    inspector: Option<SocketAddr>,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

/// A gateway that listens. Dropping it stops it.
pub struct Running {
    address: SocketAddr,
    base: std::string::String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
    #[cfg(feature = "inspect")]
    inspector: Option<inspect::server::Running>,
}

impl Gateway {
    /// An API whose ARN policies name, and who may call it. On a free loopback port, with
    /// the system's clock, the default limits and a short list of items.
    pub fn new(api: Api, principals: Principals) -> Self {
        Self {
            service: Service::default(),
            api,
            principals,
            items: None,
            limits: Limits::default(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            beyond_loopback: false,
            #[cfg(feature = "v4a")]
            both_algorithms: false,
            #[cfg(feature = "inspect")]
            inspector: None,
            clock: Box::new(system_clock),
        }
    }

    /// Stands in for another service than API Gateway. Of the API, [`Service::S3`] takes region and
    /// account.
    #[must_use]
    pub fn with_service(mut self, service: Service) -> Self {
        self.service = service;
        self
    }

    /// What `GET /{stage}/items` gives.
    #[must_use]
    pub fn with_items(mut self, items: Vec<serde_json::Value>) -> Self {
        self.items = Some(items);
        self
    }

    /// What a caller can cost.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Takes Signature Version 4A as well, where its region set has the API's region. API Gateway
    /// itself takes Version 4.
    #[cfg(feature = "v4a")]
    #[must_use]
    pub fn with_sigv4a(mut self) -> Self {
        self.both_algorithms = true;
        self
    }

    /// Where to listen; port 0 takes a free one.
    #[must_use]
    pub fn with_address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Allows an address that other machines can reach. There is no TLS here.
    #[must_use]
    pub fn beyond_loopback(mut self) -> Self {
        self.beyond_loopback = true;
        self
    }

    /// With an inspector on another address: a page that shows who called, what was signed, and why it
    /// was refused, and an API for tests (`docs/inspect.md`). Port 0 takes a free one;
    /// [`Running::inspector`] says where it is. Beyond loopback its URL has a token in it.
    ///
    /// What is kept of the latest 500 requests is in memory alone: heads and bodies up to 64 KiB each,
    /// 16 MiB in all. What leaves is wiped within a second or so; up to 2 MiB more wait for that. Of a
    /// longer head it is the beginning of the target, of a longer body no more than its hash.
    #[cfg(feature = "inspect")]
    #[must_use]
    pub fn with_inspector(mut self, address: SocketAddr) -> Self {
        self.inspector = Some(address);
        self
    }

    /// The time to judge signatures by.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Listens, and answers from a thread of its own until [`Running`] is dropped.
    ///
    /// # Errors
    /// What keeps it from listening; [`io::ErrorKind::PermissionDenied`] for an address
    /// beyond loopback that was not asked for; [`io::ErrorKind::InvalidInput`] for limits
    /// that let nobody in, or that are beyond what can be counted.
    pub fn start(self) -> io::Result<Running> {
        self.limits.check()?;
        if !self.address.ip().is_loopback() && !self.beyond_loopback {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                format!("{} can be reached from other machines", self.address.ip()),
            ));
        }
        #[cfg(feature = "inspect")]
        let door = match self.inspector {
            Some(address) => Some(Door::open(address, self.beyond_loopback)?),
            None => None,
        };
        let listener = std::net::TcpListener::bind(self.address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let base = match self.service {
            Service::ApiGateway => format!("http://{}/{}", reached(address), self.api.stage()),
            Service::S3 => format!("http://{}", reached(address)),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::new(State {
            items: Items::new(&self.items.unwrap_or_else(Items::built_in), self.limits),
            bodies: Bodies::new(self.limits),
            service: self.service,
            api: self.api,
            limits: self.limits,
            #[cfg(feature = "v4a")]
            key_pairs: self.both_algorithms.then(|| KeyPairs::of(&self.principals)),
            principals: self.principals,
            #[cfg(feature = "inspect")]
            seen: door.is_some().then(|| Arc::new(Ring::new())),
            clock: self.clock,
        });
        #[cfg(feature = "inspect")]
        let inspector = match (door, &shared.seen) {
            (Some(door), Some(ring)) => {
                let ring = Arc::clone(ring);
                let source = Source::Gateway(Arc::clone(&shared), address);
                Some(door.answer(|token| Inspector::new(ring, source, token))?)
            }
            _ => None,
        };
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
            base,
            stop: Some(stop),
            thread: Some(thread),
            #[cfg(feature = "inspect")]
            inspector,
        })
    }
}

impl Running {
    /// Where the inspector's page is, for example `http://127.0.0.1:8025/`.
    #[cfg(feature = "inspect")]
    pub fn inspector(&self) -> Option<std::string::String> {
        let inspector = self.inspector.as_ref();
        inspector.map(|inspector| inspector.url().into())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL, stage included, for example `http://127.0.0.1:8080/prod`; of
    /// [`Service::S3`] the endpoint, `http://127.0.0.1:8080`. Where it listens on every address, it
    /// names loopback.
    pub fn url(&self) -> std::string::String {
        self.base.clone()
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
            .field("service", &self.service)
            .field("api", &self.api)
            .field("principals", &self.principals)
            .field("limits", &self.limits)
            .field("address", &self.address)
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
            Ok((stream, peer)) => {
                let state = Arc::clone(&state);
                tokio::spawn(async move {
                    serve(stream, peer, state).await;
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

async fn serve(stream: TcpStream, peer: SocketAddr, state: Arc<State>) {
    let limits = state.limits;
    let shared = Arc::clone(&state);
    let service = service_fn(move |request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(respond(request, peer, &state).await) }
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
        // Nothing of what was sent is in it.
        let now = (shared.clock)();
        log::info!("{now} connection of {peer} closed: {error}");
    }
}
