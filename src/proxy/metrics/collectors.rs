//! What is read when somebody asks.

use super::super::cause::Cause;
use super::super::ending::Side;
use super::shared::Shared;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::exemplar::Exemplar;
use prometheus_client::registry::Unit;
use std::collections::BTreeMap;
use std::fmt;
use std::format;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, SystemTime};

/// Encodes all but what the library keeps itself.
#[derive(Debug)]
pub(super) struct Collected(pub(super) Arc<Shared>);

/// No counter here has an example of what it counted.
const NO_EXAMPLE: Option<&Exemplar<NoLabelSet, u64>> = None;

impl Collector for Collected {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let shared = &*self.0;
        requests(shared, &mut encoder)?;
        bytes(shared, &mut encoder)?;
        times(shared, &mut encoder)?;
        refusals(shared, &mut encoder)?;
        reloads(shared, &mut encoder)?;
        open(shared, &mut encoder)?;
        credentials(shared, &mut encoder)
    }
}

fn requests(shared: &Shared, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let help = "Requests that were answered, by route, method and status; 499: the caller left \
                before the answer";
    let mut metric = encoder.encode_descriptor("requests", help, None, MetricType::Counter)?;
    for route in shared.all_routes() {
        for (method, status, count) in route.requests.all() {
            let status = format!("{status}");
            let labels = [
                ("route", &*route.name),
                ("method", method),
                ("status", &*status),
            ];
            count_of(metric.encode_family(&labels)?, count)?;
        }
    }
    Ok(())
}

fn bytes(shared: &Shared, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let routes = shared.all_routes();
    let help = "Bytes of bodies that callers sent";
    let unit = Some(&Unit::Bytes);
    let mut metric = encoder.encode_descriptor("received", help, unit, MetricType::Counter)?;
    for route in &routes {
        let labels = [("route", &*route.name)];
        count_of(metric.encode_family(&labels)?, route.received.load(Relaxed))?;
    }
    let help = "Bytes of bodies that callers were sent";
    let mut metric = encoder.encode_descriptor("sent", help, unit, MetricType::Counter)?;
    for route in &routes {
        let labels = [("route", &*route.name)];
        count_of(metric.encode_family(&labels)?, route.sent.load(Relaxed))?;
    }
    Ok(())
}

fn times(shared: &Shared, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let mut routes = shared.all_routes();
    // What no route takes is not signed.
    routes.retain(|route| !route.name.is_empty());
    let unit = Some(&Unit::Seconds);
    let help = "Time that signing took";
    let mut metric = encoder.encode_descriptor("signing", help, unit, MetricType::Histogram)?;
    for route in &routes {
        let labels = [("route", &*route.name)];
        route.signing.encode(metric.encode_family(&labels)?)?;
    }
    let help = "Time until the upstream began its answer";
    let mut metric = encoder.encode_descriptor("upstream", help, unit, MetricType::Histogram)?;
    for route in &routes {
        let labels = [("route", &*route.name)];
        route.upstream.encode(metric.encode_family(&labels)?)?;
    }
    Ok(())
}

fn refusals(shared: &Shared, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let help = "Requests that the proxy answered itself, by cause";
    let mut metric = encoder.encode_descriptor("refusals", help, None, MetricType::Counter)?;
    for (cause, count) in Cause::ALL.iter().zip(&shared.refusals) {
        let labels = [("cause", cause.as_str())];
        count_of(metric.encode_family(&labels)?, count.load(Relaxed))?;
    }
    let help = "Answers and tunnels that ended before their end, by who ended them";
    let mut metric = encoder.encode_descriptor("broken_off", help, None, MetricType::Counter)?;
    for (side, count) in Side::ALL.iter().zip(&shared.broken_off) {
        let labels = [("side", side.as_str())];
        count_of(metric.encode_family(&labels)?, count.load(Relaxed))?;
    }
    Ok(())
}

fn reloads(shared: &Shared, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let help =
        "Times that the configuration was read again; where that failed, the former one stays";
    let mut metric =
        encoder.encode_descriptor("config_reloads", help, None, MetricType::Counter)?;
    for (outcome, count) in [("ok", &shared.reloads[0]), ("failed", &shared.reloads[1])] {
        let labels = [("outcome", outcome)];
        count_of(metric.encode_family(&labels)?, count.load(Relaxed))?;
    }
    let help = "Whether the configuration that was read last is in use";
    gauge(
        encoder,
        "config_current",
        help,
        i64::from(shared.is_current()),
    )
}

fn open(shared: &Shared, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let help = "Connections that are open";
    let mut metric = encoder.encode_descriptor("connections", help, None, MetricType::Gauge)?;
    for (side, count) in [
        ("callers", shared.callers()),
        ("upstreams", shared.upstreams.load(Relaxed)),
    ] {
        let labels = [("side", side)];
        metric
            .encode_family(&labels)?
            .encode_gauge(&number(count))?;
    }
    let help = "Requests that have begun and are not over";
    let in_flight = number(shared.in_flight.load(Relaxed));
    gauge(encoder, "requests_in_flight", help, in_flight)
}

fn credentials(shared: &Shared, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let now = SystemTime::now();
    let served = shared.served();
    // Whether there are any, and how long they hold; of routes with one name, the worst of each.
    let mut known = BTreeMap::<&str, (bool, Option<Duration>)>::new();
    for route in served.iter() {
        let provided = route.keys.ready().ok().flatten();
        let end = provided.as_ref().and_then(|provided| provided.expires_at);
        let left = end.map(|end| end.duration_since(now).unwrap_or_default());
        let (are_all, least) = known.entry(&route.name).or_insert((true, None));
        *are_all &= provided.is_some();
        *least = least.iter().copied().chain(left).min();
    }
    let help = "Whether credentials that hold are at hand";
    let mut metric =
        encoder.encode_descriptor("credentials_ready", help, None, MetricType::Gauge)?;
    for (name, (is_ready, _)) in &known {
        let labels = [("route", *name)];
        metric
            .encode_family(&labels)?
            .encode_gauge(&i64::from(*is_ready))?;
    }
    let help = "Time until the credentials at hand expire; of those without an end, nothing";
    let unit = Some(&Unit::Seconds);
    let mut metric =
        encoder.encode_descriptor("credentials_remaining", help, unit, MetricType::Gauge)?;
    for (name, (_, left)) in &known {
        if let Some(left) = left {
            let labels = [("route", *name)];
            metric
                .encode_family(&labels)?
                .encode_gauge(&left.as_secs_f64())?;
        }
    }
    Ok(())
}

fn gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: i64) -> fmt::Result {
    encoder
        .encode_descriptor(name, help, None, MetricType::Gauge)?
        .encode_gauge(&value)
}

fn count_of(mut encoder: MetricEncoder<'_>, count: u64) -> fmt::Result {
    encoder.encode_counter(&count, NO_EXAMPLE)
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
