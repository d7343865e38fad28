//! What one route counts in.

use super::super::settings::{Keys, Route};
use super::counts::Counts;
use http::{Method, StatusCode};
use prometheus_client::metrics::histogram::Histogram;
use std::prelude::rust_2024::*;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// Upper ends, in seconds: signing takes microseconds, and more where a body is hashed with it.
const SIGNING: [f64; 10] = [
    1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0,
];
/// Upper ends, in seconds, of the time until an upstream begins to answer.
const UPSTREAM: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0,
];

/// What requests of one route count in; of those that no route takes, with an empty name.
#[derive(Debug)]
pub(crate) struct OfRoute {
    pub(super) name: String,
    pub(super) requests: Counts,
    pub(super) received: AtomicU64,
    pub(super) sent: AtomicU64,
    pub(super) signing: Histogram,
    pub(super) upstream: Histogram,
}

/// A route that is served, and its credentials.
#[derive(Debug)]
pub(crate) struct ServedRoute {
    pub(crate) name: String,
    pub(crate) keys: Keys,
}

impl From<&Route> for ServedRoute {
    fn from(route: &Route) -> Self {
        Self {
            name: route.name.clone(),
            keys: route.keys.clone(),
        }
    }
}

impl OfRoute {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            requests: Counts::default(),
            received: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            signing: Histogram::new(SIGNING),
            upstream: Histogram::new(UPSTREAM),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A request that is over, with the bytes of its body and of the answer's.
    pub(crate) fn answered(
        &self,
        method: Option<&Method>,
        status: StatusCode,
        received: u64,
        sent: u64,
    ) {
        self.requests.add(method, status);
        for (counter, bytes) in [(&self.received, received), (&self.sent, sent)] {
            if bytes > 0 {
                counter.fetch_add(bytes, Relaxed);
            }
        }
    }

    /// How long signing took.
    pub(crate) fn signed(&self, time: Duration) {
        self.signing.observe(time.as_secs_f64());
    }

    /// How long it took the upstream to begin its answer.
    pub(crate) fn began(&self, time: Duration) {
        self.upstream.observe(time.as_secs_f64());
    }
}
