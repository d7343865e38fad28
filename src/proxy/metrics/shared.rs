//! The counters themselves.

use super::super::cause::Cause;
use super::super::ending::Side;
use super::super::listen::listener::Slots;
use super::of_route::{OfRoute, ServedRoute};
use crate::sources::lock::lock;
use std::prelude::rust_2024::*;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex};
use std::vec;

/// What is counted here, and read when somebody asks.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(super) refusals: [AtomicU64; Cause::ALL.len()],
    /// Those that worked, and those that failed.
    pub(super) reloads: [AtomicU64; 2],
    /// By side, as in [`Side::ALL`].
    pub(super) broken_off: [AtomicU64; Side::ALL.len()],
    pub(super) has_failed: AtomicBool,
    slots: Slots,
    pub(super) upstreams: AtomicUsize,
    pub(super) in_flight: AtomicUsize,
    /// Of requests that no route takes.
    pub(super) unrouted: Arc<OfRoute>,
    /// Those of former settings keep what they have counted.
    pub(super) routes: Mutex<Vec<Arc<OfRoute>>>,
    /// Those of the settings in use.
    pub(super) served: Mutex<Arc<[ServedRoute]>>,
}

/// One that is counted for as long as it is there.
#[derive(Debug)]
pub(crate) struct Counted {
    shared: Arc<Shared>,
    of: fn(&Shared) -> &AtomicUsize,
}

impl Shared {
    pub(super) fn new(slots: Slots) -> Self {
        Self {
            refusals: Default::default(),
            reloads: Default::default(),
            broken_off: Default::default(),
            has_failed: AtomicBool::new(false),
            slots,
            upstreams: AtomicUsize::new(0),
            in_flight: AtomicUsize::new(0),
            unrouted: Arc::new(OfRoute::new("")),
            routes: Mutex::default(),
            served: Mutex::new([].into()),
        }
    }

    pub(super) fn is_current(&self) -> bool {
        !self.has_failed.load(Relaxed)
    }

    pub(super) fn callers(&self) -> usize {
        self.slots.taken()
    }

    pub(super) fn served(&self) -> Arc<[ServedRoute]> {
        lock(&self.served).clone()
    }

    pub(super) fn all_routes(&self) -> Vec<Arc<OfRoute>> {
        let mut all = vec![self.unrouted.clone()];
        all.extend(lock(&self.routes).iter().cloned());
        all
    }
}

/// Connections to upstreams.
#[derive(Clone, Debug)]
pub(crate) struct Upstreams(pub(super) Arc<Shared>);

impl Upstreams {
    /// One that is open.
    pub(crate) fn one(&self) -> Counted {
        Counted::new(&self.0, |shared| &shared.upstreams)
    }
}

impl Counted {
    pub(super) fn new(shared: &Arc<Shared>, of: fn(&Shared) -> &AtomicUsize) -> Self {
        of(shared).fetch_add(1, Relaxed);
        Self {
            shared: shared.clone(),
            of,
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        (self.of)(&self.shared).fetch_sub(1, Relaxed);
    }
}
