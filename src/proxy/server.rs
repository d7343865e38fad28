//! A proxy from its start to its end.

use super::admin::Admin;
use super::answer::Answer;
use super::drain::{Drain, Guard, first};
use super::exchange::{Observed, Sent};
use super::forward::{Connection, State};
use super::idle::{Asked, Open};
use super::inbound::{Guarded, Wire, WireFault};
use super::listen::listener::{Arriving, Listener, Slots};
use super::listen::stream::Peer;
use super::listen::tcp;
use super::metrics::registry::Metrics;
use super::protocols::protocols;
use super::settings::{Limits, Listen, Settings};
use super::signals::Signals;
use crate::inspect::inspector::{Inspector, Source};
use crate::inspect::ring::Ring;
use crate::inspect::{self, server::Door};
use crate::sources::lock::lock;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::prelude::rust_2024::*;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use std::{fmt, io, thread};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// A proxy, to be started.
#[derive(Debug)]
pub struct Proxy(Settings);

/// A proxy that listens. Dropping one of [`Proxy::start`] stops it, whatever is on its way; one of
/// [`Proxy::run`] goes on.
pub struct Running {
    listen: Listen,
    admin: Option<SocketAddr>,
    inspector: Option<inspect::server::Running>,
    served: Arc<Served>,
    /// With the time that what has begun has to end.
    stop: Mutex<Option<oneshot::Sender<Duration>>>,
    /// Where it has one of its own.
    thread: Mutex<Option<thread::JoinHandle<()>>>,
}

/// What answers.
struct Served {
    observed: Arc<Observed>,
    slots: Slots,
    drain: Drain,
    state: RwLock<Arc<State>>,
}

/// What listens.
struct Doors {
    listener: Listener,
    admin: Option<TcpListener>,
}

impl Proxy {
    /// One that is to do as the settings say.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self(settings)
    }

    /// Listens, and answers from a thread of its own until [`Running`] is dropped.
    ///
    /// # Errors
    /// What keeps it from listening: [`io::ErrorKind::PermissionDenied`] for an address beyond
    /// loopback that was not asked for, [`io::ErrorKind::InvalidInput`] for files of certificates that
    /// cannot be used.
    pub fn start(self) -> io::Result<Running> {
        let (runtime, doors, stopped, running) = self.open()?;
        let served = Arc::clone(&running.served);
        let thread = thread::Builder::new()
            .name("sigv4-proxy".into())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::spawn(Arc::clone(&served).accept(doors));
                    // Without a time where `Running` was dropped.
                    if let Ok(limit) = stopped.await {
                        served.drain.finish(limit).await;
                    }
                });
                // Files that are being written to are no reason to wait.
                runtime.shutdown_background();
            })?;
        *lock(&running.thread) = Some(thread);
        Ok(running)
    }

    /// Listens, and answers on this thread until SIGTERM or SIGINT; then what has begun has
    /// [`Limits::drain`](super::Limits::drain), of the settings that were loaded last, to end, unless a second signal
    /// comes. [`Running::drain`] ends it, too. `started` is called as soon as it listens.
    ///
    /// # Errors
    /// As [`start`](Self::start), and that of `started`.
    ///
    /// ```
    /// use sigv4::proxy::{Listen, Proxy, Settings};
    /// use std::time::Duration;
    ///
    /// # std::thread::spawn(|| {
    /// #     std::thread::sleep(Duration::from_secs(60));
    /// #     eprintln!("it does not end");
    /// #     std::process::exit(1);
    /// # });
    /// let settings = Settings::new(Listen::Tcp(([127, 0, 0, 1], 0).into()), Vec::new());
    /// Proxy::new(settings).run(|running| {
    ///     println!("{}", running.listen());
    ///     // From any thread, at any time.
    ///     running.drain(Duration::from_secs(30));
    ///     Ok::<_, std::io::Error>(())
    /// })?;
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn run<E: From<io::Error>>(
        self,
        started: impl FnOnce(Arc<Running>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (runtime, doors, stopped, running) = self.open()?;
        let outcome = runtime.block_on(async {
            // From here on none is lost.
            let mut signals = Signals::listen()?;
            let served = Arc::clone(&running.served);
            let accepting = Arc::clone(&served);
            tokio::spawn(async move { accepting.accept(doors).await });
            started(Arc::new(running))?;
            let limit = signals.or_told(stopped).await;
            let limit = limit.unwrap_or_else(|| served.state().limits().drain);
            signals.drain(&served.drain, limit).await;
            Ok(())
        });
        runtime.shutdown_background();
        outcome
    }

    fn open(self) -> io::Result<(Runtime, Doors, oneshot::Receiver<Duration>, Running)> {
        let settings = self.0;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(FILE_THREADS)
            .thread_name("sigv4-proxy-files")
            .build()?;
        let within = runtime.enter();
        let listener = Listener::bind(&settings)?;
        let admin = match settings.admin {
            Some(address) => Some(tcp::bind(address, settings.beyond_loopback)?),
            None => None,
        };
        let beyond = settings.beyond_loopback;
        let door = settings.inspect.map(|address| Door::open(address, beyond));
        let door = door.transpose()?;
        let seen = door.is_some().then(|| Arc::new(Ring::new()));
        let metrics = Metrics::new(listener.slots().clone());
        let drain = Drain::new();
        let observed = Arc::new(Observed::new(metrics, drain.is_over(), seen.clone()));
        let listen = listener.address()?;
        let state = State::new(settings, &listen, &observed.metrics, None)?;
        let inspector = door
            .zip(seen)
            .map(|(door, ring)| door.answer(|token| Inspector::new(ring, Source::Proxy, token)));
        let served = Served::new(observed, drain, listener.slots().clone(), state);
        let (stop, stopped) = oneshot::channel();
        let running = Running {
            inspector: inspector.transpose()?,
            listen,
            admin: match &admin {
                Some(admin) => Some(admin.local_addr()?),
                None => None,
            },
            served: Arc::new(served),
            stop: Mutex::new(Some(stop)),
            thread: Mutex::new(None),
        };
        drop(within);
        Ok((runtime, Doors { listener, admin }, stopped, running))
    }
}

impl Running {
    /// Where it listens, with the port that was taken.
    #[must_use]
    pub fn listen(&self) -> &Listen {
        &self.listen
    }

    /// Where its admin port is.
    #[must_use]
    pub fn admin(&self) -> Option<SocketAddr> {
        self.admin
    }

    /// Where the inspector's page is, for example `http://127.0.0.1:8025/`.
    #[must_use]
    pub fn inspector(&self) -> Option<&str> {
        self.inspector.as_ref().map(inspect::server::Running::url)
    }

    /// Answers by other settings from the next request on. Where it listens, with which certificates, and
    /// how many connections it takes stays as it is, whatever they say; so do connections to an upstream that
    /// is the same.
    ///
    /// # Errors
    /// Settings that cannot be used: the former ones go on.
    pub fn reload(&self, settings: Settings) -> io::Result<()> {
        let metrics = &self.served.observed.metrics;
        let state = State::new(settings, &self.listen, metrics, Some(&self.served.state()));
        metrics.reloaded(state.is_ok());
        let mut current = self.served.state.write();
        let current = current.as_mut().unwrap_or_else(|error| error.get_mut());
        **current = Arc::new(state?);
        Ok(())
    }

    /// Takes nothing new, and stops when what has begun is over, or after this time. Until then the
    /// admin port says that it drains. This waits for that, but where it is [`Proxy::run`] that waits.
    pub fn drain(&self, limit: Duration) {
        if let Some(stop) = lock(&self.stop).take() {
            // Where nobody takes it, it has stopped.
            let _ = stop.send(limit);
        }
        self.ended();
    }

    fn ended(&self) {
        let thread = lock(&self.thread).take();
        if let Some(thread) = thread {
            // It has logged what stopped it.
            drop(thread.join());
        }
    }

    /// Settings were to be loaded, and could not be read: the former ones go on.
    pub fn reload_failed(&self) {
        self.served.observed.metrics.reloaded(false);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(lock(&self.stop).take());
        self.ended();
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("listen", &self.listen)
            .field("admin", &self.admin)
            .finish_non_exhaustive()
    }
}

impl Served {
    fn new(observed: Arc<Observed>, drain: Drain, slots: Slots, state: State) -> Self {
        Self {
            observed,
            drain,
            slots,
            state: RwLock::new(Arc::new(state)),
        }
    }

    /// Until nothing more may begin. The admin port goes on, and tells so.
    async fn accept(self: Arc<Self>, doors: Doors) {
        let Doors { listener, admin } = doors;
        if let Some(admin) = admin {
            let port = Admin::new(Arc::clone(&self.observed), self.drain.clone());
            tokio::spawn(port.serve(admin));
        }
        loop {
            let mut draining = self.drain.guard();
            let Some(arriving) = first(pin!(listener.accept()), draining.draining()).await else {
                return;
            };
            drop(draining);
            tokio::spawn(Arc::clone(&self).converse(arriving));
        }
    }

    async fn converse(self: Arc<Self>, arriving: Arriving) {
        let guard = self.drain.guard();
        let from = arriving.peer();
        let stream = match arriving.established(self.state().limits().read).await {
            Ok(stream) => stream,
            Err(error) => return log::debug!("{from}: {error}"),
        };
        self.serve(stream, from, guard).await;
    }

    async fn serve(
        self: Arc<Self>,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        from: Peer,
        guard: Guard,
    ) {
        let limits = self.state().limits().clone();
        let asked = Asked::new();
        let stream = Guarded::new(stream, &limits);
        let wire = stream.wire();
        let service = service_fn(|request| {
            let (served, wire) = (Arc::clone(&self), Arc::clone(&wire));
            let open = asked.open();
            async move { Ok::<_, Infallible>(served.answer(request, from, &wire, open).await) }
        });
        let server = protocols(&limits, &self.slots);
        let connection = server.serve_connection_with_upgrades(TokioIo::new(stream), service);
        let unused = (
            asked.idle(limits.keep_alive),
            asked.idle(limits.keep_alive.max(LEAST)),
        );
        let outcome = guard
            .serve(connection, unused, |connection| {
                connection.graceful_shutdown();
            })
            .await;
        if let Some(Err(error)) = outcome {
            // Nothing of what was sent is in it.
            log::debug!("{from}: connection closed: {error}");
        }
    }

    async fn answer(
        &self,
        request: Request<Incoming>,
        from: Peer,
        wire: &Arc<Wire>,
        open: Open,
    ) -> Response<Sent<Answer>> {
        let fault = wire.refused(request.version(), request.uri());
        // What was refused is not there to be told: something else is in its place.
        let asked = || (request.method().clone(), request.uri().clone());
        let asked = fault.is_none().then(asked);
        let mut exchange = self.observed.begin((from, wire), asked, open);
        if fault.is_none() {
            exchange.arrived(&request);
        }
        let state = self.state();
        let fault = fault.or_else(|| too_many_headers(&request, state.limits()));
        let outcome = if let Some(fault) = fault {
            Err(fault.into())
        } else {
            let connection = Connection {
                wire,
                drain: &self.drain,
            };
            state.forward(request, &mut exchange, connection).await
        };
        let response = outcome.unwrap_or_else(|refused| {
            let response = refused.response();
            exchange.refused(refused);
            response
        });
        exchange.answer(response)
    }

    fn state(&self) -> Arc<State> {
        // It is whole at every moment at which a thread could have stopped.
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&state)
    }
}

/// Over HTTP/2, where it was not the guard who counted.
fn too_many_headers(request: &Request<Incoming>, limits: &Limits) -> Option<WireFault> {
    let limit = limits.headers;
    (request.headers().len() > limit).then_some(WireFault::TooManyHeaders { limit })
}

/// Threads that write and read bodies in files. More of them are not faster, and each holds memory.
const FILE_THREADS: usize = 8;
/// How long the last answer may take to leave at the least, once no request is waited for any more.
const LEAST: Duration = Duration::from_secs(60);

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
