//! The inspector's own port.

use super::guard::Token;
use super::inspector::Inspector;
use super::patient::{Patient, WRITE};
use super::routes::Routes;
use crate::gateway::reached::reached;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, format, io, thread};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::sleep;

const BOUNDS: Bounds = Bounds {
    connections: 64,
    patience: WRITE,
};
/// Of request line and headers, in bytes, and the number of those.
const HEAD: usize = 16_384;
const HEADERS: usize = 64;
/// Time for a head to arrive, and for a connection to wait for its next one.
const READ: Duration = Duration::from_secs(30);
/// How long to wait after a connection that could not be accepted.
const PAUSE: Duration = Duration::from_millis(50);

#[derive(Clone, Copy)]
struct Bounds {
    /// At the same time; further ones wait to be accepted.
    connections: usize,
    /// For a reader to take anything of what waits for it.
    patience: Duration,
}

/// A port that is taken, and not answered on yet.
pub(crate) struct Door {
    listener: TcpListener,
    address: SocketAddr,
    token: Option<Token>,
}

/// An inspector that answers, from a thread of its own, until it is dropped.
pub(crate) struct Running {
    address: SocketAddr,
    url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Door {
    /// # Errors
    /// What keeps it from listening; [`io::ErrorKind::PermissionDenied`] for an address beyond
    /// loopback that was not asked for.
    pub(crate) fn open(address: SocketAddr, beyond_loopback: bool) -> io::Result<Self> {
        let is_loopback = address.ip().is_loopback();
        if !is_loopback && !beyond_loopback {
            let message = format!("{} can be reached from other machines", address.ip());
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
        }
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let token = if is_loopback {
            None
        } else {
            Some(Token::new()?)
        };
        Ok(Self {
            listener,
            address,
            token,
        })
    }

    /// Answers, with what the inspector has.
    ///
    /// # Errors
    /// What keeps a thread from starting.
    pub(crate) fn answer(
        self,
        inspector: impl FnOnce(Option<Token>) -> Inspector,
    ) -> io::Result<Running> {
        let Self {
            listener,
            address,
            token,
        } = self;
        let called = reached(address);
        let url = match &token {
            Some(token) => format!("http://{called}/{}/", token.as_str()),
            None => format!("http://{called}/"),
        };
        let inspector = inspector(token);
        let ring = Arc::clone(&inspector.ring);
        let routes = Arc::new(Routes::new(inspector));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("sigv4-inspector".into())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::spawn(async move { ring.wipe().await });
                    let server = tokio::spawn(accept(listener, routes, BOUNDS));
                    // Ends when `Running` drops the sender.
                    drop(stopped.await);
                    server.abort();
                });
            })?;
        Ok(Running {
            address,
            url,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Running {
    /// Of the page, with the token where there is one.
    pub(crate) fn url(&self) -> &str {
        &self.url
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
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

async fn accept(listener: TcpListener, routes: Arc<Routes>, bounds: Bounds) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return log::error!("cannot listen, for the inspector: {error}"),
    };
    let slots = Arc::new(Semaphore::new(bounds.connections));
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
            return; // never: nobody closes it
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let routes = Arc::clone(&routes);
                tokio::spawn(async move {
                    converse(stream, routes, bounds.patience).await;
                    drop(slot);
                });
            }
            Err(error) => {
                log::warn!("accept, for the inspector: {error}");
                sleep(PAUSE).await;
            }
        }
    }
}

async fn converse(stream: TcpStream, routes: Arc<Routes>, patience: Duration) {
    let service = service_fn(move |request: Request<Incoming>| {
        let routes = Arc::clone(&routes);
        async move { Ok::<_, Infallible>(routes.answer(request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(READ)
        .max_buf_size(HEAD)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(Patient::new(stream, patience)), service);
    // What comes of it is of no interest to anybody else.
    let _ = connection.await;
}

#[cfg(all(test, feature = "proxy"))]
mod tests {
    use super::super::inspector::{Inspector, Source};
    use super::super::ring::Ring;
    use super::super::routes::Routes;
    use super::{Bounds, accept};
    use std::net::TcpListener;
    use std::prelude::rust_2024::*;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::time::timeout;

    /// Somebody who asks for more than any connection holds, and reads nothing, has the only place.
    #[test]
    fn who_reads_nothing_leaves_the_place_to_others() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            let address = listener.local_addr().unwrap();
            let inspector = Inspector::new(Arc::new(Ring::new()), Source::Proxy, None);
            let bounds = Bounds {
                connections: 1,
                patience: Duration::from_millis(100),
            };
            tokio::spawn(accept(listener, Arc::new(Routes::new(inspector)), bounds));
            let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
            let mut deaf = TcpStream::connect(address).await.unwrap();
            // The page, 30 MB in all: what the kernel takes for a connection is less.
            deaf.write_all(get("/").repeat(500).as_bytes())
                .await
                .unwrap();
            let mut other = TcpStream::connect(address).await.unwrap();
            other.write_all(get("/api/none").as_bytes()).await.unwrap();
            let mut start = [0; 12];
            let read = timeout(Duration::from_secs(20), other.read_exact(&mut start)).await;
            read.expect("the place is never free").unwrap();
            assert_eq!(&start, b"HTTP/1.1 404");
        });
    }
}
