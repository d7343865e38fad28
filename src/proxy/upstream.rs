//! Connections to one upstream, kept and limited.

use super::counted_stream::CountedStream;
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
use tokio::time::timeout;
use tower_service::Service;

/// How long a connection that nobody uses is kept: shorter than servers do, so that few are closed
/// just as they are taken (API Gateway keeps them for 350 seconds, S3 for some 20).
const KEPT: Duration = Duration::from_secs(15);
/// How many such connections an upstream has at most.
const IDLE: usize = 64;
/// How long a connection may be silent while an answer is waited for until its other side is asked
/// whether it is there, and how long that may take: over HTTP/2 all requests share it, and what a NAT
/// has forgotten fails each of them.
const ASKED: Duration = Duration::from_secs(10);
const PRESENT: Duration = Duration::from_secs(5);

/// What is held of a body on its way, for each connection, and how long an answer's head may be: hyper
/// would take some 400 KiB, which sixteen bodies at once made 14 MiB of.
const BUFFER: usize = 64 << 10;

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
    pub(crate) fn new(upstream: &Upstream, times: Times, open: &Upstreams) -> io::Result<Self> {
        let client = |http1: bool| {
            let connector = Connector::new(upstream, times, http1, open)?;
            let h2c = matches!(upstream, Upstream::Fixed { h2c: true, .. });
            let client = Client::builder(TokioExecutor::new())
                .timer(TokioTimer::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(KEPT)
                .pool_max_idle_per_host(IDLE)
                .http1_max_buf_size(BUFFER)
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
    inner: HttpsConnector<HttpConnector>,
    to: Option<Uri>,
    limit: Duration,
    open: Upstreams,
}

impl Connector {
    fn new(upstream: &Upstream, times: Times, http1: bool, open: &Upstreams) -> io::Result<Self> {
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
        let mut http = HttpConnector::new();
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
        let builder = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http();
        // The certificate is that of whom the connection goes to, not of whom the request is signed for.
        let builder = match to.as_ref().and_then(Uri::host) {
            Some(host) => {
                let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned());
                builder.with_server_name_resolver(FixedServerNameResolver::new(
                    name.map_err(io::Error::other)?,
                ))
            }
            None => builder,
        };
        let inner = if http1 {
            builder.enable_http1().wrap_connector(http)
        } else {
            builder.enable_all_versions().wrap_connector(http)
        };
        Ok(Self {
            inner,
            to,
            limit: times.connect,
            open: open.clone(),
        })
    }
}

impl Service<Uri> for Connector {
    type Response = CountedStream<<HttpsConnector<HttpConnector> as Service<Uri>>::Response>;
    type Error = <HttpsConnector<HttpConnector> as Service<Uri>>::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, named: Uri) -> Self::Future {
        let connecting = self.inner.call(self.to.clone().unwrap_or(named));
        let (open, limit) = (self.open.clone(), self.limit);
        // Of name, network and TLS together.
        Box::pin(async move {
            let late = |_| io::Error::new(io::ErrorKind::TimedOut, format!("not within {limit:?}"));
            let stream = timeout(limit, connecting).await.map_err(late)??;
            Ok(CountedStream::new(stream, open.one()))
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
