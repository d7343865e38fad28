//! One route, and what becomes of a request on it.

use super::answer::Refused;
use super::cause::Cause;
use super::hop::join_cookies;
use super::metrics::of_route::OfRoute;
use super::metrics::registry::Metrics;
use super::named_host::{ShownHost, named_host};
use super::sending::Sending;
use super::settings::{Limits, Route, Upstream};
use super::upstream::Pool;
use crate::endpoint::{Destination, Given, KnownHosts, Resolved, resolve_known};
use crate::request::profile::Profile;
use crate::sign::signer::Signer;
use crate::sign::signers::Signers;
use core::future::poll_fn;
use http::header::{Entry, HOST};
use http::request::Parts;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Uri};
use std::borrow::Cow;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::{format, io};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// A route, and what is kept for it.
pub(super) struct Way {
    pub(super) route: Arc<Route>,
    /// What its requests count in.
    pub(super) counted: Arc<OfRoute>,
    pub(super) pool: Arc<Pool<Sending>>,
    /// Those of all routes, and its own.
    pub(super) limits: Limits,
    /// Places among the upstream's connections.
    places: Arc<Semaphore>,
    signers: Signers,
    hosts: KnownHosts,
    /// Of the one place that it goes to.
    named: Option<Named>,
}

/// A host as it is signed and sent, by either version of HTTP: without the scheme's own port.
type Named = (Authority, HeaderValue);

impl Way {
    /// With the connections of the former one to the same upstream, and with its places.
    ///
    /// # Errors
    /// As [`Pool::new`]; a host that no header can have.
    pub(super) fn new(
        route: &Arc<Route>,
        metrics: &Metrics,
        limits: &Limits,
        former: Option<&Self>,
    ) -> io::Result<Self> {
        let former = former.filter(|former| former.route.upstream == route.upstream);
        let limits = route.limits.of(limits);
        let upstream_connections = limits.upstream_connections;
        let as_many = |former: &&Self| former.limits.upstream_connections == upstream_connections;
        // A file of certificates may be another by now.
        let same = former.filter(as_many).filter(|former| {
            former.route.times.connect == route.times.connect && !has_roots(&route.upstream)
        });
        let pool = if let Some(former) = same {
            Arc::clone(&former.pool)
        } else {
            let open = metrics.upstreams();
            Arc::new(Pool::new(
                &route.upstream,
                route.times,
                upstream_connections,
                &open,
            )?)
        };
        let places = (former.filter(as_many)).map(|former| Arc::clone(&former.places));
        Ok(Self {
            counted: metrics.of(route),
            pool,
            limits,
            places: places.unwrap_or_else(|| Arc::new(Semaphore::new(upstream_connections))),
            signers: Signers::default(),
            hosts: KnownHosts::default(),
            named: match &route.upstream {
                Upstream::Fixed {
                    scheme,
                    authority,
                    sign_host,
                    ..
                } => Some(named(scheme, sign_host.as_ref().unwrap_or(authority))?),
                Upstream::CallersHost { .. } => None,
            },
            route: Arc::clone(route),
        })
    }

    /// The URI and the host upstream.
    pub(super) fn redirect(&self, head: &mut Parts) -> Result<(), Refused> {
        let unroutable = || Refused::new(Cause::Malformed, "the target has no path");
        let arrived = head.uri.path_and_query().ok_or_else(unroutable)?;
        // Over HTTP/2 a path may be empty, and no line of HTTP/1.1 can say that.
        if !arrived.as_str().starts_with('/') {
            return Err(unroutable());
        }
        let target = self.route.target(arrived)?;
        let (scheme, (authority, host)) = if let (Upstream::Fixed { scheme, .. }, Some(named)) =
            (&self.route.upstream, &self.named)
        {
            (scheme.clone(), named.clone())
        } else {
            let authority = self.callers_host(head)?;
            let named = named(&Scheme::HTTPS, &authority).map_err(unsendable)?;
            (Scheme::HTTPS, named)
        };
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(scheme);
        parts.authority = Some(authority);
        parts.path_and_query = Some(target);
        head.uri = Uri::from_parts(parts).map_err(unsendable)?;
        // HTTP/2 has it elsewhere, and writes it anew from the URI.
        head.version = http::Version::HTTP_11;
        head.headers.insert(HOST, host);
        join_cookies(&mut head.headers);
        Ok(())
    }

    /// Takes off the host that was signed where the connection may turn out to be one of HTTP/2: there it
    /// is `:authority` and no header beside that (RFC 9113, 8.3.1), as nginx answers both with 400. Over
    /// HTTP/1.1 the client puts it back, from the URI.
    pub(super) fn leave_host_to_the_version(&self, headers: &mut HeaderMap) {
        let only_http1 = match &self.route.upstream {
            Upstream::Fixed { scheme, h2c, .. } => *scheme == Scheme::HTTP && !h2c,
            Upstream::CallersHost { .. } => false,
        };
        if !only_http1 {
            headers.remove(HOST);
        }
    }

    fn callers_host(&self, head: &Parts) -> Result<Authority, Refused> {
        let named = named_host(head);
        let refused = |why: &str| {
            let host = ShownHost(named);
            let message = format!("the host \"{host}\" may not be called: {why}");
            Refused::new(Cause::NotAllowed, message)
        };
        let authority = Authority::try_from(named).map_err(|_| refused("it is none"))?;
        let allowed = &self.route.allow.hosts;
        let is_allowed = allowed
            .iter()
            .any(|pattern| is_under(pattern, authority.host()));
        if authority.as_str().contains('@') {
            return Err(refused("what stands before an @ is not of a host"));
        }
        if !is_allowed {
            return Err(refused("no pattern of the hosts that are allowed fits it"));
        }
        // Nobody listed another port.
        if !matches!(authority.port().map(|port| port.as_u16()), None | Some(443)) {
            return Err(refused("its port is not that of https"));
        }
        let host = authority.host().to_ascii_lowercase();
        Authority::try_from(host).map_err(|_| refused("it is none"))
    }

    pub(super) fn apply_header_rules(&self, head: &mut Parts) {
        let rules = &self.route.headers;
        for name in &rules.remove {
            head.headers.remove(name);
        }
        for (from, to) in &rules.rename {
            if let Entry::Occupied(entry) = head.headers.entry(from) {
                let (_, values) = entry.remove_entry_mult();
                let values: Vec<_> = values.collect();
                for value in values {
                    head.headers.append(to.clone(), value);
                }
            }
        }
        for (name, value) in &rules.set {
            head.headers.insert(name.clone(), value.clone());
        }
    }

    pub(super) async fn place(&self) -> Result<OwnedSemaphorePermit, Refused> {
        let busy = || {
            let limit = self.route.times.connect;
            let message = format!(
                "{} requests were on their way upstream, and none ended within {limit:?}",
                self.limits.upstream_connections
            );
            Refused::new(Cause::Busy, message)
        };
        let place = Arc::clone(&self.places).acquire_owned();
        let place = timeout(self.route.times.connect, place).await;
        place.ok().and_then(Result::ok).ok_or_else(busy)
    }

    /// What it is signed for. There is no default: a wrong guess is a 403 without a hint.
    pub(super) fn scope(&self, uri: &Uri) -> Result<Cow<'_, Resolved>, Refused> {
        if let Some(scope) = &self.route.scope {
            return Ok(Cow::Borrowed(scope));
        }
        let host = uri.host().unwrap_or_default();
        let to = Destination {
            scheme: uri.scheme_str().unwrap_or("https"),
            host,
            target: uri.path_and_query().map_or("/", PathAndQuery::as_str),
        };
        let given = Given::default();
        let resolved = (self.hosts).with(host, |known| resolve_known(&to, &given, known));
        let unknown = |error| Refused::new(Cause::NotAllowed, format!("{error}"));
        resolved.map(Cow::Owned).map_err(unknown)
    }

    /// How it is signed.
    pub(super) fn profile(&self, scope: &Resolved) -> Profile {
        let of_service = || Profile::for_service(&scope.service);
        Profile {
            algorithm: scope.algorithm,
            ..self.route.profile.unwrap_or_else(of_service)
        }
    }

    /// Who signs: kept for the next request.
    pub(super) async fn signer(
        &self,
        scope: &Resolved,
        profile: Profile,
    ) -> Result<Arc<Signer>, Refused> {
        let keys = &self.route.keys;
        let limit = self.route.times.answer;
        let provided = timeout(limit, poll_fn(|context| keys.poll_ready(context))).await;
        let Ok(provided) = provided else {
            log::warn!("route {}: no credentials within {limit:?}", self.route.name);
            let message = format!("no credentials to sign with came within {limit:?}");
            return Err(Refused::new(Cause::NoCredentials, message));
        };
        let provided = provided.map_err(|error| {
            log::warn!("route {}: no credentials: {error}", self.route.name);
            Refused::new(Cause::NoCredentials, "no credentials to sign with")
        })?;
        Ok(self
            .signers
            .get(&provided.credentials, scope, Some(profile)))
    }
}

fn unsendable(error: impl core::fmt::Display) -> Refused {
    let message = format!("host and target are no URI together: {error}");
    Refused::new(Cause::Malformed, message)
}

fn has_roots(upstream: &Upstream) -> bool {
    let (Upstream::Fixed { roots, .. } | Upstream::CallersHost { roots }) = upstream;
    roots.is_some()
}

fn named(scheme: &Scheme, authority: &Authority) -> io::Result<Named> {
    let host = crate::adapter::http::host_header(Some(scheme.as_str()), authority);
    let authority = Authority::try_from(&*host).map_err(io::Error::other)?;
    let host = HeaderValue::try_from(host).map_err(io::Error::other)?;
    Ok((authority, host))
}

/// Whether a host is the one of a pattern, or below `*.`.
fn is_under(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        None => pattern.eq_ignore_ascii_case(host),
        Some(domain) => {
            let split = host.len().checked_sub(domain.len());
            split
                .and_then(|at| host.split_at_checked(at))
                .is_some_and(|(label, rest)| {
                    label.ends_with('.') && label.len() > 1 && rest.eq_ignore_ascii_case(domain)
                })
        }
    }
}
