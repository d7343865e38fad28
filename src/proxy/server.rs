//! Listening: connections and their end.

use super::forward::State;
use super::settings::{Listen, Settings};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io, thread};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::sleep;

/// A proxy, to be started.
#[derive(Debug)]
pub struct Proxy;

/// A proxy that listens. Dropping it stops it.
pub struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Proxy {
    /// Listens, and answers from a thread of its own until [`Running`] is dropped.
    ///
    /// # Errors
    /// What keeps it from listening, or from connecting to anything as it is told to.
    pub fn start(settings: Settings) -> io::Result<Running> {
        let Listen::Tcp(at) = settings.listen else {
            return Err(io::Error::other("no UNIX sockets yet"));
        };
        let listener = std::net::TcpListener::bind(at)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::new(settings)?);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("sigv4-proxy".into())
            .spawn(move || {
                runtime.block_on(async {
                    let server = tokio::spawn(accept(listener, state));
                    // Ends when `Running` drops the sender.
                    drop(stopped.await);
                    server.abort();
                });
            })?;
        Ok(Running {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
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

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

async fn accept(listener: std::net::TcpListener, state: Arc<State>) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return log::error!("cannot listen: {error}"),
    };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(stream, Arc::clone(&state)));
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
    // Answers leave as they come.
    let _ = stream.set_nodelay(true);
    let limits = state.limits();
    let (read, head, headers) = (limits.keep_alive, limits.head, limits.headers);
    let service = service_fn(move |request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(state.answer(request).await) }
    });
    let mut server = auto::Builder::new(TokioExecutor::new());
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(read)
        .max_buf_size(head)
        .max_headers(headers);
    server
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(head).unwrap_or(u32::MAX));
    let connection = server.serve_connection_with_upgrades(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        // Nothing of what was sent is in it.
        log::debug!("connection closed: {error}");
    }
}
