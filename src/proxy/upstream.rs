//! Connections to one upstream, kept and limited.

use super::counted_stream::CountedStream;
use super::lookup::Lookups;
use super::metrics::shared::Upstreams;
use super::settings::{Times, Upstream};
use super::upstream_tls::client_config;
use http::Uri;
use hyper_rustls::{
    FixedServerNameResolver, HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream,
};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::pin::Pin;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{format, io};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tower_service::Service;

/// How long a connection that nobody uses is kept: shorter than servers do, so that few are closed
/// just as they are taken (API Gateway keeps them for 350 seconds, S3 for some 20).
const KEPT: Duration = Duration::from_secs(15);
/// How many such connections there are to one host at most.
const IDLE: usize = 64;
/// How long a connection may be silent while an answer is waited for until its other side is asked
/// whether it is there, and how long that may take: over HTTP/2 all requests share it, and what a NAT
/// has forgotten fails each of them.
const ASKED: Duration = Duration::from_secs(10);
const PRESENT: Duration = Duration::from_secs(5);

/// What is held of a body on its way, for each connection, and how long an answer's head may be: hyper
/// would take some 400 KiB, which sixteen bodies at once made 14 MiB of.
const BUFFER: usize = 64 << 10;
/// The same over HTTP/2, for each answer: what a caller leaves there counts against its own stream, and the
/// connection, which all of an upstream share, has room for as many as there may be. Who does not read
/// keeps nobody else waiting.
const WINDOW: u32 = 128 << 10;
/// How long the head of an answer may be, as over HTTP/1.1.
const WIDEST_HEAD: u32 = 64 << 10;
/// More than this no window can be (RFC 9113, 6.9.1).
const WIDEST: u32 = (1 << 31) - 1;

/// Clients for one upstream.
pub(crate) struct Pool<B> {
    /// Over whatever protocol is agreed upon.
    any: Client<Connector, B>,
    /// For who asks for another protocol, which HTTP/2 has no words for.
    http1: Client<Connector, B>,
}

impl<B> Pool<B>
where
    B: http_body::Body + Send + 'static + Unpin,
    B::Data: Send,
    B::Error: Into<Box<dyn core::error::Error + Send + Sync>>,
{
    /// # Errors
    /// A file of certificates that cannot be used; a place that no URL names.
    pub(crate) fn new(
        upstream: &Upstream,
        times: Times,
        requests: usize,
        open: &Upstreams,
    ) -> io::Result<Self> {
        let lookups = Lookups::new();
        // Nobody can name so many hosts that their connections take all there are.
        let kept = match upstream {
            Upstream::Fixed { .. } => None,
            Upstream::CallersHost { .. } => {
                let most = requests.min(Semaphore::MAX_PERMITS);
                Some(Arc::new(Semaphore::new(most)))
            }
        };
        let of_all = u32::try_from(requests).unwrap_or(WIDEST).max(1);
        let of_all = of_all.saturating_mul(WINDOW).min(WIDEST);
        let tls = client_config(upstream)?;
        let client = |http1: bool| {
            let resources = (lookups.clone(), kept.clone());
            let connector = Connector::new(upstream, times, tls.as_ref(), http1, open, resources)?;
            let h2c = matches!(upstream, Upstream::Fixed { h2c: true, .. });
            let client = Client::builder(TokioExecutor::new())
                .timer(TokioTimer::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(KEPT)
                .pool_max_idle_per_host(IDLE)
                .http1_max_buf_size(BUFFER)
                .http2_initial_stream_window_size(WINDOW)
                .http2_initial_connection_window_size(of_all)
                .http2_max_header_list_size(WIDEST_HEAD)
                .http2_keep_alive_interval(ASKED)
                .http2_keep_alive_timeout(PRESENT)
                .http2_only(h2c && !http1)
                .build(connector);
            Ok::<_, io::Error>(client)
        };
        Ok(Self {
            any: client(false)?,
            http1: client(true)?,
        })
    }

    pub(crate) fn client(&self, is_upgrade: bool) -> &Client<Connector, B> {
        if is_upgrade { &self.http1 } else { &self.any }
    }
}

/// Connects to the upstream, whatever name the request has for it.
#[derive(Clone)]
pub(crate) struct Connector {
    inner: Dialer,
    /// For connections that are used once: over HTTP/2 none ends with its request.
    once: Option<Dialer>,
    to: Option<Uri>,
    limit: Duration,
    open: Upstreams,
    /// Places of connections that are kept once they were used, where they are counted.
    kept: Option<Arc<Semaphore>>,
}

/// With TLS, where an upstream speaks it.
#[derive(Clone)]
enum Dialer {
    Plain(HttpConnector<Lookups>),
    Tls(HttpsConnector<HttpConnector<Lookups>>),
}

type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;
type Failed = Box<dyn core::error::Error + Send + Sync>;
type Connecting<S> = Pin<Box<dyn Future<Output = Result<S, Failed>> + Send>>;

impl Dialer {
    fn connect(&mut self, to: Uri) -> Connecting<Stream> {
        match self {
            Self::Tls(https) => https.call(to),
            Self::Plain(http) => {
                let connecting = http.call(to);
                Box::pin(async move { Ok(MaybeHttpsStream::Http(connecting.await?)) })
            }
        }
    }
}

impl Connector {
    fn new(
        upstream: &Upstream,
        times: Times,
        tls: Option<&ClientConfig>,
        http1: bool,
        open: &Upstreams,
        (lookups, kept): (Lookups, Option<Arc<Semaphore>>),
    ) -> io::Result<Self> {
        let to = match upstream {
            Upstream::Fixed {
                scheme, authority, ..
            } => {
                let to = Uri::builder()
                    .scheme(scheme.clone())
                    .authority(authority.clone())
                    .path_and_query("/")
                    .build();
                Some(to.map_err(io::Error::other)?)
            }
            Upstream::CallersHost { .. } => None,
        };
        let mut http = HttpConnector::new_with_resolver(lookups);
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(times.connect));
        http.set_keepalive(Some(KEPT));
        // The certificate is that of whom the connection goes to, not of whom the request is signed for.
        let name = match to.as_ref().and_then(Uri::host) {
            Some(host) => {
                let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned());
                Some(name.map_err(io::Error::other)?)
            }
            None => None,
        };
        let connector = |http1: bool| {
            let Some(tls) = tls else {
                return Dialer::Plain(http.clone());
            };
            let builder = HttpsConnectorBuilder::new()
                .with_tls_config(tls.clone())
                .https_or_http();
            let builder = match name.clone() {
                Some(name) => builder.with_server_name_resolver(FixedServerNameResolver::new(name)),
                None => builder,
            };
            Dialer::Tls(if http1 {
                builder.enable_http1().wrap_connector(http.clone())
            } else {
                builder.enable_all_versions().wrap_connector(http.clone())
            })
        };
        Ok(Self {
            inner: connector(http1),
            once: kept.as_ref().map(|_| connector(true)),
            to,
            limit: times.connect,
            open: open.clone(),
            kept,
        })
    }
}

impl Service<Uri> for Connector {
    type Response = CountedStream<Stream>;
    type Error = Failed;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failed>> {
        match &mut self.inner {
            Dialer::Tls(https) => https.poll_ready(context),
            Dialer::Plain(http) => http.poll_ready(context).map_err(Into::into),
        }
    }

    fn call(&mut self, named: Uri) -> Self::Future {
        let place = self.kept.clone().map(Semaphore::try_acquire_owned);
        let is_kept = !matches!(place, Some(Err(_)));
        let place = place.and_then(Result::ok);
        let connector = match &mut self.once {
            Some(once) if !is_kept => once,
            _ => &mut self.inner,
        };
        let connecting = connector.connect(self.to.clone().unwrap_or(named));
        let (open, limit) = (self.open.clone(), self.limit);
        // Of name, network and TLS together.
        Box::pin(async move {
            let late = |_| io::Error::new(io::ErrorKind::TimedOut, format!("not within {limit:?}"));
            let stream = timeout(limit, connecting).await.map_err(late)??;
            Ok(CountedStream::new(stream, open.one(), place, is_kept))
        })
    }
}

#[cfg(test)]
#[path = "upstream_tests.rs"]
mod tests;
