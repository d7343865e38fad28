//! Connections to one upstream, kept and limited.

use super::counted_stream::CountedStream;
use super::lookup::Lookups;
use super::metrics::shared::Upstreams;
use super::settings::{Times, Upstream};
use http::Uri;
use hyper_rustls::{FixedServerNameResolver, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::pin::Pin;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{format, io};
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
        let client = |http1: bool| {
            let resources = (lookups.clone(), kept.clone());
            let connector = Connector::new(upstream, times, http1, open, resources)?;
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
    inner: HttpsConnector<HttpConnector<Lookups>>,
    /// For connections that are used once: over HTTP/2 none ends with its request.
    once: Option<HttpsConnector<HttpConnector<Lookups>>>,
    to: Option<Uri>,
    limit: Duration,
    open: Upstreams,
    /// Places of connections that are kept once they were used, where they are counted.
    kept: Option<Arc<Semaphore>>,
}

impl Connector {
    fn new(
        upstream: &Upstream,
        times: Times,
        http1: bool,
        open: &Upstreams,
        (lookups, kept): (Lookups, Option<Arc<Semaphore>>),
    ) -> io::Result<Self> {
        let (to, roots) = match upstream {
            Upstream::Fixed {
                scheme,
                authority,
                roots,
                ..
            } => {
                let to = Uri::builder()
                    .scheme(scheme.clone())
                    .authority(authority.clone())
                    .path_and_query("/")
                    .build();
                (Some(to.map_err(io::Error::other)?), roots)
            }
            Upstream::CallersHost { roots } => (None, roots),
        };
        let mut http = HttpConnector::new_with_resolver(lookups);
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(times.connect));
        http.set_keepalive(Some(KEPT));
        let tls =
            ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .map_err(io::Error::other)?
                .with_root_certificates(trusted(roots.as_deref())?)
                .with_no_client_auth();
        // The certificate is that of whom the connection goes to, not of whom the request is signed for.
        let name = match to.as_ref().and_then(Uri::host) {
            Some(host) => {
                let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned());
                Some(name.map_err(io::Error::other)?)
            }
            None => None,
        };
        let connector = |http1: bool| {
            let builder = HttpsConnectorBuilder::new()
                .with_tls_config(tls.clone())
                .https_or_http();
            let builder = match name.clone() {
                Some(name) => builder.with_server_name_resolver(FixedServerNameResolver::new(name)),
                None => builder,
            };
            if http1 {
                builder.enable_http1().wrap_connector(http.clone())
            } else {
                builder.enable_all_versions().wrap_connector(http.clone())
            }
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
    type Response =
        CountedStream<<HttpsConnector<HttpConnector<Lookups>> as Service<Uri>>::Response>;
    type Error = <HttpsConnector<HttpConnector<Lookups>> as Service<Uri>>::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, named: Uri) -> Self::Future {
        let place = self.kept.clone().map(Semaphore::try_acquire_owned);
        let is_kept = !matches!(place, Some(Err(_)));
        let place = place.and_then(Result::ok);
        let connector = match &mut self.once {
            Some(once) if !is_kept => once,
            _ => &mut self.inner,
        };
        let connecting = connector.call(self.to.clone().unwrap_or(named));
        let (open, limit) = (self.open.clone(), self.limit);
        // Of name, network and TLS together.
        Box::pin(async move {
            let late = |_| io::Error::new(io::ErrorKind::TimedOut, format!("not within {limit:?}"));
            let stream = timeout(limit, connecting).await.map_err(late)??;
            Ok(CountedStream::new(stream, open.one(), place, is_kept))
        })
    }
}

/// Mozilla's roots, or those of a file.
fn trusted(file: Option<&Path>) -> io::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let Some(file) = file else {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        return Ok(roots);
    };
    let unusable = |why: &dyn core::fmt::Display| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{}: {why}", file.display()),
        )
    };
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| unusable(&error))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        roots.add(certificate).map_err(|error| unusable(&error))?;
    }
    if roots.is_empty() {
        return Err(unusable(&"no certificate in it"));
    }
    Ok(roots)
}

#[cfg(test)]
#[path = "upstream_tests.rs"]
mod tests;
