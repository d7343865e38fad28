//! Listening: connections and their end.

use super::api::Api;
use super::items::Items;
use super::limits::Limits;
use super::principals::Principals;
use super::respond::{State, respond};
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
    /// What keeps it from listening; [`io::ErrorKind::PermissionDenied`] for an address
    /// beyond loopback that was not asked for; [`io::ErrorKind::InvalidInput`] for limits
    /// that let nobody in, or that are beyond what can be counted.
    pub fn start(self) -> io::Result<Running> {
        self.limits.check()?;
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
                self.limits.item,
            ),
            bodies: Semaphore::new(self.limits.bodies),
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
        // Nothing of what was sent is in it.
        log::info!("connection closed: {error}");
    }
}
