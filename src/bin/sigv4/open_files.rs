//! How many files the proxy may have open, and how many it can need.

use sigv4::proxy::Settings;

/// What is open beside connections and bodies: standard streams, ports, timers, files that are read again, with
/// room for sources of credentials and callers of the second port.
const BESIDE: usize = 64;

/// Raises the limit to what can be needed, and says where the system does not let it. No further: processes that
/// give credentials inherit it, and some close each number up to it; and not every system takes its own maximum.
pub(crate) fn allow(settings: &Settings) {
    let limits = &settings.limits;
    let of_all = limits.upstream_connections;
    let routes = settings.routes.iter();
    let upstream = routes.map(|route| route.limits.upstream_connections.unwrap_or(of_all));
    let upstream = upstream.fold(0, usize::saturating_add);
    let (callers, bodies) = (limits.connections, limits.requests);
    let needed = callers.saturating_add(upstream).saturating_add(bodies);
    let needed = needed.saturating_add(BESIDE);
    let needed = needed as u64;
    let Some(allowed) = raised(needed).filter(|allowed| *allowed < needed) else {
        return;
    };
    log::warn!(
        "{allowed} files may be open, and {needed} can be needed: {callers} connections of callers \
         (limits.connections), {upstream} to upstreams (upstream_connections), {bodies} bodies in files \
         (limits.requests): raise the limit (ulimit -n, LimitNOFILE), or lower those"
    );
}

/// The limit that holds then; none where there is none.
#[cfg(unix)]
fn raised(needed: u64) -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return current;
    }
    let enough = Some(maximum.map_or(needed, |maximum| maximum.min(needed)));
    let raised = Rlimit {
        current: enough,
        maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => enough,
        Err(error) => {
            log::debug!("the limit of open files stays: {error}");
            current
        }
    }
}

/// Where nothing limits them.
#[cfg(not(unix))]
fn raised(_: u64) -> Option<u64> {
    None
}
