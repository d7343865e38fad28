//! Requests of one route, by method and status.

use http::{Method, StatusCode};
use std::prelude::rust_2024::*;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Methods that are told apart. Others are strangers' to choose, and together are one.
const METHODS: [(&str, Option<Method>); 8] = [
    ("GET", Some(Method::GET)),
    ("HEAD", Some(Method::HEAD)),
    ("POST", Some(Method::POST)),
    ("PUT", Some(Method::PUT)),
    ("PATCH", Some(Method::PATCH)),
    ("DELETE", Some(Method::DELETE)),
    ("OPTIONS", Some(Method::OPTIONS)),
    ("other", None),
];

/// Statuses from 100 on.
const STATUSES: usize = 500;

/// A counter for each method.
type ByMethod = [AtomicU64; METHODS.len()];

/// A counter for each status and method, made when it is first needed: 8 KB for a route that is
/// used, and 64 bytes a status.
#[derive(Debug, Default)]
pub(super) struct Counts(OnceLock<Box<[OnceLock<Box<ByMethod>>]>>);

impl Counts {
    pub(super) fn add(&self, method: Option<&Method>, status: StatusCode) {
        let statuses = self.0.get_or_init(|| {
            core::iter::repeat_with(OnceLock::new)
                .take(STATUSES)
                .collect()
        });
        // One of 600 to 999 is counted with the last.
        let at = usize::from(status.as_u16().saturating_sub(100)).min(STATUSES.saturating_sub(1));
        let counter = statuses
            .get(at)
            .and_then(|by_method| by_method.get_or_init(Box::default).get(place(method)));
        if let Some(counter) = counter {
            counter.fetch_add(1, Relaxed);
        }
    }

    /// Method, status and number of those that came at all.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, u16, u64)> {
        let statuses = self.0.get().into_iter().flatten();
        (100..).zip(statuses).flat_map(|(status, by_method)| {
            let counters = by_method
                .get()
                .into_iter()
                .flat_map(|counters| counters.iter());
            METHODS
                .iter()
                .zip(counters)
                .map(move |((name, _), counter)| (*name, status, counter.load(Relaxed)))
                .filter(|(_, _, count)| *count > 0)
        })
    }
}

fn place(method: Option<&Method>) -> usize {
    let is_it = |(_, known): &(_, Option<Method>)| known.as_ref() == method;
    let last = METHODS.len().saturating_sub(1);
    METHODS.iter().position(is_it).unwrap_or(last)
}
