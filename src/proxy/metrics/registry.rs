//! All that is counted, and its text.

use super::super::cause::Cause;
use super::super::ending::Side;
use super::super::listen::listener::Slots;
use super::super::settings::Route;
use super::collectors::Collected;
use super::of_route::{OfRoute, ServedRoute};
use super::shared::{Counted, Shared, Upstreams};
use crate::sources::lock::lock;
use prometheus_client::encoding::text;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use std::fmt;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// What [`Metrics::text`] is.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What a proxy counts and times.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    shared: Arc<Shared>,
}

impl Metrics {
    /// Of a server whose callers have these places.
    pub(crate) fn new(slots: Slots) -> Self {
        let shared = Arc::new(Shared::new(slots));
        let mut registry = Registry::with_prefix("sigv4_proxy");
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "What this proxy is", version);
        registry.register_collector(Box::new(Collected(shared.clone())));
        Self { registry, shared }
    }

    /// What a route counts in: one of a name that was there before goes on where that was.
    pub(crate) fn of(&self, route: &Route) -> Arc<OfRoute> {
        let mut known = lock(&self.shared.routes);
        if let Some(there) = known.iter().find(|there| there.name() == route.name) {
            return there.clone();
        }
        let new = Arc::new(OfRoute::new(&route.name));
        known.push(new.clone());
        new
    }

    /// These routes are served from here on.
    pub(crate) fn serve<'r>(&self, routes: impl Iterator<Item = &'r Route>) {
        *lock(&self.shared.served) = routes.map(ServedRoute::from).collect();
    }

    /// What requests that no route takes count in.
    pub(crate) fn unrouted(&self) -> &Arc<OfRoute> {
        &self.shared.unrouted
    }

    /// A request was answered by the proxy itself.
    pub(crate) fn refused(&self, cause: Cause) {
        let place = Cause::ALL.iter().position(|known| *known == cause);
        if let Some(count) = place.and_then(|place| self.shared.refusals.get(place)) {
            count.fetch_add(1, Relaxed);
        }
    }

    /// An answer ended before its end.
    pub(crate) fn broke_off(&self, side: Side) {
        let place = Side::ALL.iter().position(|known| *known == side);
        if let Some(count) = place.and_then(|place| self.shared.broken_off.get(place)) {
            count.fetch_add(1, Relaxed);
        }
    }

    /// The configuration was read again, and is in use or not.
    pub(crate) fn reloaded(&self, is_in_use: bool) {
        self.shared.has_failed.store(!is_in_use, Relaxed);
        let [worked, failed] = &self.shared.reloads;
        let count = if is_in_use { worked } else { failed };
        count.fetch_add(1, Relaxed);
    }

    /// Whether the configuration that was read last is in use.
    pub(crate) fn is_current(&self) -> bool {
        self.shared.is_current()
    }

    /// The routes that are served, and their credentials.
    pub(crate) fn served(&self) -> Arc<[ServedRoute]> {
        self.shared.served()
    }

    /// Connections to upstreams, to be counted.
    pub(crate) fn upstreams(&self) -> Upstreams {
        Upstreams(self.shared.clone())
    }

    /// A request that has begun.
    pub(crate) fn in_flight(&self) -> Counted {
        Counted::new(&self.shared, |shared| &shared.in_flight)
    }

    /// All of it, as [`CONTENT_TYPE`].
    ///
    /// # Errors
    /// None of this code.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
