//! How many files the proxy may have open, and how many it can need.

use sigv4::proxy::Settings;

/// What is open beside connections and bodies: standard streams, ports, timers, files that are read again, with
/// room for sources of credentials and callers of the second port.
const BESIDE: usize = 64;

/// Raises the limit as far as the system lets it, and says where that is less than can be needed.
pub(crate) fn allow(settings: &Settings) {
    let limits = &settings.limits;
    let of_all = limits.upstream_connections;
    let routes = settings.routes.iter();
    let upstream = routes.map(|route| route.limits.upstream_connections.unwrap_or(of_all));
    let upstream = upstream.fold(0, usize::saturating_add);
    let (callers, bodies) = (limits.connections, limits.requests);
    let needed = callers.saturating_add(upstream).saturating_add(bodies);
    let needed = needed.saturating_add(BESIDE);
    let Some(allowed) = raised().filter(|allowed| *allowed < needed as u64) else {
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
fn raised() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: maximum,
        maximum,
    };
    match setrlimit(Resource::Nofile, most) {
        Ok(()) => maximum,
        Err(error) => {
            log::debug!("the limit of open files stays: {error}");
            current
        }
    }
}

/// Where nothing limits them.
#[cfg(not(unix))]
fn raised() -> Option<u64> {
    None
}
