//! What is counted and timed, as [OpenMetrics](https://prometheus.io/docs/specs/om/open_metrics_spec/)
//! text.
//!
//! A request looks nothing up and waits for no lock but that of a histogram: what it counts in is
//! found when its route is made.

mod collectors;
mod counts;
pub(crate) mod of_route;
pub(crate) mod registry;
pub(crate) mod shared;
