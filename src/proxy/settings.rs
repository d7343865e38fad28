//! What a proxy does, as plain data: from options or a file, to a server.

use crate::endpoint::Resolved;
use crate::gateway::Principals;
use crate::request::profile::Profile;
use crate::sources::{Cache, ProvideCredentials};
use http::uri::{Authority, Scheme};
use http::{HeaderName, HeaderValue};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// Where credentials of a route come from: asked by a thread of their own, never by the executor's.
pub type Keys = Arc<Cache<Box<dyn ProvideCredentials>>>;

/// All of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Where callers come in.
    pub listen: Listen,
    /// Addresses that other machines can reach are allowed.
    pub beyond_loopback: bool,
    /// TLS for callers.
    pub tls: Option<TlsFiles>,
    /// Where `/health`, `/ready` and `/metrics` are.
    pub admin: Option<SocketAddr>,
    /// Where the inspector is: a page that shows what was signed and what the upstream answered, or why a
    /// request was refused here, and an API for tests (`docs/inspect.md`). Beyond loopback its URL has a token in it. Not taken from a
    /// reload.
    pub inspect: Option<SocketAddr>,
    /// Who may call.
    pub callers: Callers,
    /// The first that matches is taken.
    pub routes: Vec<Arc<Route>>,
    /// What callers can cost together.
    pub limits: Limits,
}

/// Where a proxy listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// A port.
    Tcp(SocketAddr),
    /// A UNIX socket.
    Unix(PathBuf),
}

/// PEM files, read again when they change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, the server's own first.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Who may call.
#[derive(Debug)]
pub enum Callers {
    /// Whoever reaches the port.
    Anybody,
    /// Whoever has the token.
    Token(Token),
    /// Whoever signs with one of these keys; signed anew with the route's.
    Resign(Principals),
}

/// A token, wiped when it is dropped, and never shown.
pub struct Token(pub(crate) Zeroizing<Vec<u8>>);

/// One upstream, and how requests get there.
#[derive(Debug)]
#[non_exhaustive]
pub struct Route {
    /// In logs and metrics.
    pub name: String,
    /// The caller's `Host`, without a port; any where there is none.
    pub host: Option<String>,
    /// The beginning of the path, in whole segments; `/` is any.
    pub prefix: String,
    /// The prefix does not go upstream.
    pub strip_prefix: bool,
    /// What goes before the path upstream: empty, or `/a/b`.
    pub add_prefix: String,
    /// Where it goes.
    pub upstream: Upstream,
    /// What it is signed for. `None` where each request's host tells it.
    pub scope: Option<Resolved>,
    /// How it is signed, where not as the service's row says.
    pub profile: Option<Profile>,
    /// What it is signed with.
    pub keys: Keys,
    /// What becomes of headers, before signing.
    pub headers: HeaderRules,
    /// What becomes of bodies.
    pub body: Body,
    /// What may be signed for.
    pub allow: Allow,
    /// How long things may take.
    pub times: Times,
    /// What one of its requests may cost, where not as for all routes.
    pub limits: RouteLimits,
}

/// Where a route goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upstream {
    /// One place.
    Fixed {
        /// `http` or `https`.
        scheme: Scheme,
        /// Host, and port where it is not the scheme's.
        authority: Authority,
        /// What is sent and signed as `host`, where it is not the authority.
        sign_host: Option<Authority>,
        /// PEM file of certificates to trust in the place of the built-in ones.
        roots: Option<PathBuf>,
        /// HTTP/2 without TLS; with TLS it is agreed upon.
        h2c: bool,
    },
    /// The host that the caller named, over https, where [`Allow::hosts`] has it.
    CallersHost {
        /// PEM file of certificates to trust in the place of the built-in ones.
        roots: Option<PathBuf>,
    },
}

/// What becomes of headers, in this order.
#[derive(Clone, Debug, Default)]
pub struct HeaderRules {
    /// Taken off.
    pub remove: Vec<HeaderName>,
    /// From one name to another.
    pub rename: Vec<(HeaderName, HeaderName)>,
    /// Put in the place of what is there.
    pub set: Vec<(HeaderName, HeaderValue)>,
}

/// What becomes of a request's body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// Read and hashed, then sent: in memory, or in a file without a name.
    #[default]
    Hashed,
    /// Declared unsigned, and streamed.
    Unsigned,
    /// Sent in signed chunks (`aws-chunked`) where the service takes them.
    Chunked,
    /// The caller's `x-amz-content-sha256` is believed, and the body streamed.
    Believed,
}

/// What may be signed for: each list allows everything where it is empty.
#[derive(Clone, Debug, Default)]
pub struct Allow {
    /// Signing names.
    pub services: Vec<String>,
    /// Regions.
    pub regions: Vec<String>,
    /// Hosts; `*.example.com` is any below it.
    pub hosts: Vec<String>,
}

/// How long one request's things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Times {
    /// Until there is a connection: name, network and TLS together. 5 seconds.
    pub connect: Duration,
    /// From the end of the request to the head of the answer; where the body is up to 64 KiB, connecting is
    /// part of it. 60 seconds.
    pub answer: Duration,
    /// Between two pieces of a body, either way: until one comes, and until it is taken. 60 seconds.
    pub idle: Duration,
    /// That nothing passes either way behind an upgrade, as a WebSocket. 10 minutes.
    pub tunnel: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(60),
            idle: Duration::from_secs(60),
            tunnel: Duration::from_secs(600),
        }
    }
}

/// What callers can cost together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at the same time; further ones wait to be accepted. 1,024.
    pub connections: usize,
    /// Length of request line and headers, in bytes. 65,536.
    pub head: usize,
    /// Number of headers. 100.
    pub headers: usize,
    /// Requests whose answer has not begun, at the same time; further ones are refused as
    /// [`Cause::Busy`](super::Cause::Busy). 1,024.
    pub requests: usize,
    /// Time for a head to arrive. 10 seconds.
    pub read: Duration,
    /// Time that a connection may wait for its next request, by whatever version of HTTP. 60 seconds.
    pub keep_alive: Duration,
    /// A hashed body up to this length stays in memory, in bytes. 65,536.
    pub in_memory: usize,
    /// Memory of all hashed bodies together, in bytes, whether they are in memory or on their way through a
    /// file; who finds none waits for it as for a connection ([`Times::connect`]). 32 MiB.
    pub memory: usize,
    /// Length of a hashed body, in bytes. 5 GiB.
    pub body: u64,
    /// Length of all bodies in files together, in bytes. 8 GiB.
    pub spooled: u64,
    /// Where those files are made; the system's folder where there is none.
    pub spool: Option<PathBuf>,
    /// Requests of a route that are on their way at the same time, from connecting to the last byte of the
    /// answer. 256.
    pub upstream_connections: usize,
    /// Time for requests to end after SIGTERM. 30 seconds.
    pub drain: Duration,
}

impl Limits {
    /// Of [`spooled`](Self::spooled), where callers sign: what is left beside the bodies of those whose
    /// signature is verified with the body only.
    pub(crate) fn of_known_callers(&self) -> u64 {
        self.spooled.saturating_sub(self.of_unknown_callers())
    }

    /// A quarter.
    pub(crate) fn of_unknown_callers(&self) -> u64 {
        self.spooled / 4
    }
}

/// Of one route, in the place of those in [`Limits`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteLimits {
    /// [`Limits::in_memory`]
    pub in_memory: Option<usize>,
    /// [`Limits::body`]
    pub body: Option<u64>,
    /// [`Limits::upstream_connections`]
    pub upstream_connections: Option<usize>,
}

impl RouteLimits {
    /// What holds on the route.
    pub(crate) fn of(self, all: &Limits) -> Limits {
        let mut limits = all.clone();
        limits.in_memory = self.in_memory.unwrap_or(limits.in_memory);
        limits.body = self.body.unwrap_or(limits.body);
        limits.upstream_connections = self
            .upstream_connections
            .unwrap_or(limits.upstream_connections);
        limits
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1_024,
            head: 65_536,
            headers: 100,
            requests: 1_024,
            read: Duration::from_secs(10),
            keep_alive: Duration::from_secs(60),
            in_memory: 65_536,
            memory: 32 << 20,
            body: 5 << 30,
            spooled: 8 << 30,
            spool: None,
            upstream_connections: 256,
            drain: Duration::from_secs(30),
        }
    }
}

impl Token {
    /// A token as callers send it.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }
}

impl core::fmt::Debug for Token {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Settings {
    /// For whoever reaches a loopback port, which port 0 leaves to the system.
    #[must_use]
    pub fn new(listen: Listen, routes: Vec<Arc<Route>>) -> Self {
        Self {
            listen,
            beyond_loopback: false,
            tls: None,
            admin: None,
            inspect: None,
            callers: Callers::Anybody,
            routes,
            limits: Limits::default(),
        }
    }
}

impl Route {
    /// All requests to one upstream, signed for what the host's name tells.
    #[must_use]
    pub fn new(name: impl Into<String>, upstream: Upstream, keys: Keys) -> Self {
        Self {
            name: name.into(),
            host: None,
            prefix: "/".into(),
            strip_prefix: false,
            add_prefix: String::new(),
            upstream,
            scope: None,
            profile: None,
            keys,
            headers: HeaderRules::default(),
            body: Body::default(),
            allow: Allow::default(),
            times: Times::default(),
            limits: RouteLimits::default(),
        }
    }
}
